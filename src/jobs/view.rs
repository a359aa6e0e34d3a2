//! How a page waits.

use leptos::prelude::*;

use super::islands::JobProgress;
use super::paths;
use super::work::Following;
use crate::ui::page::{path, query, with_parameter};

/// A job that is under way, and the button that cancels it. `note` says what cancelling leaves.
pub fn following(job: &Following, note: &'static str) -> impl IntoView + use<> {
    view! { {beside_a_form(job, note)} {renewed()} }
}

/// The same on a page where somebody may be typing: it does not renew itself.
pub fn beside_a_form(job: &Following, note: &'static str) -> impl IntoView + use<> {
    view! {
        <JobProgress job_id=job.id.clone() progress=job.progress.clone()/>
        <div class="form__foot">
            <form method="post" action=paths::cancel(&job.id)>
                <button class="button button--danger">"Cancel"</button>
            </form>
            <p class="panel__note">{note}</p>
        </div>
    }
}

/// Has a page without scripting ask for itself again. One that renews itself must be able to stand
/// still.
pub fn renewed() -> impl IntoView {
    let (here, query) = (path(), query());
    let is_still = query.split('&').any(|parameter| parameter == "still=1");
    if is_still {
        let again = with_parameter(&here, &query, "still", None);
        view! { <noscript><a href=again>"Follow it again"</a></noscript> }.into_any()
    } else {
        let still = with_parameter(&here, &query, "still", Some("1"));
        view! {
            <noscript>
                <meta http-equiv="refresh" content="2"/>
                <a href=still>"Do not renew this page every 2 seconds"</a>
            </noscript>
        }
        .into_any()
    }
}
