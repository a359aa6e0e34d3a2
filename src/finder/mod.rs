//! The finder: any page, saved view or item of a catalog by a few letters of its name.
//!
//! It opens over every page (Ctrl-K) and is a page of its own without scripting. It knows where
//! things are and nothing else about them; items are found by `catalog::search`.

pub mod api;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod paths;
#[cfg(feature = "ssr")]
pub mod search;
