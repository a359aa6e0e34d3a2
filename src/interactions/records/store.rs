//! Every SQL statement that stores records of items.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::{PgConnection, PgPool};

use crate::accounts::types::Actor;
use crate::audit::store::{Entry, record};
use crate::catalog::lock;
use crate::error::respond::{Operation as _, StoreError};
use crate::interactions::intake::store::insert_items;
use crate::interactions::posted::store::{insert_batch, last_change};
use crate::interactions::store::{lock_flips, take_number};
use crate::interactions::types::ItemRecord;

const STORING: &str = "storing records of items";

/// What became of the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stored {
    /// Records that say something new.
    pub(super) accepted: usize,
    /// The catalog's change from which on they are seen.
    pub(super) change: i64,
}

/// Stores the records that say something new, in one batch and one transaction; `None` where
/// people see no such catalog.
pub(super) async fn put(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    mut records: BTreeMap<String, ItemRecord>,
) -> Result<Option<Stored>, StoreError> {
    let mut transaction = db.begin().await.operation(STORING)?;
    // From here on nobody else shows or removes records of the catalog: what is known stays so.
    lock_flips(&mut transaction, lock::flip(catalog_id)).await?;
    let Some(last_change) = last_change(&mut transaction, catalog_id).await? else {
        return Ok(None);
    };
    let sent = records.len();
    for known in known(&mut transaction, catalog_id, &records).await? {
        if records.get(&known.item_id) == Some(&known) {
            records.remove(&known.item_id);
        }
    }
    let accepted = records.len();
    if records.is_empty() {
        return Ok(Some(Stored {
            accepted,
            change: last_change,
        }));
    }
    let batch = insert_batch(
        &mut transaction,
        actor,
        catalog_id,
        accepted,
        sent - accepted,
    )
    .await?;
    insert_items(&mut transaction, batch, &records).await?;
    let entry = Entry {
        action: "items.put",
        catalog_id: Some(catalog_id),
        subject: batch.to_string(),
        detail: json!({ "accepted": accepted, "unchanged": sent - accepted }),
    };
    record(&mut transaction, actor, entry).await?;
    let change = take_number(&mut transaction, catalog_id, batch).await?;
    transaction.commit().await.operation(STORING)?;
    Ok(Some(Stored { accepted, change }))
}

/// What the newest visible record says of each of the items.
async fn known(
    connection: &mut PgConnection,
    catalog_id: &str,
    records: &BTreeMap<String, ItemRecord>,
) -> Result<Vec<ItemRecord>, StoreError> {
    let ids: Vec<String> = records.keys().cloned().collect();
    sqlx::query_as!(
        ItemRecord,
        "select distinct on (item_id) item_id, title, category, categories, available, image, link
         from item_record
         join batch using (batch_id)
         where item_id = any($1)
           and batch.catalog_id = $2
           and batch.state = 'visible'
         order by item_id, batch.shown_change desc",
        &ids,
        catalog_id
    )
    .fetch_all(connection)
    .await
    .operation(STORING)
}
