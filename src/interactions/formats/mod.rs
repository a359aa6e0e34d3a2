//! Reading files of choices: every input format, row by row, from files as dirty as they are.
//!
//! [`open`] looks at the files, decides what they are, and refuses a file that is of no format
//! before anything is read out of it. [`Source::records`] then gives items, users and interactions
//! in an order that is always the same, so that a stopped import can read again and leave out
//! what it has stored. A row that can't be taken comes as [`Record::Quarantined`], one that the
//! format's own rules leave out as [`Record::Skipped`]; no line vanishes but a blank one.
//!
//! A count wants to know only who chose what: [`Source::choices`] reads that from the same files by
//! the same rules, on all processors and without a record for each row.
//!
//! Memory stays bounded: a line has at most [`MAX_LINE_BYTES`]. Nothing here writes, knows the
//! database, removes duplicates ([`Interaction::dedupe_key`] is for that) or reads the clock.
//! Start reading at [`open`], then `detect`, `reading` and `delimited`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use self::detect::{describe, detect};
use self::source::{Part, Records};
use super::types::{
    BasketRule, Interaction, ItemRecord, MAX_QUARANTINED_CHARS, Quarantined, Skipped, UserRecord,
};

mod choices;
mod columns;
mod delimited;
mod detect;
mod error;
mod item_objects;
mod lines;
mod look;
mod movielens;
mod ndjson;
mod objects;
mod online_retail;
mod parquet_rows;
mod plain;
mod preview;
mod reading;
mod replay;
mod row;
mod rows;
mod shape;
mod source;
mod values;

#[cfg(test)]
mod tests;

pub use choices::Choices;
pub use error::{FormatError, ReadError};
pub use item_objects::read_item;
pub use objects::Objects;
pub use preview::{Outcome, Preview, PreviewRow, glance};
pub use replay::{Replay, ReplayFile, Role};

/// The longest line that is read; a longer one is put in quarantine.
pub const MAX_LINE_BYTES: usize = 1 << 20;

/// Goes into every fingerprint. It changes when the same files begin to give other records, so that
/// a stopped import is not taken up again by a program that reads differently.
const READING_VERSION: &[u8] = b"tandem reading 1";

/// What the files are. [`open`] answers with any but `Auto`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Decide by looking.
    Auto,
    /// A table with a header, as CSV, TSV, NDJSON or Parquet; one interaction a row.
    Interactions,
    /// One basket a line, items separated by commas.
    Baskets,
    /// Invoice lines as UCI's Online Retail has them.
    OnlineRetail,
    /// A `MovieLens` directory as it is unpacked.
    Movielens,
}

impl Format {
    const ALL: [Self; 5] = [
        Self::Auto,
        Self::Interactions,
        Self::Baskets,
        Self::OnlineRetail,
        Self::Movielens,
    ];

    /// Reads the name that `--format` takes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Interactions => "interactions",
            Self::Baskets => "baskets",
            Self::OnlineRetail => "online-retail",
            Self::Movielens => "movielens",
        }
    }
}

/// How to read the files.
#[derive(Debug, Clone)]
pub struct Options {
    pub format: Format,
    /// A table of items, beside what the files themselves hold.
    pub items: Option<PathBuf>,
    /// A table of users; its other columns become attributes.
    pub users: Option<PathBuf>,
    /// Which column holds which field: `("item_id", "sku")`.
    pub map: Vec<(String, String)>,
    /// A date more than a day after this is in the future and goes to quarantine. An import that
    /// is taken up again passes the time of its first start, so that it reads the same rows.
    pub now: DateTime<Utc>,
}

/// What files are called whose paths don't say it, such as those of an upload.
pub type Names = BTreeMap<PathBuf, String>;

/// One thing read.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// Comes before the interactions where the item stands in a table of its own. Of several
    /// records for one item the last counts.
    Item(ItemRecord),
    /// Of several records for one user the last counts.
    User(UserRecord),
    Interaction(Interaction),
    Quarantined(Quarantined),
    Skipped(Skipped),
}

/// Files that are understood and ready to be read.
#[derive(Debug)]
pub struct Source {
    /// Never [`Format::Auto`].
    pub format: Format,
    /// What a basket is in this data: what the catalog is set to when the import creates it.
    pub basket_rule: BasketRule,
    /// The size of all files together, in bytes.
    pub bytes_total: u64,
    /// A sentence that says what was recognised, for people.
    pub description: String,
    parts: Vec<Part>,
    map: Vec<(String, String)>,
    now: DateTime<Utc>,
    bytes_read: Arc<AtomicU64>,
}

impl Source {
    /// Reads everything from the start; called again, it gives the same again.
    ///
    /// Ends after the first error.
    pub fn records(&self) -> impl Iterator<Item = Result<Record, ReadError>> + Send + use<> {
        self.bytes_read.store(0, Ordering::Relaxed);
        Records::new(
            &self.parts,
            &self.map,
            self.now,
            Arc::clone(&self.bytes_read),
        )
    }

    /// Grows to [`Source::bytes_total`] while records are read; for a progress bar.
    pub fn bytes_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.bytes_read)
    }

    /// SHA-256 over the contents of all files in order, the format and the mapping. Names and
    /// folders do not matter. Reads every file from end to end.
    pub fn fingerprint(&self) -> Result<[u8; 32], FormatError> {
        // Each part goes in with its length or its place, so that no two hash alike by accident.
        let mut hash = Sha256::new();
        hash.update(READING_VERSION);
        let mut map = self.map.clone();
        map.sort();
        let names = map.iter().flat_map(|(field, column)| [field, column]);
        for text in [self.format.as_str()]
            .into_iter()
            .chain(names.map(String::as_str))
        {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
        for part in &self.parts {
            hash.update(part.table.name());
            hash.update(part.file.sha256()?);
        }
        Ok(hash.finalize().into())
    }

    /// The names of the files that are read, in their order, without their folders.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| part.file.name.as_str())
    }
}

/// Looks at the files and decides how to read them; a folder stands for what it holds.
///
/// Looks through every file from end to end, for its encoding. A file that fits no format, or not
/// the one that `options` ask for, is refused, and nothing is read at all.
pub fn open(paths: &[PathBuf], options: &Options) -> Result<Source, FormatError> {
    open_named(paths, &Names::default(), options)
}

/// As [`open`], for files that are called otherwise than their paths say.
pub fn open_named(
    paths: &[PathBuf],
    names: &Names,
    options: &Options,
) -> Result<Source, FormatError> {
    let plan = detect(paths, names, options)?;
    Ok(Source {
        format: plan.format,
        basket_rule: plan.basket_rule,
        bytes_total: plan.parts.iter().map(|part| part.file.bytes).sum(),
        description: describe(&plan),
        parts: plan.parts,
        map: options.map.clone(),
        now: options.now,
        bytes_read: Arc::default(),
    })
}
