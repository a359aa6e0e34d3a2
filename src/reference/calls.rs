//! Every call of the API, and what holds for all of them.

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::document::document;
use crate::error::AppError;
use crate::interactions::{posted, records};
use crate::services::Services;
use crate::wire::read::other_method;
use crate::wire::tag::Tag;
use crate::wire::within::{self, within};
use crate::{catalog, cooccurrence, feedback, flags, items, overrides, recommendations, versions};

/// The calls, each with its description.
pub(super) fn calls() -> OpenApiRouter<Services> {
    usual_calls().merge(versions::http::slow_router())
}

fn usual_calls() -> OpenApiRouter<Services> {
    OpenApiRouter::default()
        .merge(catalog::http::router())
        .merge(items::http::router())
        .merge(records::http::router())
        .merge(posted::http::router())
        .merge(recommendations::http::router())
        .merge(cooccurrence::http::router())
        .merge(feedback::http::router())
        .merge(flags::http::router())
        .merge(overrides::http::router())
        .merge(versions::http::router())
        .routes(routes!(describe))
}

/// The calls as the server answers them.
pub fn router() -> Router<Services> {
    let (usual, _) = usual_calls().split_for_parts();
    let (slow, _) = versions::http::slow_router().split_for_parts();
    usual
        .layer(from_fn_with_state(within::USUAL, within))
        .merge(slow.layer(from_fn_with_state(within::LONG, within)))
        .fallback(nothing)
        .method_not_allowed_fallback(other_method)
        // What one reader may see is no other's: no cache between may keep it, and who keeps it
        // asks each time whether it is still so.
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        ))
        .layer(SetResponseHeaderLayer::appending(
            header::VARY,
            HeaderValue::from_static("authorization, cookie"),
        ))
}

/// What an address that is no call answers.
pub async fn nothing() -> AppError {
    AppError::not_found("This address of the API")
}

/// This description, as an OpenAPI 3.1 document.
///
/// Needs no sign-in: it holds nothing of any catalog.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "Description",
    operation_id = "describe",
    extensions(("x-tagged" = json!(true))),
    responses((status = 200, description = "The document.", body = Value)),
)]
async fn describe(headers: HeaderMap) -> Response {
    let text = document().text();
    let tag = Tag::of(&[text]);
    if let Some(known) = tag.known_by(&headers) {
        return known;
    }
    let kind = [(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    )];
    (kind, tag.header(), text).into_response()
}
