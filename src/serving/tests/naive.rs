//! The obvious version of [`crate::serving::serve`], to hold the real one against.
//!
//! It reads everything, compares rules two at a time by the words of the specification, builds
//! the whole list without a limit and cuts it at k as the last thing.

use super::super::{
    Action, Candidate, FallbackLevel, Item, Request, Rule, RuleId, SameCategory, Scope,
};

/// What a naive row is: the item, its model rank, the pin, the fallback.
pub(super) type NaiveRow = (u32, Option<u32>, Option<RuleId>, Option<FallbackLevel>);

pub(super) struct NaiveFallback<'a> {
    pub(super) minimum: usize,
    pub(super) category: &'a [u32],
    pub(super) catalog: &'a [u32],
}

pub(super) fn serve(
    request: &Request,
    items: &[Item],
    rules: &[Rule],
    model: &[Candidate],
    fallback: &NaiveFallback,
) -> Vec<NaiveRow> {
    let rules: Vec<&Rule> = rules.iter().filter(|r| holds(r, request, items)).collect();
    let admits = |item: u32| {
        let blocked = (rules.iter()).any(|r| r.action == Action::Block && r.item == item);
        !blocked && eligible(item, request, items)
    };
    let ranked: Vec<u32> = (model.iter().map(|c| c.item))
        .filter(|item| request.suggest_anchors || !request.anchors.contains(item))
        .collect();
    let rank_of = |item: u32| Some(ranked.iter().position(|&i| i == item)? as u32 + 1);
    let pins = settle(rules.iter().copied().filter(|r| admits(r.item)).collect());
    let pinned = |item: u32| pins.iter().any(|(_, pin)| pin.item == item);

    let mut list: Vec<NaiveRow> = (ranked.iter())
        .filter(|&&item| admits(item) && !pinned(item))
        .map(|&item| (item, rank_of(item), None, None))
        .collect();
    let from_model = list.len() + pins.iter().filter(|p| rank_of(p.1.item).is_some()).count();
    if from_model < fallback.minimum {
        let category = (fallback.category.iter()).map(|&i| (i, FallbackLevel::Category));
        let catalog = (fallback.catalog.iter()).map(|&i| (i, FallbackLevel::Catalog));
        for (item, level) in category.chain(catalog) {
            if admits(item) && !pinned(item) && list.iter().all(|row| row.0 != item) {
                list.push((item, None, None, Some(level)));
            }
        }
    }
    for (position, pin) in &pins {
        let place = (*position as usize - 1).min(list.len());
        list.insert(place, (pin.item, rank_of(pin.item), Some(pin.id), None));
    }
    list.truncate(request.k);
    list
}

/// Takes the pins one by one, always the one that no other beats; the result is by position.
fn settle(mut rules: Vec<&Rule>) -> Vec<(u32, &Rule)> {
    let mut settled: Vec<(u32, &Rule)> = Vec::new();
    while let Some(best) = (0..rules.len()).find(|&i| !rules.iter().any(|r| beats(r, rules[i]))) {
        let pin = rules.remove(best);
        if let Action::Pin { position } = pin.action
            && settled
                .iter()
                .all(|(p, other)| *p != position.get() && other.item != pin.item)
        {
            settled.push((position.get(), pin));
        }
    }
    settled.sort_by_key(|(position, _)| *position);
    settled
}

/// Says whether the first rule wins over the second, by the specification's own words.
pub(super) fn beats(a: &Rule, b: &Rule) -> bool {
    let width = |rule: &Rule| match rule.scope {
        Scope::Item(_) => 1,
        Scope::CategoryPair { .. } => 2,
        Scope::Segment(_) => 3,
        Scope::Surface(_) => 4,
        Scope::Catalog => 5,
    };
    if width(a) != width(b) {
        return width(a) < width(b);
    }
    if a.mine != b.mine {
        return a.mine;
    }
    if a.priority != b.priority {
        return a.priority > b.priority;
    }
    if a.created_at_micros != b.created_at_micros {
        return a.created_at_micros > b.created_at_micros;
    }
    a.id > b.id
}

fn holds(rule: &Rule, request: &Request, items: &[Item]) -> bool {
    let category = |item: u32| items.get(item as usize).and_then(|facts| facts.category);
    match &rule.scope {
        Scope::Item(anchor) => request.anchors.contains(anchor),
        Scope::CategoryPair { anchor, item } => {
            category(rule.item) == Some(*item)
                && request
                    .anchors
                    .iter()
                    .any(|&a| category(a) == Some(*anchor))
        }
        Scope::Segment(segment) => request.segments.contains(segment),
        Scope::Surface(surface) => request.surface == surface,
        Scope::Catalog => true,
    }
}

fn eligible(item: u32, request: &Request, items: &[Item]) -> bool {
    let Some(facts) = items.get(item as usize) else {
        return false;
    };
    let shares = facts.category.is_some()
        && request.anchors.iter().any(|&a| {
            items
                .get(a as usize)
                .is_some_and(|anchor| anchor.category == facts.category)
        });
    facts.available
        && (request.suggest_anchors || !request.anchors.contains(&item))
        && !request.exclude.contains(&item)
        && match request.same_category {
            SameCategory::Any => true,
            SameCategory::Only => shares,
            SameCategory::Exclude => !shares,
        }
}
