//! What one can do about a row: flag it, override it, accept or dismiss it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::May;
use crate::feedback::api::{Accept, Dismiss, UndoFeedback};
use crate::flags::api::SendFlag;
use crate::flags::types::Scope;
use crate::lists::types::Row;
use crate::overrides;
use crate::overrides::types::Reason;

/// The reasons that the form offers; the others are for overrides and the API.
const REASONS: [Reason; 8] = [
    Reason::Irrelevant,
    Reason::Wrong,
    Reason::Unsafe,
    Reason::OutOfDate,
    Reason::Duplicate,
    Reason::Offensive,
    Reason::Unfair,
    Reason::Other,
];

/// Reason, scope, words, and what will happen: two key strokes send it.
pub(super) fn flag_form(catalog_id: &str, list_id: &str, row: &Row) -> impl IntoView + use<> {
    let rank = row.rank;
    let reasons = REASONS
        .into_iter()
        .enumerate()
        .map(|(index, reason)| {
            view! {
                <label class="choice">
                    <input type="radio" name="reason" value=reason.code() checked=index == 0/>
                    {if reason == Reason::Other { "Other, in words" } else { reason.words() }}
                </label>
            }
        })
        .collect_view();
    let scopes = Scope::ALL
        .map(|scope| view! { <option value=scope.code()>{scope.words()}</option> })
        .into_iter()
        .collect_view();
    view! {
        <details class="rec__drawer" name=format!("rec-{rank}")>
            <summary class="rec__summary rec__summary--flag" data-key="f">
                "Flag"
                <span class="visually-hidden">{format!(" {}", row.title)}</span>
            </summary>
            <form method="post" action=SendFlag::PATH class="rec__sheet flag-form">
                {citation(catalog_id, list_id, &row.item_id)}
                <fieldset>
                    <legend class="form__legend">"What is wrong with it?"</legend>
                    <div class="choice-group choice-group--columns">{reasons}</div>
                </fieldset>
                <div class="stack">
                    <div class="field">
                        <label class="field__label" for=format!("scope-{rank}")>
                            "How far does it reach?"
                        </label>
                        <select class="input" id=format!("scope-{rank}") name="scope">
                            {scopes}
                        </select>
                    </div>
                    <div class="field">
                        <label class="field__label" for=format!("comment-{rank}")>
                            "In your words (needed for “Other”)"
                        </label>
                        <textarea class="input" id=format!("comment-{rank}") name="comment" rows="2" maxlength="2000"></textarea>
                    </div>
                </div>
                <div class="flag-form__foot">
                    <p class="panel__note">
                        "Hidden for you at once, in as many lists as its reach says (a flag on the whole list hides nothing), and kept for review with what you saw. You can take it back."
                    </p>
                    <button class="button button--primary">"Send flag"</button>
                </div>
            </form>
        </details>
    }
}

/// What a form about a row sends along.
fn citation(catalog_id: &str, list_id: &str, item_id: &str) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="catalog_id" value=catalog_id.to_owned()/>
        <input type="hidden" name="list_id" value=list_id.to_owned()/>
        <input type="hidden" name="item_id" value=item_id.to_owned()/>
    }
}

pub(super) fn overrides(
    catalog_id: &str,
    may: May,
    row: &Row,
    anchor_id: Option<&str>,
) -> impl IntoView + use<> {
    let about = format!(" {}", row.title);
    may.change.then(|| {
        let editor =
            |kind: &str| overrides::paths::editor(catalog_id, kind, &row.item_id, anchor_id);
        view! {
            <a class="button button--quiet" href=editor("pin")>
                "Pin…"
                <span class="visually-hidden">{about.clone()}</span>
            </a>
            <a class="button button--quiet" href=editor("block")>
                "Block…"
                <span class="visually-hidden">{about.clone()}</span>
            </a>
        }
    })
}

/// Accept or dismiss; what was accepted can be taken back where it stands.
pub(super) fn responses(
    catalog_id: &str,
    list_id: &str,
    may: May,
    row: &Row,
    accepted: Option<i64>,
) -> impl IntoView + use<> {
    let button = |words: &'static str, key: &'static str| {
        view! {
            <button class="button button--quiet" data-key=key>
                {words}
                <span class="visually-hidden">{format!(" {}", row.title)}</span>
            </button>
        }
    };
    may.respond.then(|| {
        let accept = match accepted {
            Some(feedback_id) => view! {
                <form method="post" action=UndoFeedback::PATH>
                    <input type="hidden" name="catalog_id" value=catalog_id.to_owned()/>
                    <input type="hidden" name="feedback_id" value=feedback_id.to_string()/>
                    {button("Take back", "a")}
                </form>
            }
            .into_any(),
            None => view! {
                <form method="post" action=Accept::PATH>
                    {citation(catalog_id, list_id, &row.item_id)}
                    {button("Accept", "a")}
                </form>
            }
            .into_any(),
        };
        view! {
            {accept}
            <form method="post" action=Dismiss::PATH>
                {citation(catalog_id, list_id, &row.item_id)}
                {button("Dismiss", "x")}
            </form>
        }
    })
}
