//! Waiting for another process, with a word about it every few seconds.

use std::thread;
use std::time::{Duration, Instant};

/// Takes the sentences about what is being done or waited for.
pub type Progress<'a> = &'a mut dyn FnMut(&str);

/// How often the awaited thing is looked at.
const LOOK: Duration = Duration::from_millis(25);
/// How often somebody who waits is told why.
const TELL: Duration = Duration::from_secs(3);

/// One wait, from its beginning.
pub(super) struct Wait {
    since: Instant,
    told: Duration,
}

impl Wait {
    pub(super) fn begin() -> Self {
        Self {
            since: Instant::now(),
            told: Duration::ZERO,
        }
    }

    pub(super) fn has_lasted(&self, limit: Duration) -> bool {
        self.since.elapsed() >= limit
    }

    /// Sleeps until the next look; says `what` is awaited when it has been a while.
    pub(super) fn pause(&mut self, progress: Progress, what: &str) {
        thread::sleep(LOOK);
        let elapsed = self.since.elapsed();
        if elapsed >= self.told + TELL {
            self.told = elapsed;
            progress(&format!("{what} ({} s so far)", elapsed.as_secs()));
        }
    }
}
