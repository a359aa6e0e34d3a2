//! The rows of a list. What stands around them, and what a row opens, is in the files beside this.

mod actions;
mod aside;
mod evidence;
mod interval;
mod notices;
mod what_if;

use leptos::prelude::*;

use super::page::{Answer, Loaded};
use super::paths;
use crate::accounts::types::{Actor, Right};
use crate::feedback::store::{Kind, Response};
use crate::index::snapshot::Snapshot;
use crate::lists::types::{Evidence, Fallback, Row};
use crate::ui::format::counted;
use crate::ui::page::{query, with_parameter};
use actions::{flag_form, overrides, responses};
pub(super) use aside::aside;
use evidence::Drawer;
use interval::Scale;
pub(super) use notices::notices;

/// A list with all that its rows show, laid out beforehand.
pub(super) struct Listed {
    catalog_id: String,
    list_id: String,
    scale: Scale,
    rows: Vec<ListedRow>,
    foot: Foot,
    may: May,
}

struct ListedRow {
    row: Row,
    /// The anchor that the row's figures are about; for a pin or a block in its list.
    anchor_id: Option<String>,
    drawer: Option<Drawer>,
    /// Too few baskets hold both to lean on.
    thin: bool,
    /// The feedback by which this person accepted it.
    accepted: Option<i64>,
    /// Under a what-if, where it is in the list as it is.
    moved: Option<String>,
}

struct Foot {
    shaped: String,
    raw: Option<(String, &'static str)>,
    json: String,
}

#[derive(Clone, Copy)]
struct May {
    respond: bool,
    flag: bool,
    change: bool,
}

impl May {
    /// Nobody was served a what-if, so that nobody can answer it.
    fn of(actor: &Actor, is_served: bool) -> Self {
        Self {
            respond: is_served && actor.may(Right::Respond),
            flag: is_served && actor.may(Right::Flag),
            change: is_served && actor.may(Right::OverrideForMe),
        }
    }
}

/// A pair seen together in fewer baskets than this is marked as thin evidence.
const THIN: u32 = 5;

pub(super) fn listed(loaded: &Loaded, answer: &Answer) -> Listed {
    let snapshot = &loaded.snapshot;
    let rows: Vec<ListedRow> = answer
        .list
        .items
        .iter()
        .map(|row| ListedRow {
            anchor_id: row.evidence.as_ref().map(|about| about.anchor_id.clone()),
            drawer: Drawer::new(loaded, &answer.list, row),
            thin: row.fallback.is_none()
                && row
                    .evidence
                    .as_ref()
                    .is_none_or(|about| about.together < THIN),
            accepted: accepted(answer, &row.item_id),
            moved: what_if::moved(answer, row),
            row: row.clone(),
        })
        .collect();
    Listed {
        catalog_id: snapshot.catalog.id.clone(),
        list_id: answer.list.list_id.clone(),
        scale: Scale::of(answer.list.items.iter().filter_map(from_model)),
        foot: foot(snapshot, &loaded.actor, answer),
        may: May::of(&loaded.actor, answer.as_it_is.is_none()),
        rows,
    }
}

fn accepted(answer: &Answer, item_id: &str) -> Option<i64> {
    let of_item =
        |response: &&Response| response.kind == Kind::Accept && response.item_id == item_id;
    Some(answer.responses.iter().find(of_item)?.feedback_id)
}

/// The figures that put a row where it is; a fallback's say nothing for it and have no picture.
fn from_model(row: &Row) -> Option<&Evidence> {
    row.evidence.as_ref().filter(|_| row.fallback.is_none())
}

fn foot(snapshot: &Snapshot, actor: &Actor, answer: &Answer) -> Foot {
    let path = paths::page(&snapshot.catalog.id);
    let query = query();
    let pinned = answer
        .list
        .items
        .iter()
        .filter(|row| !row.overrides.is_empty())
        .count();
    let shaped = match (answer.ask.raw, pinned) {
        (true, _) => "The model’s own order: no override, flag or dismissal takes part.".to_owned(),
        (false, 0) => {
            "In the model’s order, without what is blocked, flagged or dismissed.".to_owned()
        }
        (false, pinned) => format!(
            "{} placed by an override; the rest in the model’s order.",
            counted(pinned as u64, "row is", "rows are")
        ),
    };
    let raw = actor.may(Right::SeeModelOrder).then(|| {
        if answer.ask.raw {
            (
                with_parameter(&path, &query, "raw", None),
                "The list as it is served",
            )
        } else {
            (
                with_parameter(&path, &query, "raw", Some("true")),
                "The model’s own order",
            )
        }
    });
    let api = format!("/api/v1/catalogs/{}/recommendations", snapshot.catalog.id);
    Foot {
        shaped,
        raw,
        json: with_parameter(&api, &query, "q", None),
    }
}

/// The rows, with what shaped their order below.
pub(super) fn list_view(loaded: Listed) -> impl IntoView {
    let Listed {
        catalog_id,
        list_id,
        scale,
        rows,
        foot,
        may,
    } = loaded;
    if rows.is_empty() {
        return view! {
            <div class="empty">
                <h2>"Nothing is left to suggest"</h2>
                <p>"Everything that would stand here is blocked, filtered or hidden by you."</p>
            </div>
        }
        .into_any();
    }
    let head = scale.head();
    let rows = rows
        .into_iter()
        .map(|row| row_view(&catalog_id, &list_id, &scale, may, row))
        .collect_view();
    view! {
        <section class="rec-list" aria-label="Recommendations">
            <div class="rec-list__head" aria-hidden="true">
                <span>"#"</span>
                <span>"Item"</span>
                <span class="rec__lift">{head} <span class="rec__lift-value">"Lift"</span></span>
                <span></span>
            </div>
            <ol class="rec-list__rows">{rows}</ol>
            <div class="rec-list__foot">
                <p>
                    {foot.shaped}
                    {foot.raw.map(|(href, words)| view! { " " <a href=href>{words}</a> })}
                </p>
                <p><a href=foot.json>"This list as JSON"</a></p>
            </div>
        </section>
    }
    .into_any()
}

fn row_view(
    catalog_id: &str,
    list_id: &str,
    scale: &Scale,
    may: May,
    listed: ListedRow,
) -> impl IntoView + use<> {
    let ListedRow {
        row,
        anchor_id,
        drawer,
        thin,
        accepted,
        moved,
    } = listed;
    let rank = row.rank;
    let picture = from_model(&row).map(|about| scale.row(about));
    let flag = may.flag.then(|| flag_form(catalog_id, list_id, &row));
    let overrides = overrides(catalog_id, may, &row, anchor_id.as_deref());
    let responses = responses(catalog_id, list_id, may, &row, accepted);
    view! {
        <li class="rec" data-row=rank.to_string()>
            <span class="rec__rank">{rank}</span>
            <div class="rec__main">
                <h2 class="rec__title">
                    <a class="rec__name" href=paths::for_item(catalog_id, &row.item_id)>
                        {row.title.clone()}
                    </a>
                    " "
                    <span class="rec__category">{row.category.clone()}</span>
                    " "
                    {badges(&row, thin, accepted.is_some(), moved)}
                </h2>
                <p class="rec__why">{row.why.clone()}</p>
            </div>
            <div class="rec__lift">{picture}</div>
            <div class="rec__tools">
                {drawer.map(|drawer| drawer.view(rank, &row.title))}
                {flag}
                <div class="rec__actions">{overrides} {responses}</div>
            </div>
        </li>
    }
}

/// How the row came to be here, where the model alone did not put it there.
fn badges(
    row: &Row,
    thin: bool,
    accepted: bool,
    supposed: Option<String>,
) -> impl IntoView + use<> {
    let pinned = row
        .overrides
        .iter()
        .any(|rule| rule.kind == "pin")
        .then(|| {
            let text = match row.model_rank {
                Some(rank) => format!("Pinned, model rank {rank}"),
                None => "Pinned, not from the model".to_owned(),
            };
            view! { <span class="badge badge--accent">{text}</span> }
        });
    let moved = row
        .model_rank
        .filter(|rank| row.overrides.is_empty() && *rank != row.rank)
        .map(|rank| view! { <span class="badge">{format!("Model rank {rank}")}</span> });
    let fallback = row.fallback.map(|level| {
        let text = match level {
            Fallback::Category => "Fallback: most chosen of the category",
            Fallback::Catalog => "Fallback: most chosen of the catalog",
        };
        view! { <span class="badge badge--thin">{text}</span> }
    });
    let thin = thin.then(|| view! { <span class="badge badge--thin">"Thin evidence"</span> });
    let accepted =
        accepted.then(|| view! { <span class="badge badge--accent">"You accepted it"</span> });
    let supposed = supposed.map(|words| view! { <span class="badge badge--accent">{words}</span> });
    view! { {supposed} {accepted} {pinned} {moved} {fallback} {thin} }
}
