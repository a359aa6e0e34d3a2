//! Files that came through a browser: received, looked at, imported, and then gone.
//!
//! An upload is a folder of the server's spool. Its files are called by numbers; what they were
//! called outside stands in a list beside them and never becomes a path. The folder goes when its
//! import has ended or was cancelled, when somebody throws it away, and when nobody has wanted it
//! for a day. Files are written as they come and never held in memory. What a folder holds is known
//! to its own server alone; what becomes of an import is in the database.
//!
//! Start reading at [`Spool`]; `http` receives, `page` shows how the files will be read, `job`
//! imports them.

pub mod http;
mod job;
pub mod page;
mod preview;
mod reading;
mod receive;
mod spool;
#[cfg(test)]
mod tests;

pub(in crate::interactions) use job::go_on;
pub use spool::{Spool, SpoolError, UPLOAD_MOST, Upload};
