//! What the database holds, counted and kept in memory: the follower of every catalog.
//!
//! PostgreSQL is the truth; an [`Index`] keeps one [`Snapshot`] per visible catalog and follows the
//! dense change numbers: where a catalog's number has moved on, it adds what was shown and takes
//! away what was removed since, and swaps the new snapshot in. Readers hold an `Arc` of one
//! snapshot for as long as they need it, so every figure of one answer comes from one version.
//! Nothing is written here. Start reading at `snapshot`; `load` says what is counted, `held` how it
//! is kept up to date, and `follow` when.

pub mod evidence;
mod follow;
mod held;
pub mod load;
mod names;
mod owners;
pub mod renumbering;
pub mod snapshot;
pub mod store;
mod table;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use held::tests::snapshot_of;
pub mod what_if;
pub mod windows;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

use crate::catalog;
use crate::catalog::types::Catalog;
use crate::error::AppError;
use crate::error::respond::StoreError;
use crate::ui::format::day;
use held::Held;
use load::Slice;
use snapshot::Snapshot;

/// How many snapshots besides the current ones stay in memory: pinned versions, time windows.
const SLICES_KEPT: usize = 4;

/// The snapshots of all catalogs. Cloning it shares them.
#[derive(Clone)]
pub struct Index {
    db: PgPool,
    current: Arc<RwLock<BTreeMap<String, Arc<Snapshot>>>>,
    /// What each current snapshot was built from. The lock of a catalog is held while it is being
    /// brought up to date.
    held: Arc<std::sync::Mutex<BTreeMap<String, Holding>>>,
    windows: windows::Kept,
    /// Catalogs that were deleted, and when.
    deleted: Arc<RwLock<BTreeMap<String, DateTime<Utc>>>>,
    /// The newest last. The lock is held while one is counted, so that two readers of the same
    /// slice don't count it twice.
    slices: Arc<Mutex<VecDeque<(Slice, Arc<Snapshot>)>>>,
}

/// What is held of a catalog; none before it was first read, and after reading it failed.
type Holding = Arc<Mutex<Option<Held>>>;

impl Index {
    /// An index that knows nothing yet; [`Index::refresh`] counts what there is.
    pub fn new(db: PgPool) -> Self {
        Self {
            db,
            current: Arc::default(),
            held: Arc::default(),
            windows: windows::Kept::default(),
            deleted: Arc::default(),
            slices: Arc::default(),
        }
    }

    /// Brings every catalog up to date before it returns.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        for catalog in self.forget().await? {
            let mut held = self.holding(&catalog.id).lock_owned().await;
            self.bring(catalog, &mut held).await?;
        }
        Ok(())
    }

    /// Forgets the catalogs that are no longer there, and gives those that are.
    pub async fn forget(&self) -> Result<Vec<Catalog>, StoreError> {
        let catalogs = catalog::store::list(&self.db).await?;
        if self.keep_only(&catalogs) {
            let deleted = catalog::store::deleted(&self.db).await?;
            *self.deleted.write().unwrap_or_else(PoisonError::into_inner) = deleted;
        }
        Ok(catalogs)
    }

    /// Brings one catalog up to date, and no other; nothing happens where there is none.
    pub async fn refresh_one(&self, catalog_id: &str) -> Result<(), StoreError> {
        let Some(catalog) = catalog::store::find(&self.db, catalog_id).await? else {
            return Ok(());
        };
        let mut held = self.holding(&catalog.id).lock_owned().await;
        self.bring(catalog, &mut held).await
    }

    /// Brings one catalog up to date and swaps its new snapshot in.
    async fn bring(&self, catalog: Catalog, held: &mut Option<Held>) -> Result<(), StoreError> {
        if self.knows(&catalog) {
            return Ok(());
        }
        let catalog_id = catalog.id.clone();
        // What is held is taken out: after an error it is worth nothing, and is read anew.
        let now = match held.take() {
            Some(before) => load::follow(&self.db, before, catalog, None).await?,
            None => {
                let slice = Slice::whole(&catalog_id, catalog.last_change);
                load::hold(&self.db, catalog, &slice).await?
            }
        };
        let (mut snapshot, now) = load::build(now).await;
        snapshot.evidence_before = self
            .find(&catalog_id)
            .and_then(|before| before.known_evidence());
        tracing::debug!(
            catalog.id = catalog_id,
            change = snapshot.change,
            baskets = snapshot.baskets.len(),
            items = snapshot.items.len(),
            "counted a catalog"
        );
        *held = Some(now);
        self.current
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(catalog_id, Arc::new(snapshot));
        Ok(())
    }

    /// Whether the newest snapshot is of exactly this state of its catalog.
    fn knows(&self, catalog: &Catalog) -> bool {
        let current = self.find(&catalog.id);
        current.is_some_and(|current| current.catalog == *catalog)
    }

    /// Drops what is held of other catalogs; whether there was any, or nothing is known yet.
    fn keep_only(&self, catalogs: &[Catalog]) -> bool {
        let is_there = |id: &String| catalogs.iter().any(|catalog| catalog.id == *id);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let known = current.len();
        current.retain(|id, _| is_there(id));
        let is_news = known == 0 || current.len() < known;
        drop(current);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|id, _| is_there(id));
        self.windows.keep_only(is_there);
        is_news
    }

    fn holding(&self, catalog_id: &str) -> Holding {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.entry(catalog_id.to_owned()).or_default().clone()
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
        self.find(catalog_id).ok_or_else(|| self.absent(catalog_id))
    }

    /// The sentence for a catalog that is not there: it never was, or it was deleted.
    fn absent(&self, catalog_id: &str) -> AppError {
        let deleted = self.deleted.read().unwrap_or_else(PoisonError::into_inner);
        match deleted.get(catalog_id) {
            Some(at) => AppError::Gone {
                message: format!(
                    "The catalog “{catalog_id}” was deleted on {} with everything in it. The audit \
                     trail says by whom.",
                    day(*at)
                ),
            },
            None => AppError::not_found(format!("The catalog “{catalog_id}”")),
        }
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
        // Earlier numbers are those of a catalog of the same id that was deleted.
        let first = current.catalog.first_change + 1;
        if !(first..=current.change).contains(&slice.change) {
            return Err(AppError::not_found(format!(
                "Version {} of “{}” (the newest is {})",
                slice.change, slice.catalog_id, current.change
            )));
        }
        if let Some(kept) = self.windows.find(slice) {
            return Ok(kept);
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
