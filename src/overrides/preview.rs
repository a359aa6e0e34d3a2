//! What an override would do, computed over the whole catalog before it is saved.
//!
//! A "list" is the top ten of each single-item anchor, with everyone's rules and, for a private
//! override, its author's. Both lists of an anchor come from the same call that serves lists.

use chrono::{DateTime, Utc};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

use super::types::{For, Kind, NewOverride};
use crate::accounts::types::Actor;
use crate::error::AppError;
use crate::index::snapshot::{Scratch, Snapshot};
use crate::jobs::meter::Meter;
use crate::lists::Lists;
use crate::lists::compare::{Example, ROWS, changes, example};
use crate::lists::resolve::serve_alone;
use crate::lists::store as rules;
use crate::models::Ranker;
use crate::serving::{Action, Rule, RuleId, Scope};

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
    lists: &Lists,
    snapshot: Arc<Snapshot>,
    actor: &Actor,
    new: &NewOverride,
    now: DateTime<Utc>,
    meter: Meter,
) -> Result<Preview, AppError> {
    let added = rule(&snapshot, new, now)?;
    let key = actor.key();
    let viewer = (new.holds_for == For::Me).then_some(key.as_str());
    let before = rules::overrides(&lists.db, &snapshot, viewer, now).await?;
    let model = lists.alone(&snapshot.catalog.id, now).await?;
    let compare = move || compare(&model.on(&snapshot), &before, &added, &meter);
    let compare = tokio::task::spawn_blocking(compare);
    Ok(compare.await.expect("BUG: comparing lists panicked"))
}

/// Compares until all is compared, or nobody wants it any more.
fn compare(ranker: &Ranker, before: &[Rule], added: &Rule, meter: &Meter) -> Preview {
    let mut after = before.to_vec();
    after.push(added.clone());
    let snapshot = ranker.snapshot();
    let anchors = anchors(snapshot, &added.scope);
    meter.expect(anchors.len() as u64);
    let both = |anchor: u32, scratch: &mut Scratch| {
        let mut list = |rules: &[Rule]| serve_alone(ranker, anchor, ROWS, rules, scratch);
        (list(before), list(&after))
    };
    let mut changed = changes(&anchors, meter, both);
    changed.retain(|change| change.differs);
    let chosen = |anchor: u32| std::cmp::Reverse(snapshot.baskets.total(anchor));
    changed.sort_by_key(|change| (chosen(change.anchor), change.anchor));
    let mut scratch = Scratch::default();
    let examples = changed.iter().take(EXAMPLES).map(|change| {
        let (before, after) = both(change.anchor, &mut scratch);
        example(snapshot, change.anchor, &before, &after)
    });
    Preview {
        lists: snapshot.items.len() as u32,
        examples: examples.collect(),
        changed: changed.len() as u32,
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
