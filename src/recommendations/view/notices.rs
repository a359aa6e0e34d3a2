//! What a reader hid from a list, each with the way back; and why a list is thin.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::what_if;
use crate::catalog::words::title;
use crate::feedback::api::UndoFeedback;
use crate::feedback::store::Kind;
use crate::flags::api::WithdrawFlag;
use crate::recommendations::page::{Answer, Loaded};
use crate::ui::format::counted;

/// What this person hid from this list, each with the way back; and why a list is thin.
pub(in crate::recommendations) fn notices(
    loaded: &Loaded,
    answer: &Answer,
) -> impl IntoView + use<> {
    let snapshot = &loaded.snapshot;
    let dismissed = answer
        .responses
        .iter()
        .filter(|response| response.kind == Kind::Dismiss)
        .map(|hidden| {
            view! {
                <div class="notice" role="status">
                    <p class="notice__text">
                        {format!("{} is dismissed for you in this list.", title(snapshot, &hidden.item_id))}
                    </p>
                    <form method="post" action=UndoFeedback::PATH>
                        <input type="hidden" name="catalog_id" value=snapshot.catalog.id.clone()/>
                        <input type="hidden" name="feedback_id" value=hidden.feedback_id.to_string()/>
                        <button class="button">"Undo"</button>
                    </form>
                </div>
            }
        })
        .collect_view();
    let flagged = answer
        .flagged
        .iter()
        .map(|hidden| {
            view! {
                <div class="notice" role="status">
                    <p class="notice__text">
                        {format!(
                            "You flagged {} ({}): hidden for you, and kept for review.",
                            title(snapshot, &hidden.item_id),
                            hidden.reason.words().to_lowercase(),
                        )}
                    </p>
                    <form method="post" action=WithdrawFlag::PATH>
                        <input type="hidden" name="catalog_id" value=snapshot.catalog.id.clone()/>
                        <input type="hidden" name="flag_id" value=hidden.flag_id.to_string()/>
                        <button class="button">"Take back"</button>
                    </form>
                </div>
            }
        })
        .collect_view();
    let thin = answer.list.fallback.map(|_| {
        let model = answer.list.items.iter().filter(|row| row.fallback.is_none()).count();
        let text = match model {
            0 => "There is too little evidence here for the model: all of these are the most chosen items, marked as a fallback.".to_owned(),
            rows => format!(
                "There is little evidence here: {} from the model; the rest are the most chosen items, marked as a fallback.",
                counted(rows as u64, "suggestion is", "suggestions are")
            ),
        };
        view! { <div class="notice notice--inline"><p class="notice__text">{text}</p></div> }
    });
    view! { {what_if::notice(loaded, answer)} {dismissed} {flagged} {thin} }
}
