//! Every SQL statement of the audit trail.

use serde_json::Value;
use sqlx::PgConnection;

use crate::accounts::types::Actor;
use crate::error::respond::{Operation as _, StoreError};

/// What happened, for the trail.
pub struct Entry<'a> {
    /// Noun and verb: `override.create`.
    pub action: &'a str,
    pub catalog_id: Option<&'a str>,
    /// What was changed, by its id.
    pub subject: String,
    pub detail: Value,
}

/// Writes one entry inside the transaction of the change it tells of.
pub async fn record(
    connection: &mut PgConnection,
    actor: &Actor,
    entry: Entry<'_>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into audit_entry (actor, actor_name, action, catalog_id, subject, detail)
         values ($1, $2, $3, $4, $5, $6)",
        actor.key(),
        actor.name,
        entry.action,
        entry.catalog_id,
        entry.subject,
        entry.detail,
    )
    .execute(connection)
    .await
    .operation("writing the audit trail")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::PgPool;

    #[sqlx::test]
    async fn an_entry_can_be_neither_changed_nor_deleted(db: PgPool) {
        let mut connection = db.acquire().await.unwrap();
        let entry = Entry {
            action: "test.write",
            catalog_id: None,
            subject: "1".to_owned(),
            detail: Value::Null,
        };
        record(&mut connection, &Actor::command(), entry)
            .await
            .unwrap();
        for statement in [
            "update audit_entry set actor = 'nobody'",
            "delete from audit_entry",
            "truncate audit_entry",
        ] {
            let error = sqlx::query(statement)
                .execute(&mut *connection)
                .await
                .unwrap_err();
            assert!(error.to_string().contains("append-only"), "{error}");
        }
    }
}
