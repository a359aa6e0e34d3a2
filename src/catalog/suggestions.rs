//! What the search field shows for what was typed.

use super::api::Suggestion;
use super::types::BasketRule;
use crate::index::snapshot::Snapshot;
use crate::ui::format::count;

/// Suggestions under the search field of a page.
pub const SHOWN: usize = 8;

/// The items that fit, the best first, at most so many. Nothing typed: none.
pub fn find(snapshot: &Snapshot, query: &str, most: usize) -> Vec<Suggestion> {
    if query.trim().is_empty() {
        return Vec::new();
    }
    numbers(snapshot, query, most)
        .into_iter()
        .map(|number| suggestion(snapshot, number))
        .collect()
}

/// The numbers of the items that fit, the best first; without words all, the most chosen first.
pub fn numbers(snapshot: &Snapshot, query: &str, limit: usize) -> Vec<u32> {
    if query.trim().is_empty() {
        return snapshot.most_chosen.iter().take(limit).copied().collect();
    }
    let hits = snapshot.search.find(query, limit);
    hits.into_iter().map(|hit| hit.number).collect()
}

/// An item as a suggestion.
pub fn suggestion(snapshot: &Snapshot, number: u32) -> Suggestion {
    let item = &snapshot.items[number as usize];
    let total = count(u64::from(snapshot.baskets.total(number)));
    let chosen = match snapshot.catalog.basket_rule {
        BasketRule::User => format!("chosen by {total}"),
        BasketRule::Basket | BasketRule::UserWindow => format!("in {total} baskets"),
    };
    Suggestion {
        item_id: item.id.clone(),
        title: item.title.clone(),
        note: match snapshot.category_name(number) {
            Some(category) => format!("{category}, {chosen}"),
            None => chosen,
        },
    }
}
