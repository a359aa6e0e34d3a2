//! Every SQL statement that lists a catalog's imports.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::error::respond::{Operation as _, StoreError};

/// One import, as the page lists it.
#[derive(Debug, Clone)]
pub struct Listed {
    pub batch_id: i64,
    /// `staging`, `visible` or `undone`.
    pub state: String,
    pub format: String,
    pub files: Vec<String>,
    pub accepted: i64,
    pub duplicates: i64,
    pub skipped: i64,
    pub quarantined: i64,
    pub started_at: DateTime<Utc>,
}

/// The imports of a catalog, the newest first.
pub async fn list(db: &PgPool, catalog_id: &str) -> Result<Vec<Listed>, StoreError> {
    sqlx::query_as!(
        Listed,
        "select batch_id, state, format, files, accepted, duplicates, skipped, quarantined,
                started_at
         from batch
         where catalog_id = $1
         order by batch_id desc",
        catalog_id
    )
    .fetch_all(db)
    .await
    .operation("listing imports")
}
