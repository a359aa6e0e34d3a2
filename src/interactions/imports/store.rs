//! Every SQL statement that lists imports and tells of one.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgPool;

use crate::catalog::lock;
use crate::error::AppError;
use crate::error::respond::{Operation as _, StoreError};
use crate::interactions::posted::store::FORMAT as POSTED;
use crate::interactions::runs;

/// Lines of one page of the list.
pub const PAGE: i64 = 50;

/// What has become of an import, as its page tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Running,
    /// It runs, and ends after the chunk in hand because somebody asked.
    Cancelling,
    /// Whoever ran it has gone.
    Interrupted,
    /// It ended early and said why.
    Failed,
    Visible,
    TakenBack,
    /// Cancelled or thrown away before anybody saw it.
    Discarded,
}

/// One import.
#[derive(Debug, Clone)]
pub struct Import {
    pub batch_id: i64,
    pub catalog_id: String,
    pub state: State,
    pub format: String,
    pub files: Vec<String>,
    pub description: Option<String>,
    pub author_name: Option<String>,
    pub chunks: i64,
    pub records: i64,
    pub accepted: i64,
    pub duplicates: i64,
    pub skipped: i64,
    pub quarantined: i64,
    pub bytes_read: i64,
    pub bytes_total: i64,
    pub started_at: DateTime<Utc>,
    pub run_at: Option<DateTime<Utc>>,
    pub shown_at: Option<DateTime<Utc>>,
    pub undone_at: Option<DateTime<Utc>>,
    /// Why its last run ended early.
    pub failure: Option<String>,
    /// The folder of a spool with its files.
    pub upload: Option<String>,
    /// The import whose rows it brings, corrected.
    pub parent_id: Option<i64>,
    /// The lock that is held while it is under way.
    pub lock: i64,
}

struct Row {
    batch_id: i64,
    catalog_id: String,
    state: String,
    fingerprint: Vec<u8>,
    format: String,
    files: Vec<String>,
    description: Option<String>,
    author_name: Option<String>,
    chunks: i64,
    records: i64,
    accepted: i64,
    duplicates: i64,
    skipped: i64,
    quarantined: i64,
    bytes_read: i64,
    bytes_total: i64,
    started_at: DateTime<Utc>,
    run_at: Option<DateTime<Utc>>,
    shown_at: Option<DateTime<Utc>>,
    undone_at: Option<DateTime<Utc>>,
    cancelled_at: Option<DateTime<Utc>>,
    failure: Option<String>,
    upload: Option<String>,
    parent_id: Option<i64>,
}

impl Row {
    fn lock(&self) -> i64 {
        lock::import(&self.catalog_id, &self.fingerprint)
    }

    fn state(&self, held: &[i64]) -> State {
        let is_held = held.contains(&self.lock());
        match self.state.as_str() {
            "visible" => State::Visible,
            "undone" if self.shown_at.is_some() => State::TakenBack,
            "undone" => State::Discarded,
            _ if is_held && self.cancelled_at.is_some() => State::Cancelling,
            _ if is_held => State::Running,
            _ if self.failure.is_some() => State::Failed,
            _ => State::Interrupted,
        }
    }

    fn into_import(self, held: &[i64]) -> Import {
        Import {
            state: self.state(held),
            lock: self.lock(),
            batch_id: self.batch_id,
            catalog_id: self.catalog_id,
            format: self.format,
            files: self.files,
            description: self.description,
            author_name: self.author_name,
            chunks: self.chunks,
            records: self.records,
            accepted: self.accepted,
            duplicates: self.duplicates,
            skipped: self.skipped,
            quarantined: self.quarantined,
            bytes_read: self.bytes_read,
            bytes_total: self.bytes_total,
            started_at: self.started_at,
            run_at: self.run_at,
            shown_at: self.shown_at,
            undone_at: self.undone_at,
            failure: self.failure,
            upload: self.upload,
            parent_id: self.parent_id,
        }
    }
}

/// Tells of each row whether it is under way.
async fn with_locks(db: &PgPool, rows: Vec<Row>) -> Result<Vec<Import>, StoreError> {
    let staging = rows.iter().filter(|row| row.state == "staging");
    let locks: Vec<i64> = staging.map(Row::lock).collect();
    let held = runs::held(db, &locks).await?;
    Ok(rows.into_iter().map(|row| row.into_import(&held)).collect())
}

/// One import of a catalog.
pub async fn get(db: &PgPool, catalog_id: &str, batch_id: i64) -> Result<Import, AppError> {
    let row = sqlx::query_as!(
        Row,
        "select batch_id, catalog_id, state, fingerprint, format, files, description, author_name,
                chunks, records, accepted, duplicates, skipped, quarantined, bytes_read,
                bytes_total, started_at, run_at, shown_at, undone_at, cancelled_at, failure,
                upload, parent_id
         from batch
         where catalog_id = $1
           and batch_id = $2",
        catalog_id,
        batch_id
    )
    .fetch_optional(db)
    .await
    .operation("finding an import")?;
    let row = row.ok_or_else(|| AppError::not_found(format!("The import {batch_id}")))?;
    let mut imports = with_locks(db, vec![row]).await?;
    Ok(imports.remove(0))
}

/// Imports of files, the newest first: as many as a page has and one more.
pub async fn list(
    db: &PgPool,
    catalog_id: &str,
    before: Option<i64>,
) -> Result<Vec<Import>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "select batch_id, catalog_id, state, fingerprint, format, files, description, author_name,
                chunks, records, accepted, duplicates, skipped, quarantined, bytes_read,
                bytes_total, started_at, run_at, shown_at, undone_at, cancelled_at, failure,
                upload, parent_id
         from batch
         where catalog_id = $1
           and format <> $2
           and ($3::bigint is null or batch_id < $3)
         order by batch_id desc
         limit $4",
        catalog_id,
        POSTED,
        before,
        PAGE + 1
    )
    .fetch_all(db)
    .await
    .operation("listing imports")?;
    with_locks(db, rows).await
}

/// Imports that are under way, wherever they run; the newest first.
pub async fn under_way(db: &PgPool, catalog_id: &str) -> Result<Vec<Import>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "select batch_id, catalog_id, state, fingerprint, format, files, description, author_name,
                chunks, records, accepted, duplicates, skipped, quarantined, bytes_read,
                bytes_total, started_at, run_at, shown_at, undone_at, cancelled_at, failure,
                upload, parent_id
         from batch
         where catalog_id = $1
           and state = 'staging'
         order by batch_id desc",
        catalog_id
    )
    .fetch_all(db)
    .await
    .operation("looking for imports that are under way")?;
    let mut imports = with_locks(db, rows).await?;
    imports.retain(|import| matches!(import.state, State::Running | State::Cancelling));
    Ok(imports)
}

/// What programs posted on one day, in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedDay {
    /// The newest batch of the day: its place in the list.
    pub batch_id: i64,
    pub day: NaiveDate,
    pub posts: i64,
    pub accepted: i64,
    pub last_at: DateTime<Utc>,
    /// The programs, by name.
    pub programs: Vec<String>,
}

/// Days on which programs posted, in the catalog's time zone, the newest first: as many as a page has
/// and one more.
pub async fn posted_days(
    db: &PgPool,
    catalog_id: &str,
    before: Option<i64>,
) -> Result<Vec<PostedDay>, StoreError> {
    sqlx::query_as!(
        PostedDay,
        r#"select max(batch_id) as "batch_id!",
                  (started_at at time zone (select zone_of($1)))::date as "day!",
                  count(*) as "posts!",
                  sum(accepted)::bigint as "accepted!",
                  max(started_at) as "last_at!",
                  coalesce(
                      array_agg(distinct author_name) filter (where author_name is not null), '{}'
                  ) as "programs!"
           from batch
           where catalog_id = $1
             and format = 'api'
             and state = 'visible'
           group by 2
           having $2::bigint is null or max(batch_id) < $2
           order by 1 desc
           limit $3"#,
        catalog_id,
        before,
        PAGE + 1
    )
    .fetch_all(db)
    .await
    .operation("listing what programs posted")
}

/// What came in lately, and how sound it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Soundness {
    pub accepted: i64,
    pub duplicates: i64,
    pub skipped: i64,
    pub quarantined: i64,
}

/// Rows of everything that was shown since and still is.
pub async fn soundness(
    db: &PgPool,
    catalog_id: &str,
    since: DateTime<Utc>,
) -> Result<Soundness, StoreError> {
    sqlx::query_as!(
        Soundness,
        r#"select coalesce(sum(accepted), 0)::bigint as "accepted!",
                  coalesce(sum(duplicates), 0)::bigint as "duplicates!",
                  coalesce(sum(skipped), 0)::bigint as "skipped!",
                  coalesce(sum(quarantined), 0)::bigint as "quarantined!"
           from batch
           where catalog_id = $1
             and state = 'visible'
             and shown_at >= $2"#,
        catalog_id,
        since
    )
    .fetch_one(db)
    .await
    .operation("summing up what came in")
}

/// What taking an import back would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consequence {
    /// Choices that it brought.
    pub rows: i64,
    /// Those among them that others brought too, which stay.
    pub shared: i64,
    /// Items that it describes.
    pub items: i64,
}

pub async fn consequence(
    db: &PgPool,
    catalog_id: &str,
    batch_id: i64,
) -> Result<Consequence, StoreError> {
    sqlx::query_as!(
        Consequence,
        r#"select count(*) as "rows!",
                  count(*) filter (
                      where exists (
                          select from interaction other
                          join batch using (batch_id)
                          where other.dedupe_key = mine.dedupe_key
                            and other.batch_id <> mine.batch_id
                            and batch.catalog_id = $1
                            and batch.state = 'visible'
                      )
                  ) as "shared!",
                  (select count(*) from item_record where batch_id = $2) as "items!"
           from interaction mine
           where mine.batch_id = $2"#,
        catalog_id,
        batch_id
    )
    .fetch_one(db)
    .await
    .operation("working out what taking an import back would do")
}

/// The imports that bring rows of this one, corrected.
pub async fn corrections(
    db: &PgPool,
    catalog_id: &str,
    batch_id: i64,
) -> Result<Vec<i64>, StoreError> {
    sqlx::query_scalar!(
        "select batch_id
         from batch
         where catalog_id = $1
           and parent_id = $2
         order by batch_id",
        catalog_id,
        batch_id
    )
    .fetch_all(db)
    .await
    .operation("finding corrections of an import")
}
