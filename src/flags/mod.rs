//! Flags: a person says that a suggestion is wrong, and why.
//!
//! A flag cites a list by its signed id and keeps what was seen: the row as it was served, with its
//! rank, score, evidence and versions, so that later figures never rewrite what somebody objected
//! to. The flagged suggestion is hidden from whoever flagged it (see `lists::store`); deciding
//! a flag closes it and tells its author, once; it changes no list, which an override does.

pub mod api;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod paths;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests;
#[cfg(feature = "ssr")]
pub mod types;
#[cfg(feature = "ssr")]
mod view;
