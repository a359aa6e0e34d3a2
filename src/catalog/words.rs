//! The words for a catalog that several pages share.

use super::types::{BasketRule, Catalog, Window};
use crate::index::snapshot::Snapshot;
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
        "Counted from {owners} and {choices}{newest} · table version {}",
        snapshot.version()
    )
}
