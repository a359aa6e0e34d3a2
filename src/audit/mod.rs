//! The append-only trail of who changed what.
//!
//! [`store::record`] takes the connection of the caller's transaction: a change and its entry are
//! one commit, so there is no change without an entry. Entries are never updated or deleted; the
//! database refuses it.

pub mod store;
