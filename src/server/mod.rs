//! The axum wiring: one router over the slices, with its layers in order.

pub mod assets;
mod health;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{any, get};
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

use crate::accounts::{self, identify};
use crate::app::{App, shell};
use crate::overview::visit;
use crate::services::Services;
use crate::wire::read::BODY_MOST;
use crate::{interactions, jobs, reference};

/// Everything that Tandem answers.
pub fn router(services: Services) -> Router {
    let signed_in = Router::new()
        .merge(pages(&services))
        .layer(from_fn(one_address))
        .layer(from_fn_with_state(services.clone(), visit::note))
        .layer(from_fn(require_sign_in))
        .layer(from_fn_with_state(
            services.clone(),
            accounts::http::use_link,
        ))
        .merge(accounts::http::router().with_state(services.clone()))
        .merge(interactions::http::router().with_state(services.clone()))
        .merge(jobs::http::router().with_state(services.clone()))
        .nest(
            reference::paths::API,
            reference::calls::router().with_state(services.clone()),
        )
        // A nested router has no address that ends in a slash.
        .route(
            &format!("{}/", reference::paths::API),
            any(reference::calls::nothing),
        )
        // Who sent it must be known before any of the above looks.
        .layer(from_fn_with_state(services.clone(), identify::identify));
    Router::new()
        .merge(signed_in)
        .merge(health::router().with_state(services))
        .route("/style.css", get(assets::style))
        .route("/favicon.svg", get(assets::favicon))
        .route("/robots.txt", get(assets::robots))
        .route("/pkg/{*path}", get(assets::package))
        .layer(DefaultBodyLimit::max(BODY_MOST))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        ))
        .layer(CompressionLayer::new())
        // A panic in one request must not look like a cut connection.
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TraceLayer::new_for_http())
}

/// Leads from an address with a slash at its end to the page's own. What begins with two slashes, or
/// what a browser takes for them, would lead to another host.
async fn one_address(request: Request, next: Next) -> Response {
    let uri = request.uri();
    let page = uri.path().trim_end_matches('/');
    let is_here = !uri.path().starts_with("//") && !uri.path().contains('\\');
    if request.method() != Method::GET
        || page.len() == uri.path().len()
        || page.is_empty()
        || !is_here
    {
        return next.run(request).await;
    }
    let query = uri
        .query()
        .map_or_else(String::new, |query| format!("?{query}"));
    Redirect::permanent(&format!("{page}{query}")).into_response()
}

/// Pages are for people who are signed in, but for the description of the API.
async fn require_sign_in(request: Request, next: Next) -> Response {
    if request.uri().path() == reference::paths::DOCS {
        return next.run(request).await;
    }
    identify::require_sign_in(request, next).await
}

fn pages(services: &Services) -> Router {
    let options = LeptosOptions::builder()
        .output_name("tandem")
        .site_pkg_dir("pkg")
        .build();
    let routes = generate_route_list(App);
    let context = {
        let services = services.clone();
        move || provide_context(services.clone())
    };
    Router::new()
        .leptos_routes_with_context(&options, routes, context, {
            let options = options.clone();
            move || shell(options.clone())
        })
        .fallback(leptos_axum::file_and_error_handler_with_context::<
            LeptosOptions,
            _,
        >(
            {
                let services = services.clone();
                move || provide_context(services.clone())
            },
            shell,
        ))
        .with_state(options)
}

fn panicked(
    cause: Box<dyn std::any::Any + Send + 'static>,
) -> axum::http::Response<axum::body::Body> {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    crate::error::respond::panicked(text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::StatusCode;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn a_call_that_panics_is_answered_by_a_problem_with_a_reference() {
        async fn broken() {
            panic!("a test's own");
        }
        let router: Router = Router::new()
            .route("/", get(broken))
            .layer(CatchPanicLayer::custom(panicked));
        let request = Request::new(Body::empty());
        let answer = router.oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let kind = &answer.headers()[header::CONTENT_TYPE];
        assert_eq!(kind, "application/problem+json");
        let body = answer.into_body().collect().await.expect("a body");
        let text = String::from_utf8(body.to_bytes().to_vec()).expect("text");
        assert!(
            text.contains("reference") && !text.contains("a test's own"),
            "{text}"
        );
    }
}
