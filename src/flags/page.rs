//! The page: what have people flagged, and what had they seen?
//!
//! Every flag stands with the row as it was served then, whatever the figures are now. Flags are
//! kept for review; who sent one may take it back.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde_json::Value;

use super::api::WithdrawFlag;
use super::store;
use super::types::Flag;
use crate::accounts::types::{Actor, Right};
use crate::catalog::words::title;
use crate::index::snapshot::Snapshot;
use crate::items;
use crate::services::Services;
use crate::ui::format::{count, moment, significant};
use crate::ui::page::{form_error, page};

/// Flags that the page shows; the API lists them all.
const SHOWN: usize = 200;

#[component]
pub fn FlagsPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    page(async move {
        let actor = actor?;
        actor.require_in(&catalog_id, Right::Read)?;
        let snapshot = services.index.current(&catalog_id)?;
        let flags = store::list(&services.db, &actor, &catalog_id).await?;
        Ok(lay_out(&snapshot, &actor, &flags))
    })
}

fn lay_out(snapshot: &Snapshot, actor: &Actor, flags: &[Flag]) -> impl IntoView + use<> {
    let number = |state: &str| {
        let are = flags.iter().filter(|flag| flag.state == state);
        count(are.count() as u64)
    };
    let figures = format!(
        "{} kept for review, {} taken back",
        number("open"),
        number("withdrawn")
    );
    let content = if flags.is_empty() {
        view! {
            <div class="empty">
                <h2>"Nothing has been flagged"</h2>
                <p>"Whoever finds a recommendation wrong flags it where it stands, under “Flag”."</p>
            </div>
        }
        .into_any()
    } else {
        table(snapshot, actor, flags).into_any()
    };
    view! {
        <Title text="Flags"/>
        <div class="page__head">
            <h1>"What have people flagged?"</h1>
            <p class="page__as-of">{figures}</p>
        </div>
        {form_error()}
        {content}
    }
}

fn table(snapshot: &Snapshot, actor: &Actor, flags: &[Flag]) -> impl IntoView + use<> {
    let rows = flags
        .iter()
        .take(SHOWN)
        .map(|flag| row(snapshot, actor, flag))
        .collect_view();
    let cut = (flags.len() > SHOWN).then(|| {
        let (shown, all) = (count(SHOWN as u64), count(flags.len() as u64));
        format!(": {shown} of {all}; the API lists all")
    });
    view! {
        <div class="table-region" role="region" tabindex="0" aria-labelledby="flags-caption">
            <table class="data-table">
                <caption id="flags-caption">
                    <span class="data-table__caption">
                        <span>
                            <strong>"Flags"</strong>
                            ", the newest first, each with what was seen then"
                            {cut}
                        </span>
                    </span>
                </caption>
                <thead>
                    <tr>
                        <th scope="col">"Item"</th>
                        <th scope="col">"For"</th>
                        <th scope="col">"Reason"</th>
                        <th scope="col">"Reach"</th>
                        <th scope="col">"What was seen"</th>
                        <th scope="col">"Flagged"</th>
                        <th scope="col">"State"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(snapshot: &Snapshot, actor: &Actor, flag: &Flag) -> impl IntoView + use<> {
    let catalog_id = &snapshot.catalog.id;
    let name = title(snapshot, &flag.item_id).to_owned();
    let note = |text: String| view! { <span class="data-table__note">{text}</span> };
    let comment = (!flag.comment.is_empty()).then(|| note(format!("“{}”", flag.comment)));
    let open = flag.state == "open";
    let may = flag.author_key == actor.key() && actor.may(Right::Flag);
    let take_back = (open && may).then(|| {
        view! {
            <form method="post" action=WithdrawFlag::PATH>
                <input type="hidden" name="catalog_id" value=catalog_id.clone()/>
                <input type="hidden" name="flag_id" value=flag.id.to_string()/>
                <button class="button button--quiet">
                    "Take back"
                    <span class="visually-hidden">{format!(" the flag of {name}")}</span>
                </button>
            </form>
        }
    });
    let (seen, versions) = seen(&flag.seen);
    view! {
        <tr>
            <th scope="row">
                <a class="data-table__link" href=items::paths::page(catalog_id, &flag.item_id)>{name.clone()}</a>
            </th>
            <td>{anchor(snapshot, &flag.anchor)}</td>
            <td>{flag.reason.words()} {comment}</td>
            <td>{flag.scope.words()}</td>
            <td class="data-table__cell--text">{seen} {note(versions)}</td>
            <td>{moment(flag.created_at)} {note(flag.author.clone())}</td>
            <td><span class="badge">{if open { "Kept for review" } else { "Taken back" }}</span></td>
            <td class="data-table__cell--actions">{take_back}</td>
        </tr>
    }
}

/// What the list was for.
fn anchor(snapshot: &Snapshot, anchor: &Value) -> String {
    if let Some(items) = anchor["items"].as_array() {
        let ids = items.iter().filter_map(Value::as_str);
        return ids
            .map(|id| title(snapshot, id))
            .collect::<Vec<_>>()
            .join("; ");
    }
    match (anchor.get("user"), anchor.get("basket")) {
        (Some(user), _) => named("User", user),
        (_, Some(basket)) => named("Basket", basket),
        _ => String::new(),
    }
}

/// `User 7`, or no more than the kind where the reader may not see whose list it was.
fn named(kind: &str, id: &Value) -> String {
    match id.as_str() {
        Some(id) => format!("{kind} {id}"),
        None => format!("A {}’s list", kind.to_lowercase()),
    }
}

/// What stood on the screen, and by which model and table.
fn seen(seen: &Value) -> (String, String) {
    let row = &seen["row"];
    let score = row["score"].as_f64().map_or_else(
        || "no score".to_owned(),
        |score| format!("score {}", significant(score, 3)),
    );
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (
        format!("Rank {}, {score}. {}", row["rank"], text(&row["why"])),
        format!(
            "{}, version {} · table version {}",
            text(&seen["model"]["name"]),
            text(&seen["model"]["version"]),
            text(&seen["table"]["version"])
        ),
    )
}
