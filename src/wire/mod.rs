//! What every call of the HTTP API shares: how a request is read, how an answer is tagged, and how a
//! long list comes in pages.
//!
//! A request that can't be read is answered by a problem document (RFC 9457) whatever part of it is
//! at fault; an answer that is the same as the one a program has is not sent again. It knows no
//! slice and no call. Start reading at `read`.

pub mod page;
pub mod read;
pub mod tag;
pub mod within;
