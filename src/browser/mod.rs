//! What islands share: a search field with its hits, the keys of every page, and the page itself.
//!
//! Compiled for both halves, because the server renders what the browser wakes. Without scripting
//! every search field is an ordinary form, and everything that a key does has a link or a button.

pub mod combobox;
mod dom;
pub mod keys;
