//! Saved views: an address of a catalog's pages, kept by name.
//!
//! Everything that a page shows lies in its address, so a view is a path and a query and nothing
//! else: opening one shows the figures of now. A view belongs to the account that saved it and
//! nobody else sees it; tokens have none. Start reading at `types`.

pub mod api;
#[cfg(feature = "ssr")]
pub mod menu;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod paths;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod types;
