//! The servers that follow, and how far each has come.

use leptos::prelude::*;

use crate::overview::page::Loaded;
use crate::ui::format::{counted, moment};

pub(super) fn servers(loaded: &Loaded) -> impl IntoView + use<> {
    let newest = loaded.servers.iter().map(|told| told.change);
    let newest = newest.max().unwrap_or(0).max(loaded.snapshot.change);
    let rows = loaded.servers.iter().map(|told| {
        let state = match newest - told.change {
            0 => "up to date".to_owned(),
            behind => format!(
                "{} behind",
                counted(behind.unsigned_abs(), "change", "changes")
            ),
        };
        let since = format!("{state}, counted {}", moment(told.counted_at));
        view! { <div class="facts__row"><dt>{told.address.clone()}</dt><dd>{since}</dd></div> }
    });
    let content = if loaded.servers.is_empty() {
        view! {
            <p class="panel__note">
                "No server has reported within ten seconds. Each does once a second while it runs; look at the log of the one that made this page."
            </p>
        }
        .into_any()
    } else {
        view! { <dl class="facts">{rows.collect_view()}</dl> }.into_any()
    };
    view! {
        <section class="panel" id="servers">
            <h2>"Servers"</h2>
            {content}
        </section>
    }
}
