//! The layer that finds out who sent a request, before anything else looks at it.
//!
//! A bearer token wins over a session cookie. A request that changes something and comes with a
//! cookie must come from our own pages: the browser says so in `Sec-Fetch-Site`, older ones in
//! `Origin`. A token needs no such check, for no browser sends it by itself.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use chrono::Utc;

use super::{paths, store};
use crate::error::AppError;
use crate::services::{Identity, Services};

/// The session cookie.
pub const SESSION: &str = "tandem_session";

/// Puts the [`Identity`] into the request's extensions.
pub async fn identify(
    State(services): State<Services>,
    cookies: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    let now = Utc::now();
    let actor = if let Some(token) = bearer(request.headers()) {
        store::find_by_token(&services.db, token, now).await
    } else if let Some(session) = cookies.get(SESSION) {
        if !is_safe(request.method()) && !same_origin(request.headers()) {
            let message =
                "This request came from another site and was refused. Use Tandem's own pages.";
            return AppError::conflict(message).into_response();
        }
        store::find_by_session(&services.db, session.value(), now).await
    } else {
        Ok(None)
    };
    match actor {
        Ok(actor) => {
            request.extensions_mut().insert(Identity(actor));
            next.run(request).await
        }
        Err(error) => AppError::from(error).into_response(),
    }
}

/// Sends whoever opens a page without being signed in to the sign-in page, and back afterwards.
pub async fn require_sign_in(request: Request, next: Next) -> Response {
    let signed_in = request
        .extensions()
        .get::<Identity>()
        .is_some_and(|identity| identity.0.is_some());
    let path = request.uri().path();
    if signed_in || path == paths::SIGN_IN || !is_safe(request.method()) {
        return next.run(request).await;
    }
    let wanted = request
        .uri()
        .path_and_query()
        .map_or(path, |whole| whole.as_str());
    Redirect::to(&paths::sign_in_for(wanted)).into_response()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin"), text("host")) {
        (Some(site), _, _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, from)| from == host),
        // A program that keeps cookies and sends neither header is no browser.
        (None, None, _) => true,
        (None, Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_from_another_site_is_told_from_our_own() {
        let rows: [(&[(&str, &str)], bool); 6] = [
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (
                &[
                    ("origin", "http://127.0.0.1:3000"),
                    ("host", "127.0.0.1:3000"),
                ],
                true,
            ),
            (
                &[
                    ("origin", "http://evil.example"),
                    ("host", "127.0.0.1:3000"),
                ],
                false,
            ),
            (&[("origin", "null"), ("host", "127.0.0.1:3000")], false),
        ];
        for (pairs, expected) in rows {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(
                    axum::http::HeaderName::try_from(*name).unwrap(),
                    value.parse().unwrap(),
                );
            }
            assert_eq!(same_origin(&headers), expected, "{pairs:?}");
        }
    }
}
