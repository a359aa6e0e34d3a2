//! Every SQL statement that fills a batch, chunk by chunk.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use super::chunk::{Chunk, Interactions};
use crate::error::respond::{Operation as _, StoreError};
use crate::interactions::store::{Batch, Row};
use crate::interactions::types::{ItemRecord, Quarantined};

/// Commits one chunk and the import's counters with it; the import as it stands then.
pub(super) async fn add_chunk(
    connection: &mut PgConnection,
    batch: &Batch,
    chunk: &Chunk,
    bytes_read: u64,
) -> Result<Batch, StoreError> {
    let mut transaction = connection.begin().await.operation("storing a chunk")?;
    let taken = chunk.interactions.keys.len() as i64;
    let accepted = insert_interactions(&mut transaction, batch.id, &chunk.interactions).await?;
    insert_items(&mut transaction, batch.id, &chunk.items).await?;
    insert_users(&mut transaction, batch.id, chunk).await?;
    insert_quarantined(&mut transaction, batch, &chunk.quarantined).await?;
    let row = sqlx::query_as!(
        Row,
        "update batch
         set chunks = chunks + 1,
             records = records + $2,
             accepted = accepted + $3,
             duplicates = duplicates + $4,
             skipped = skipped + $5,
             quarantined = quarantined + $6,
             bytes_read = $7
         where batch_id = $1
         returning batch_id, catalog_id, state, chunks, records, accepted, duplicates, skipped,
                   quarantined, started_at, shown_at, undone_at",
        batch.id,
        chunk.records as i64,
        accepted,
        taken - accepted,
        chunk.skipped as i64,
        chunk.quarantined.len() as i64,
        bytes_read as i64
    )
    .fetch_one(&mut *transaction)
    .await
    .operation("counting a chunk")?;
    transaction.commit().await.operation("committing a chunk")?;
    Ok(row.into())
}

/// Keeps the first of several rows with one key; the number of rows kept.
pub(in crate::interactions) async fn insert_interactions(
    connection: &mut PgConnection,
    batch_id: i64,
    rows: &Interactions,
) -> Result<i64, StoreError> {
    if rows.keys.is_empty() {
        return Ok(0);
    }
    let done = sqlx::query!(
        "insert into interaction
             (batch_id, dedupe_key, user_id, basket_id, item_id, kind, weight, at)
         select $1, *
         from unnest(
             $2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[],
             $7::double precision[], $8::timestamptz[]
         )
         on conflict (batch_id, dedupe_key) do nothing",
        batch_id,
        &rows.keys,
        &rows.users as &[Option<String>],
        &rows.baskets as &[Option<String>],
        &rows.items,
        &rows.kinds,
        &rows.weights as &[Option<f64>],
        &rows.times as &[Option<DateTime<Utc>>]
    )
    .execute(connection)
    .await
    .operation("storing interactions")?;
    Ok(done.rows_affected() as i64)
}

/// Keeps records of items, each under its item's id.
pub(in crate::interactions) async fn insert_items(
    connection: &mut PgConnection,
    batch_id: i64,
    items: &BTreeMap<String, ItemRecord>,
) -> Result<(), StoreError> {
    if items.is_empty() {
        return Ok(());
    }
    let records: Vec<Value> = items
        .values()
        .map(|item| {
            json!({
                "item_id": item.item_id,
                "title": item.title,
                "category": item.category,
                "categories": item.categories,
                "available": item.available,
                "image": item.image,
                "link": item.link,
            })
        })
        .collect();
    sqlx::query!(
        "insert into item_record
             (batch_id, item_id, title, category, categories, available, image, link)
         -- As JSON, because lists of different lengths make no array of arrays.
         select $1, item_id, title, category, categories, available, image, link
         from jsonb_to_recordset($2) as sent (
             item_id text, title text, category text, categories text[], available boolean,
             image text, link text
         )
         on conflict (batch_id, item_id) do update
         set title = excluded.title,
             category = excluded.category,
             categories = excluded.categories,
             available = excluded.available,
             image = excluded.image,
             link = excluded.link",
        batch_id,
        Value::Array(records)
    )
    .execute(connection)
    .await
    .operation("storing items")?;
    Ok(())
}

async fn insert_users(
    connection: &mut PgConnection,
    batch_id: i64,
    chunk: &Chunk,
) -> Result<(), StoreError> {
    if chunk.users.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = chunk.users.keys().cloned().collect();
    let attributes: Vec<Value> = chunk
        .users
        .values()
        .map(|user| json!(user.attributes))
        .collect();
    sqlx::query!(
        "insert into user_record (batch_id, user_id, attributes)
         select $1, *
         from unnest($2::text[], $3::jsonb[])
         on conflict (batch_id, user_id) do update
         set attributes = excluded.attributes",
        batch_id,
        &ids,
        &attributes
    )
    .execute(connection)
    .await
    .operation("storing users")?;
    Ok(())
}

async fn insert_quarantined(
    connection: &mut PgConnection,
    batch: &Batch,
    rows: &[Quarantined],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let of = |text: fn(&Quarantined) -> &String| -> Vec<String> {
        rows.iter().map(|row| text(row).clone()).collect()
    };
    let lines: Vec<i64> = rows.iter().map(|row| row.line as i64).collect();
    let columns: Vec<Option<String>> = rows.iter().map(|row| row.column.clone()).collect();
    sqlx::query!(
        "insert into quarantine (batch_id, chunk, file, line, column_name, reason, row_text)
         select $1, $2, *
         from unnest($3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[])",
        batch.id,
        batch.chunks,
        &of(|row| &row.file),
        &lines,
        &columns as &[Option<String>],
        &of(|row| &row.reason),
        &of(|row| &row.text)
    )
    .execute(connection)
    .await
    .operation("storing quarantined rows")?;
    Ok(())
}
