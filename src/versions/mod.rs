//! The versions of a catalog's model: trained, measured, moved through stages, put into production,
//! rolled back. Who answers for each, and which one answered when.
//!
//! Training is a job: it chooses parameters and measures on choices that are held back, then learns
//! from all of them, and keeps a draft. People do the rest: a draft becomes a candidate, a candidate
//! goes into production on one or more surfaces, and every such step can be taken back. One version
//! answers on each surface; the database holds that. Which one serves a list, and its weights, is
//! read by `models`. Start reading at `types`, then `store`, `answers` and `training`.

#[cfg(feature = "ssr")]
pub mod answers;
pub mod api;
#[cfg(feature = "ssr")]
pub mod compare;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
mod job;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod paths;
#[cfg(feature = "ssr")]
pub mod quality;
#[cfg(feature = "ssr")]
pub mod recipe;
#[cfg(feature = "ssr")]
mod source;
#[cfg(feature = "ssr")]
mod steps;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests;
#[cfg(feature = "ssr")]
pub mod training;
#[cfg(feature = "ssr")]
pub mod types;
#[cfg(feature = "ssr")]
mod view;
#[cfg(feature = "ssr")]
pub mod words;
