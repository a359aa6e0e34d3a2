//! Accepting or dismissing a suggestion from a page, and taking either back.

use leptos::prelude::*;

use crate::error::AppError;

/// Keeps that a suggestion was right; its list stays as it is.
#[server(prefix = "/actions", endpoint = "accept")]
pub async fn accept(catalog_id: String, list_id: String, item_id: String) -> Result<(), AppError> {
    use super::{respond::respond, store::Kind};
    respond(&catalog_id, &list_id, &item_id, Kind::Accept).await
}

/// Hides a suggestion from whoever dismisses it, in this very list.
#[server(prefix = "/actions", endpoint = "dismiss")]
pub async fn dismiss(catalog_id: String, list_id: String, item_id: String) -> Result<(), AppError> {
    use super::{respond::respond, store::Kind};
    respond(&catalog_id, &list_id, &item_id, Kind::Dismiss).await
}

/// Takes an acceptance or a dismissal back: everything is as it was.
#[server(prefix = "/actions", endpoint = "undo-feedback")]
pub async fn undo_feedback(catalog_id: String, feedback_id: i64) -> Result<(), AppError> {
    use crate::accounts::types::{Actor, Right};
    let actor = Actor::current()?;
    actor.require_in(&catalog_id, Right::Respond)?;
    let db = crate::services::Services::current().db;
    super::store::undo(&db, &actor, &catalog_id, feedback_id, chrono::Utc::now()).await
}
