//! The HTTP API as a whole: the one list of its calls, and what describes them.
//!
//! A call's description stands beside its handler, in its slice; the router is made of the same
//! list as the document, so that neither can hold a call that the other has not. What every call
//! has in common (who may, how it fails) is added here. The document is at
//! `/api/v1/openapi.json`, the same as a page at `/api/docs`; both are for everybody, signed in or
//! not, for they hold nothing of the house. Start reading at `calls`.

pub mod calls;
pub mod document;
pub mod page;
pub mod paths;
mod present;
mod view;
