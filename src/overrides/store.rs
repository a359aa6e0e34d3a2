//! Every SQL statement that writes or lists overrides. Those in force for a list are read in
//! `lists::store`.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::types::{For, Kind, NewOverride, Override, Reason, Scope, State};
use crate::accounts::types::{Actor, Right};
use crate::audit::store::{Entry, record};
use crate::error::AppError;
use crate::error::respond::{Operation as _, StoreError};
use crate::wire::page::{Page, Paging};

struct Row {
    override_id: i64,
    kind: String,
    item_id: String,
    position: Option<i32>,
    scope: String,
    scope_a: Option<String>,
    scope_b: Option<String>,
    private_to: Option<String>,
    priority: i32,
    reason: String,
    comment: String,
    author: String,
    author_name: String,
    created_at: DateTime<Utc>,
    starts_at: DateTime<Utc>,
    ends_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    revoked_by: Option<String>,
}

impl Row {
    fn into_override(self, now: DateTime<Utc>) -> Override {
        let state = if self.revoked_at.is_some() {
            State::Revoked
        } else if self.ends_at.is_some_and(|end| end <= now) {
            State::Expired
        } else if self.starts_at > now {
            State::Scheduled
        } else {
            State::Active
        };
        Override {
            id: self.override_id,
            kind: Kind::parse(&self.kind).expect("BUG: override_kind_known admits an unknown kind"),
            item_id: self.item_id,
            position: self.position,
            scope: Scope::from_parts(&self.scope, self.scope_a, self.scope_b),
            holds_for: if self.private_to.is_some() {
                For::Me
            } else {
                For::All
            },
            reason: Reason::parse(&self.reason).unwrap_or(Reason::Other),
            comment: self.comment,
            priority: self.priority,
            state,
            author: self.author_name,
            created_at: self.created_at,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            revoked_at: self.revoked_at,
            revoked_by: self.revoked_by,
            author_key: self.author,
        }
    }
}

/// Saves an override and its entry in the audit trail in one commit.
pub async fn insert(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    new: &NewOverride,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let mut transaction = db.begin().await.operation("saving an override")?;
    let override_id = insert_in(&mut transaction, actor, catalog_id, new, now).await?;
    transaction.commit().await.operation("saving an override")?;
    Ok(override_id)
}

/// Saves an override in a transaction that the caller commits.
pub async fn insert_in(
    transaction: &mut PgConnection,
    actor: &Actor,
    catalog_id: &str,
    new: &NewOverride,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let (scope_a, scope_b) = new.scope.parts();
    let override_id = sqlx::query_scalar!(
        "insert into override (
             catalog_id, kind, item_id, position, scope, scope_a, scope_b, private_to, priority,
             reason, comment, author, author_name, created_at, starts_at, ends_at
         )
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         returning override_id",
        catalog_id,
        new.kind.as_str(),
        new.item_id,
        new.position,
        new.scope.kind(),
        scope_a,
        scope_b,
        (new.holds_for == For::Me).then(|| actor.key()),
        new.priority,
        new.reason.code(),
        new.comment,
        actor.key(),
        actor.name,
        now,
        new.starts_at,
        new.ends_at
    )
    .fetch_one(&mut *transaction)
    .await
    .operation("saving an override")?;
    let entry = Entry {
        action: "override.create",
        catalog_id: Some(catalog_id),
        subject: override_id.to_string(),
        detail: json!({
            "kind": new.kind, "item_id": new.item_id, "scope": new.scope,
            "for": new.holds_for, "reason": new.reason, "ends_at": new.ends_at,
        }),
    };
    record(transaction, actor, entry).await?;
    Ok(override_id)
}

/// The overrides that an actor may see: everyone's and the actor's own, the newest first.
pub async fn list(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Override>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "select override_id, kind, item_id, position, scope, scope_a, scope_b, private_to, priority,
                reason, comment, author, author_name, created_at, starts_at, ends_at, revoked_at,
                revoked_by
         from override
         where catalog_id = $1
           and (private_to is null or private_to = $2)
         order by override_id desc",
        catalog_id,
        actor.key()
    )
    .fetch_all(db)
    .await
    .operation("listing overrides")?;
    Ok(rows.into_iter().map(|row| row.into_override(now)).collect())
}

/// One page of the overrides that an actor may see, the newest first.
pub async fn page(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    paging: &Paging,
    now: DateTime<Utc>,
) -> Result<Page<Override>, AppError> {
    let most = paging.rows()?;
    let before: Option<i64> = paging.after()?;
    let rows = sqlx::query_as!(
        Row,
        "select override_id, kind, item_id, position, scope, scope_a, scope_b, private_to, priority,
                reason, comment, author, author_name, created_at, starts_at, ends_at, revoked_at,
                revoked_by
         from override
         where catalog_id = $1
           and (private_to is null or private_to = $2)
           and ($3::bigint is null or override_id < $3)
         order by override_id desc
         -- One more than a page holds tells whether there is more.
         limit $4",
        catalog_id,
        actor.key(),
        before,
        i64::from(most) + 1
    )
    .fetch_all(db)
    .await
    .operation("listing overrides")?;
    let overrides = rows.into_iter().map(|row| row.into_override(now)).collect();
    Ok(Page::of(overrides, most, |kept: &Override| kept.id))
}

/// One override that the actor may see.
pub async fn get(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    override_id: i64,
    now: DateTime<Utc>,
) -> Result<Override, AppError> {
    let row = sqlx::query_as!(
        Row,
        "select override_id, kind, item_id, position, scope, scope_a, scope_b, private_to, priority,
                reason, comment, author, author_name, created_at, starts_at, ends_at, revoked_at,
                revoked_by
         from override
         where catalog_id = $1
           and override_id = $2
           and (private_to is null or private_to = $3)",
        catalog_id,
        override_id,
        actor.key()
    )
    .fetch_optional(db)
    .await
    .operation("finding an override")?;
    row.map(|row| row.into_override(now))
        .ok_or_else(|| AppError::not_found(format!("The override {override_id}")))
}

/// Undoes an override: its author and curators may. Undoing twice changes nothing more.
pub async fn revoke(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    override_id: i64,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let known = get(db, actor, catalog_id, override_id, now).await?;
    if known.holds_for == For::All && known.author_key != actor.key() {
        actor.require(Right::OverrideForAll)?;
    }
    let mut transaction = db.begin().await.operation("undoing an override")?;
    let revoked = sqlx::query!(
        "update override
         set revoked_at = $2, revoked_by = $3
         where override_id = $1 and revoked_at is null",
        override_id,
        now,
        actor.name
    )
    .execute(&mut *transaction)
    .await
    .operation("undoing an override")?;
    if revoked.rows_affected() == 1 {
        let entry = Entry {
            action: "override.revoke",
            catalog_id: Some(catalog_id),
            subject: override_id.to_string(),
            detail: json!({}),
        };
        record(&mut transaction, actor, entry).await?;
    }
    transaction
        .commit()
        .await
        .operation("undoing an override")?;
    Ok(())
}
