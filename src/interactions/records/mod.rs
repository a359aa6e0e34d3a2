//! Records of items that programs put: what an item is called, its categories, whether it may be
//! suggested.
//!
//! What a program puts is one batch, visible with the catalog's next number, as an import is: the
//! follower does the rest, and undoing it brings back the record before. Records that say nothing
//! new are not stored, so that whatever got no answer can be sent again. `store` is what a
//! transaction does.

pub mod http;
mod store;
#[cfg(test)]
mod tests;
