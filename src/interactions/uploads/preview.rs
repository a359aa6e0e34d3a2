//! What an upload would be read as: a look at its files, off the threads that answer.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::spool::{Reading, Spool, Upload, failed};
use crate::catalog::types::BasketRule;
use crate::error::AppError;
use crate::interactions::formats::{self, FormatError, Preview, Role};

/// First rows that are shown of each file.
pub(super) const ROWS: usize = 10;

/// What was seen.
pub(super) enum Look {
    Recognised {
        /// In a sentence for people.
        description: String,
        basket_rule: BasketRule,
        files: Vec<Preview>,
    },
    Refused {
        /// Why, and what to do.
        sentence: String,
        /// The first file of choices, as far as its cells can be told apart.
        file: Option<Preview>,
    },
}

pub(super) async fn look(
    spool: &Spool,
    upload: &Upload,
    reading: &Reading,
    now: DateTime<Utc>,
) -> Result<Look, AppError> {
    let options = reading.options(spool, upload, now);
    let names = spool.names(upload);
    let choices = choices(spool, upload);
    let looking = tokio::task::spawn_blocking(move || {
        let source = match formats::open_named(&choices, &names, &options) {
            Ok(source) => source,
            Err(error) => return Ok(refused(&error, &choices, &names, &options)),
        };
        let mut files = source.preview(ROWS)?;
        // What people chose is what a reader looks for first.
        files.sort_by_key(|file| file.role != Role::Choices);
        Ok(Look::Recognised {
            files,
            description: source.description,
            basket_rule: source.basket_rule,
        })
    });
    let looked: std::io::Result<Look> = looking.await.expect("BUG: looking at files panicked");
    looked.map_err(|error| failed(&error))
}

/// The files of choices, which formats are told apart by.
pub(super) fn choices(spool: &Spool, upload: &Upload) -> Vec<PathBuf> {
    let files = spool.paths(upload).into_iter().zip(&upload.files);
    files
        .filter(|(_, file)| file.role == Role::Choices)
        .map(|(path, _)| path)
        .collect()
}

fn refused(
    error: &FormatError,
    choices: &[PathBuf],
    names: &formats::Names,
    options: &formats::Options,
) -> Look {
    let first = choices.first();
    Look::Refused {
        sentence: error.for_page(),
        // A file that can't even be looked at has said so already.
        file: first.and_then(|path| formats::glance(path, names, options, ROWS).ok()),
    }
}
