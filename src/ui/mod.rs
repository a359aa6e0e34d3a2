//! What pages share: the frame, notices, formats and addresses. Knows no slice.

pub mod format;
pub mod url;
