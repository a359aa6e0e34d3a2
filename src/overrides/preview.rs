//! What an override would do, computed over the whole catalog before it is saved.
//!
//! A "list" is the top ten of each single-item anchor, with everyone's rules and, for a private
//! override, its author's. Both lists of an anchor come from the same call that serves lists.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgPool;
use std::sync::Arc;
use utoipa::ToSchema;

use super::types::{For, Kind, NewOverride};
use crate::accounts::types::Actor;
use crate::error::AppError;
use crate::index::snapshot::{Scratch, Snapshot, threads};
use crate::jobs::meter::Meter;
use crate::lists::resolve::serve_alone;
use crate::lists::store as rules;
use crate::serving::{Action, Rule, RuleId, Scope, Served, differs};

/// Rows of a compared list.
const ROWS: usize = 10;
/// How many changed lists are shown side by side.
const EXAMPLES: usize = 5;

/// The effect of an override on the catalog's lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = OverridePreview)]
pub struct Preview {
    /// Lists in the catalog: one for each item.
    pub lists: u32,
    /// Lists that would change.
    pub changed: u32,
    /// The changed lists of the most chosen anchors.
    pub examples: Vec<Example>,
}

/// One list before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChangedList)]
pub struct Example {
    /// The item that the list is for.
    pub anchor_id: String,
    /// Its title.
    pub anchor_title: String,
    /// The list as it is.
    pub before: Vec<Line>,
    /// The list as it would be.
    pub after: Vec<Line>,
}

/// One row of such a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChangedLine)]
pub struct Line {
    /// The suggested item.
    pub item_id: String,
    /// Its title.
    pub title: String,
    /// Whether the other list has not got the item.
    pub moved: bool,
}

/// The override as a rule on the snapshot's numbers. Refuses what the catalog does not know.
pub fn rule(snapshot: &Snapshot, new: &NewOverride, now: DateTime<Utc>) -> Result<Rule, AppError> {
    let item = snapshot.item(&new.item_id)?;
    let (a, b) = new.scope.parts();
    let scope = rules::scope(snapshot, new.scope.kind(), a, b).ok_or_else(|| {
        AppError::invalid(
            "scope",
            "The scope names an item or a category that the catalog does not have.",
        )
    })?;
    let action = match (new.kind, new.position) {
        (Kind::Pin, Some(position)) => Action::Pin {
            position: position.unsigned_abs().try_into().map_err(|_| {
                AppError::invalid("position", "A pin's place must be from 1 to 100.")
            })?,
        },
        (Kind::Pin | Kind::Block, _) => Action::Block,
    };
    Ok(Rule {
        // Newer than every override that is kept, as it will be when it is saved.
        id: RuleId::Override(i64::MAX),
        action,
        item,
        scope,
        mine: new.holds_for == For::Me,
        priority: new.priority,
        created_at_micros: now.timestamp_micros(),
    })
}

/// Computes the effect. Takes as long as two lists for every item: about a second for ten
/// thousand items.
pub async fn preview(
    db: &PgPool,
    snapshot: Arc<Snapshot>,
    actor: &Actor,
    new: &NewOverride,
    now: DateTime<Utc>,
    meter: Meter,
) -> Result<Preview, AppError> {
    let added = rule(&snapshot, new, now)?;
    let key = actor.key();
    let viewer = (new.holds_for == For::Me).then_some(key.as_str());
    let before = rules::overrides(db, &snapshot, viewer, now).await?;
    let compare = tokio::task::spawn_blocking(move || compare(&snapshot, &before, &added, &meter));
    Ok(compare.await.expect("BUG: comparing lists panicked"))
}

/// Compares until all is compared, or nobody wants it any more.
fn compare(snapshot: &Snapshot, before: &[Rule], added: &Rule, meter: &Meter) -> Preview {
    let mut after = before.to_vec();
    after.push(added.clone());
    let after = &after;
    let anchors = &anchors(snapshot, &added.scope);
    meter.expect(anchors.len() as u64);
    let threads = threads().get();
    // Every n-th anchor to each thread: neighbours in the order cost about the same.
    let changed: Vec<u32> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|first| {
                scope.spawn(move || {
                    let mut scratch = Scratch::default();
                    let mut mine = Vec::new();
                    let wanted = anchors.iter().skip(first).step_by(threads);
                    for anchor in wanted.take_while(|_| !meter.is_cancelled()) {
                        let (old, new) = both(snapshot, *anchor, before, after, &mut scratch);
                        if differs(&old, &new) {
                            mine.push(*anchor);
                        }
                        meter.add(1);
                    }
                    mine
                })
            })
            .collect();
        let join = |worker: std::thread::ScopedJoinHandle<Vec<u32>>| {
            worker.join().expect("BUG: comparing lists panicked")
        };
        workers.into_iter().flat_map(join).collect()
    });
    Preview {
        lists: snapshot.items.len() as u32,
        changed: changed.len() as u32,
        examples: examples(snapshot, changed, before, after),
    }
}

/// The anchors whose lists the rule can hold for: no other list needs comparing.
fn anchors(snapshot: &Snapshot, scope: &Scope) -> Vec<u32> {
    let all = 0..snapshot.items.len() as u32;
    match scope {
        Scope::Item(anchor) => vec![*anchor],
        Scope::CategoryPair { anchor, .. } => all
            .filter(|item| snapshot.items[*item as usize].category == Some(*anchor))
            .collect(),
        Scope::Segment(_) | Scope::Surface(_) | Scope::Catalog => all.collect(),
    }
}

fn both(
    snapshot: &Snapshot,
    anchor: u32,
    before: &[Rule],
    after: &[Rule],
    scratch: &mut Scratch,
) -> (Served, Served) {
    (
        serve_alone(snapshot, anchor, ROWS, before, scratch),
        serve_alone(snapshot, anchor, ROWS, after, scratch),
    )
}

fn examples(
    snapshot: &Snapshot,
    mut changed: Vec<u32>,
    before: &[Rule],
    after: &[Rule],
) -> Vec<Example> {
    changed.sort_by_key(|anchor| (std::cmp::Reverse(snapshot.baskets.total(*anchor)), *anchor));
    let mut scratch = Scratch::default();
    changed
        .into_iter()
        .take(EXAMPLES)
        .map(|anchor| {
            let (old, new) = both(snapshot, anchor, before, after, &mut scratch);
            let item = &snapshot.items[anchor as usize];
            Example {
                anchor_id: item.id.clone(),
                anchor_title: item.title.clone(),
                before: lines(snapshot, &old, &new),
                after: lines(snapshot, &new, &old),
            }
        })
        .collect()
}

fn lines(snapshot: &Snapshot, list: &Served, other: &Served) -> Vec<Line> {
    list.rows
        .iter()
        .map(|row| {
            let there = other.rows.iter().find(|there| there.item == row.item);
            let item = &snapshot.items[row.item as usize];
            Line {
                item_id: item.id.clone(),
                title: item.title.clone(),
                moved: there.is_none(),
            }
        })
        .collect()
}
