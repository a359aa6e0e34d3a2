//! Saving an override from the editor, and undoing one.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// The editor's fields, as a form sends them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Form {
    pub kind: String,
    pub item: String,
    /// The anchor that the item was seen under; with scope `item` the override holds there.
    #[serde(default)]
    pub anchor: String,
    /// `catalog`, `item` or `category_pair`.
    #[serde(default)]
    pub scope: String,
    #[serde(default)]
    pub position: String,
    /// `me` or `all`.
    #[serde(default, rename = "for")]
    pub holds_for: String,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub comment: String,
    /// How many days it holds; empty for the usual, `none` for no end.
    #[serde(default)]
    pub days: String,
}

/// Saves what the editor shows and goes on to the list of overrides.
#[server(prefix = "/actions", endpoint = "save-override")]
pub async fn save_override(catalog_id: String, form: Form) -> Result<(), AppError> {
    use crate::accounts::types::{Actor, Right};
    use crate::overrides::{paths, preview, store, types::NewOverride};
    let actor = Actor::current()?;
    actor.require_in(&catalog_id, Right::OverrideForMe)?;
    let services = crate::services::Services::current();
    let snapshot = services.index.current(&catalog_id)?;
    let now = chrono::Utc::now();
    let new = NewOverride::parse(form.draft(&snapshot, now)?, &actor, now)?;
    preview::rule(&snapshot, &new, now)?;
    store::insert(&services.db, &actor, &catalog_id, &new, now).await?;
    leptos_axum::redirect(&paths::list(&catalog_id));
    Ok(())
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
