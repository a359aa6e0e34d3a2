//! What pages share: answering, notices, formats and addresses. Knows no slice.

pub mod format;
pub mod html;
pub mod page;
pub mod url;
