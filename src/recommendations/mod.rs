//! Recommendations: what would it recommend here, why, and is that right?
//!
//! The page and the API of lists. Both take an anchor from the URL and hand it to
//! `lists::resolve`; neither ranks, filters or reorders anything itself.

#[cfg(feature = "ssr")]
pub mod ask;
#[cfg(feature = "ssr")]
pub mod http;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod paths;
#[cfg(feature = "ssr")]
mod view;
