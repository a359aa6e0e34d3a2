//! Every SQL statement that looks over what a catalog's imports brought.

use sqlx::PgPool;

use crate::error::respond::{Operation as _, StoreError};

/// Records of users that are looked at for the names of their fields.
const SAMPLE: i64 = 1_000;

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
