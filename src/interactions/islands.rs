//! The interactive bit of an import's page: its progress, asked for again while it is under way.
//!
//! Without scripting the page asks for itself again.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::import_progress;
use super::progress::Progress;

const EVERY: Duration = Duration::from_secs(1);

/// How far an import has come. When it has ended, the page is loaded once more for what came of it.
#[island]
pub fn ImportProgress(catalog_id: String, batch_id: i64, progress: Progress) -> impl IntoView {
    let progress = RwSignal::new(progress);
    Effect::new(move || ask_again(catalog_id.clone(), batch_id, progress));
    let figures = move || {
        let figures = progress.get().figures.into_iter();
        figures
            .map(|(name, figure)| {
                view! {
                    <div class="facts__row">
                        <dt>{name}</dt>
                        <dd>{figure}</dd>
                    </div>
                }
            })
            .collect_view()
    };
    view! {
        <div class="following">
        <progress
            class="progress"
            max="1"
            value=move || progress.with(|progress| format!("{:.4}", progress.share))
            aria-label="Read of the files"
        ></progress>
        <p>{move || progress.with(|progress| progress.summary.clone())}</p>
        <dl class="facts facts--tiles">{figures}</dl>
        </div>
    }
}

fn ask_again(catalog_id: String, batch_id: i64, progress: RwSignal<Progress>) {
    let ask = move || {
        spawn_local(async move {
            match import_progress(catalog_id.clone(), batch_id).await {
                Ok(now) if now.is_running => {
                    progress.set(now);
                    ask_again(catalog_id, batch_id, progress);
                }
                Ok(_) => {
                    let _ = window().location().reload();
                }
                // The server may be gone for a moment; what was seen last stays.
                Err(_) => ask_again(catalog_id, batch_id, progress),
            }
        });
    };
    set_timeout(ask, EVERY);
}
