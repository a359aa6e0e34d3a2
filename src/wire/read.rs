//! The parts of a request, each refused with a sentence where it can't be read.

use axum::body::Bytes;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody, PathRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum_extra::extract::Query;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use utoipa::IntoParams;

use crate::error::AppError;

/// The longest body that is read where a call does not say otherwise, in bytes.
pub const BODY_MOST: usize = 2 * MIB;
/// Bytes of a mebibyte.
pub const MIB: usize = 1024 * 1024;

/// What a body may call itself. The last is what curl says where it is told nothing.
const JSON: [&str; 5] = [
    "application/json",
    "application/x-ndjson",
    "application/ndjson",
    "text/plain",
    "application/x-www-form-urlencoded",
];

/// The variable parts of an address.
pub struct Place<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Place<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let place = Path::from_request_parts(parts, state).await;
        place.map(|Path(place)| Self(place)).map_err(no_place)
    }
}

fn no_place(rejection: PathRejection) -> AppError {
    let PathRejection::FailedToDeserializePathParams(why) = rejection else {
        return AppError::not_found("This address of the API");
    };
    match why.into_kind() {
        ErrorKind::ParseErrorAtKey { value, .. }
        | ErrorKind::ParseErrorAtIndex { value, .. }
        | ErrorKind::DeserializeError { value, .. } => {
            AppError::not_found(format!("“{value}”, where the address has a number,"))
        }
        _ => AppError::unreadable("The address can't be read: it is not UTF-8 text."),
    }
}

/// The catalog that a call is about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InCatalog {
    /// The catalog's id.
    #[param(example = "demo")]
    pub catalog: String,
}

/// Something that a catalog's calls know by its number.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct Numbered {
    /// The catalog's id.
    #[param(example = "demo")]
    pub catalog: String,
    /// The number under which it was kept.
    #[param(minimum = 1, example = 7)]
    pub id: i64,
}

/// What an address asks for behind its question mark.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let query = Query::try_from_uri(&parts.uri);
        query.map(|Query(asked)| Self(asked)).map_err(|error| {
            AppError::invalid(
                "query",
                format!("The part of the address behind “?” can't be read: {error}. Give each parameter once."),
            )
        })
    }
}

/// A whole number of a query, within its limits.
pub fn whole_number(
    name: &str,
    text: Option<&str>,
    least: u32,
    most: u32,
) -> Result<Option<u32>, AppError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    match text.trim().parse::<u32>() {
        Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
        _ => Err(AppError::invalid(
            name,
            format!("“{name}” is a whole number from {least} to {most}, not “{text}”."),
        )),
    }
}

/// A body as JSON or lines of JSON; `most` is the limit that the call's layer has set.
pub async fn body<S: Send + Sync>(
    request: Request,
    state: &S,
    most: usize,
) -> Result<Bytes, AppError> {
    check_type(request.headers())?;
    let body = Bytes::from_request(request, state).await;
    body.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            AppError::TooLong {
                message: format!(
                    "The body is longer than the {} MiB that are taken at once: send it in parts. \
                     Nothing was taken.",
                    most / MIB
                ),
            }
        }
        _ => AppError::unreadable("The body broke off before its end. Nothing was taken."),
    })
}

fn check_type(headers: &HeaderMap) -> Result<(), AppError> {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let kind = kind.to_str().unwrap_or("something that is no text");
    let plain = kind.split(';').next().unwrap_or_default();
    let plain = plain.trim().to_ascii_lowercase();
    if JSON.contains(&plain.as_str()) || plain.ends_with("+json") {
        return Ok(());
    }
    Err(AppError::ContentType {
        message: format!(
            "The body calls itself {kind}; JSON is wanted here, as application/json, or one object \
             a line as application/x-ndjson where a call takes lines. Nothing was taken."
        ),
    })
}

/// One JSON value of the shape that a call takes.
pub fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, AppError> {
    serde_json::from_slice(body).map_err(|error| {
        // A shape may be found wrong before what is broken behind it is reached.
        match serde_json::from_slice::<IgnoredAny>(body) {
            Err(error) => not_json(&error),
            Ok(_) => AppError::invalid(
                "body",
                format!("The body is not what is expected here: {error}."),
            ),
        }
    })
}

/// A body that is no JSON, with the line and the column at which that shows.
pub fn not_json(error: &serde_json::Error) -> AppError {
    AppError::unreadable(format!(
        "The body is not whole JSON: {error}. Nothing was taken."
    ))
}

/// What a known address answers to a method that it does not take.
pub async fn other_method(method: Method) -> AppError {
    AppError::Method {
        message: format!(
            "This address does not take {method}; the header Allow names what it takes."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_told_by_what_it_calls_itself() {
        let check = |kind: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(kind) = kind {
                headers.insert(
                    header::CONTENT_TYPE,
                    kind.parse().expect("a test's own header"),
                );
            }
            check_type(&headers)
        };
        for kind in [
            None,
            Some("application/json"),
            Some("Application/JSON; charset=utf-8"),
            Some("application/x-ndjson"),
            Some("application/merge-patch+json"),
            Some("application/x-www-form-urlencoded"),
        ] {
            assert_eq!(check(kind), Ok(()), "{kind:?}");
        }
        for kind in [
            "text/csv",
            "multipart/form-data; boundary=x",
            "application/xml",
            "",
        ] {
            let refused = check(Some(kind));
            assert!(
                matches!(refused, Err(AppError::ContentType { .. })),
                "{kind}"
            );
        }
    }

    #[test]
    fn what_is_no_json_is_told_from_json_of_another_shape() {
        #[derive(Debug, serde::Deserialize)]
        struct Shape {
            #[expect(dead_code, reason = "the shape alone matters")]
            number: u32,
        }
        let broken = json::<Shape>(b"{\n  \"number\": ,\n}").expect_err("broken");
        assert!(matches!(broken, AppError::Unreadable { .. }));
        assert!(broken.to_string().contains("line 2 column 13"), "{broken}");
        let other = json::<Shape>(b"{\"number\": \"x\"}").expect_err("another shape");
        assert!(matches!(other, AppError::Invalid { .. }), "{other}");
    }
}
