//! From rows to what is held: which interactions count, from nothing or from a change on.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
use std::collections::HashMap;
use std::fmt::Write as _;

use super::held::Held;
use super::snapshot::Snapshot;
use super::store;
use crate::catalog;
use crate::catalog::types::Catalog;
use crate::error::respond::StoreError;

/// Between two times that the database tells apart.
const SMALLEST_STEP: TimeDelta = TimeDelta::microseconds(1);

/// The part of a catalog that a snapshot counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    pub catalog_id: String,
    /// Batches shown by this change and not removed by it.
    pub change: i64,
    /// Interactions at or after this time; those without a time are out.
    pub from: Option<DateTime<Utc>>,
    /// Interactions at or before this time; those without a time are out.
    pub to: Option<DateTime<Utc>>,
    /// Users whose attribute has this value, as field and value.
    pub segment: Option<(String, String)>,
}

impl Slice {
    pub fn whole(catalog_id: &str, change: i64) -> Self {
        Self {
            catalog_id: catalog_id.to_owned(),
            change,
            from: None,
            to: None,
            segment: None,
        }
    }

    /// Whether the slice is a whole version of its catalog.
    pub fn is_whole(&self) -> bool {
        self.from.is_none() && self.to.is_none() && self.segment.is_none()
    }

    /// Eight hexadecimal digits over the counting rule and the slice: two tables with the same
    /// version string were counted from the same rows by the same rule.
    pub fn digest(&self, catalog: &Catalog) -> String {
        let mut text = format!("{}\n{}", catalog.id, catalog.counting_rule());
        if !self.is_whole() {
            let _ = write!(text, "\n{:?}\n{:?}\n{:?}", self.from, self.to, self.segment);
        }
        let digest = Sha256::digest(text.as_bytes());
        digest[..4].iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

/// Counts a slice by the settings of its version. `None`: there is no such catalog.
pub async fn load(db: &PgPool, slice: &Slice) -> Result<Option<Snapshot>, StoreError> {
    let Some(catalog) = catalog::store::find_at(db, &slice.catalog_id, slice.change).await? else {
        return Ok(None);
    };
    let held = hold(db, catalog, slice).await?;
    Ok(Some(build(held).await.0))
}

/// Builds away from the threads that answer requests.
pub(super) async fn build(mut held: Held) -> (Snapshot, Held) {
    let built = tokio::task::spawn_blocking(move || (held.build(Utc::now()), held));
    built.await.expect("BUG: counting a catalog panicked")
}

/// Reads a slice of a catalog from nothing.
pub(super) async fn hold(db: &PgPool, catalog: Catalog, slice: &Slice) -> Result<Held, StoreError> {
    let mut held = Held::new(catalog.clone(), slice.clone());
    held.described = store::items(db, slice).await?;
    held.newest = store::newest(db, slice).await?;
    store::choices(db, slice, &catalog, |choice| held.add(&choice, 1)).await?;
    Ok(held)
}

/// Brings a catalog, all of it or from a time on, from the change it holds to the one of `catalog` by
/// what was shown and removed between; reads it anew where something else happened.
pub(super) async fn follow(
    db: &PgPool,
    mut held: Held,
    catalog: Catalog,
    from: Option<DateTime<Utc>>,
) -> Result<Held, StoreError> {
    let is_same = held.catalog.first_change == catalog.first_change;
    let counts_alike = is_same && held.catalog.counts_like(&catalog);
    let flips = store::flips(db, &held.slice, catalog.last_change).await?;
    let settings = store::settings_changes(db, &held.slice, catalog.last_change).await?;
    // Numbers are dense: one that is neither a batch shown, one removed nor settings changed is
    // something that this version does not know.
    let known = flips.len() as i64 + settings;
    if !counts_alike || known != catalog.last_change - held.slice.change {
        let slice = Slice {
            from,
            ..Slice::whole(&catalog.id, catalog.last_change)
        };
        return hold(db, catalog, &slice).await;
    }
    held.slice.change = catalog.last_change;
    held.catalog = catalog;
    let mut rows: HashMap<i64, i32> = HashMap::new();
    for flip in &flips {
        *rows.entry(flip.batch_id).or_default() += if flip.is_shown { 1 } else { -1 };
    }
    rows.retain(|_, rows| *rows != 0);
    let batches: Vec<i64> = rows.keys().copied().collect();
    if store::describe_items(db, &batches).await? {
        held.described = store::items(db, &held.slice).await?;
    }
    held.newest = if flips.iter().all(|flip| flip.is_shown) {
        held.newest
            .max(store::newest_of(db, &batches, held.slice.from).await?)
    } else {
        store::newest(db, &held.slice).await?
    };
    let rule = held.catalog.clone();
    store::choices_of(db, &batches, held.slice.from, &rule, |batch, choice| {
        held.add(&choice, rows[&batch]);
    })
    .await?;
    slide(db, held, from).await
}

/// Lets a window begin at another time: what is before it goes, or what is after it comes.
async fn slide(
    db: &PgPool,
    mut held: Held,
    from: Option<DateTime<Utc>>,
) -> Result<Held, StoreError> {
    let (Some(before), Some(now)) = (held.slice.from, from) else {
        return Ok(held);
    };
    if before == now {
        return Ok(held);
    }
    let between = Slice {
        from: Some(before.min(now)),
        to: Some(before.max(now) - SMALLEST_STEP),
        ..held.slice.clone()
    };
    let rows = if now > before { -1 } else { 1 };
    let rule = held.catalog.clone();
    store::choices(db, &between, &rule, |choice| held.add(&choice, rows)).await?;
    held.slice.from = from;
    held.newest = store::newest(db, &held.slice).await?;
    Ok(held)
}
