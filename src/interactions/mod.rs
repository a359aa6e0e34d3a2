//! What people chose: reading files, taking rows in, undoing imports.
//!
//! `formats` turns files into records, `intake` decides what becomes of them, and the stores keep
//! them. An import is one batch: it is staged in chunks, shown by one flip and taken back by one
//! flip, so that a killed import leaves nothing that anybody sees. `uploads` brings files through a
//! browser, `imports` shows what became of them, `quarantine` mends what could not be taken. Nothing
//! here counts: that is `index`. Start reading at `intake`.

pub mod api;
#[cfg(feature = "ssr")]
pub mod batches;
#[cfg(feature = "ssr")]
mod days;
#[cfg(feature = "ssr")]
pub mod formats;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod imports;
#[cfg(feature = "ssr")]
pub mod intake;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod paths;
#[cfg(feature = "ssr")]
pub mod posted;
#[cfg(feature = "ssr")]
pub mod quarantine;
#[cfg(feature = "ssr")]
pub mod records;
#[cfg(feature = "ssr")]
pub mod runs;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests;
#[cfg(feature = "ssr")]
pub mod types;
#[cfg(feature = "ssr")]
pub mod uploads;
