//! The words for settings: what each is called, what it does, and what its value means.

use super::store::Effect;
use crate::catalog::types::{BasketRule, Catalog, SameCategory, Window};
use crate::ui::format::{count, counted};

/// What a setting is called on pages, by its name in the API.
pub fn label(setting: &str) -> &'static str {
    match setting {
        "name" => "Name",
        "basket_rule" => "A basket is",
        "basket_window" => "Window",
        "kinds" => "Kinds that count",
        "least_weight" => "Least weight that counts",
        "most_items" => "Most items of a basket",
        "time_zone" => "Time zone",
        "hide_chosen" => "Hide what the user already chose",
        "same_category" => "Categories of suggestions",
        "least_rows" => "Least rows of a list",
        "least_together" => "Least baskets of a pair",
        _ => unreachable!("BUG: a setting without a label"),
    }
}

/// What a setting does, in one sentence.
pub fn does(setting: &str) -> &'static str {
    match setting {
        "name" => "What people read; the id stays, for it is in addresses.",
        "basket_rule" => "Items of one basket were chosen together; all figures are per basket.",
        "basket_window" => {
            "Only where a basket is what a user chose within a window: a part of the calendar. Rows without a user or a time are then kept and not counted."
        }
        "kinds" => "Rows of other kinds are kept and not counted.",
        "least_weight" => {
            "Rows with a lower weight or rating are kept and not counted; empty, all count, and rows without one always do."
        }
        "most_items" => {
            "Baskets with more different items, often those of resellers or crawlers, are kept and not counted; empty, all count."
        }
        "time_zone" => "Where days, weeks and months of windows begin.",
        "hide_chosen" => {
            "A list for a user leaves out what the user chose: right for films, wrong for groceries."
        }
        "same_category" => {
            "Which categories a list may hold, beside the category of what it is for."
        }
        "least_rows" => {
            "A list with fewer rows from the model is marked thin and filled openly with the most chosen."
        }
        "least_together" => {
            "A pair that fewer baskets hold is no evidence for a suggestion; tables show it all the same."
        }
        _ => unreachable!("BUG: a setting without a sentence"),
    }
}

/// What the value of a setting means.
pub fn value(setting: &str, catalog: &Catalog) -> String {
    match setting {
        "name" => catalog.name.clone(),
        "basket_rule" => rule(catalog.basket_rule).to_owned(),
        "basket_window" => catalog
            .basket_window
            .map_or("none", |window| self::window(window))
            .to_owned(),
        "kinds" => catalog
            .kinds
            .as_ref()
            .map_or_else(|| "all".to_owned(), |kinds| kinds.join(", ")),
        "least_weight" => catalog
            .least_weight
            .map_or_else(|| "none: all count".to_owned(), |weight| weight.to_string()),
        "most_items" => catalog.most_items.map_or_else(
            || "any number: all count".to_owned(),
            |items| count(u64::from(items)),
        ),
        "time_zone" => catalog.time_zone.clone(),
        "hide_chosen" => if catalog.hide_chosen { "yes" } else { "no" }.to_owned(),
        "same_category" => same_category(catalog.same_category).to_owned(),
        "least_rows" => count(u64::from(catalog.least_rows)),
        "least_together" => count(u64::from(catalog.least_together)),
        _ => unreachable!("BUG: a setting without words"),
    }
}

pub fn rule(rule: BasketRule) -> &'static str {
    match rule {
        BasketRule::Basket => "what the data calls one: an order, a session",
        BasketRule::User => "everything a user chose",
        BasketRule::UserWindow => "what a user chose within a window",
    }
}

pub fn window(window: Window) -> &'static str {
    match window {
        Window::Day => "a day",
        Window::Week => "a week, from Monday on",
        Window::Month => "a month",
    }
}

pub fn same_category(rule: SameCategory) -> &'static str {
    match rule {
        SameCategory::Any => "any",
        SameCategory::Only => "the same only",
        SameCategory::Exclude => "others only",
    }
}

/// What a change does to what is counted, in a sentence.
pub fn effect(effect: &Effect) -> String {
    let now = |number: i64| count(number.unsigned_abs());
    let instead = |before: i64, after: i64| {
        if before == after {
            ", as before".to_owned()
        } else {
            format!(" instead of {}", now(before))
        }
    };
    let (before, after) = (&effect.before, &effect.after);
    format!(
        "{} of {} rows count{}; {}{}; {} in them{}.",
        now(after.rows),
        now(effect.rows),
        instead(before.rows, after.rows),
        counted(after.baskets.unsigned_abs(), "basket", "baskets"),
        instead(before.baskets, after.baskets),
        counted(after.items.unsigned_abs(), "item", "items"),
        instead(before.items, after.items),
    )
}
