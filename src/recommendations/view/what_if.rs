//! What would be if other choices counted, or another version answered: the panel that asks, and what
//! would move.

use leptos::prelude::*;

use crate::accounts::types::Right;
use crate::catalog::types::BasketRule;
use crate::catalog::words::{owners, title};
use crate::lists::types::{Anchor, Ask, List, Row};
use crate::models::recipe::Recipe;
use crate::recommendations::page::{Answer, Loaded};
use crate::recommendations::paths;
use crate::ui::format::counted;

/// Asks for the list without a user or a basket; nothing for who may not see them.
pub(super) fn panel(loaded: &Loaded, answer: &Answer) -> impl IntoView + use<> {
    if !loaded.actor.may(Right::SeeUsers) || !answer.ask.is_served() {
        return None;
    }
    let catalog = &loaded.snapshot.catalog;
    let anchor = &answer.ask.anchor;
    let hidden = |name: &'static str, value: &str| {
        view! { <input type="hidden" name=name value=value.to_owned()/> }.into_any()
    };
    let anchors: Vec<AnyView> = match anchor {
        Anchor::Items(ids) => ids.iter().map(|id| hidden("item", id)).collect(),
        Anchor::User(id) => vec![hidden("user", id)],
        Anchor::Basket(id) => vec![hidden("basket", id)],
    };
    let own = match anchor {
        Anchor::User(id) => id.clone(),
        _ => String::new(),
    };
    let basket = (catalog.basket_rule != BasketRule::User).then(|| {
        let own = match anchor {
            Anchor::Basket(id) => id.clone(),
            _ => String::new(),
        };
        field("without_basket", "Without the basket", own)
    });
    let learnt = (answer.version.recipe != Recipe::Live).then_some(
        " The figures are counted anew; the order is by what the version learnt before, from everybody.",
    );
    Some(view! {
        <section class="panel">
            <h2>"What if?"</h2>
            <p class="panel__note">
                "The list that everyone else’s choices give, counted exactly. Nothing is changed."
                {learnt}
            </p>
            <form class="form" method="get" action=paths::page(&catalog.id)>
                {anchors}
                {field("without_user", "Without what a user chose", own)}
                {basket}
                <button class="button">"Show the list"</button>
            </form>
        </section>
    })
}

fn field(name: &'static str, label: &'static str, value: String) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field__label" for=name>{label}</label>
            <input class="input" id=name name=name placeholder="id" value=value/>
        </div>
    }
}

/// What is supposed, what would leave the list, and the way back to the list as it is.
pub(super) fn notice(loaded: &Loaded, answer: &Answer) -> impl IntoView + use<> {
    let as_it_is = answer.as_it_is.as_ref()?;
    let is_left = |row: &&Row| rank(&answer.list, &row.item_id).is_none();
    let gone: Vec<&str> = as_it_is
        .items
        .iter()
        .filter(is_left)
        .map(|row| row.title.as_str())
        .collect();
    let moved = answer
        .list
        .items
        .iter()
        .filter(|row| rank(as_it_is, &row.item_id) != Some(row.rank));
    let change = match (moved.count(), gone.as_slice()) {
        (0, []) => "The list would be the same.".to_owned(),
        (moved, []) => format!(
            "{} elsewhere.",
            counted(moved as u64, "row would be", "rows would be")
        ),
        (_, gone) => format!("No longer among them: {}.", gone.join("; ")),
    };
    let back = paths::list(&loaded.snapshot.catalog.id, &answer.ask.anchor).build();
    Some(view! {
        <div class="notice" role="status">
            <p class="notice__text">
                <strong>"What if "</strong>
                {format!("{}? {change}", supposed(loaded, &answer.ask))}
            </p>
            <a class="button" href=back>"The list as it is"</a>
        </div>
    })
}

fn supposed(loaded: &Loaded, ask: &Ask) -> String {
    let (owners, what_if) = (owners(&loaded.snapshot), &ask.what_if);
    let mut parts = Vec::new();
    if let Some(version) = ask.version {
        parts.push(format!("version {version} of the model answered"));
    }
    if !what_if.without_users.is_empty() {
        parts.push(format!(
            "nothing that user {} chose counted",
            what_if.without_users.join(" or user ")
        ));
    }
    if !what_if.without_baskets.is_empty() {
        parts.push(format!(
            "{} {} did not count",
            owners.one,
            what_if.without_baskets.join(" and ")
        ));
    }
    if !what_if.with_items.is_empty() {
        let titles = what_if
            .with_items
            .iter()
            .map(|id| title(&loaded.snapshot, id));
        parts.push(format!(
            "one more {} had {}",
            owners.one,
            titles.collect::<Vec<_>>().join(" and ")
        ));
    }
    parts.join(", and ")
}

fn rank(list: &List, item_id: &str) -> Option<u32> {
    list.items
        .iter()
        .find(|row| row.item_id == item_id)
        .map(|row| row.rank)
}

/// Where a row of a what-if is in the list as it is.
pub(super) fn moved(answer: &Answer, row: &Row) -> Option<String> {
    let as_it_is = answer.as_it_is.as_ref()?;
    match rank(as_it_is, &row.item_id) {
        None => Some("Not in the list as it is".to_owned()),
        Some(rank) if rank > row.rank => Some(format!("Up from {rank}")),
        Some(rank) if rank < row.rank => Some(format!("Down from {rank}")),
        Some(_) => None,
    }
}
