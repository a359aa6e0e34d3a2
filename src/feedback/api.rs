//! Dismissing a suggestion from a page, and taking it back.

use leptos::prelude::*;

use crate::error::AppError;

/// Hides a suggestion from whoever dismisses it, in this very list.
#[server(prefix = "/actions", endpoint = "dismiss")]
pub async fn dismiss(catalog_id: String, list_id: String, item_id: String) -> Result<(), AppError> {
    use super::store::{Kind, insert};
    use crate::accounts::types::{Actor, Right};
    use crate::lists::receipt::Receipt;
    let actor = Actor::current()?;
    actor.require_in(&catalog_id, Right::Respond)?;
    let services = crate::services::Services::current();
    let receipt = Receipt::read_for(&list_id, &services.key, &catalog_id)?;
    services.index.current(&catalog_id)?.item(&item_id)?;
    let now = chrono::Utc::now();
    insert(
        &services.db,
        &actor,
        &receipt,
        &list_id,
        &item_id,
        Kind::Dismiss,
        now,
    )
    .await?;
    Ok(())
}

/// Takes a dismissal back: the suggestion stands where it stood.
#[server(prefix = "/actions", endpoint = "undo-dismissal")]
pub async fn undo_dismissal(catalog_id: String, feedback_id: i64) -> Result<(), AppError> {
    use crate::accounts::types::{Actor, Right};
    let actor = Actor::current()?;
    actor.require_in(&catalog_id, Right::Respond)?;
    let db = crate::services::Services::current().db;
    super::store::undo(&db, &actor, &catalog_id, feedback_id, chrono::Utc::now()).await
}
