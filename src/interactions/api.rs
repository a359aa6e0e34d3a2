//! What the page of an import asks for while it is under way.

use leptos::prelude::*;

use crate::error::AppError;
use crate::jobs::progress::Progress;

/// How far an import has come.
#[server(prefix = "/actions", endpoint = "import-progress")]
pub async fn import_progress(catalog_id: String, batch_id: i64) -> Result<Progress, AppError> {
    use super::imports::{progress_of, store};
    use crate::accounts::types::{Actor, Right};
    Actor::current()?.require_in(&catalog_id, Right::Read)?;
    let db = crate::services::Services::current().db;
    let import = store::get(&db, &catalog_id, batch_id).await?;
    Ok(progress_of(&import, chrono::Utc::now()))
}
