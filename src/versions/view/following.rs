//! What takes a while: training and measuring, as they come along.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::index::snapshot::Snapshot;
use crate::jobs::view::following;
use crate::jobs::work::Following;
use crate::ui::page::form_error;

pub(in crate::versions) fn training_under_way(
    snapshot: &Snapshot,
    job: &Following,
) -> impl IntoView + use<> {
    let heading = format!("A version for {} is being trained", snapshot.catalog.name);
    let note = "It is measured first and learns then from everything. Lists stay as they are. \
                Cancelled, nothing of it is kept.";
    under_way(heading, job, note)
}

pub(in crate::versions) fn evaluating(number: i32, job: &Following) -> impl IntoView + use<> {
    let heading = format!("Version {number} is being measured");
    let note = "Measuring changes no list. Cancelled, the figures from before stay.";
    under_way(heading, job, note)
}

fn under_way(heading: String, job: &Following, note: &'static str) -> impl IntoView + use<> {
    view! {
        <Title text=heading.clone()/>
        <div class="page__head">
            <h1>{heading}</h1>
        </div>
        {form_error()}
        <section class="panel" aria-label="How far it has come">{following(job, note)}</section>
    }
}
