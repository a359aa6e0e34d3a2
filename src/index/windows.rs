//! The last days of a catalog, kept up beside all of it.
//!
//! A window begins with a day, in UTC, and ends with the newest interaction, not with today. It is
//! read from the database when somebody first asks for it and followed from then on: what came and
//! went since is counted in and out, and when the newest day moves on, what has become too old is
//! counted out. So it costs what changed, and is the table that reading the window anew would give.

use chrono::{DateTime, Days, NaiveTime, Utc};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

use super::Index;
use super::held::Held;
use super::load::{self, Slice};
use super::snapshot::Snapshot;
use crate::error::AppError;
use crate::error::respond::StoreError;

/// How many days the windows hold, the newest included.
pub const DAYS: [u64; 3] = [7, 30, 90];

/// A catalog's last days beside all of it, counted up to the same change.
pub struct Windows {
    /// By [`DAYS`].
    pub last: [Arc<Snapshot>; DAYS.len()],
    pub all: Arc<Snapshot>,
}

/// What is kept of the windows of all catalogs.
#[derive(Clone, Default)]
pub(super) struct Kept {
    /// What each catalog's windows were built from. The lock of a catalog is held while they are
    /// brought up to date.
    held: Arc<std::sync::Mutex<BTreeMap<String, Holding>>>,
    snapshots: Arc<RwLock<BTreeMap<String, [Arc<Snapshot>; DAYS.len()]>>>,
}

/// By [`DAYS`]; none before a window was first read, and after reading it failed.
type Holding = Arc<Mutex<[Option<Held>; DAYS.len()]>>;

impl Kept {
    pub(super) fn keep_only(&self, is_there: impl Fn(&String) -> bool) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|id, _| is_there(id));
        let mut snapshots = self
            .snapshots
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        snapshots.retain(|id, _| is_there(id));
    }

    /// The snapshot of a slice, if it is a window that is kept.
    pub(super) fn find(&self, slice: &Slice) -> Option<Arc<Snapshot>> {
        let snapshots = self
            .snapshots
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let of_catalog = snapshots.get(&slice.catalog_id)?.iter();
        of_catalog
            .into_iter()
            .find(|kept| kept.slice == *slice)
            .cloned()
    }

    fn holding(&self, catalog_id: &str) -> Holding {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.entry(catalog_id.to_owned()).or_default().clone()
    }

    fn of(&self, all: &Snapshot) -> Option<[Arc<Snapshot>; DAYS.len()]> {
        let snapshots = self
            .snapshots
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let kept = snapshots.get(&all.catalog.id)?;
        (kept[0].catalog == all.catalog).then(|| kept.clone())
    }
}

/// When the last so many days of a catalog begin.
pub fn begin(newest: DateTime<Utc>, days: u64) -> DateTime<Utc> {
    let day = newest.date_naive();
    let first = day.checked_sub_days(Days::new(days - 1)).unwrap_or(day);
    first.and_time(NaiveTime::MIN).and_utc()
}

impl Index {
    /// The last days of a catalog beside all of it; none where its data has no times.
    pub async fn windows(&self, catalog_id: &str) -> Result<Option<Windows>, AppError> {
        self.current(catalog_id)?;
        let holding = self.windows.holding(catalog_id);
        let mut held = holding.lock().await;
        let all = self.current(catalog_id)?;
        let Some(newest) = all.newest else {
            return Ok(None);
        };
        if let Some(last) = self.windows.of(&all) {
            return Ok(Some(Windows { last, all }));
        }
        let mut last = Vec::with_capacity(DAYS.len());
        for (held, days) in held.iter_mut().zip(DAYS) {
            let from = begin(newest, days);
            last.push(Arc::new(self.bring_window(&all, from, held).await?));
        }
        let last: [Arc<Snapshot>; DAYS.len()] =
            last.try_into().ok().expect("BUG: each window is brought");
        self.windows
            .snapshots
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(catalog_id.to_owned(), last.clone());
        Ok(Some(Windows { last, all }))
    }

    /// Brings one window to the change of the whole, from a time on.
    async fn bring_window(
        &self,
        all: &Snapshot,
        from: DateTime<Utc>,
        held: &mut Option<Held>,
    ) -> Result<Snapshot, StoreError> {
        let catalog = all.catalog.clone();
        let now = match held.take() {
            Some(before) => load::follow(&self.db, before, catalog, Some(from)).await?,
            None => {
                let slice = Slice {
                    from: Some(from),
                    ..Slice::whole(&catalog.id, all.change)
                };
                load::hold(&self.db, catalog, &slice).await?
            }
        };
        let (snapshot, now) = load::build(now).await;
        *held = Some(now);
        Ok(snapshot)
    }
}
