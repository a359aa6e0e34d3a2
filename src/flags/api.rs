//! Flagging from a page, and taking it back.

use leptos::prelude::*;

use crate::error::AppError;

/// Keeps a flag with what was seen, and hides the suggestion from whoever flagged it.
#[server(prefix = "/actions", endpoint = "flag")]
pub async fn send_flag(
    catalog_id: String,
    list_id: String,
    item_id: String,
    reason: String,
    scope: String,
    comment: String,
) -> Result<(), AppError> {
    use super::types::{Draft, NewFlag};
    let actor = crate::accounts::types::Actor::current()?;
    let services = crate::services::Services::current();
    let draft = Draft {
        list_id,
        item_id,
        reason,
        scope,
        comment,
        expected_item_id: None,
    };
    let crate::services::Services {
        db, index, lists, ..
    } = &services;
    let new = NewFlag::parse(draft, &actor, &catalog_id, index, lists).await?;
    super::store::insert(db, &actor, &catalog_id, &new, chrono::Utc::now()).await?;
    Ok(())
}

/// Upholds or declines a flag; it changes no list.
#[server(prefix = "/actions", endpoint = "decide-flag")]
pub async fn decide_flag(
    catalog_id: String,
    flag_id: i64,
    decision: String,
    comment: String,
) -> Result<(), AppError> {
    use super::types::NewDecision;
    use crate::accounts::types::{Actor, Right};
    let actor = Actor::current()?;
    actor.require_in(&catalog_id, Right::DecideFlags)?;
    let new = NewDecision { decision, comment }.parse()?;
    let db = crate::services::Services::current().db;
    super::store::decide(&db, &actor, &catalog_id, flag_id, &new, chrono::Utc::now()).await?;
    Ok(())
}

/// Takes one's own flag back: what it hid is shown again.
#[server(prefix = "/actions", endpoint = "withdraw-flag")]
pub async fn withdraw_flag(catalog_id: String, flag_id: i64) -> Result<(), AppError> {
    use crate::accounts::types::{Actor, Right};
    let actor = Actor::current()?;
    actor.require_in(&catalog_id, Right::Flag)?;
    let db = crate::services::Services::current().db;
    super::store::withdraw(&db, &actor, &catalog_id, flag_id, chrono::Utc::now()).await
}
