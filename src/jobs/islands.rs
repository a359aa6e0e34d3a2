//! The interactive bit of a page that waits: how far something has come, asked for again.
//!
//! Without scripting the page asks for itself again.

use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::job_progress;
use super::progress::Progress;
use crate::error::AppError;

const EVERY: Duration = Duration::from_secs(1);

/// Asks how far it has come.
pub type Ask = Rc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Progress, AppError>>>>>;

/// How far a job has come. When it has ended, the page is loaded once more for what came of it;
/// where somebody has typed something meanwhile, it is said instead, and nothing typed is lost.
#[island]
pub fn JobProgress(job_id: String, progress: Progress) -> impl IntoView {
    follow(
        progress,
        Rc::new(move || Box::pin(job_progress(job_id.clone()))),
    )
}

/// Shows how far something has come, and follows it.
pub fn follow(progress: Progress, ask: Ask) -> impl IntoView {
    let progress = RwSignal::new(progress);
    let typed = RwSignal::new(false);
    Effect::new(move || {
        let listening = window_event_listener(ev::input, move |_| typed.set(true));
        on_cleanup(move || listening.remove());
        ask_again(ask.clone(), progress, typed);
    });
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
            aria-label="How far it has come"
        ></progress>
        <p>{move || progress.with(|progress| progress.summary.clone())}</p>
        <dl class="facts facts--tiles">{figures}</dl>
        </div>
    }
}

fn ask_again(ask: Ask, progress: RwSignal<Progress>, typed: RwSignal<bool>) {
    let again = move || {
        spawn_local(async move {
            match ask().await {
                Ok(now) if now.is_running => {
                    progress.set(now);
                    ask_again(ask, progress, typed);
                }
                Ok(ended) if typed.get_untracked() => progress.set(ended),
                Ok(_) => {
                    let _ = window().location().reload();
                }
                // The server may be gone for a moment; what was seen last stays.
                Err(_) => ask_again(ask, progress, typed),
            }
        });
    };
    set_timeout(again, EVERY);
}
