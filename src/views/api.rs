//! Saving, renaming and deleting a view from a page.

use leptos::prelude::*;

use crate::error::AppError;

/// Keeps a page of a catalog under a name, and goes on to the list of views, which says so.
#[server(prefix = "/actions", endpoint = "save-view")]
pub async fn save_view(
    catalog_id: String,
    name: String,
    path: String,
    query: String,
) -> Result<(), AppError> {
    use super::{paths, store, types};
    let save = async {
        let actor = crate::accounts::types::Actor::current()?;
        let account = types::owner(&actor, &catalog_id)?;
        let services = crate::services::Services::current();
        services.index.current(&catalog_id)?;
        let address = types::Address::parse(&catalog_id, &path, &query)?;
        let name = types::name(&name)?;
        store::insert(&services.db, &actor, account, &catalog_id, &name, &address).await
    };
    let saved = save.await;
    let next = match &saved {
        Ok(id) => paths::saved(&catalog_id, *id),
        Err(error) => {
            let cut = |text: &str| text.chars().take(1_000).collect::<String>();
            let (name, path, query) = (cut(&name), cut(&path), cut(&query));
            let typed = [("name", &*name), ("path", &*path), ("query", &*query)];
            paths::refused(&catalog_id, &typed, error)
        }
    };
    leptos_axum::redirect(&next);
    saved.map(|_| ())
}

/// Gives one's own view another name.
#[server(prefix = "/actions", endpoint = "rename-view")]
pub async fn rename_view(catalog_id: String, view_id: i64, name: String) -> Result<(), AppError> {
    use super::{store, types};
    let actor = crate::accounts::types::Actor::current()?;
    let account = types::owner(&actor, &catalog_id)?;
    let name = types::name(&name)?;
    let db = crate::services::Services::current().db;
    store::rename(&db, &actor, account, &catalog_id, view_id, &name).await
}

/// Deletes one's own view. The page it shows stays as it is.
#[server(prefix = "/actions", endpoint = "delete-view")]
pub async fn delete_view(catalog_id: String, view_id: i64) -> Result<(), AppError> {
    use super::{store, types};
    let actor = crate::accounts::types::Actor::current()?;
    let account = types::owner(&actor, &catalog_id)?;
    let db = crate::services::Services::current().db;
    store::delete(&db, &actor, account, &catalog_id, view_id).await
}
