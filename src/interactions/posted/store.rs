//! Every SQL statement that stores posted rows.

use std::collections::{HashMap, HashSet};

use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::{Post, Posted};
use crate::accounts::types::Actor;
use crate::audit::store::{Entry, record};
use crate::catalog::lock;
use crate::error::respond::{Operation as _, StoreError};
use crate::interactions::days;
use crate::interactions::intake::chunk::Interactions;
use crate::interactions::intake::store::insert_interactions;
use crate::interactions::store::{lock_flips, take_number};
use crate::interactions::types::{Interaction, Key};

/// What batches of posted rows are called where imports name their format.
pub(in crate::interactions) const FORMAT: &str = "api";

const STORING: &str = "storing posted rows";

/// Stores posts in one transaction and gives what became of each, in their order; `None` where
/// people see no such catalog.
///
/// A row that only imports brought is stored as well: taking the import back leaves it, since a
/// program was told that it is there. A row that was posted before is not stored again.
pub(super) async fn store(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    posts: Vec<Post>,
) -> Result<Option<Vec<Posted>>, StoreError> {
    let mut transaction = db.begin().await.operation(STORING)?;
    // From here on nobody else shows or removes rows of the catalog: what is known stays so.
    lock_flips(&mut transaction, lock::flip(catalog_id)).await?;
    let Some(last_change) = last_change(&mut transaction, catalog_id).await? else {
        return Ok(None);
    };
    let keys: Vec<Vec<Key>> = posts
        .iter()
        .map(|post| post.rows.iter().map(Interaction::dedupe_key).collect())
        .collect();
    let known = known(&mut transaction, catalog_id, keys.concat()).await?;
    let mut sorted = Sorted::new(known);
    let mut posted: Vec<Posted> = posts
        .into_iter()
        .zip(keys)
        .map(|(post, keys)| sorted.sort(post, keys, last_change))
        .collect();
    if sorted.new.keys.is_empty() {
        return Ok(Some(posted));
    }
    let accepted = posted.iter().map(|posted| posted.accepted).sum();
    let duplicates = posted.iter().map(|posted| posted.duplicates).sum();
    let batch = insert_batch(&mut transaction, actor, catalog_id, accepted, duplicates).await?;
    insert_interactions(&mut transaction, batch, &sorted.new).await?;
    let entry = Entry {
        action: "interactions.post",
        catalog_id: Some(catalog_id),
        subject: batch.to_string(),
        detail: json!({ "accepted": accepted, "duplicates": duplicates }),
    };
    record(&mut transaction, actor, entry).await?;
    days::add(&mut transaction, catalog_id, batch).await?;
    let change = take_number(&mut transaction, catalog_id, batch).await?;
    transaction.commit().await.operation(STORING)?;
    for posted in &mut posted {
        posted.change = change;
    }
    Ok(Some(posted))
}

/// Rows of one transaction, sorted into those that are new and those that are known.
struct Sorted {
    /// Keys of visible rows, and whether one of them was posted.
    known: HashMap<Key, bool>,
    /// Keys of this transaction's own rows.
    seen: HashSet<Key>,
    /// What is to be stored.
    new: Interactions,
}

impl Sorted {
    fn new(known: HashMap<Key, bool>) -> Self {
        Self {
            known,
            seen: HashSet::new(),
            new: Interactions::default(),
        }
    }

    fn sort(&mut self, post: Post, keys: Vec<Key>, change: i64) -> Posted {
        let mut posted = Posted {
            accepted: 0,
            duplicates: 0,
            change,
        };
        for (mut row, key) in post.rows.into_iter().zip(keys) {
            let is_first = self.seen.insert(key);
            let known = self.known.get(&key).copied();
            if is_first && known.is_none() {
                posted.accepted += 1;
            } else {
                posted.duplicates += 1;
            }
            if is_first && known != Some(true) {
                // After its key: the same row without a time is one row, whenever it comes.
                row.at = row.at.or(Some(post.at));
                self.new.add_under(key, row);
            }
        }
        posted
    }
}

/// The newest change of a catalog that people see.
pub(in crate::interactions) async fn last_change(
    connection: &mut PgConnection,
    catalog_id: &str,
) -> Result<Option<i64>, StoreError> {
    sqlx::query_scalar!(
        "select last_change from catalog where catalog_id = $1 and visible",
        catalog_id
    )
    .fetch_optional(connection)
    .await
    .operation(STORING)
}

/// Which of the keys visible rows of the catalog have, and whether one of those was posted.
async fn known(
    connection: &mut PgConnection,
    catalog_id: &str,
    keys: Vec<Key>,
) -> Result<HashMap<Key, bool>, StoreError> {
    let keys: Vec<Vec<u8>> = keys.into_iter().map(|key| key.to_vec()).collect();
    let rows = sqlx::query!(
        r#"select dedupe_key, bool_or(batch.format = $3) as "posted!"
         from interaction
         join batch using (batch_id)
         where dedupe_key = any($1)
           and batch.catalog_id = $2
           and batch.state = 'visible'
         group by dedupe_key"#,
        &keys,
        catalog_id,
        FORMAT
    )
    .fetch_all(connection)
    .await
    .operation(STORING)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let key: Result<Key, _> = row.dedupe_key.try_into();
            (key.expect("BUG: a key has 16 bytes"), row.posted)
        })
        .collect())
}

/// A batch without rows; it is visible once it has a number.
pub(in crate::interactions) async fn insert_batch(
    connection: &mut PgConnection,
    actor: &Actor,
    catalog_id: &str,
    accepted: usize,
    duplicates: usize,
) -> Result<i64, StoreError> {
    sqlx::query_scalar!(
        // Posted rows are known one by one: the batch has no fingerprint.
        "insert into batch
             (catalog_id, fingerprint, format, files, records, accepted, duplicates, author,
              author_name)
         values ($1, '', $2, '{}', $3, $4, $5, $6, $7)
         returning batch_id",
        catalog_id,
        FORMAT,
        (accepted + duplicates) as i64,
        accepted as i64,
        duplicates as i64,
        actor.key(),
        actor.name
    )
    .fetch_one(connection)
    .await
    .operation(STORING)
}
