//! What became of a catalog's imports: the list of them, and one with its progress and its undo.
//!
//! What programs post is one batch a transaction and is listed a day a line. Whether an import is
//! under way is told by its lock, not by when it was last heard of. Nothing here reads files or
//! decides about rows.

pub mod http;
pub mod list;
pub mod page;
pub mod store;
#[cfg(test)]
mod tests;
mod words;

pub use words::progress_of;
