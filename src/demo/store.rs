//! Every SQL statement that the demo needs for itself.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::CATALOG;
use crate::catalog::lock;
use crate::error::respond::{Operation as _, StoreError};

/// When an import of the demo began that was never finished.
pub(super) async fn unfinished_import(db: &PgPool) -> Result<Option<DateTime<Utc>>, StoreError> {
    sqlx::query_scalar!(
        "select started_at
         from batch
         where catalog_id = $1 and state = 'staging'
         order by batch_id
         limit 1",
        CATALOG
    )
    .fetch_optional(db)
    .await
    .operation("looking for an unfinished demo")
}

/// Has two servers that start at once make the demo one after the other; until the transaction ends.
pub(super) async fn lock(connection: &mut PgConnection) -> Result<(), StoreError> {
    let key = lock::demo();
    sqlx::query!("select pg_advisory_xact_lock($1)", key)
        .execute(connection)
        .await
        .operation("waiting for the demo of another server")?;
    Ok(())
}

/// A row of the demo.
pub(super) struct Row {
    pub(super) basket_id: String,
    pub(super) item_id: String,
    pub(super) at: DateTime<Utc>,
}

/// Every row, the oldest first.
pub(super) async fn rows(connection: &mut PgConnection) -> Result<Vec<Row>, StoreError> {
    sqlx::query_as!(
        Row,
        r#"select basket_id as "basket_id!", item_id, at as "at!"
           from interaction
           join batch using (batch_id)
           where batch.catalog_id = $1
             and batch.state = 'visible'
             and basket_id is not null
             and at is not null
           order by at"#,
        CATALOG
    )
    .fetch_all(connection)
    .await
    .operation("reading the demo")
}
