//! From an anchor to the list that a person or a program is given.
//!
//! [`resolve::resolve`] is the one way to a served list: pages, API, flags and previews all call
//! it. It takes a snapshot and the rules in force, ranks with the model, lets `serving` decide,
//! and adds the evidence in figures and words. It reads no database and no clock; `store` reads
//! the rules beforehand. A list writes nothing: its id is a signed [`receipt`] that carries what is
//! needed to rebuild it, and it is stored only when somebody cites it.
//! Start reading at `types`, then `resolve`.

pub mod receipt;
pub mod resolve;
pub mod standings;
pub mod store;
#[cfg(test)]
pub(crate) mod tests;
pub mod types;
pub mod what_if;
pub mod words;
