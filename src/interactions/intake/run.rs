//! How an import is carried out, beside what it is: who can stop it, and what it belongs to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::interactions::formats::Names;

/// How an import is carried out.
#[derive(Debug, Clone, Default)]
pub struct Run {
    pub stop: Stop,
    /// What files are called whose paths don't say it.
    pub names: Names,
    /// The folder of a spool that the files lie in.
    pub upload: Option<String>,
    /// The import whose quarantined rows these are, corrected.
    pub parent_id: Option<i64>,
}

/// Asks an import of this process to stop. It looks here before every chunk; what it has stored
/// stays, unseen, and the same import goes on from there.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
