//! The facts around a list: what it is for, and the model that answers.

use leptos::prelude::*;

use super::{THIN, what_if};
use crate::about;
use crate::catalog::types::BasketRule;
use crate::catalog::words::title;
use crate::index::snapshot::Snapshot;
use crate::items;
use crate::lists::types::{Anchor, List};
use crate::recommendations::page::{Answer, Loaded};
use crate::ui::format::{count, counted};

/// The facts around the list: the anchor, and the model that answers.
pub(in crate::recommendations) fn aside(loaded: &Loaded, answer: &Answer) -> impl IntoView + use<> {
    view! {
        <aside class="page__aside" aria-label="About this list">
            {anchor_facts(&loaded.snapshot, answer)}
            {what_if::panel(loaded, answer)}
            {model_facts(&loaded.snapshot.catalog.id, &answer.list)}
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

fn model_facts(catalog_id: &str, list: &List) -> impl IntoView + use<> {
    view! {
        <section class="panel">
            <h2>
                "The model "
                <a class="badge badge--accent" href=about::paths::page(catalog_id) title="What this AI can do, and how well">
                    "AI"
                </a>
            </h2>
            <p class="panel__note">
                {format!(
                    "Damped cosine, version {}, in {}. It advises; a person decides. It knows what people choose together, not why.",
                    list.model.version,
                    list.model.stage,
                )}
            </p>
        </section>
    }
}
