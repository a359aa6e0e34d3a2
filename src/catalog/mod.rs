//! Catalogs: one body of items each, with the rules that say what is counted.
//!
//! A catalog's settings live in its row and travel with every table and list as part of its
//! version. The slice lists catalogs, makes and deletes them, changes their settings, and finds items
//! by what people type. What interactions count for is `index`'s to say. Start reading at `types`.

pub mod api;
#[cfg(feature = "ssr")]
pub mod deletion;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod lock;
#[cfg(feature = "ssr")]
pub mod making;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod paths;
#[cfg(feature = "ssr")]
pub mod search;
#[cfg(feature = "ssr")]
pub mod settings;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod suggestions;
#[cfg(feature = "ssr")]
pub mod types;
#[cfg(feature = "ssr")]
pub mod words;
