//! Where a job is cancelled.

/// The address as the router knows it.
pub(super) const CANCEL: &str = "/jobs/{job}/cancel";

pub fn cancel(job_id: &str) -> String {
    CANCEL.replace("{job}", job_id)
}
