//! Records on their way to the database: a bounded number of them, column by column.
//!
//! One chunk is one transaction, and each of its columns one array, so that ten thousand rows
//! cost one statement. Of several records for one item or one user the last counts, within a
//! chunk as within an import.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::interactions::formats::Record;
use crate::interactions::types::{Interaction, ItemRecord, Key, Quarantined, UserRecord};

/// Records that are committed together.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// Records of every kind.
    pub(super) records: usize,
    pub(super) interactions: Interactions,
    pub(super) items: BTreeMap<String, ItemRecord>,
    pub(super) users: BTreeMap<String, UserRecord>,
    pub(super) quarantined: Vec<Quarantined>,
    pub(super) skipped: usize,
}

/// Interactions, column by column.
#[derive(Debug, Default)]
pub(in crate::interactions) struct Interactions {
    pub(in crate::interactions) keys: Vec<Vec<u8>>,
    pub(super) users: Vec<Option<String>>,
    pub(super) baskets: Vec<Option<String>>,
    pub(super) items: Vec<String>,
    pub(super) kinds: Vec<String>,
    pub(super) weights: Vec<Option<f64>>,
    pub(in crate::interactions) times: Vec<Option<DateTime<Utc>>>,
}

impl Chunk {
    pub(super) fn add(&mut self, record: Record) {
        self.records += 1;
        match record {
            Record::Interaction(interaction) => self.interactions.add(interaction),
            Record::Item(item) => {
                self.items.insert(item.item_id.clone(), item);
            }
            Record::User(user) => {
                self.users.insert(user.user_id.clone(), user);
            }
            Record::Quarantined(row) => self.quarantined.push(row),
            Record::Skipped(_) => self.skipped += 1,
        }
    }
}

impl Interactions {
    fn add(&mut self, interaction: Interaction) {
        self.add_under(interaction.dedupe_key(), interaction);
    }

    /// Adds an interaction whose key was taken before it was completed.
    pub(in crate::interactions) fn add_under(&mut self, key: Key, interaction: Interaction) {
        self.keys.push(key.to_vec());
        self.users.push(interaction.user_id);
        self.baskets.push(interaction.basket_id);
        self.items.push(interaction.item_id);
        self.kinds.push(interaction.kind);
        self.weights.push(interaction.weight);
        self.times.push(interaction.at);
    }
}
