//! Saving an override from the editor, and undoing one.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// The editor's fields, as a form sends them. In the address of the editor they stand plain in a
/// link, and as `form[field]` where the form that saves was sent to preview again.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(alias = "form[kind]")]
    pub kind: String,
    #[serde(alias = "form[item]")]
    pub item: String,
    /// The anchor that the item was seen under; with scope `item` the override holds there.
    #[serde(alias = "form[anchor]")]
    pub anchor: String,
    /// `catalog`, `item` or `category_pair`.
    #[serde(alias = "form[scope]")]
    pub scope: String,
    #[serde(alias = "form[position]")]
    pub position: String,
    /// `me` or `all`.
    #[serde(rename = "for", alias = "form[for]")]
    pub holds_for: String,
    #[serde(alias = "form[reason]")]
    pub reason: String,
    #[serde(alias = "form[comment]")]
    pub comment: String,
    /// How many days it holds; empty for the usual, `none` for no end.
    #[serde(alias = "form[days]")]
    pub days: String,
}

/// Saves what the editor shows and goes on to the list of overrides; what can't be saved goes back
/// to the editor, with nothing that was typed lost.
#[server(prefix = "/actions", endpoint = "save-override")]
pub async fn save_override(catalog_id: String, form: Form) -> Result<(), AppError> {
    use super::{form::save, paths};
    let saved = save(&catalog_id, &form).await;
    let next = match &saved {
        Ok(id) => paths::saved(&catalog_id, *id),
        Err(error) => paths::refused(&catalog_id, &form.cut(), error),
    };
    leptos_axum::redirect(&next);
    saved.map(|_| ())
}

/// Undoes an override: every list is again what it was without it.
#[server(prefix = "/actions", endpoint = "undo-override")]
pub async fn undo_override(catalog_id: String, override_id: i64) -> Result<(), AppError> {
    use crate::accounts::types::{Actor, Right};
    let actor = Actor::current()?;
    actor.require_in(&catalog_id, Right::OverrideForMe)?;
    let db = crate::services::Services::current().db;
    super::store::revoke(&db, &actor, &catalog_id, override_id, chrono::Utc::now()).await
}
