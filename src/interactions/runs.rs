//! Every SQL statement on the run of an import: beginning, going on, cancelling, ending early.
//!
//! An import is under way exactly while somebody holds its lock, which goes with the connection of
//! whoever runs it: a killed server lets go of it at once, on every server's pages.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection as _, PgConnection, PgPool};

use super::formats::{Replay, Source};
use super::imports::store::Import;
use super::intake::Run;
use super::store::{Batch, Row, State, find, try_lock};
use crate::accounts::types::Actor;
use crate::audit::store::{Entry, record};
use crate::error::respond::{Operation as _, StoreError};

const DISCARDING: &str = "throwing away what an import had stored";

/// What an import is begun with.
pub(super) struct New<'a> {
    pub(super) catalog_id: &'a str,
    pub(super) source: &'a Source,
    pub(super) fingerprint: &'a [u8],
    pub(super) replay: Replay,
    pub(super) run: &'a Run,
    pub(super) now: DateTime<Utc>,
}

/// Begins an import that nobody sees.
pub(super) async fn start(
    connection: &mut PgConnection,
    actor: &Actor,
    new: New<'_>,
) -> Result<Batch, StoreError> {
    let source = new.source;
    let files: Vec<String> = source.files().map(str::to_owned).collect();
    let row = sqlx::query_as!(
        Row,
        "insert into batch
             (catalog_id, fingerprint, format, files, started_at, run_at, author, author_name,
              description, bytes_total, upload, reading, parent_id)
         values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11, $12)
         returning batch_id, catalog_id, state, chunks, records, accepted, duplicates, skipped,
                   quarantined, started_at, shown_at, undone_at",
        new.catalog_id,
        new.fingerprint,
        source.format.as_str(),
        &files,
        new.now,
        actor.key(),
        actor.name,
        source.description,
        source.bytes_total as i64,
        new.run.upload,
        json!(new.replay),
        new.run.parent_id
    )
    .fetch_one(connection)
    .await
    .operation("beginning an import")?;
    Ok(row.into())
}

/// Begins a further run of an import that was stopped. Somebody wants it, so that what failed or
/// was asked of the run before counts no longer.
pub(super) async fn resume(
    connection: &mut PgConnection,
    batch: &Batch,
    upload: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update batch
         set run_at = $2, bytes_read = 0, cancelled_at = null, failure = null, upload = $3
         where batch_id = $1",
        batch.id,
        now,
        upload
    )
    .execute(connection)
    .await
    .operation("going on with an import")?;
    Ok(())
}

/// Whether somebody asked that an import be cancelled.
pub(super) async fn is_cancelled(
    connection: &mut PgConnection,
    batch_id: i64,
) -> Result<bool, StoreError> {
    sqlx::query_scalar!(
        r#"select cancelled_at is not null as "is_cancelled!" from batch where batch_id = $1"#,
        batch_id
    )
    .fetch_one(connection)
    .await
    .operation("looking whether an import is cancelled")
}

/// Keeps why a run ended early.
pub(super) async fn keep_failure(
    db: &PgPool,
    batch_id: i64,
    sentence: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update batch set failure = $2 where batch_id = $1",
        batch_id,
        sentence
    )
    .execute(db)
    .await
    .operation("keeping why an import ended")?;
    Ok(())
}

/// Throws away what an import has stored that nobody ever saw. The import itself stays listed.
pub(super) async fn discard(
    connection: &mut PgConnection,
    batch_id: i64,
) -> Result<(), StoreError> {
    let mut transaction = connection.begin().await.operation(DISCARDING)?;
    discard_rows(&mut transaction, batch_id).await?;
    transaction.commit().await.operation(DISCARDING)
}

async fn discard_rows(connection: &mut PgConnection, batch_id: i64) -> Result<(), StoreError> {
    sqlx::query!(
        "update batch
         set state = 'undone', undone_at = now(), upload = null
         where batch_id = $1
           and state = 'staging'",
        batch_id
    )
    .execute(&mut *connection)
    .await
    .operation(DISCARDING)?;
    sqlx::query!("delete from interaction where batch_id = $1", batch_id)
        .execute(&mut *connection)
        .await
        .operation(DISCARDING)?;
    sqlx::query!("delete from item_record where batch_id = $1", batch_id)
        .execute(&mut *connection)
        .await
        .operation(DISCARDING)?;
    sqlx::query!("delete from user_record where batch_id = $1", batch_id)
        .execute(&mut *connection)
        .await
        .operation(DISCARDING)?;
    sqlx::query!("delete from quarantine where batch_id = $1", batch_id)
        .execute(&mut *connection)
        .await
        .operation(DISCARDING)?;
    Ok(())
}

/// What came of asking that an import be cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancel {
    /// Whoever runs it ends it after the chunk in hand.
    Asked,
    /// It has been shown, or has ended otherwise: nothing was changed.
    TooLate,
}

/// Asks that an import be cancelled that is under way, wherever it runs.
pub async fn cancel(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    batch_id: i64,
    now: DateTime<Utc>,
) -> Result<Cancel, StoreError> {
    const CANCELLING: &str = "cancelling an import";
    let mut transaction = db.begin().await.operation(CANCELLING)?;
    let asked = sqlx::query!(
        "update batch
         set cancelled_at = $3
         where catalog_id = $1
           and batch_id = $2
           and state = 'staging'
           and cancelled_at is null",
        catalog_id,
        batch_id,
        now
    )
    .execute(&mut *transaction)
    .await
    .operation(CANCELLING)?;
    if asked.rows_affected() == 0 {
        return Ok(Cancel::TooLate);
    }
    let entry = Entry {
        action: "import.cancel",
        catalog_id: Some(catalog_id),
        subject: batch_id.to_string(),
        detail: json!({}),
    };
    record(&mut transaction, actor, entry).await?;
    transaction.commit().await.operation(CANCELLING)?;
    Ok(Cancel::Asked)
}

/// Throws away an import that broke off. False where it is under way or has ended.
pub async fn discard_broken(
    db: &PgPool,
    actor: &Actor,
    import: &Import,
) -> Result<bool, StoreError> {
    // The connection holds the lock, so it is closed afterwards and never used by others.
    let mut connection = db.acquire().await.operation(DISCARDING)?.detach();
    if !try_lock(&mut connection, import.lock).await? {
        return Ok(false);
    }
    let found = find(&mut connection, &import.catalog_id, import.batch_id).await?;
    if found.is_none_or(|batch| batch.state != State::Staging) {
        return Ok(false);
    }
    let entry = Entry {
        action: "import.discard",
        catalog_id: Some(&import.catalog_id),
        subject: import.batch_id.to_string(),
        detail: json!({ "records": import.records }),
    };
    let mut transaction = connection.begin().await.operation(DISCARDING)?;
    record(&mut transaction, actor, entry).await?;
    discard_rows(&mut transaction, import.batch_id).await?;
    transaction.commit().await.operation(DISCARDING)?;
    Ok(true)
}

/// Which of these locks somebody holds.
pub async fn held(db: &PgPool, locks: &[i64]) -> Result<Vec<i64>, StoreError> {
    if locks.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_scalar!(
        r#"select (classid::bigint << 32) | objid::bigint as "lock!"
           from pg_locks
           where locktype = 'advisory'
             -- A lock with one number, not with two.
             and objsubid = 1
             and granted
             and database = (select oid from pg_database where datname = current_database())
             and (classid::bigint << 32) | objid::bigint = any($1)"#,
        locks
    )
    .fetch_all(db)
    .await
    .operation("looking which imports are under way")
}
