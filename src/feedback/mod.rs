//! What people did with a suggestion: saw it, accepted it, dismissed it, took either back.
//!
//! Feedback cites a list by its signed id. A dismissal hides the suggestion from whoever dismissed
//! it, in that very list, until it is undone; nothing is deleted.

pub mod api;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
mod respond;
#[cfg(feature = "ssr")]
pub mod store;
