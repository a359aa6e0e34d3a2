//! Every SQL statement on feedback.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgPool;
use utoipa::ToSchema;

use crate::accounts::types::Actor;
use crate::audit::store::{Entry, record};
use crate::error::AppError;
use crate::error::respond::{Operation as _, StoreError};
use crate::lists::receipt::Receipt;
use crate::lists::types::Anchor;

/// What somebody did with a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FeedbackKind)]
pub enum Kind {
    /// It was shown.
    Impression,
    /// It was taken.
    Accept,
    /// It was sent away, and is hidden from whoever did.
    Dismiss,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Impression => "impression",
            Self::Accept => "accept",
            Self::Dismiss => "dismiss",
        }
    }
}

/// Keeps one piece of feedback. Only a dismissal changes what is served, so only it is audited.
pub async fn insert(
    db: &PgPool,
    actor: &Actor,
    receipt: &Receipt,
    list_id: &str,
    item_id: &str,
    kind: Kind,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let mut transaction = db.begin().await.operation("keeping feedback")?;
    let feedback_id = sqlx::query_scalar!(
        "insert into feedback (catalog_id, list_id, item_id, anchor, kind, author, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         returning feedback_id",
        receipt.catalog_id,
        list_id,
        item_id,
        json!(receipt.ask.anchor),
        kind.as_str(),
        actor.key(),
        now
    )
    .fetch_one(&mut *transaction)
    .await
    .operation("keeping feedback")?;
    if kind == Kind::Dismiss {
        let entry = Entry {
            action: "feedback.dismiss",
            catalog_id: Some(&receipt.catalog_id),
            subject: feedback_id.to_string(),
            detail: json!({ "item_id": item_id, "anchor": receipt.ask.anchor }),
        };
        record(&mut transaction, actor, entry).await?;
    }
    transaction.commit().await.operation("keeping feedback")?;
    Ok(feedback_id)
}

/// Takes the actor's own dismissal back.
pub async fn undo(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    feedback_id: i64,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let mut transaction = db.begin().await.operation("undoing a dismissal")?;
    let undone = sqlx::query!(
        "update feedback
         set undone_at = coalesce(undone_at, $4)
         where feedback_id = $1 and catalog_id = $2 and author = $3 and kind = 'dismiss'",
        feedback_id,
        catalog_id,
        actor.key(),
        now
    )
    .execute(&mut *transaction)
    .await
    .operation("undoing a dismissal")?;
    if undone.rows_affected() == 0 {
        return Err(AppError::not_found(format!("Your dismissal {feedback_id}")));
    }
    let entry = Entry {
        action: "feedback.undo",
        catalog_id: Some(catalog_id),
        subject: feedback_id.to_string(),
        detail: json!({}),
    };
    record(&mut transaction, actor, entry).await?;
    transaction
        .commit()
        .await
        .operation("undoing a dismissal")?;
    Ok(())
}

/// A dismissal that is in force.
#[derive(Debug, Clone)]
pub struct Dismissal {
    pub feedback_id: i64,
    pub item_id: String,
}

/// What the actor dismissed from one list, the newest first.
pub async fn dismissed(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    anchor: &Anchor,
) -> Result<Vec<Dismissal>, StoreError> {
    sqlx::query_as!(
        Dismissal,
        "select feedback_id, item_id
         from feedback
         where catalog_id = $1
           and author = $2
           and kind = 'dismiss'
           and anchor = $3
           and undone_at is null
         order by feedback_id desc",
        catalog_id,
        actor.key(),
        json!(anchor)
    )
    .fetch_all(db)
    .await
    .operation("listing dismissals")
}
