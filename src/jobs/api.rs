//! What the page of a job asks for while it is under way.

use leptos::prelude::*;

use super::progress::Progress;
use crate::error::AppError;

/// How far a job has come; not under way where it has ended.
#[server(prefix = "/actions", endpoint = "job-progress")]
#[allow(
    clippy::unused_async,
    reason = "a server function is one, whether it waits or not"
)]
pub async fn job_progress(job_id: String) -> Result<Progress, AppError> {
    crate::accounts::types::Actor::current()?;
    Ok(crate::services::Services::current().jobs.progress(&job_id))
}
