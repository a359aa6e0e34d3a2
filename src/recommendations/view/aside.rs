//! The facts around a list: what it is for, and the model that answers.

use leptos::prelude::*;

use super::{THIN, what_if};
use crate::about;
use crate::catalog::types::BasketRule;
use crate::catalog::words::title;
use crate::evaluation::report::Surface;
use crate::index::snapshot::Snapshot;
use crate::items;
use crate::lists::types::Anchor;
use crate::recommendations::page::{Answer, Loaded};
use crate::ui::format::{count, counted};
use crate::versions;
use crate::versions::quality;
use crate::versions::types::Stage;
use crate::versions::words::{self, measured_as};

/// The facts around the list: the anchor, and the model that answers.
pub(in crate::recommendations) fn aside(loaded: &Loaded, answer: &Answer) -> impl IntoView + use<> {
    view! {
        <aside class="page__aside" aria-label="About this list">
            {anchor_facts(&loaded.snapshot, answer)}
            {what_if::panel(loaded, answer)}
            {model_facts(loaded, answer)}
        </aside>
    }
}

fn anchor_facts(snapshot: &Snapshot, answer: &Answer) -> impl IntoView + use<> {
    let (heading, facts) = match &answer.ask.anchor {
        Anchor::Items(ids) if ids.len() == 1 => (
            title(snapshot, &ids[0]).to_owned(),
            item_facts(snapshot, answer.anchors[0]),
        ),
        Anchor::Items(ids) => (
            format!("{} items", ids.len()),
            vec![(
                "Chosen",
                ids.iter()
                    .map(|id| title(snapshot, id))
                    .collect::<Vec<_>>()
                    .join("; "),
            )],
        ),
        Anchor::User(id) => (format!("User {id}"), history_facts(snapshot, answer)),
        Anchor::Basket(id) => (format!("Basket {id}"), history_facts(snapshot, answer)),
    };
    let facts = facts
        .into_iter()
        .map(|(name, value)| {
            view! { <div class="facts__row"><dt>{name}</dt><dd>{value}</dd></div> }
        })
        .collect_view();
    let more = match &answer.ask.anchor {
        Anchor::Items(ids) if ids.len() == 1 => Some(view! {
            <a href=items::paths::page(&snapshot.catalog.id, &ids[0])>"All about this item"</a>
        }),
        _ => None,
    };
    view! {
        <section class="panel">
            <h2>{heading}</h2>
            <dl class="facts">{facts}</dl>
            {more}
        </section>
    }
}

fn history_facts(snapshot: &Snapshot, answer: &Answer) -> Vec<(&'static str, String)> {
    let first = answer
        .anchors
        .iter()
        .take(3)
        .map(|item| snapshot.items[*item as usize].title.as_str())
        .collect::<Vec<_>>()
        .join("; ");
    vec![
        (
            "Chose",
            counted(answer.anchors.len() as u64, "item", "items"),
        ),
        ("Among them", first),
    ]
}

fn item_facts(snapshot: &Snapshot, item: u32) -> Vec<(&'static str, String)> {
    let mut scratch = crate::index::snapshot::Scratch::default();
    let row = snapshot.row(item, &mut scratch);
    let solid = row.iter().filter(|(_, together)| *together >= THIN).count();
    let total = u64::from(snapshot.baskets.total(item));
    let baskets = u64::from(snapshot.baskets.len());
    let chosen = match snapshot.catalog.basket_rule {
        BasketRule::User => format!("{} of {} users", count(total), count(baskets)),
        BasketRule::Basket | BasketRule::UserWindow => {
            format!("in {} of {} baskets", count(total), count(baskets))
        }
    };
    let categories = snapshot.items[item as usize].categories.join(", ");
    let categories = match snapshot.category_name(item) {
        None => "none".to_owned(),
        Some(category) if categories.is_empty() => category.to_owned(),
        Some(_) => categories,
    };
    vec![
        ("Category", categories),
        ("Chosen", chosen),
        ("Goes with", counted(row.len() as u64, "item", "items")),
        ("5 times or more", counted(solid as u64, "item", "items")),
        (
            "Evidence",
            if solid >= 10 { "Solid" } else { "Thin" }.to_owned(),
        ),
    ]
}

/// Which version ranked the list, how good its lists were found to be, and where it is weak here.
fn model_facts(loaded: &Loaded, answer: &Answer) -> impl IntoView + use<> {
    let (snapshot, version) = (&loaded.snapshot, &answer.version);
    let catalog_id = &snapshot.catalog.id;
    let evaluation = version.evaluation.as_ref();
    let hit_rate = answer.hit_rate.clone();
    let hit_rate =
        hit_rate.unwrap_or_else(|| "How good its lists are was not measured yet.".to_owned());
    let weak = evaluation.map_or_else(Vec::new, |evaluation| {
        let categories: Vec<&str> = match measured_as(answer.ask.anchor.surface()) {
            Surface::Item => snapshot
                .category_name(answer.anchors[0])
                .into_iter()
                .collect(),
            Surface::User => Vec::new(),
        };
        quality::weak(evaluation, answer.anchors.len(), &categories)
    });
    let weak = weak
        .into_iter()
        .map(|says| view! { <p class="panel__note">{says}</p> });
    let trained = version.training.as_ref().map(|training| {
        format!(
            " It was trained from table version {}.",
            training.table_version
        )
    });
    let href = versions::paths::version(catalog_id, version.number);
    view! {
        <section class="panel">
            <h2>
                "The model "
                <a class="badge badge--accent" href=about::paths::page(catalog_id) title="What this AI can do, and how well">
                    "AI"
                </a>
            </h2>
            <p class="panel__note">
                <a href=href>{format!("{}, version {}", words::capital(&answer.list.model.name), version.number)}</a>
                {format!(", {}.", stage(version.stage))}
                {trained}
                " It advises; a person decides. It knows what people choose together, not why."
            </p>
            <p class="panel__note">{hit_rate}</p>
            {weak.collect_view()}
        </section>
    }
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Draft => "a draft that answers nowhere",
        Stage::Candidate => "a candidate that answers nowhere",
        Stage::Production => "in production",
        Stage::Retired => "retired",
    }
}
