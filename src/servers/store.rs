//! Every SQL statement on servers, and the ones that count without our own counting.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::catalog::types::{Catalog, Window};
use crate::error::respond::{Operation as _, StoreError};
use crate::index::load::Slice;
use crate::index::snapshot::Snapshot;

const TELLING: &str = "telling how far a server has come";
const COUNTING: &str = "counting in the database";

/// A server that was entered. Two may have one address, on machines of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub id: i64,
    pub address: String,
}

/// What a server that is alive told of one catalog.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub address: String,
    pub change: i64,
    pub counted_at: DateTime<Utc>,
    /// See [`Snapshot::digest`].
    pub digest: u128,
}

/// Enters a server that starts. Servers that were not seen for a day are forgotten.
pub async fn register(db: &PgPool, address: String) -> Result<Server, StoreError> {
    let id = sqlx::query_scalar!(
        "with gone as (
             delete from server where seen_at < now() - interval '1 day'
         )
         insert into server (address) values ($1) returning server_id",
        address
    )
    .fetch_one(db)
    .await
    .operation(TELLING)?;
    Ok(Server { id, address })
}

/// Says that a server lives; one that was forgotten is there again.
pub(super) async fn live(db: &PgPool, server: &Server) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into server (server_id, address) overriding system value values ($1, $2)
         on conflict (server_id) do update set seen_at = now()",
        server.id,
        server.address
    )
    .execute(db)
    .await
    .operation(TELLING)?;
    Ok(())
}

/// Takes a server that stops off the list.
pub async fn leave(db: &PgPool, server: &Server) -> Result<(), StoreError> {
    sqlx::query!("delete from server where server_id = $1", server.id)
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
pub async fn told(db: &PgPool, catalog_id: &str) -> Result<Vec<Told>, StoreError> {
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

/// In how many baskets an item stands: alone, or with another.
pub(super) struct Count {
    pub(super) item_id: String,
    pub(super) baskets: i64,
}

/// In how many baskets of a whole version each item stands, as the database counts it; items in
/// none are left out.
pub(super) async fn totals(
    db: &PgPool,
    slice: &Slice,
    rule: &Catalog,
) -> Result<Vec<Count>, StoreError> {
    sqlx::query_as!(
        Count,
        r#"with counted as (
             select distinct item_id, basket_of($3, $5, $6, user_id, basket_id, at) as owner
             from interaction
             join batch using (batch_id)
             where batch.catalog_id = $1
               and batch.shown_change <= $2
               and (batch.removed_change is null or batch.removed_change > $2)
               and row_counts($7, $4, kind, weight)
         )
         select item_id, count(*) as "baskets!"
         from counted
         where owner is not null
           and ($8::integer is null
                or owner in (select owner from counted group by owner having count(*) <= $8))
         group by item_id"#,
        slice.catalog_id,
        slice.change,
        rule.basket_rule.as_str(),
        rule.least_weight,
        rule.basket_window.map(Window::as_str),
        rule.time_zone,
        rule.kinds.as_deref(),
        rule.most_items.map(|items| items as i32)
    )
    .fetch_all(db)
    .await
    .operation(COUNTING)
}

/// In how many baskets of a whole version one item stands with each other item, as the database
/// counts it.
pub(super) async fn row(
    db: &PgPool,
    slice: &Slice,
    rule: &Catalog,
    item_id: &str,
) -> Result<Vec<Count>, StoreError> {
    sqlx::query_as!(
        Count,
        r#"with counted as (
             select distinct item_id,
                    basket_of($3, $6, $7, user_id, basket_id, at) as owner
             from interaction
             join batch using (batch_id)
             where batch.catalog_id = $1
               and batch.shown_change <= $2
               and (batch.removed_change is null or batch.removed_change > $2)
               and row_counts($8, $4, kind, weight)
         )
         select other.item_id, count(*) as "baskets!"
         from counted mine
         join counted other using (owner)
         where mine.item_id = $5 and other.item_id <> $5
           and ($9::integer is null
                or owner in (select owner from counted group by owner having count(*) <= $9))
         group by other.item_id"#,
        slice.catalog_id,
        slice.change,
        rule.basket_rule.as_str(),
        rule.least_weight,
        item_id,
        rule.basket_window.map(Window::as_str),
        rule.time_zone,
        rule.kinds.as_deref(),
        rule.most_items.map(|items| items as i32)
    )
    .fetch_all(db)
    .await
    .operation(COUNTING)
}
