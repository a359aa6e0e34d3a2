//! Every SQL statement on feedback.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};
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

/// Keeps one piece of feedback. Only a dismissal changes what is served, so of these only it is
/// audited; taking one back, or an acceptance, always is.
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
    let feedback_id = insert_in(
        &mut transaction,
        actor,
        receipt,
        list_id,
        item_id,
        kind,
        now,
    )
    .await?;
    transaction.commit().await.operation("keeping feedback")?;
    Ok(feedback_id)
}

/// Keeps one piece of feedback in a transaction that the caller commits.
pub async fn insert_in(
    transaction: &mut PgConnection,
    actor: &Actor,
    receipt: &Receipt,
    list_id: &str,
    item_id: &str,
    kind: Kind,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
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
        record(transaction, actor, entry).await?;
    }
    Ok(feedback_id)
}

/// A row of a list that somebody saw, and when they accepted it, if they did.
#[derive(Debug, Clone)]
pub struct Seen {
    pub list_id: String,
    pub anchor: Anchor,
    pub item_id: String,
    /// Who saw it, as in the audit trail.
    pub author: String,
    pub at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
}

/// Keeps any number of impressions and their accepts by one statement. A dismissal is none of them:
/// it changes what is served and has its entry in the audit trail.
pub async fn insert_seen(
    connection: &mut PgConnection,
    catalog_id: &str,
    seen: &[Seen],
) -> Result<(), StoreError> {
    let accepted = seen
        .iter()
        .filter_map(|row| Some((row, Kind::Accept, row.accepted_at?)));
    let rows: Vec<(&Seen, Kind, DateTime<Utc>)> = seen
        .iter()
        .map(|row| (row, Kind::Impression, row.at))
        .chain(accepted)
        .collect();
    let of = |text: fn(&Seen) -> &String| -> Vec<String> {
        rows.iter().map(|(row, ..)| text(row).clone()).collect()
    };
    let anchors: Vec<Value> = rows.iter().map(|(row, ..)| json!(row.anchor)).collect();
    let kinds: Vec<String> = rows.iter().map(|row| row.1.as_str().to_owned()).collect();
    let times: Vec<DateTime<Utc>> = rows.iter().map(|row| row.2).collect();
    sqlx::query!(
        "insert into feedback (catalog_id, list_id, item_id, anchor, kind, author, created_at)
         select $1, sent.*
         from unnest(
             $2::text[], $3::text[], $4::jsonb[], $5::text[], $6::text[], $7::timestamptz[]
         ) as sent (list_id, item_id, anchor, kind, author, created_at)
         -- Ids rise with time, as they do where rows come one by one.
         order by created_at",
        catalog_id,
        &of(|row| &row.list_id),
        &of(|row| &row.item_id),
        &anchors,
        &kinds,
        &of(|row| &row.author),
        &times
    )
    .execute(connection)
    .await
    .operation("keeping what was seen")?;
    Ok(())
}

/// Takes the actor's own acceptance or dismissal back.
pub async fn undo(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    feedback_id: i64,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    const UNDOING: &str = "taking a response back";
    let mut transaction = db.begin().await.operation(UNDOING)?;
    let undone = sqlx::query!(
        "update feedback
         set undone_at = coalesce(undone_at, $4)
         where feedback_id = $1 and catalog_id = $2 and author = $3
           and kind in ('accept', 'dismiss')",
        feedback_id,
        catalog_id,
        actor.key(),
        now
    )
    .execute(&mut *transaction)
    .await
    .operation(UNDOING)?;
    if undone.rows_affected() == 0 {
        return Err(AppError::not_found(format!("Your response {feedback_id}")));
    }
    let entry = Entry {
        action: "feedback.undo",
        catalog_id: Some(catalog_id),
        subject: feedback_id.to_string(),
        detail: json!({}),
    };
    record(&mut transaction, actor, entry).await?;
    transaction.commit().await.operation(UNDOING)?;
    Ok(())
}

/// An acceptance or a dismissal that was not taken back.
#[derive(Debug, Clone)]
pub struct Response {
    pub feedback_id: i64,
    pub item_id: String,
    pub kind: Kind,
}

/// What the actor accepted and dismissed of one anchor's list, the newest first.
pub async fn responses(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    anchor: &Anchor,
) -> Result<Vec<Response>, StoreError> {
    let rows = sqlx::query!(
        "select feedback_id, item_id, kind
         from feedback
         where catalog_id = $1
           and author = $2
           and kind in ('accept', 'dismiss')
           and anchor = $3
           and undone_at is null
         order by feedback_id desc",
        catalog_id,
        actor.key(),
        json!(anchor)
    )
    .fetch_all(db)
    .await
    .operation("listing responses")?;
    Ok(rows
        .into_iter()
        .map(|row| Response {
            feedback_id: row.feedback_id,
            item_id: row.item_id,
            kind: if row.kind == Kind::Accept.as_str() {
                Kind::Accept
            } else {
                Kind::Dismiss
            },
        })
        .collect())
}
