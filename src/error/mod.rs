//! The one error that leaves the server.
//!
//! [`AppError`] says only what a person may know, in words that can stand on a page, in a URL or
//! in JSON. It is never made from another error's text: the cause of an internal error goes to the
//! log once, under a short reference, and the person sees the reference.

#[cfg(feature = "ssr")]
pub mod respond;

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// What went wrong, as far as the person who asked may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// 404. Something that was asked for by name does not exist.
    #[error("{what} was not found.")]
    NotFound { what: String },
    /// 404. It existed and was deleted for good.
    #[error("{message}")]
    Gone { message: String },
    /// 422. One field of the input can't be taken; nothing was changed.
    #[error("{message}")]
    Invalid { field: String, message: String },
    /// 409. The state of things does not allow it.
    #[error("{message}")]
    Conflict { message: String },
    /// 401. Nobody is signed in, or the token is not known.
    #[error("Sign in first: this needs an account or a token that is still valid.")]
    SignIn,
    /// 403. The account may not do this.
    #[error("Your role does not allow this: it needs {need}.")]
    NotAllowed { need: String },
    /// 400. What was sent is not what it calls itself: broken JSON, a body that was cut off.
    #[error("{message}")]
    Unreadable { message: String },
    /// 405. The address exists and does not take the method.
    #[error("{message}")]
    Method { message: String },
    /// 413. More than is read at once.
    #[error("{message}")]
    TooLong { message: String },
    /// 415. A body of a kind that is not read here.
    #[error("{message}")]
    ContentType { message: String },
    /// 503. The service can't answer now and will be able to soon.
    #[error("{message}")]
    Busy { message: String },
    /// 500. A fault of ours; the log has the cause under this reference.
    #[error(
        "Something failed on our side and nothing was changed. Tell your operator the reference {reference}."
    )]
    Internal { reference: String },
    /// The browser could not reach the server, or could not read its answer.
    #[error("The server could not be reached. Check the connection and try again.")]
    Unreachable,
}

impl AppError {
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound { what: what.into() }
    }

    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            message: message.into(),
        }
    }

    pub fn unreadable(message: impl Into<String>) -> Self {
        Self::Unreadable {
            message: message.into(),
        }
    }

    pub fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict {
            message: message.into(),
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// What the framework reports about a call: to a person all of it means "not reached".
    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Unreachable
    }
}
