//! Why an import or its undoing failed: one sentence each, with what to do.

use chrono::{DateTime, Utc};

use crate::error::respond::StoreError;
use crate::interactions::formats::{FormatError, ReadError};
use crate::interactions::store::Batch;
use crate::interactions::types::Quarantined;

/// Nothing of the import is visible; what was there before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(
        "`{0}` can't be the id of a catalog: use 1 to 63 lower-case letters, digits, `-` and `_`, \
         beginning with a letter or a digit"
    )]
    CatalogId(String),
    #[error("{0}")]
    Format(FormatError),
    #[error("{0}")]
    Read(ReadError),
    #[error("the same files are being imported into {0} at this moment: wait until that has ended")]
    Running(String),
    #[error(
        "nothing was imported into {}: no row could be taken ({} quarantined, {} skipped); mend the \
         file, or say what it is with --format and --map",
        batch.catalog_id, batch.quarantined, batch.skipped
    )]
    NothingTaken {
        batch: Box<Batch>,
        /// The first rows that could not be taken.
        rows: Vec<Quarantined>,
    },
    #[error(
        "the import was stopped after {} records: nothing of it is visible, and the same command \
         goes on from there",
        .0.records
    )]
    Stopped(Box<Batch>),
    #[error("import {0} was cancelled on its page: nothing of it is visible or kept")]
    Cancelled(i64),
    #[error(
        "{} failed ({}): nothing of the import is visible; run the same command again to go on",
        .0.operation, .0.cause
    )]
    Store(StoreError),
}

impl ImportError {
    /// The sentence for a page, which has controls where the command line has options.
    pub fn for_page(&self) -> String {
        match self {
            Self::Format(error) => error.for_page(),
            Self::Read(error) => format!(
                "“{}” could not be read on after line {}. Nothing of the import is visible.",
                error.file, error.line
            ),
            Self::Running(_) => {
                "The same files are being imported at this moment: wait until that has ended."
                    .to_owned()
            }
            Self::NothingTaken { batch, .. } => format!(
                "No row could be taken ({} quarantined, {} skipped), so nothing is visible.",
                batch.quarantined, batch.skipped
            ),
            Self::Stopped(_) => "It was stopped. Nothing of it is visible.".to_owned(),
            Self::Store(error) => format!(
                "The database failed while {}. Nothing of the import is visible.",
                error.operation
            ),
            Self::CatalogId(_) | Self::Cancelled(_) => self.to_string(),
        }
    }
}

impl From<FormatError> for ImportError {
    fn from(error: FormatError) -> Self {
        Self::Format(error)
    }
}

impl From<ReadError> for ImportError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    #[error(
        "there is no import {batch_id} in {catalog_id}: an import prints its number when it ends"
    )]
    Unknown { catalog_id: String, batch_id: i64 },
    #[error(
        "import {0} was never finished, so that nobody sees it and there is nothing to take back"
    )]
    NeverShown(i64),
    #[error("import {batch_id} was taken back already{}; nothing changed", when(*at))]
    Before {
        batch_id: i64,
        at: Option<DateTime<Utc>>,
    },
    #[error("{} failed ({}): nothing was changed; try again", .0.operation, .0.cause)]
    Store(StoreError),
}

impl From<StoreError> for UndoError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn when(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(String::new, |at| {
        format!(" on {}", at.format("%Y-%m-%d at %H:%M UTC"))
    })
}
