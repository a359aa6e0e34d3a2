//! Overrides: what people change about what is served, with a reason, an end and an undo.
//!
//! An override is a row; whether it holds is a question of time and revocation, and nothing is
//! deleted. What it does to a list is decided in `serving` alone: this slice writes, lists and
//! previews. Every change is one transaction with its entry in the audit trail. For now there are
//! two kinds, block and pin. Start reading at `types`.

pub mod api;
#[cfg(feature = "ssr")]
pub mod form;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod paths;
#[cfg(feature = "ssr")]
pub mod preview;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod types;
#[cfg(feature = "ssr")]
mod view;
