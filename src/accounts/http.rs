//! Signing in by a link, signing out, and the choice of theme.

use axum::Router;
use axum::extract::{Form, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::post;
use axum_extra::extract::Query;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use chrono::Utc;
use serde::Deserialize;

use super::identify::SESSION;
use super::{paths, store};
use crate::error::AppError;
use crate::services::Services;

/// The cookie that keeps the chosen theme: `light` or `dark`; absent for the system's.
pub const THEME: &str = "tandem_theme";

pub fn router() -> Router<Services> {
    Router::new()
        .route(paths::SIGN_OUT, post(sign_out))
        .route(paths::THEME, post(choose_theme))
}

/// What a sign-in address carries.
#[derive(Deserialize)]
pub struct Link {
    token: Option<String>,
    next: Option<String>,
}

/// Uses a one-time link before its page is rendered: `GET /sign-in?token=…` opens a session and
/// goes on. A link that is used up or too old shows the page, which says so.
pub async fn use_link(
    State(services): State<Services>,
    Query(link): Query<Link>,
    cookies: CookieJar,
    request: Request,
    next: Next,
) -> Response {
    let token = link
        .token
        .filter(|_| request.uri().path() == paths::SIGN_IN);
    let Some(token) = token else {
        return next.run(request).await;
    };
    match store::sign_in(&services.db, &token, Utc::now()).await {
        Ok(Some(session)) => {
            let cookie = Cookie::build((SESSION, session.as_str().to_owned()))
                .path("/")
                .http_only(true)
                .same_site(SameSite::Lax)
                .permanent();
            let to = local(link.next.as_deref());
            (cookies.add(cookie), Redirect::to(&to)).into_response()
        }
        Ok(None) => next.run(request).await,
        Err(error) => AppError::from(error).into_response(),
    }
}

async fn sign_out(
    State(services): State<Services>,
    cookies: CookieJar,
) -> Result<(CookieJar, Redirect), AppError> {
    if let Some(session) = cookies.get(SESSION) {
        store::sign_out(&services.db, session.value()).await?;
    }
    let gone = Cookie::build(SESSION).path("/");
    Ok((cookies.remove(gone), Redirect::to(paths::SIGN_IN)))
}

#[derive(Deserialize)]
struct Theme {
    theme: String,
}

/// Keeps the theme in a cookie and goes back to the page it was chosen on.
async fn choose_theme(
    cookies: CookieJar,
    headers: HeaderMap,
    Form(chosen): Form<Theme>,
) -> (CookieJar, Redirect) {
    let cookies = match chosen.theme.as_str() {
        theme @ ("light" | "dark") => cookies.add(
            Cookie::build((THEME, theme.to_owned()))
                .path("/")
                .same_site(SameSite::Lax)
                .permanent(),
        ),
        _ => cookies.remove(Cookie::build(THEME).path("/")),
    };
    let back = headers
        .get(header::REFERER)
        .and_then(|from| from.to_str().ok());
    let path = back.and_then(|from| {
        let (_, rest) = from.split_once("://")?;
        rest.find('/').map(|slash| &rest[slash..])
    });
    (cookies, Redirect::to(&local(path)))
}

/// A path on this server; anything that could lead elsewhere becomes the first page.
fn local(path: Option<&str>) -> String {
    let is_local = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains(['\\', '\r', '\n'])
            && !path.starts_with(paths::SIGN_IN)
    };
    path.filter(is_local).unwrap_or("/").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for path in [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x=1",
            "/sign-in?token=x",
        ] {
            assert_eq!(local(Some(path)), "/", "{path}");
        }
        assert_eq!(local(Some("/catalogs/films?x=1")), "/catalogs/films?x=1");
        assert_eq!(local(None), "/");
    }
}
