//! Every SQL statement that deletes a catalog.
//!
//! The order of locks is that of every change of a catalog: first the lock that changes wait for
//! each other with, then the catalog's row. Posts wait at the first and find no catalog; whatever
//! else would name the catalog waits at the second, which is taken when most is done. An import holds a lock of its own for as long as
//! it runs, and is asked for it.

use serde::Serialize;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use utoipa::ToSchema;

use crate::accounts::types::Actor;
use crate::audit::store::{Entry, record};
use crate::catalog::lock;
use crate::catalog::store::{find_visible, lock_changes};
use crate::error::AppError;
use crate::error::respond::{Operation as _, StoreError};
use crate::jobs::meter::Meter;

const DELETING: &str = "deleting a catalog";
/// Interactions that are deleted in one go.
const STRETCH_ROWS: i64 = 50_000;
/// Pages of the table, of 8 kB each, that are gone through in one go.
const STRETCH_PAGES: i64 = 1_000;

/// What a deletion takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Losses {
    /// Interactions, in whatever import, also one that was taken back.
    pub interactions: i64,
    /// Imports and posts.
    pub imports: i64,
    /// Records of items and of users.
    pub records: i64,
    /// Rows in quarantine.
    pub quarantined: i64,
    /// Overrides, in force or not.
    pub overrides: i64,
    /// Flags, open or not.
    pub flags: i64,
    /// Impressions, accepts and dismissals.
    pub feedback: i64,
    /// Trained versions of the model, with their weights and evaluations.
    pub models: i64,
    /// Views that anybody keeps.
    pub saved_views: i64,
    /// Tokens for this catalog alone that are valid: they are revoked.
    pub tokens: i64,
}

/// What a deletion would take away.
pub async fn losses(db: &PgPool, catalog_id: &str) -> Result<Losses, StoreError> {
    let mut connection = db.acquire().await.operation(DELETING)?;
    count(&mut connection, catalog_id).await
}

async fn count(connection: &mut PgConnection, catalog_id: &str) -> Result<Losses, StoreError> {
    sqlx::query_as!(
        Losses,
        r#"with of_catalog as (select batch_id from batch where catalog_id = $1)
           select
               (select count(*) from interaction join of_catalog using (batch_id))
                   as "interactions!",
               (select count(*) from of_catalog) as "imports!",
               (select count(*) from item_record join of_catalog using (batch_id))
                   + (select count(*) from user_record join of_catalog using (batch_id))
                   as "records!",
               (select count(*) from quarantine join of_catalog using (batch_id))
                   as "quarantined!",
               (select count(*) from override where catalog_id = $1) as "overrides!",
               (select count(*) from flag where catalog_id = $1) as "flags!",
               (select count(*) from feedback where catalog_id = $1) as "feedback!",
               (select count(*) from model_version where catalog_id = $1 and training is not null)
                   as "models!",
               (select count(*) from saved_view where catalog_id = $1) as "saved_views!",
               (select count(*) from api_token
                where catalog_id = $1
                  and revoked_at is null
                  and (expires_at is null or expires_at > now())) as "tokens!""#,
        catalog_id
    )
    .fetch_one(connection)
    .await
    .operation("counting what a deletion takes away")
}

/// Whether the id was typed as it must be.
pub fn confirmed(catalog_id: &str, typed: &str) -> Result<(), AppError> {
    if typed == catalog_id {
        return Ok(());
    }
    Err(AppError::invalid(
        "confirm",
        format!("“confirm”: it must be the catalog's id, “{catalog_id}”. Nothing was deleted."),
    ))
}

/// Deletes a catalog with everything in it, for good; all of it by one commit, so that whatever ends
/// it before leaves the catalog as it was.
///
/// Interactions go first, a stretch of the table at a time. Until they have, nobody waits but posts.
pub async fn delete(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    meter: &Meter,
) -> Result<Losses, AppError> {
    let mut transaction = db.begin().await.operation(DELETING)?;
    lock_changes(&mut transaction, catalog_id).await?;
    let catalog = find_visible(&mut transaction, catalog_id).await?;
    let catalog =
        catalog.ok_or_else(|| AppError::not_found(format!("The catalog “{catalog_id}”")))?;
    lock_imports(&mut transaction, catalog_id).await?;
    let batches = batches(&mut transaction, catalog_id).await?;
    let interactions = delete_interactions(&mut transaction, catalog_id, meter).await?;
    lock_row(&mut transaction, catalog_id).await?;
    // Imports may have begun meanwhile: one that runs is not cut off, what one left goes too.
    lock_imports(&mut transaction, catalog_id).await?;
    let late = delete_late_interactions(&mut transaction, catalog_id, &batches).await?;
    let losses = Losses {
        interactions: interactions + late,
        ..count(&mut transaction, catalog_id).await?
    };
    let entry = Entry {
        action: "catalog.delete",
        catalog_id: Some(catalog_id),
        subject: catalog_id.to_owned(),
        detail: json!({ "name": catalog.name, "last_change": catalog.last_change, "lost": losses }),
    };
    record(&mut transaction, actor, entry).await?;
    delete_rows(&mut transaction, catalog_id).await?;
    delete_catalog(&mut transaction, catalog_id).await?;
    transaction.commit().await.operation(DELETING)?;
    Ok(losses)
}

/// Deletes interactions as they lie on the disk: each part of the table is read once, whatever the
/// size of the catalog. A small one is deleted in one go, by its index.
async fn delete_interactions(
    connection: &mut PgConnection,
    catalog_id: &str,
    meter: &Meter,
) -> Result<i64, StoreError> {
    let size = sqlx::query!(
        r#"select (select count(*) from interaction join batch using (batch_id)
                   where batch.catalog_id = $1) as "rows!",
                  pg_relation_size('interaction') / current_setting('block_size')::bigint
                      as "pages!""#,
        catalog_id
    )
    .fetch_one(&mut *connection)
    .await
    .operation(DELETING)?;
    meter.expect(size.rows.unsigned_abs());
    let step = if size.rows <= STRETCH_ROWS {
        size.pages
    } else {
        STRETCH_PAGES
    };
    let mut deleted = 0;
    for first in (0..size.pages).step_by(step.max(1) as usize) {
        let rows = sqlx::query!(
            "delete from interaction using batch
             where interaction.batch_id = batch.batch_id
               and batch.catalog_id = $1
               and interaction.ctid >= format('(%s,0)', $2::bigint)::tid
               and interaction.ctid < format('(%s,0)', $3::bigint)::tid",
            catalog_id,
            first,
            first + step
        )
        .execute(&mut *connection)
        .await
        .operation(DELETING)?;
        deleted += rows.rows_affected() as i64;
        meter.add(rows.rows_affected());
    }
    Ok(deleted)
}

async fn batches(connection: &mut PgConnection, catalog_id: &str) -> Result<Vec<i64>, StoreError> {
    sqlx::query_scalar!(
        "select batch_id from batch where catalog_id = $1",
        catalog_id
    )
    .fetch_all(connection)
    .await
    .operation(DELETING)
}

/// Deletes interactions of batches that are not among those known.
async fn delete_late_interactions(
    connection: &mut PgConnection,
    catalog_id: &str,
    known: &[i64],
) -> Result<i64, StoreError> {
    let deleted = sqlx::query!(
        "delete from interaction using batch
         where interaction.batch_id = batch.batch_id
           and batch.catalog_id = $1
           and batch.batch_id <> all($2)",
        catalog_id,
        known
    )
    .execute(connection)
    .await
    .operation(DELETING)?;
    Ok(deleted.rows_affected() as i64)
}

/// From here on whatever would name the catalog waits, and then finds that it is gone.
async fn lock_row(connection: &mut PgConnection, catalog_id: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "select catalog_id from catalog where catalog_id = $1 for update",
        catalog_id
    )
    .fetch_optional(connection)
    .await
    .operation(DELETING)?;
    Ok(())
}

/// Takes the locks of all imports that were begun and not shown; refuses where one of them runs.
async fn lock_imports(connection: &mut PgConnection, catalog_id: &str) -> Result<(), AppError> {
    let fingerprints = sqlx::query_scalar!(
        "select distinct fingerprint from batch where catalog_id = $1 and state = 'staging'",
        catalog_id
    )
    .fetch_all(&mut *connection)
    .await
    .operation(DELETING)?;
    let keys: Vec<i64> = fingerprints
        .iter()
        .map(|fingerprint| lock::import(catalog_id, fingerprint))
        .collect();
    let are_free = sqlx::query_scalar!(
        r#"select coalesce(bool_and(pg_try_advisory_xact_lock(key)), true) as "locked!"
           from unnest($1::bigint[]) key"#,
        &keys
    )
    .fetch_one(connection)
    .await
    .operation(DELETING)?;
    if are_free {
        return Ok(());
    }
    Err(AppError::conflict(format!(
        "An import into “{catalog_id}” is running: wait until it has ended, or stop it. Nothing \
         was deleted."
    )))
}

/// Deletes what else names the catalog or one of its batches, the named after what names it.
async fn delete_rows(connection: &mut PgConnection, catalog_id: &str) -> Result<(), StoreError> {
    macro_rules! delete {
        ($($statement:literal),* $(,)?) => {
            $(sqlx::query!($statement, catalog_id)
                .execute(&mut *connection)
                .await
                .operation(DELETING)?;)*
        };
    }
    delete!(
        "delete from item_record using batch
         where item_record.batch_id = batch.batch_id and batch.catalog_id = $1",
        "delete from user_record using batch
         where user_record.batch_id = batch.batch_id and batch.catalog_id = $1",
        "delete from quarantine using batch
         where quarantine.batch_id = batch.batch_id and batch.catalog_id = $1",
        "delete from change where catalog_id = $1",
        "delete from batch where catalog_id = $1",
        "delete from catalog_settings where catalog_id = $1",
        "delete from override where catalog_id = $1",
        "delete from flag where catalog_id = $1",
        "delete from feedback where catalog_id = $1",
        "delete from model_service where catalog_id = $1",
        "delete from model_version where catalog_id = $1",
        "delete from saved_view where catalog_id = $1",
        "update api_token set revoked_at = now() where catalog_id = $1 and revoked_at is null",
    );
    Ok(())
}

/// Deletes the catalog itself, under a number of its own: a later catalog of the same id begins
/// after it, and is never taken for this one.
async fn delete_catalog(connection: &mut PgConnection, catalog_id: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "with gone as (
             delete from catalog where catalog_id = $1 returning last_change
         )
         insert into deleted_catalog (catalog_id, last_change)
         select $1, last_change + 1 from gone
         on conflict (catalog_id) do update
         set last_change = excluded.last_change, deleted_at = excluded.deleted_at",
        catalog_id
    )
    .execute(connection)
    .await
    .operation(DELETING)?;
    Ok(())
}
