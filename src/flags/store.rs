//! Every SQL statement that writes or lists flags.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};

use super::types::{Flag, NewFlag, Scope};
use crate::accounts::types::Actor;
use crate::audit::store::{Entry, record};
use crate::error::AppError;
use crate::error::respond::{Operation as _, StoreError};
use crate::lists::types::Anchor;
use crate::overrides::types::Reason;

struct Row {
    flag_id: i64,
    item_id: String,
    anchor: Value,
    reason: String,
    scope: String,
    comment: String,
    expected_item_id: Option<String>,
    list_id: String,
    seen: Value,
    author: String,
    author_name: String,
    created_at: DateTime<Utc>,
    withdrawn_at: Option<DateTime<Utc>>,
}

impl From<Row> for Flag {
    fn from(row: Row) -> Self {
        Self {
            id: row.flag_id,
            list_id: Some(row.list_id),
            item_id: row.item_id,
            anchor: row.anchor,
            reason: Reason::parse(&row.reason).unwrap_or(Reason::Other),
            scope: Scope::parse(&row.scope).expect("BUG: flag_scope_known admits an unknown scope"),
            comment: row.comment,
            expected_item_id: row.expected_item_id,
            state: if row.withdrawn_at.is_some() {
                "withdrawn"
            } else {
                "open"
            },
            author: row.author_name,
            created_at: row.created_at,
            seen: row.seen,
            author_key: row.author,
        }
    }
}

/// Keeps a flag and its entry in the audit trail in one commit.
pub async fn insert(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    new: &NewFlag,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let mut transaction = db.begin().await.operation("keeping a flag")?;
    let flag_id = insert_in(&mut transaction, actor, catalog_id, new, now).await?;
    transaction.commit().await.operation("keeping a flag")?;
    Ok(flag_id)
}

/// Keeps a flag in a transaction that the caller commits.
pub async fn insert_in(
    transaction: &mut PgConnection,
    actor: &Actor,
    catalog_id: &str,
    new: &NewFlag,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let flag_id = sqlx::query_scalar!(
        "insert into flag (
             catalog_id, item_id, anchor, pair_item_id, reason, scope, comment, expected_item_id,
             list_id, seen, author, author_name, created_at
         )
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         returning flag_id",
        catalog_id,
        new.item_id,
        json!(new.anchor),
        new.pair_item_id,
        new.reason.code(),
        new.scope.code(),
        new.comment,
        new.expected_item_id,
        new.list_id,
        new.seen,
        actor.key(),
        actor.name,
        now
    )
    .fetch_one(&mut *transaction)
    .await
    .operation("keeping a flag")?;
    let entry = Entry {
        action: "flag.create",
        catalog_id: Some(catalog_id),
        subject: flag_id.to_string(),
        detail: json!({ "item_id": new.item_id, "reason": new.reason, "scope": new.scope }),
    };
    record(transaction, actor, entry).await?;
    Ok(flag_id)
}

/// All flags of a catalog as the reader may see them, the newest first.
pub async fn list(db: &PgPool, reader: &Actor, catalog_id: &str) -> Result<Vec<Flag>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "select flag_id, item_id, anchor, reason, scope, comment, expected_item_id, list_id, seen,
                author, author_name, created_at, withdrawn_at
         from flag
         where catalog_id = $1
         order by flag_id desc",
        catalog_id
    )
    .fetch_all(db)
    .await
    .operation("listing flags")?;
    Ok(rows
        .into_iter()
        .map(|row| Flag::from(row).as_seen_by(reader))
        .collect())
}

/// One flag as the reader may see it.
pub async fn get(
    db: &PgPool,
    reader: &Actor,
    catalog_id: &str,
    flag_id: i64,
) -> Result<Flag, AppError> {
    let row = sqlx::query_as!(
        Row,
        "select flag_id, item_id, anchor, reason, scope, comment, expected_item_id, list_id, seen,
                author, author_name, created_at, withdrawn_at
         from flag
         where catalog_id = $1 and flag_id = $2",
        catalog_id,
        flag_id
    )
    .fetch_optional(db)
    .await
    .operation("finding a flag")?;
    row.map(|row| Flag::from(row).as_seen_by(reader))
        .ok_or_else(|| AppError::not_found(format!("The flag {flag_id}")))
}

/// Takes the actor's own flag back: what it hid is shown again.
pub async fn withdraw(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    flag_id: i64,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let mut transaction = db.begin().await.operation("withdrawing a flag")?;
    withdraw_in(&mut transaction, actor, catalog_id, flag_id, now).await?;
    transaction.commit().await.operation("withdrawing a flag")?;
    Ok(())
}

/// Takes a flag back in a transaction that the caller commits.
pub async fn withdraw_in(
    transaction: &mut PgConnection,
    actor: &Actor,
    catalog_id: &str,
    flag_id: i64,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let withdrawn = sqlx::query!(
        "update flag
         set withdrawn_at = coalesce(withdrawn_at, $4)
         where flag_id = $1 and catalog_id = $2 and author = $3",
        flag_id,
        catalog_id,
        actor.key(),
        now
    )
    .execute(&mut *transaction)
    .await
    .operation("withdrawing a flag")?;
    if withdrawn.rows_affected() == 0 {
        return Err(AppError::not_found(format!("Your flag {flag_id}")));
    }
    let entry = Entry {
        action: "flag.withdraw",
        catalog_id: Some(catalog_id),
        subject: flag_id.to_string(),
        detail: json!({}),
    };
    record(transaction, actor, entry).await?;
    Ok(())
}

/// A flag of one's own that hides something from a list.
#[derive(Debug, Clone)]
pub struct Hidden {
    pub flag_id: i64,
    pub item_id: String,
    pub reason: Reason,
}

/// What the actor flagged in one list, the newest first; flags on whole lists hide nothing.
pub async fn hidden_from(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    anchor: &Anchor,
) -> Result<Vec<Hidden>, StoreError> {
    let rows = sqlx::query!(
        "select flag_id, item_id, reason
         from flag
         where catalog_id = $1
           and author = $2
           and anchor = $3
           and scope <> 'list'
           and withdrawn_at is null
         order by flag_id desc",
        catalog_id,
        actor.key(),
        json!(anchor)
    )
    .fetch_all(db)
    .await
    .operation("listing flags")?;
    Ok(rows
        .into_iter()
        .map(|row| Hidden {
            flag_id: row.flag_id,
            item_id: row.item_id,
            reason: Reason::parse(&row.reason).unwrap_or(Reason::Other),
        })
        .collect())
}
