//! A catalog's settings: what a basket is, what counts, and how lists are served.
//!
//! A change is previewed with what it will do, computed from the rows; it takes the catalog's next
//! number, so that tables and lists of earlier versions keep the rule they were counted by; and it
//! stands in the history, from which it can be put back. Nothing is counted here but the preview:
//! the follower sees the number move on. Start reading at `types`.

pub mod form;
pub mod page;
pub mod paths;
pub mod store;
#[cfg(test)]
mod tests;
pub mod types;
mod view;
pub mod words;
