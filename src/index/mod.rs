//! What the database holds, counted and kept in memory: the follower of every catalog.
//!
//! PostgreSQL is the truth; an [`Index`] keeps one [`Snapshot`] per visible catalog and follows the
//! dense change numbers: where a catalog's number has moved on, it counts again from nothing and
//! swaps the new snapshot in. Readers hold an `Arc` of one snapshot for as long as they need it, so
//! every figure of one answer comes from one version. Nothing is written here.
//! Start reading at `snapshot`; `load` says what is counted.

pub mod load;
pub mod snapshot;
pub mod store;
#[cfg(test)]
mod tests;

use sqlx::PgPool;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Mutex;

use crate::catalog;
use crate::error::AppError;
use crate::error::respond::StoreError;
use load::Slice;
use snapshot::Snapshot;

/// How often the follower looks for new changes.
const FOLLOW_EVERY: Duration = Duration::from_millis(250);
/// How many snapshots besides the current ones stay in memory: pinned versions, time windows.
const SLICES_KEPT: usize = 4;

/// The snapshots of all catalogs. Cloning it shares them.
#[derive(Clone)]
pub struct Index {
    db: PgPool,
    current: Arc<RwLock<BTreeMap<String, Arc<Snapshot>>>>,
    /// The newest last. The lock is held while one is counted, so that two readers of the same
    /// slice don't count it twice.
    slices: Arc<Mutex<VecDeque<(Slice, Arc<Snapshot>)>>>,
}

impl Index {
    /// An index that knows nothing yet; [`Index::refresh`] counts what there is.
    pub fn new(db: PgPool) -> Self {
        Self {
            db,
            current: Arc::default(),
            slices: Arc::default(),
        }
    }

    /// Counts every catalog whose change number has moved on, and swaps the results in; gives
    /// those that are new.
    pub async fn refresh(&self) -> Result<Vec<Arc<Snapshot>>, StoreError> {
        let mut fresh = Vec::new();
        for (catalog_id, change) in catalog::store::last_changes(&self.db).await? {
            let known = self.find(&catalog_id).map(|snapshot| snapshot.change);
            if known == Some(change) {
                continue;
            }
            let slice = Slice::whole(&catalog_id, change);
            if let Some(snapshot) = load::load(&self.db, &slice).await? {
                tracing::info!(
                    catalog.id = catalog_id,
                    change,
                    baskets = snapshot.baskets.len(),
                    items = snapshot.items.len(),
                    "counted a catalog"
                );
                let snapshot = Arc::new(snapshot);
                self.current
                    .write()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(catalog_id, snapshot.clone());
                fresh.push(snapshot);
            }
        }
        Ok(fresh)
    }

    /// Follows the database for as long as the future is polled.
    pub async fn follow(self) {
        loop {
            match self.refresh().await {
                Ok(fresh) => warm(fresh),
                Err(error) => {
                    tracing::warn!(cause = %error.cause, "following the database failed; trying again");
                }
            }
            tokio::time::sleep(FOLLOW_EVERY).await;
        }
    }

    /// The newest snapshots of all catalogs, by id.
    pub fn all(&self) -> Vec<Arc<Snapshot>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.values().cloned().collect()
    }

    fn find(&self, catalog_id: &str) -> Option<Arc<Snapshot>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.get(catalog_id).cloned()
    }

    /// The newest snapshot of one catalog.
    pub fn current(&self, catalog_id: &str) -> Result<Arc<Snapshot>, AppError> {
        self.find(catalog_id)
            .ok_or_else(|| AppError::not_found(format!("The catalog “{catalog_id}”")))
    }

    /// The snapshot of one catalog as it stood after a change.
    pub async fn at(&self, catalog_id: &str, change: i64) -> Result<Arc<Snapshot>, AppError> {
        self.slice(&Slice::whole(catalog_id, change)).await
    }

    /// A snapshot of a part of a catalog: a version, a time window, a segment. Counted when it is
    /// neither the current one nor among the few kept.
    pub async fn slice(&self, slice: &Slice) -> Result<Arc<Snapshot>, AppError> {
        let current = self.current(&slice.catalog_id)?;
        if current.slice == *slice {
            return Ok(current);
        }
        if !(1..=current.change).contains(&slice.change) {
            return Err(AppError::not_found(format!(
                "Version {} of “{}” (the newest is {})",
                slice.change, slice.catalog_id, current.change
            )));
        }
        let mut slices = self.slices.lock().await;
        if let Some((_, kept)) = slices.iter().find(|(key, _)| key == slice) {
            return Ok(kept.clone());
        }
        let snapshot = load::load(&self.db, slice)
            .await?
            .ok_or_else(|| AppError::not_found(format!("The catalog “{}”", slice.catalog_id)))?;
        let snapshot = Arc::new(snapshot);
        slices.push_back((slice.clone(), snapshot.clone()));
        if slices.len() > SLICES_KEPT {
            slices.pop_front();
        }
        Ok(snapshot)
    }
}

/// Counts the tables of new snapshots in the background, so that the first reader does not wait.
pub fn warm(fresh: Vec<Arc<Snapshot>>) {
    if !fresh.is_empty() {
        tokio::task::spawn_blocking(move || fresh.iter().for_each(|snapshot| snapshot.warm()));
    }
}
