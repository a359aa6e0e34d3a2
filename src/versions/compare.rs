//! Two versions side by side: how many lists change, how much, and which the most.
//!
//! Lists for one item are compared as everybody is served them, with the overrides in force; lists
//! for a user as the models rank, for a sample of users.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::AppError;
use crate::error::respond::Operation as _;
use crate::evaluation::report::Surface;
use crate::index::snapshot::{Scratch, Snapshot};
use crate::jobs::meter::Meter;
use crate::lists::Lists;
use crate::lists::compare::{Change, Example, ROWS, changes, example};
use crate::lists::resolve::serve_alone;
use crate::lists::store as rules;
use crate::models::{Model, Ranker};
use crate::serving::{Candidate, Request, Rule, SameCategory, Served, raw};

/// Lists that change most and are shown side by side.
const EXAMPLES: usize = 6;
/// Users whose lists are compared.
const MOST_USERS: u32 = 2_000;

/// How the lists of two versions differ.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ModelComparison)]
pub struct Comparison {
    /// The version that is compared from.
    pub before: i32,
    /// The version that is compared with it.
    pub after: i32,
    /// The version of the table that the lists are of.
    pub table_version: String,
    /// Lists for one item, then lists for a user where the catalog has users.
    pub surfaces: Vec<Churn>,
    /// The lists for one item that change most, of items that are chosen often.
    pub examples: Vec<Example>,
}

/// How much of the lists on one surface changes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(as = RankChurn)]
pub struct Churn {
    /// What asks for these lists.
    pub surface: Surface,
    /// Lists that were compared.
    pub lists: u32,
    /// Those in which another item stands, or the same in another order.
    pub changed: u32,
    /// Those that begin with another item.
    pub another_first: u32,
    /// Of the places of a list, the share that keeps its item, mean over the lists.
    #[schema(minimum = 0, maximum = 1)]
    pub kept: f64,
}

/// Compares two versions on a snapshot. Takes as long as two lists for every item.
pub async fn compare(
    lists: &Lists,
    snapshot: Arc<Snapshot>,
    before: i32,
    after: i32,
    now: DateTime<Utc>,
    meter: Meter,
) -> Result<Comparison, AppError> {
    let catalog_id = &snapshot.catalog.id;
    let mut connection = lists
        .db
        .acquire()
        .await
        .operation("reading versions to compare")?;
    let old = lists
        .models
        .version(&mut connection, catalog_id, before)
        .await?;
    let new = lists
        .models
        .version(&mut connection, catalog_id, after)
        .await?;
    let rules = rules::overrides(&mut *connection, &snapshot, None, now).await?;
    drop(connection);
    let _waiting = meter.cancelled_with();
    let work = tokio::task::spawn_blocking(move || {
        let versions = Versions {
            snapshot: &snapshot,
            old: &old,
            new: &new,
            rules: &rules,
            meter: &meter,
        };
        versions.compare()
    });
    Ok(work.await.expect("BUG: comparing versions panicked"))
}

struct Versions<'a> {
    snapshot: &'a Snapshot,
    old: &'a Model,
    new: &'a Model,
    rules: &'a [Rule],
    meter: &'a Meter,
}

impl Versions<'_> {
    fn compare(&self) -> Comparison {
        let snapshot = self.snapshot;
        let (old, new) = (self.old.on(snapshot), self.new.on(snapshot));
        let chosen = |item: &u32| snapshot.baskets.total(*item) > 0;
        let items: Vec<u32> = snapshot
            .most_chosen
            .iter()
            .copied()
            .filter(chosen)
            .collect();
        let users = self.users();
        self.meter.expect((items.len() + users.len()) as u64);
        let alone = |item: u32, scratch: &mut Scratch| {
            let mut list = |ranker| serve_alone(ranker, item, ROWS, self.rules, scratch);
            (list(&old), list(&new))
        };
        let of_items = changes(&items, self.meter, alone);
        let of_user = |user: u32, scratch: &mut Scratch| {
            let mut list = |ranker| of_user(ranker, user, scratch);
            (list(&old), list(&new))
        };
        let of_users = changes(&users, self.meter, of_user);
        let mut most: Vec<&Change> = of_items.iter().filter(|change| change.differs).collect();
        // They come by how often they are chosen, which stays the order among equals.
        most.sort_by_key(|change| change.kept);
        let mut scratch = Scratch::default();
        let examples = most.into_iter().take(EXAMPLES).map(|change| {
            let (before, after) = alone(change.anchor, &mut scratch);
            example(snapshot, change.anchor, &before, &after)
        });
        let surfaces = [
            churn(Surface::Item, &of_items),
            churn(Surface::User, &of_users),
        ];
        Comparison {
            before: self.old.number,
            after: self.new.number,
            table_version: snapshot.version(),
            examples: examples.collect(),
            surfaces: surfaces.into_iter().flatten().collect(),
        }
    }

    /// Every n-th user, so that they come from everywhere.
    fn users(&self) -> Vec<u32> {
        let users = self.snapshot.user_ids.len() as u32;
        let step = users.div_ceil(MOST_USERS).max(1);
        (0..users).step_by(step as usize).collect()
    }
}

/// A user's list as a model ranks it.
fn of_user(ranker: &Ranker, user: u32, scratch: &mut Scratch) -> Served {
    let snapshot = ranker.snapshot();
    let history = snapshot.histories.items_of(user);
    let request = Request {
        anchors: history,
        suggest_anchors: !snapshot.catalog.hide_chosen,
        segments: &[],
        surface: "",
        k: ROWS,
        same_category: SameCategory::Any,
        exclude: &[],
    };
    let ranked = ranker.rank(history, scratch);
    raw(
        &request,
        ranked.map(|(item, score)| Candidate { item, score }),
    )
}

fn churn(surface: Surface, changes: &[Change]) -> Option<Churn> {
    let lists = changes.len() as u32;
    let kept = |change: &Change| f64::from(change.kept) / f64::from(change.rows.max(1));
    (lists > 0).then(|| Churn {
        surface,
        lists,
        changed: changes.iter().filter(|change| change.differs).count() as u32,
        another_first: changes.iter().filter(|change| change.another_first).count() as u32,
        // Two empty lists keep everything.
        kept: changes
            .iter()
            .map(|change| if change.rows == 0 { 1.0 } else { kept(change) })
            .sum::<f64>()
            / f64::from(lists),
    })
}
