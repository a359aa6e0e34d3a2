//! Every SQL statement on rows in quarantine, one by one.

use sqlx::{PgConnection, PgPool};

use crate::error::respond::{Operation as _, StoreError};
use crate::interactions::formats::Replay;
use crate::interactions::types::MAX_QUARANTINED_CHARS;

/// Rows of one page.
pub const PAGE: i64 = 25;

/// One row that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub quarantine_id: i64,
    pub file: String,
    pub line: i64,
    pub column_name: Option<String>,
    pub reason: String,
    pub row_text: String,
}

impl Held {
    /// Whether only the beginning of the row was kept.
    pub fn is_cut(&self) -> bool {
        self.row_text.ends_with('…') && self.row_text.chars().count() == MAX_QUARANTINED_CHARS
    }
}

/// Rows that still wait, in the order in which they were read; all of them without a limit. A row
/// waits until the import that brought it corrected is visible, and again once that is taken back.
pub async fn list(
    db: &PgPool,
    batch_id: i64,
    after: i64,
    limit: Option<i64>,
) -> Result<Vec<Held>, StoreError> {
    sqlx::query_as!(
        Held,
        "select quarantine_id, file, line, column_name, reason, row_text
         from quarantine
         left join batch mender on mender.batch_id = quarantine.mended_by
         where quarantine.batch_id = $1
           and quarantine_id > $2
           and (mender.batch_id is null or mender.state = 'undone')
         order by quarantine_id
         limit $3",
        batch_id,
        after,
        limit
    )
    .fetch_all(db)
    .await
    .operation("reading quarantined rows")
}

/// How many rows still wait.
pub async fn count(db: &PgPool, batch_id: i64) -> Result<i64, StoreError> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!"
           from quarantine
           left join batch mender on mender.batch_id = quarantine.mended_by
           where quarantine.batch_id = $1
             and (mender.batch_id is null or mender.state = 'undone')"#,
        batch_id
    )
    .fetch_one(db)
    .await
    .operation("counting quarantined rows")
}

/// How single rows of an import are read; none where that was not kept.
pub async fn replay(db: &PgPool, batch_id: i64) -> Result<Option<Replay>, StoreError> {
    let reading = sqlx::query_scalar!("select reading from batch where batch_id = $1", batch_id)
        .fetch_optional(db)
        .await
        .operation("reading how an import was read")?;
    Ok(reading
        .flatten()
        .and_then(|reading| serde_json::from_value(reading).ok()))
}

/// Rows of an import by their numbers, in the order in which they were read. Also those that were
/// mended before: the same correction twice is the same import.
pub async fn by_id(db: &PgPool, batch_id: i64, ids: &[i64]) -> Result<Vec<Held>, StoreError> {
    sqlx::query_as!(
        Held,
        "select quarantine_id, file, line, column_name, reason, row_text
         from quarantine
         where batch_id = $1
           and quarantine_id = any($2)
         order by quarantine_id",
        batch_id,
        ids
    )
    .fetch_all(db)
    .await
    .operation("reading quarantined rows")
}

/// Notes that an import brings rows corrected.
pub(super) async fn mend(
    connection: &mut PgConnection,
    ids: &[i64],
    mended_by: i64,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update quarantine
         set mended_by = $2
         where quarantine_id = any($1)",
        ids,
        mended_by
    )
    .execute(connection)
    .await
    .operation("noting corrected rows")?;
    Ok(())
}

/// Keeps a row as it was corrected, with what is wrong with it now.
pub(super) async fn keep(connection: &mut PgConnection, row: &Held) -> Result<(), StoreError> {
    sqlx::query!(
        "update quarantine
         set column_name = $2, reason = $3, row_text = $4
         where quarantine_id = $1",
        row.quarantine_id,
        row.column_name,
        row.reason,
        row.row_text
    )
    .execute(connection)
    .await
    .operation("keeping a row that is still wrong")?;
    Ok(())
}
