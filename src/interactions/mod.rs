//! What people chose: reading files, taking rows in, undoing imports.
//!
//! `formats` turns files into records, `intake` decides what becomes of them, and the stores keep
//! them. An import is one batch: it is staged in chunks, shown by one flip and taken back by one
//! flip, so that a killed import leaves nothing that anybody sees. Nothing here counts: that is
//! `index`. Start reading at `intake`.

pub mod batches;
mod days;
pub mod formats;
pub mod intake;
pub mod page;
pub mod paths;
pub mod posted;
pub mod records;
pub mod store;
#[cfg(test)]
mod tests;
pub mod types;
