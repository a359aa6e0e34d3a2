//! The words for a catalog that several pages share.

use super::settings;
use super::types::{BasketRule, Catalog, Window};
use crate::counting::LeftOut;
use crate::index::snapshot::Snapshot;
use crate::interactions;
use crate::ui::format::{counted, day};

/// What one basket is called, in the words of this catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owners {
    pub one: &'static str,
    pub many: &'static str,
}

pub fn owners(snapshot: &Snapshot) -> Owners {
    match snapshot.catalog.basket_rule {
        BasketRule::User => Owners {
            one: "user",
            many: "users",
        },
        BasketRule::Basket | BasketRule::UserWindow => Owners {
            one: "basket",
            many: "baskets",
        },
    }
}

/// What one basket is, in words that follow "A basket is".
pub fn basket(catalog: &Catalog) -> &'static str {
    match (catalog.basket_rule, catalog.basket_window) {
        (BasketRule::Basket, _) => "an order or a session",
        (BasketRule::User, _) => "everything a user chose",
        (BasketRule::UserWindow, Some(Window::Day)) => "what a user chose in a day",
        (BasketRule::UserWindow, Some(Window::Month)) => "what a user chose in a month",
        (BasketRule::UserWindow, _) => "what a user chose in a week",
    }
}

/// Why a catalog has no figures at all, and what to do next: the words, an address and its label.
/// `None` where it has some.
pub fn begin(snapshot: &Snapshot) -> Option<(String, String, &'static str)> {
    if !snapshot.baskets.is_empty() {
        return None;
    }
    let catalog = &snapshot.catalog;
    if snapshot.newest.is_some() || !snapshot.user_ids.is_empty() {
        let why = format!(
            "There are rows in this catalog, and none stands in a basket: a basket is {}. See what \
             counts in its settings.",
            basket(catalog)
        );
        return Some((why, settings::paths::page(&catalog.id), "Open its settings"));
    }
    let why = "There is nothing in this catalog yet: import a file, or post interactions, and it \
               stands here a moment later."
        .to_owned();
    Some((
        why,
        interactions::paths::page(&catalog.id),
        "Go to its Data page",
    ))
}

/// What an item is called; its id where the catalog does not know it.
pub fn title<'a>(snapshot: &'a Snapshot, item_id: &'a str) -> &'a str {
    match snapshot.find_item(item_id) {
        Some(item) => &snapshot.items[item as usize].title,
        None => item_id,
    }
}

/// What was counted, up to when: stands at the head of every page with figures.
pub fn as_of(snapshot: &Snapshot) -> String {
    let baskets = u64::from(snapshot.baskets.len());
    let owners = match snapshot.catalog.basket_rule {
        BasketRule::User => counted(baskets, "user", "users"),
        BasketRule::Basket | BasketRule::UserWindow => counted(baskets, "basket", "baskets"),
    };
    let choices = counted(snapshot.baskets.choices(), "choice", "choices");
    let newest = snapshot
        .newest
        .map_or_else(String::new, |at| format!(" to {}", day(at)));
    format!(
        "Counted from {owners} and {choices}{newest}{} · table version {}",
        left_out(snapshot),
        snapshot.version()
    )
}

/// What was left out because a basket held too much; nothing where all baskets count.
fn left_out(snapshot: &Snapshot) -> String {
    let Some(most) = snapshot.catalog.most_items else {
        return String::new();
    };
    let LeftOut { baskets, choices } = snapshot.left_out;
    format!(
        ", without {} of more than {} and {}",
        counted(baskets, owners(snapshot).one, owners(snapshot).many),
        counted(u64::from(most), "item", "items"),
        counted(choices, "choice", "choices"),
    )
}
