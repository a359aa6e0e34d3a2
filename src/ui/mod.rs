//! What pages share: answering, notices, formats and addresses. Knows no slice.

#[cfg(feature = "ssr")]
pub mod chips;
#[cfg(feature = "ssr")]
pub mod format;
#[cfg(feature = "ssr")]
pub mod html;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod table;
pub mod url;
