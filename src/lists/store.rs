//! Every SQL statement that reads the rules in force: overrides, flags and dismissals.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgExecutor};
use std::num::NonZeroU32;

use super::types::Anchor;
use crate::error::respond::{Operation as _, StoreError};
use crate::index::snapshot::Snapshot;
use crate::serving::{Action, Rule, RuleId, Scope};

/// Whose list it is: private rules and what was hidden "here" depend on it.
#[derive(Clone, Copy)]
pub struct Viewer<'a> {
    pub actor_key: &'a str,
    pub anchor: &'a Anchor,
}

/// The rules in force at a moment for one list: everyone's overrides and the actor's own, and
/// what the actor flagged or dismissed, which stays hidden from the actor alone.
///
/// A rule on an item or category that the snapshot does not know concerns no list and is left out.
pub async fn rules(
    connection: &mut PgConnection,
    snapshot: &Snapshot,
    viewer: Viewer<'_>,
    at: DateTime<Utc>,
) -> Result<Vec<Rule>, StoreError> {
    let mut rules = overrides(&mut *connection, snapshot, Some(viewer.actor_key), at).await?;
    rules.extend(flags(&mut *connection, snapshot, viewer, at).await?);
    rules.extend(dismissals(connection, snapshot, viewer, at).await?);
    Ok(rules)
}

/// The overrides in force: everyone's, and those of one actor where one is given.
pub async fn overrides(
    db: impl PgExecutor<'_>,
    snapshot: &Snapshot,
    actor_key: Option<&str>,
    at: DateTime<Utc>,
) -> Result<Vec<Rule>, StoreError> {
    let rows = sqlx::query!(
        r#"select override_id, kind, item_id, position, scope, scope_a, scope_b,
                  private_to is not null as "mine!", priority, created_at
           from override
           where catalog_id = $1
             and (private_to is null or private_to = $2)
             and created_at <= $3
             and starts_at <= $3
             and (ends_at is null or ends_at > $3)
             and (revoked_at is null or revoked_at > $3)"#,
        snapshot.catalog.id,
        actor_key,
        at
    )
    .fetch_all(db)
    .await
    .operation("reading overrides")?;
    Ok(rows
        .iter()
        .filter_map(|row| {
            Some(Rule {
                id: RuleId::Override(row.override_id),
                action: action(&row.kind, row.position),
                item: snapshot.find_item(&row.item_id)?,
                scope: scope(
                    snapshot,
                    &row.scope,
                    row.scope_a.as_deref(),
                    row.scope_b.as_deref(),
                )?,
                mine: row.mine,
                priority: row.priority,
                created_at_micros: row.created_at.timestamp_micros(),
            })
        })
        .collect())
}

/// The database admits a position for a pin alone.
fn action(kind: &str, position: Option<i32>) -> Action {
    match (kind, position) {
        ("pin", Some(position)) => Action::Pin {
            position: NonZeroU32::new(position.unsigned_abs()).unwrap_or(NonZeroU32::MIN),
        },
        _ => Action::Block,
    }
}

/// The scope by the snapshot's numbers; `None` where it names what the snapshot does not know.
pub fn scope(snapshot: &Snapshot, kind: &str, a: Option<&str>, b: Option<&str>) -> Option<Scope> {
    match kind {
        "item" => Some(Scope::Item(snapshot.find_item(a?)?)),
        "category_pair" => Some(Scope::CategoryPair {
            anchor: snapshot.find_category(a?)?,
            item: snapshot.find_category(b?)?,
        }),
        "surface" => Some(Scope::Surface(a?.to_owned())),
        _ => Some(Scope::Catalog),
    }
}

fn hidden(id: RuleId, item: u32, scope: Scope, at: DateTime<Utc>) -> Rule {
    Rule {
        id,
        action: Action::Block,
        item,
        scope,
        mine: true,
        priority: 0,
        created_at_micros: at.timestamp_micros(),
    }
}

/// What the actor flagged is hidden from the actor: in this very list (here), both ways round
/// (pair), everywhere (item). A flag on a whole list hides nothing.
async fn flags(
    db: impl PgExecutor<'_>,
    snapshot: &Snapshot,
    viewer: Viewer<'_>,
    at: DateTime<Utc>,
) -> Result<Vec<Rule>, StoreError> {
    let rows = sqlx::query!(
        "select flag_id, item_id, pair_item_id, scope, created_at
         from flag
         where catalog_id = $1
           and author = $2
           and (scope in ('pair', 'item') or (scope = 'here' and anchor = $3))
           and created_at <= $4
           and (withdrawn_at is null or withdrawn_at > $4)",
        snapshot.catalog.id,
        viewer.actor_key,
        json!(viewer.anchor),
        at
    )
    .fetch_all(db)
    .await
    .operation("reading flags")?;
    let mut rules = Vec::new();
    for row in rows {
        let Some(item) = snapshot.find_item(&row.item_id) else {
            continue;
        };
        let id = RuleId::Flag(row.flag_id);
        if row.scope != "pair" {
            rules.push(hidden(id, item, Scope::Catalog, row.created_at));
            continue;
        }
        let other = row.pair_item_id.as_deref();
        if let Some(other) = other.and_then(|id| snapshot.find_item(id)) {
            rules.push(hidden(id, item, Scope::Item(other), row.created_at));
            rules.push(hidden(id, other, Scope::Item(item), row.created_at));
        }
    }
    Ok(rules)
}

/// What the actor dismissed from this very list.
async fn dismissals(
    db: impl PgExecutor<'_>,
    snapshot: &Snapshot,
    viewer: Viewer<'_>,
    at: DateTime<Utc>,
) -> Result<Vec<Rule>, StoreError> {
    let rows = sqlx::query!(
        "select feedback_id, item_id, created_at
         from feedback
         where catalog_id = $1
           and author = $2
           and kind = 'dismiss'
           and anchor = $3
           and created_at <= $4
           and (undone_at is null or undone_at > $4)",
        snapshot.catalog.id,
        viewer.actor_key,
        json!(viewer.anchor),
        at
    )
    .fetch_all(db)
    .await
    .operation("reading dismissals")?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let item = snapshot.find_item(&row.item_id)?;
            let id = RuleId::Dismissal(row.feedback_id);
            Some(hidden(id, item, Scope::Catalog, row.created_at))
        })
        .collect())
}
