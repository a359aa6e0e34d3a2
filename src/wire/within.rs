//! A limit on how long a call may take before it answers.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::time::Duration;

use crate::error::AppError;

/// How long a call may take to begin its answer; a file may then take as long as it is.
pub const USUAL: Duration = Duration::from_mins(1);

/// How long a call may take that trains or measures a model.
pub const LONG: Duration = Duration::from_mins(30);

/// Answers for a call that does not.
pub async fn within(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    let is_safe = request.method().is_safe();
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let seconds = limit.as_secs_f64();
            let then = if is_safe {
                "Try again shortly, or ask for less."
            } else {
                "Whether it was done is not known: look before you send it again."
            };
            let message = format!("This took longer than {seconds} s and was given up. {then}");
            AppError::Busy { message }.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn a_call_that_takes_too_long_is_answered_by_a_sentence() {
        let forever = || async {
            std::future::pending::<()>().await;
        };
        let router: Router = Router::new()
            .route("/", get(forever).post(forever))
            .layer(from_fn_with_state(Duration::from_millis(5), within));
        for (method, says) in [("GET", "ask for less"), ("POST", "look before")] {
            let request = Request::builder()
                .method(method)
                .uri("/")
                .body(Body::empty());
            let request = request.expect("a test's own request");
            let answer = router.clone().oneshot(request).await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            let body = answer.into_body().collect().await.expect("a body");
            let text = String::from_utf8(body.to_bytes().to_vec()).expect("text");
            assert!(text.contains(says), "{text}");
        }
    }
}
