//! How far a piece of work has come, as it says itself, and whether it is still wanted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Counts what is done. Clones count together.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    done: AtomicU64,
    all: AtomicU64,
    cancelled: AtomicBool,
}

impl Meter {
    /// Says how much there is to do.
    pub fn expect(&self, all: u64) {
        self.0.all.store(all, Ordering::Relaxed);
    }

    /// Says that some more is done.
    pub fn add(&self, done: u64) {
        self.0.done.fetch_add(done, Ordering::Relaxed);
    }

    /// What is done, never more than there is to do, and what there is to do.
    pub fn read(&self) -> (u64, u64) {
        let all = self.0.all.load(Ordering::Relaxed);
        (self.0.done.load(Ordering::Relaxed).min(all), all)
    }

    /// Whether nobody wants the work any more. Work that waits for nothing looks here now and then;
    /// other work ends by itself where it waits.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }

    /// Cancels the work when whoever waits for it goes away.
    pub fn cancelled_with(&self) -> Guard {
        Guard(self.clone())
    }

    pub(super) fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }
}

/// Held by whoever waits for the work.
pub struct Guard(Meter);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
