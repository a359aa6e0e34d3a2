//! Where is an item recommended? The lists of all single anchors, turned round.
//!
//! A list here is the top ten of one item, as everybody is served it: no private rule, no named
//! surface. All lists of a snapshot are resolved once, by the same call that serves them, and
//! kept with it; where rules are in force, only the lists that they can change are resolved
//! again. A block can change a list that holds its item, a pin those in its scope; every other
//! list is the same with and without them.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use super::resolve::serve_alone;
use crate::index::snapshot::{KeptLists, Scratch, Snapshot, threads};
use crate::models::{Model, Ranker};
use crate::serving::{Action, FallbackLevel, Rule, RuleId, Scope, Standing, Standings};

/// Rows of each list.
pub const ROWS: usize = 10;
/// Sets of rules whose standings a snapshot keeps: none, and the last ones asked for.
const KEPT: usize = 2;

/// All lists of a model under the rules; resolved by the first who asks.
pub fn standings(snapshot: &Snapshot, model: &Model, rules: &[Rule]) -> Arc<Standings> {
    // Two who ask at once would resolve the catalog twice.
    let mut kept = snapshot
        .standings
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    kept.retain(|known| known.model == model.number);
    if let Some(found) = kept.iter().find(|known| known.rules == rules) {
        return found.lists.clone();
    }
    let keep = |rules: &[Rule], lists: &Arc<Standings>| KeptLists {
        model: model.number,
        rules: rules.to_vec(),
        lists: lists.clone(),
    };
    let ranker = model.on(snapshot);
    if kept.is_empty() {
        let anchors: Vec<u32> = (0..snapshot.items.len() as u32).collect();
        let lists = resolve(&ranker, &anchors, &[]);
        let lists = lists.into_iter().map(|(_, list)| list).collect();
        kept.push(keep(&[], &Arc::new(Standings::new(lists))));
    }
    let without = kept[0].lists.clone();
    if rules.is_empty() {
        return without;
    }
    let touched: Vec<u32> = touched(snapshot, &without, rules).into_iter().collect();
    let changed = resolve(&ranker, &touched, rules);
    let with = Arc::new(without.changed(changed));
    kept.truncate(KEPT - 1);
    kept.push(keep(rules, &with));
    with
}

/// The anchors whose lists the rules can change.
fn touched(snapshot: &Snapshot, without: &Standings, rules: &[Rule]) -> BTreeSet<u32> {
    let all = 0..snapshot.items.len() as u32;
    let mut touched = BTreeSet::new();
    for rule in rules {
        match (rule.action, &rule.scope) {
            (Action::Block, _) => {
                touched.extend(without.of(rule.item).iter().map(|one| one.anchor));
            }
            (Action::Pin { .. }, Scope::Item(anchor)) => {
                touched.insert(*anchor);
            }
            (Action::Pin { .. }, Scope::CategoryPair { anchor, .. }) => {
                let of = |item: &u32| snapshot.facts[*item as usize].category == Some(*anchor);
                touched.extend(all.clone().filter(of));
            }
            (Action::Pin { .. }, Scope::Catalog) => touched.extend(all.clone()),
            // The lists are for nobody in particular and for no named place.
            (Action::Pin { .. }, Scope::Segment(_) | Scope::Surface(_)) => {}
        }
    }
    touched
}

fn resolve(ranker: &Ranker, anchors: &[u32], rules: &[Rule]) -> Vec<(u32, Vec<Standing>)> {
    let threads = threads().get();
    let mut lists: Vec<(u32, Vec<Standing>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|first| {
                scope.spawn(move || {
                    let mut scratch = Scratch::default();
                    // Every n-th to each thread: neighbours in the order cost about the same.
                    let own = anchors.iter().skip(first).step_by(threads);
                    own.map(|anchor| (*anchor, list(ranker, *anchor, rules, &mut scratch)))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        let finished = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
        finished
            .flat_map(|lists| lists.expect("BUG: resolving lists panicked"))
            .collect()
    });
    lists.sort_unstable_by_key(|(anchor, _)| *anchor);
    lists
}

fn list(ranker: &Ranker, anchor: u32, rules: &[Rule], scratch: &mut Scratch) -> Vec<Standing> {
    let served = serve_alone(ranker, anchor, ROWS, rules, scratch);
    let rows = served.rows.into_iter();
    rows.map(|row| Standing {
        anchor,
        item: row.item,
        rank: row.rank,
        by_override: row.rules.iter().find_map(|rule| match rule {
            RuleId::Override(id) => Some(*id),
            RuleId::Flag(_) | RuleId::Dismissal(_) => None,
        }),
        is_fallback: matches!(
            row.fallback,
            Some(FallbackLevel::Category | FallbackLevel::Catalog)
        ),
    })
    .collect()
}
