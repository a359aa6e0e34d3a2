//! Every SQL statement on batches as a whole: showing, taking back, looking up.
//!
//! What goes into a batch is stored by the intake's own store; how it is begun, stopped and thrown
//! away stands in `runs`.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection as _, PgConnection, PgPool};

use super::days;
use super::types::Quarantined;
use crate::accounts::types::Actor;
use crate::audit::store::{Entry, record};
use crate::error::respond::{Operation as _, StoreError};

/// What has become of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Being read, or killed while it was: nobody sees it.
    Staging,
    Visible,
    /// Taken back; or thrown away before it was ever shown.
    Undone,
}

/// One import.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    pub id: i64,
    pub catalog_id: String,
    pub state: State,
    /// Chunks and records committed so far.
    pub chunks: i64,
    pub records: i64,
    /// Rows taken that were not there before.
    pub accepted: i64,
    /// Rows equal to an earlier one of the import, or to one of an import that is visible.
    pub duplicates: i64,
    /// Rows that the format's own rules leave out.
    pub skipped: i64,
    /// Rows that can't be taken.
    pub quarantined: i64,
    pub started_at: DateTime<Utc>,
    pub shown_at: Option<DateTime<Utc>>,
    pub undone_at: Option<DateTime<Utc>>,
}

pub(super) struct Row {
    pub(super) batch_id: i64,
    pub(super) catalog_id: String,
    pub(super) state: String,
    pub(super) chunks: i64,
    pub(super) records: i64,
    pub(super) accepted: i64,
    pub(super) duplicates: i64,
    pub(super) skipped: i64,
    pub(super) quarantined: i64,
    pub(super) started_at: DateTime<Utc>,
    pub(super) shown_at: Option<DateTime<Utc>>,
    pub(super) undone_at: Option<DateTime<Utc>>,
}

impl From<Row> for Batch {
    fn from(row: Row) -> Self {
        Self {
            id: row.batch_id,
            catalog_id: row.catalog_id,
            state: match row.state.as_str() {
                "staging" => State::Staging,
                "visible" => State::Visible,
                "undone" => State::Undone,
                _ => unreachable!("BUG: batch_state_known admits an unknown state"),
            },
            chunks: row.chunks,
            records: row.records,
            accepted: row.accepted,
            duplicates: row.duplicates,
            skipped: row.skipped,
            quarantined: row.quarantined,
            started_at: row.started_at,
            shown_at: row.shown_at,
            undone_at: row.undone_at,
        }
    }
}

/// How many different things an import named in its interactions, and how many items it described.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    pub users: i64,
    pub baskets: i64,
    pub items: i64,
    pub described: i64,
}

/// Takes a lock that ends with the connection; false where somebody else holds it.
pub(super) async fn try_lock(connection: &mut PgConnection, key: i64) -> Result<bool, StoreError> {
    sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "locked!""#, key)
        .fetch_one(connection)
        .await
        .operation("locking an import")
}

/// The import of the same files into the same catalog that is visible or was not finished.
pub(super) async fn find_same(
    connection: &mut PgConnection,
    catalog_id: &str,
    fingerprint: &[u8],
) -> Result<Option<Batch>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "select batch_id, catalog_id, state, chunks, records, accepted, duplicates, skipped,
                quarantined, started_at, shown_at, undone_at
         from batch
         where catalog_id = $1
           and fingerprint = $2
           and state <> 'undone'
         -- A visible one forbids any other.
         order by state = 'visible' desc, batch_id
         limit 1",
        catalog_id,
        fingerprint
    )
    .fetch_optional(connection)
    .await
    .operation("looking for the same import")?;
    Ok(row.map(Batch::from))
}

/// One import of a catalog.
pub async fn find(
    connection: &mut PgConnection,
    catalog_id: &str,
    batch_id: i64,
) -> Result<Option<Batch>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "select batch_id, catalog_id, state, chunks, records, accepted, duplicates, skipped,
                quarantined, started_at, shown_at, undone_at
         from batch
         where catalog_id = $1 and batch_id = $2",
        catalog_id,
        batch_id
    )
    .fetch_optional(connection)
    .await
    .operation("finding an import")?;
    Ok(row.map(Batch::from))
}

const SHOWING: &str = "showing rows";

/// Shows an import: counts what other visible imports already brought, writes the trail, and
/// takes the catalog's next number. None where it was cancelled in the meantime.
pub(super) async fn show(
    connection: &mut PgConnection,
    actor: &Actor,
    batch: &Batch,
    flip_lock: i64,
) -> Result<Option<Batch>, StoreError> {
    let mut transaction = connection.begin().await.operation(SHOWING)?;
    lock_flips(&mut transaction, flip_lock).await?;
    if !claim(&mut transaction, batch.id).await? {
        return Ok(None);
    }
    let known = count_known(&mut transaction, batch).await?;
    let entry = Entry {
        action: "import.show",
        catalog_id: Some(&batch.catalog_id),
        subject: batch.id.to_string(),
        detail: json!({
            "accepted": batch.accepted - known,
            "duplicates": batch.duplicates + known,
            "skipped": batch.skipped,
            "quarantined": batch.quarantined,
        }),
    };
    record(&mut transaction, actor, entry).await?;
    sqlx::query!(
        "update batch
         set accepted = accepted - $2, duplicates = duplicates + $2
         where batch_id = $1",
        batch.id,
        known
    )
    .execute(&mut *transaction)
    .await
    .operation(SHOWING)?;
    days::add(&mut transaction, &batch.catalog_id, batch.id).await?;
    take_number(&mut transaction, &batch.catalog_id, batch.id).await?;
    transaction.commit().await.operation(SHOWING)?;
    let shown = find(connection, &batch.catalog_id, batch.id).await?;
    Ok(Some(shown.expect("BUG: a batch is never deleted")))
}

/// Locks an import that is to be shown; false where it was cancelled. Whoever asks from here on
/// that it be cancelled waits, and finds it shown.
async fn claim(connection: &mut PgConnection, batch_id: i64) -> Result<bool, StoreError> {
    let claimed = sqlx::query_scalar!(
        "select batch_id
         from batch
         where batch_id = $1
           and cancelled_at is null
         for update",
        batch_id
    )
    .fetch_optional(connection)
    .await
    .operation(SHOWING)?;
    Ok(claimed.is_some())
}

/// Makes a batch visible under the catalog's next number, which it gives. It must be the last
/// statement of its transaction: from here on the catalog's row is locked.
pub(super) async fn take_number(
    connection: &mut PgConnection,
    catalog_id: &str,
    batch_id: i64,
) -> Result<i64, StoreError> {
    sqlx::query_scalar!(
        r#"with numbered as (
             update catalog
             set last_change = last_change + 1, visible = true
             where catalog_id = $1
             returning last_change
         ), shown as (
             insert into change (catalog_id, change, kind, batch_id)
             select $1, last_change, 'show', $2 from numbered
         )
         update batch
         set state = 'visible', shown_at = now(), shown_change = numbered.last_change
         from numbered
         where batch_id = $2
         returning numbered.last_change as "change!""#,
        catalog_id,
        batch_id
    )
    .fetch_one(connection)
    .await
    .operation(SHOWING)
}

/// Has one flip of a catalog wait for the one before it, so that each sees what is visible.
pub(super) async fn lock_flips(connection: &mut PgConnection, key: i64) -> Result<(), StoreError> {
    sqlx::query!("select pg_advisory_xact_lock($1)", key)
        .execute(connection)
        .await
        .operation("waiting for another import")?;
    Ok(())
}

/// Rows of a batch that a visible batch of the same catalog holds too.
async fn count_known(connection: &mut PgConnection, batch: &Batch) -> Result<i64, StoreError> {
    let visible: Vec<i64> = sqlx::query_scalar!(
        "select batch_id from batch where catalog_id = $1 and state = 'visible'",
        batch.catalog_id
    )
    .fetch_all(&mut *connection)
    .await
    .operation("finding visible imports")?;
    if visible.is_empty() {
        return Ok(0);
    }
    sqlx::query_scalar!(
        r#"select count(*) as "count!"
         from interaction mine
         where mine.batch_id = $1
           and exists (
               select from interaction other
               where other.dedupe_key = mine.dedupe_key
                 and other.batch_id = any($2)
           )"#,
        batch.id,
        &visible
    )
    .fetch_one(connection)
    .await
    .operation("counting rows that are known")
}

/// Takes a visible import back; nothing is deleted.
pub(super) async fn undo(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    batch_id: i64,
    flip_lock: i64,
) -> Result<Undo, StoreError> {
    const UNDOING: &str = "taking an import back";
    let mut transaction = db.begin().await.operation(UNDOING)?;
    lock_flips(&mut transaction, flip_lock).await?;
    let Some(batch) = find(&mut transaction, catalog_id, batch_id).await? else {
        return Ok(Undo::Unknown);
    };
    match batch.state {
        State::Staging => return Ok(Undo::NeverShown),
        State::Undone if batch.shown_at.is_none() => return Ok(Undo::NeverShown),
        State::Undone => return Ok(Undo::Before(batch)),
        State::Visible => {}
    }
    let entry = Entry {
        action: "import.undo",
        catalog_id: Some(catalog_id),
        subject: batch_id.to_string(),
        detail: json!({ "accepted": batch.accepted, "duplicates": batch.duplicates }),
    };
    record(&mut transaction, actor, entry).await?;
    days::remove(&mut transaction, catalog_id, batch_id).await?;
    sqlx::query!(
        "with numbered as (
             update catalog
             set last_change = last_change + 1
             where catalog_id = $1
             returning last_change
         ), removed as (
             insert into change (catalog_id, change, kind, batch_id)
             select $1, last_change, 'remove', $2 from numbered
         )
         update batch
         set state = 'undone', undone_at = now(), removed_change = numbered.last_change
         from numbered
         where batch_id = $2",
        catalog_id,
        batch_id
    )
    .execute(&mut *transaction)
    .await
    .operation(UNDOING)?;
    transaction.commit().await.operation(UNDOING)?;
    Ok(Undo::Done(batch))
}

/// What came of taking an import back.
#[derive(Debug, PartialEq)]
pub(super) enum Undo {
    Done(Batch),
    Unknown,
    NeverShown,
    Before(Batch),
}

/// Counts what an import brought.
pub async fn figures(connection: &mut PgConnection, batch_id: i64) -> Result<Figures, StoreError> {
    sqlx::query_as!(
        Figures,
        r#"select count(distinct user_id) as "users!",
                  count(distinct basket_id) as "baskets!",
                  count(distinct item_id) as "items!",
                  (select count(*) from item_record where batch_id = $1) as "described!"
         from interaction
         where batch_id = $1"#,
        batch_id
    )
    .fetch_one(connection)
    .await
    .operation("counting what an import brought")
}

/// Quarantined rows of an import in the order in which they were read; all of them without a limit.
pub async fn quarantined(
    connection: &mut PgConnection,
    batch_id: i64,
    limit: Option<i64>,
) -> Result<Vec<Quarantined>, StoreError> {
    let rows = sqlx::query!(
        "select file, line, column_name, reason, row_text
         from quarantine
         where batch_id = $1
         order by chunk, file, line
         limit $2",
        batch_id,
        limit
    )
    .fetch_all(connection)
    .await
    .operation("reading quarantined rows")?;
    Ok(rows
        .into_iter()
        .map(|row| Quarantined {
            file: row.file,
            line: row.line.unsigned_abs(),
            column: row.column_name,
            reason: row.reason,
            text: row.row_text,
        })
        .collect())
}
