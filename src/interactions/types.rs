//! What a file or a program brings: interactions, items and users, and rows that can't be taken.
//!
//! These are the values between the readers (`formats`, the HTTP intake) and what keeps or counts
//! them. They are already parsed: ids are not empty, hold no control characters and have at most
//! [`MAX_ID_BYTES`] bytes, weights are finite, times are not in the far future. Nothing here
//! knows a file format or the database.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

pub use crate::catalog::types::BasketRule;

/// The longest id that is taken, in bytes.
pub const MAX_ID_BYTES: usize = 200;

/// The longest part of a row that quarantine keeps, in characters.
pub const MAX_QUARANTINED_CHARS: usize = 500;

/// What makes two interactions one; see [`Interaction::dedupe_key`].
pub type Key = [u8; 16];

/// An item was chosen: by a user, in a basket, or both.
#[derive(Debug, Clone, PartialEq)]
pub struct Interaction {
    /// Who chose; at least one of `user_id` and `basket_id` is there.
    pub user_id: Option<String>,
    pub basket_id: Option<String>,
    pub item_id: String,
    /// view, click, purchase, rating …; `choice` where the data does not say.
    pub kind: String,
    /// A rating or an amount; finite, and negative only for a rating. It never multiplies a count.
    pub weight: Option<f64>,
    pub at: Option<DateTime<Utc>>,
    /// The id that the data gave the interaction itself.
    pub external_id: Option<String>,
}

impl Interaction {
    /// Names what makes two interactions one: the first 16 bytes of a SHA-256.
    ///
    /// Two with an external id are one where it is equal; others where user, basket, item, kind
    /// and time are. Each field goes in with its length before it, so that no two different rows
    /// read alike. Time counts in microseconds, as `PostgreSQL` keeps it.
    pub fn dedupe_key(&self) -> Key {
        let mut hash = Sha256::new();
        if let Some(id) = &self.external_id {
            hash.update([1]);
            add_field(&mut hash, Some(id));
        } else {
            hash.update([0]);
            add_field(&mut hash, self.user_id.as_deref());
            add_field(&mut hash, self.basket_id.as_deref());
            add_field(&mut hash, Some(&self.item_id));
            add_field(&mut hash, Some(&self.kind));
            if let Some(at) = self.at {
                hash.update(at.timestamp_micros().to_le_bytes());
            }
        }
        let digest: [u8; 32] = hash.finalize().into();
        let (key, _) = digest
            .split_first_chunk()
            .expect("BUG: 32 bytes hold 16 bytes");
        *key
    }
}

/// Adds a field and its length; an absent field has a length that no text can have.
fn add_field(hash: &mut Sha256, field: Option<&str>) {
    let length = field.map_or(u64::MAX, |text| text.len() as u64);
    hash.update(length.to_le_bytes());
    hash.update(field.unwrap_or_default());
}

/// What a catalog knows of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRecord {
    pub item_id: String,
    pub title: Option<String>,
    /// The primary category: the first of `categories`.
    pub category: Option<String>,
    /// All categories, the primary one first.
    pub categories: Vec<String>,
    /// Whether it may be suggested; true where the data does not say.
    pub available: bool,
    /// Where its picture and its page are.
    pub image: Option<String>,
    pub link: Option<String>,
}

/// What a catalog knows of a user: the fields that segments are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRecord {
    pub user_id: String,
    pub attributes: BTreeMap<String, String>,
}

/// A row that can't be taken, with where it stands and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The file's name, without its folders.
    pub file: String,
    /// Counted from 1; for Parquet the number of the row.
    pub line: u64,
    /// The column at fault, as the file calls it; none where the whole row is.
    pub column: Option<String>,
    /// What is wrong and what to do.
    pub reason: String,
    /// The row, at most [`MAX_QUARANTINED_CHARS`] characters, ending in `…` where it was cut.
    pub text: String,
}

/// A sound row that the format's own rules leave out, such as a cancelled invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub file: String,
    pub line: u64,
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interaction(user: Option<&str>, basket: Option<&str>, item: &str) -> Interaction {
        Interaction {
            user_id: user.map(str::to_owned),
            basket_id: basket.map(str::to_owned),
            item_id: item.to_owned(),
            kind: "choice".to_owned(),
            weight: None,
            at: None,
            external_id: None,
        }
    }

    #[test]
    fn a_weight_does_not_make_a_second_interaction() {
        let mut heavier = interaction(Some("u"), None, "i");
        heavier.weight = Some(2.0);
        assert_eq!(
            heavier.dedupe_key(),
            interaction(Some("u"), None, "i").dedupe_key()
        );
    }

    #[test]
    fn fields_can_not_flow_into_one_another() {
        let keys = [
            interaction(Some("ab"), Some("c"), "i"),
            interaction(Some("a"), Some("bc"), "i"),
            interaction(Some("abc"), None, "i"),
            interaction(None, Some("abc"), "i"),
            interaction(Some("abc"), Some(""), "i"),
        ]
        .map(|one| one.dedupe_key());
        for (at, key) in keys.iter().enumerate() {
            assert!(!keys[..at].contains(key), "case {at} equals one before it");
        }
    }

    #[test]
    fn an_external_id_alone_decides() {
        let mut one = interaction(Some("u"), None, "i");
        one.external_id = Some("e1".to_owned());
        let mut other = interaction(Some("v"), None, "j");
        other.external_id = Some("e1".to_owned());
        assert_eq!(one.dedupe_key(), other.dedupe_key());
        other.external_id = Some("e2".to_owned());
        assert_ne!(one.dedupe_key(), other.dedupe_key());
    }
}
