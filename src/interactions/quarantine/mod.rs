//! Rows that could not be taken: shown with what is wrong, corrected in place, taken in again.
//!
//! A corrected row is read by the format and the mapping of its import. Those that are sound become
//! an import of their own, a child of the first, so that taking it back leaves them in quarantine
//! again; the others stay with what is wrong now. The same corrections twice are the same import. A
//! row as it came may name users: it is for those who may see users. Start reading at `correct`.

mod correct;
pub mod http;
pub mod store;
#[cfg(test)]
mod tests;
pub(in crate::interactions) mod view;
