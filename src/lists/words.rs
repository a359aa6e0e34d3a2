//! Evidence in words: plain, with its uncertainty, never more certain than the figures.

use super::types::{Evidence, Fallback};
use crate::catalog::types::BasketRule;
use crate::index::snapshot::Snapshot;
use crate::ui::format::{count, times};

/// One sentence that says why a row is there; `is_placed` where a rule put it there.
pub fn why(
    snapshot: &Snapshot,
    item: u32,
    evidence: Option<&Evidence>,
    fallback: Option<Fallback>,
    is_placed: bool,
) -> String {
    if let Some(level) = fallback {
        return most_chosen(snapshot, item, level);
    }
    match evidence {
        Some(evidence) => chosen_together(snapshot, evidence),
        None if is_placed => "Placed here by an override; nobody has chosen both yet.".to_owned(),
        None => "Learnt from choices that have been taken back since.".to_owned(),
    }
}

fn chosen_together(snapshot: &Snapshot, evidence: &Evidence) -> String {
    let anchor = snapshot
        .find_item(&evidence.anchor_id)
        .map_or(evidence.anchor_id.as_str(), |item| {
            snapshot.items[item as usize].title.as_str()
        });
    let share = match snapshot.catalog.basket_rule {
        BasketRule::User => format!(
            "Chosen by {} of the {} who chose {anchor}",
            count(u64::from(evidence.together)),
            count(u64::from(evidence.baskets_anchor)),
        ),
        BasketRule::Basket | BasketRule::UserWindow => format!(
            "In {} of the {} baskets with {anchor}",
            count(u64::from(evidence.together)),
            count(u64::from(evidence.baskets_anchor)),
        ),
    };
    format!("{share}: {}.", against_chance(evidence))
}

/// The lift in words, with its interval.
pub fn against_chance(evidence: &Evidence) -> String {
    let interval = match (evidence.lift_low, evidence.lift_high) {
        (Some(low), Some(high)) => format!(", {} to {}", times(low), times(high)),
        _ => String::new(),
    };
    let lift = times(evidence.lift);
    if lift == "1.0" {
        format!("about as often as chance would have it{interval}")
    } else {
        format!("{lift} times as often as chance would have it{interval}")
    }
}

fn most_chosen(snapshot: &Snapshot, item: u32, level: Fallback) -> String {
    let total = count(u64::from(snapshot.baskets.total(item)));
    let held = match snapshot.catalog.basket_rule {
        BasketRule::User => format!("{total} people chose it"),
        BasketRule::Basket | BasketRule::UserWindow => format!("{total} baskets hold it"),
    };
    match (level, snapshot.category_name(item)) {
        (Fallback::Category, Some(category)) => format!(
            "Not from the model, which has too little evidence here: among the most chosen of {category} ({held})."
        ),
        _ => format!(
            "Not from the model, which has too little evidence here: among the most chosen of the catalog ({held})."
        ),
    }
}
