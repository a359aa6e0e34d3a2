//! Every SQL statement on servers, and the ones that count without our own counting.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::catalog::types::BasketRule;
use crate::error::respond::{Operation as _, StoreError};
use crate::index::load::Slice;
use crate::index::snapshot::Snapshot;

const TELLING: &str = "telling how far a server has come";
const COUNTING: &str = "counting in the database";

/// What a server that is alive told of one catalog.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub address: String,
    pub change: i64,
    pub counted_at: DateTime<Utc>,
    /// See [`Snapshot::digest`].
    pub digest: u128,
}

/// A new server's number. Servers that were not seen for a day are forgotten.
pub(super) async fn register(db: &PgPool, address: &str) -> Result<i64, StoreError> {
    sqlx::query_scalar!(
        "with gone as (
             delete from server where seen_at < now() - interval '1 day'
         )
         insert into server (address) values ($1) returning server_id",
        address
    )
    .fetch_one(db)
    .await
    .operation(TELLING)
}

/// Says that a server lives; whether it is still known.
pub(super) async fn is_there(db: &PgPool, server_id: i64) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "update server set seen_at = now() where server_id = $1",
        server_id
    )
    .execute(db)
    .await
    .operation(TELLING)?;
    Ok(done.rows_affected() == 1)
}

/// Takes a server that stops off the list.
pub async fn leave(db: &PgPool, address: &str) -> Result<(), StoreError> {
    sqlx::query!("delete from server where address = $1", address)
        .execute(db)
        .await
        .operation(TELLING)?;
    Ok(())
}

/// Writes down what a server serves. Catalogs that are gone are gone from its list as well.
pub(super) async fn tell(
    db: &PgPool,
    server_id: i64,
    serves: &[Arc<Snapshot>],
) -> Result<(), StoreError> {
    let of = |snapshot: &Arc<Snapshot>| snapshot.digest.to_be_bytes().to_vec();
    let ids: Vec<String> = serves.iter().map(|s| s.catalog.id.clone()).collect();
    let changes: Vec<i64> = serves.iter().map(|s| s.change).collect();
    let counted: Vec<DateTime<Utc>> = serves.iter().map(|s| s.counted_at).collect();
    let digests: Vec<Vec<u8>> = serves.iter().map(of).collect();
    sqlx::query!(
        "insert into server_catalog (server_id, catalog_id, change, counted_at, digest)
         select $1, told.*
         from unnest($2::text[], $3::bigint[], $4::timestamptz[], $5::bytea[])
             as told (catalog_id, change, counted_at, digest)
         -- One that was deleted a moment ago is no fault.
         where exists (select from catalog where catalog.catalog_id = told.catalog_id)
         on conflict (server_id, catalog_id) do update
         set change = excluded.change,
             counted_at = excluded.counted_at,
             digest = excluded.digest
         where server_catalog.counted_at <> excluded.counted_at",
        server_id,
        &ids,
        &changes,
        &counted,
        &digests
    )
    .execute(db)
    .await
    .operation(TELLING)?;
    Ok(())
}

/// What the servers that were seen within ten seconds told of a catalog.
pub(super) async fn told(db: &PgPool, catalog_id: &str) -> Result<Vec<Told>, StoreError> {
    let rows = sqlx::query!(
        "select address, change, counted_at, digest
         from server
         join server_catalog using (server_id)
         where catalog_id = $1 and seen_at > now() - interval '10 seconds'
         order by server_id",
        catalog_id
    )
    .fetch_all(db)
    .await
    .operation(TELLING)?;
    Ok(rows
        .into_iter()
        .map(|row| Told {
            address: row.address,
            change: row.change,
            counted_at: row.counted_at,
            digest: u128::from_be_bytes(
                (row.digest.try_into()).expect("BUG: a digest of another length was told"),
            ),
        })
        .collect())
}

/// In how many baskets of a whole version each item stands, as the database counts it; items in
/// none are left out.
pub(super) async fn totals(
    db: &PgPool,
    slice: &Slice,
    rule: BasketRule,
    least_weight: Option<f64>,
) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = sqlx::query!(
        r#"select item_id, count(distinct owner) as "baskets!"
         from (
             select item_id, case $3::text when 'user' then user_id else basket_id end as owner
             from interaction
             join batch using (batch_id)
             where batch.catalog_id = $1
               and batch.shown_change <= $2
               and (batch.removed_change is null or batch.removed_change > $2)
               and ($4::double precision is null or weight is null or weight >= $4)
         ) counted
         where owner is not null
         group by item_id"#,
        slice.catalog_id,
        slice.change,
        rule.as_str(),
        least_weight
    )
    .fetch_all(db)
    .await
    .operation(COUNTING)?;
    Ok(rows
        .into_iter()
        .map(|row| (row.item_id, row.baskets))
        .collect())
}

/// In how many baskets of a whole version one item stands with each other item, as the database
/// counts it.
pub(super) async fn row(
    db: &PgPool,
    slice: &Slice,
    rule: BasketRule,
    least_weight: Option<f64>,
    item_id: &str,
) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = sqlx::query!(
        r#"with counted as (
             select distinct item_id,
                    case $3::text when 'user' then user_id else basket_id end as owner
             from interaction
             join batch using (batch_id)
             where batch.catalog_id = $1
               and batch.shown_change <= $2
               and (batch.removed_change is null or batch.removed_change > $2)
               and ($4::double precision is null or weight is null or weight >= $4)
         )
         select other.item_id, count(*) as "together!"
         from counted mine
         join counted other using (owner)
         where mine.item_id = $5 and other.item_id <> $5
         group by other.item_id"#,
        slice.catalog_id,
        slice.change,
        rule.as_str(),
        least_weight,
        item_id
    )
    .fetch_all(db)
    .await
    .operation(COUNTING)?;
    Ok(rows
        .into_iter()
        .map(|row| (row.item_id, row.together))
        .collect())
}
