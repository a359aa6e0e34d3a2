//! When catalogs are brought up to date, and when their tables are counted before anybody asks.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::Index;
use super::snapshot::Snapshot;
use crate::error::respond::StoreError;

/// How often the follower looks for new changes.
const FOLLOW_EVERY: Duration = Duration::from_millis(250);
/// A catalog that did not change for so long has its tables counted ahead of its readers.
const QUIET: Duration = Duration::from_millis(500);
/// One that changes all the time has them counted ahead so often.
const WARM_EVERY: Duration = Duration::from_secs(5);

impl Index {
    /// Follows the database for as long as the future is polled.
    pub async fn follow(self) {
        let mut warmer = Warmer::default();
        loop {
            if let Err(error) = self.look().await {
                tracing::warn!(cause = %error.cause, "following the database failed; trying again");
            }
            warmer.warm_next(&self).await;
            tokio::time::sleep(FOLLOW_EVERY).await;
        }
    }

    /// Begins to bring every catalog up to date that has moved on and is not being brought already,
    /// each on its own: a large import into one delays no other.
    async fn look(&self) -> Result<(), StoreError> {
        for catalog in self.forget().await? {
            if self.knows(&catalog) {
                continue;
            }
            if let Ok(mut held) = self.holding(&catalog.id).try_lock_owned() {
                let index = self.clone();
                tokio::spawn(async move {
                    if let Err(error) = index.bring(catalog, &mut held).await {
                        tracing::warn!(cause = %error.cause, "counting a catalog failed; trying again");
                    }
                });
            }
        }
        Ok(())
    }
}

/// Counts the tables of new snapshots, one at a time, so that their first reader does not wait.
#[derive(Default)]
struct Warmer {
    running: Option<JoinHandle<()>>,
    /// When each catalog was last begun with.
    begun: HashMap<String, Instant>,
}

impl Warmer {
    async fn warm_next(&mut self, index: &Index) {
        if let Some(running) = self.running.take() {
            if !running.is_finished() {
                self.running = Some(running);
                return;
            }
            if running.await.is_err() {
                tracing::error!("counting the tables of a catalog ahead failed");
            }
        }
        let current = index.all();
        if let Some(snapshot) = current.into_iter().find(|snapshot| self.is_due(snapshot)) {
            self.begun
                .insert(snapshot.catalog.id.clone(), Instant::now());
            self.running = Some(tokio::task::spawn_blocking(move || snapshot.warm()));
        }
    }

    fn is_due(&self, snapshot: &Arc<Snapshot>) -> bool {
        let age = chrono::Utc::now() - snapshot.counted_at;
        let is_quiet = age.to_std().is_ok_and(|age| age >= QUIET);
        let is_late = || {
            let begun = self.begun.get(&snapshot.catalog.id);
            begun.is_none_or(|begun| begun.elapsed() >= WARM_EVERY)
        };
        !snapshot.is_warm() && (is_quiet || is_late())
    }
}
