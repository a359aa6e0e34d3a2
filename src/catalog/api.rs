//! Item search for the page's search field.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// One item that fits what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub item_id: String,
    pub title: String,
    /// Its category and how many chose it.
    pub note: String,
}

/// The items that fit, the best first; typing errors are forgiven.
#[server(prefix = "/actions", endpoint = "suggest", input = GetUrl)]
pub async fn suggest(catalog_id: String, query: String) -> Result<Vec<Suggestion>, AppError> {
    use super::suggestions;
    use crate::accounts::types::{Actor, Right};
    let actor = Actor::current()?;
    actor.require_in(&catalog_id, Right::Read)?;
    let snapshot = crate::services::Services::current()
        .index
        .current(&catalog_id)?;
    let search = move || suggestions::find(&snapshot, &query, suggestions::SHOWN);
    let found = tokio::task::spawn_blocking(search).await;
    Ok(found.expect("BUG: searching panicked"))
}
