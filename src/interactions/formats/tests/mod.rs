//! What the readers make of files, seen from outside: [`open`] and [`Source::records`].

mod choices;
mod dirty;
mod known;
mod preview;
mod properties;
mod recognition;
mod tables;

use std::fs;
use std::path::PathBuf;

use super::{Format, FormatError, Options, Record, Source, open};
use crate::interactions::types::{Interaction, ItemRecord, Quarantined, UserRecord};

/// A folder with the files of one test.
struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).expect("a file for the test");
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn open(&self, name: &str) -> Result<Source, FormatError> {
        open(&[self.path(name)], &options())
    }
}

fn options() -> Options {
    Options {
        format: Format::Auto,
        items: None,
        users: None,
        map: Vec::new(),
        now: "2026-01-01T00:00:00Z".parse().expect("a time"),
    }
}

/// What came out of a source, by kind and in order.
#[derive(Debug, Default)]
struct Taken {
    interactions: Vec<Interaction>,
    items: Vec<ItemRecord>,
    users: Vec<UserRecord>,
    quarantined: Vec<Quarantined>,
    skipped: Vec<u64>,
}

impl Taken {
    fn from(source: &Source) -> Self {
        let mut taken = Self::default();
        for record in source.records() {
            match record.expect("a file that can be read") {
                Record::Interaction(interaction) => taken.interactions.push(interaction),
                Record::Item(item) => taken.items.push(item),
                Record::User(user) => taken.users.push(user),
                Record::Quarantined(row) => taken.quarantined.push(row),
                Record::Skipped(row) => taken.skipped.push(row.line),
            }
        }
        taken
    }

    /// The items that were chosen, in order.
    fn chosen(&self) -> Vec<&str> {
        let ids = self.interactions.iter().map(|one| one.item_id.as_str());
        ids.collect()
    }

    /// Line, column and reason of each quarantined row, without what follows a colon in it.
    fn faults(&self) -> Vec<(u64, &str, &str)> {
        let faults = self.quarantined.iter().map(|row| {
            let column = row.column.as_deref().unwrap_or_default();
            (row.line, column, row.reason.as_str())
        });
        faults.collect()
    }
}

fn take(name: &str, bytes: &[u8]) -> Taken {
    let folder = Folder::with(&[(name, bytes)]);
    Taken::from(&folder.open(name).expect("a file of some format"))
}
