//! From [`AppError`] to an HTTP answer, and from a cause to a reference in the log.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::error::Error;
use utoipa::ToSchema;

use super::AppError;

/// What went wrong, as a problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says of which kind it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// A few words that are the same for every problem of the kind.
    title: &'static str,
    /// The answer's status once more.
    status: u16,
    /// One sentence: what is wrong, where, and what to do.
    detail: String,
    /// The parameter or the field at fault, with status 422.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    field: Option<String>,
    /// What to tell the operator, with status 500: the log has the cause under it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<String>,
}

impl AppError {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound { .. } | Self::Gone { .. } => StatusCode::NOT_FOUND,
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::NotAllowed { .. } => StatusCode::FORBIDDEN,
            Self::Unreadable { .. } => StatusCode::BAD_REQUEST,
            Self::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::ContentType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal { .. } | Self::Unreachable => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A short heading for a page or a problem document.
    pub fn title(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "Not found",
            Self::Gone { .. } => "Deleted",
            Self::Invalid { .. } => "This can't be taken as it is",
            Self::Conflict { .. } => "Not possible now",
            Self::SignIn => "Sign in first",
            Self::NotAllowed { .. } => "Not allowed",
            Self::Unreadable { .. } => "This can't be read",
            Self::Method { .. } => "Not by this method",
            Self::TooLong { .. } => "Too long",
            Self::ContentType { .. } => "Not in this form",
            Self::Busy { .. } => "Not ready yet",
            Self::Internal { .. } | Self::Unreachable => "Something failed",
        }
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let status = self.status();
        let problem = Problem {
            kind: "about:blank",
            title: self.title(),
            status: status.as_u16(),
            detail: self.to_string(),
            field: match &self {
                Self::Invalid { field, .. } => Some(field.clone()),
                _ => None,
            },
            reference: match &self {
                Self::Internal { reference } => Some(reference.clone()),
                _ => None,
            },
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// Logs the whole chain of a cause once and returns the reference under which it stands.
///
/// A pool that has no connection to give is a wait, not a fault.
pub fn internal(operation: &'static str, cause: &(dyn Error + 'static)) -> AppError {
    if let Some(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed) =
        cause.downcast_ref::<sqlx::Error>()
    {
        tracing::warn!(operation, cause = %chain(cause), "the database did not answer");
        return AppError::Busy {
            message: "The database does not answer at the moment; nothing was changed. Try again shortly."
                .to_owned(),
        };
    }
    let reference = reference();
    tracing::error!(reference, operation, cause = %chain(cause), "a request failed");
    AppError::Internal { reference }
}

/// A request that panicked: a fault of ours, logged under a reference.
pub fn panicked(message: &str) -> AppError {
    let reference = reference();
    tracing::error!(reference, message, "a request panicked");
    AppError::Internal { reference }
}

fn chain(cause: &dyn Error) -> String {
    let mut text = cause.to_string();
    let mut next = cause.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}

fn reference() -> String {
    let mut bytes = [0_u8; 4];
    // Without randomness the reference is zero: still a reference, and the log has the time.
    let _ = getrandom::fill(&mut bytes);
    format!("{:08x}", u32::from_be_bytes(bytes))
}

/// Any failure of the database inside a slice's store, with the operation that failed.
#[derive(Debug, thiserror::Error)]
#[error("{operation} failed")]
pub struct StoreError {
    pub operation: &'static str,
    #[source]
    pub cause: sqlx::Error,
}

/// Names the operation that a database error belongs to.
pub trait Operation<T> {
    fn operation(self, operation: &'static str) -> Result<T, StoreError>;
}

impl<T> Operation<T> for Result<T, sqlx::Error> {
    fn operation(self, operation: &'static str) -> Result<T, StoreError> {
        self.map_err(|cause| StoreError { operation, cause })
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        internal(error.operation, &error.cause)
    }
}
