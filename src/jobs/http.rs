//! What the page of a job sends: that it be cancelled.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::post;

use super::paths;
use crate::accounts::types::Actor;
use crate::error::AppError;
use crate::services::Services;

pub fn router() -> Router<Services> {
    Router::new().route(paths::CANCEL, post(cancel))
}

/// Cancels a job and goes to the page from which it can be begun again. One that has ended
/// meanwhile is not found; nobody guesses the id of another's.
async fn cancel(
    _: Actor,
    State(services): State<Services>,
    Path(job_id): Path<String>,
) -> Result<Redirect, AppError> {
    let back = services.jobs.cancel(&job_id)?;
    Ok(Redirect::to(&back))
}
