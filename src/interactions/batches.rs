//! Every SQL statement that lists a catalog's imports.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::error::respond::{Operation as _, StoreError};

/// Imports that the page lists at most.
pub const SHOWN: i64 = 100;
/// Records of users that are looked at for the names of their fields.
const SAMPLE: i64 = 1_000;

/// One import, as the page lists it.
#[derive(Debug, Clone)]
pub struct Listed {
    pub batch_id: i64,
    /// `staging`, `visible` or `undone`.
    pub state: String,
    pub format: String,
    pub files: Vec<String>,
    /// Chunks committed so far.
    pub chunks: i64,
    pub accepted: i64,
    pub duplicates: i64,
    pub skipped: i64,
    pub quarantined: i64,
    pub started_at: DateTime<Utc>,
}

/// How many imports a catalog has.
pub async fn count(db: &PgPool, catalog_id: &str) -> Result<i64, StoreError> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from batch where catalog_id = $1"#,
        catalog_id
    )
    .fetch_one(db)
    .await
    .operation("counting imports")
}

/// The newest imports of a catalog, the newest first.
pub async fn list(db: &PgPool, catalog_id: &str) -> Result<Vec<Listed>, StoreError> {
    sqlx::query_as!(
        Listed,
        "select batch_id, state, format, files, chunks, accepted, duplicates, skipped,
                quarantined, started_at
         from batch
         where catalog_id = $1
         order by batch_id desc
         limit $2",
        catalog_id,
        SHOWN
    )
    .fetch_all(db)
    .await
    .operation("listing imports")
}

/// The fields that visible records of users have, by name: what segments are made of. Read from a
/// sample, because records of one import have the same fields.
pub async fn user_fields(db: &PgPool, catalog_id: &str) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar!(
        r#"select distinct jsonb_object_keys(sample.attributes) as "field!"
           from (
               select user_record.attributes
               from user_record
               join batch using (batch_id)
               where batch.catalog_id = $1
                 and batch.state = 'visible'
               limit $2
           ) sample
           order by 1"#,
        catalog_id,
        SAMPLE
    )
    .fetch_all(db)
    .await
    .operation("reading the fields of users")
}
