//! Whether the process lives, and whether it can answer: for whoever starts and watches it.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use crate::services::Services;

pub(super) fn router() -> Router<Services> {
    Router::new()
        .route("/health/live", get(async || "live"))
        .route("/health/ready", get(ready))
}

async fn ready(State(services): State<Services>) -> (StatusCode, &'static str) {
    match crate::catalog::store::last_changes(&services.db).await {
        Ok(_) => (StatusCode::OK, "ready"),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer",
        ),
    }
}
