//! Item search for the page's search field, and the forms that make, change and delete catalogs.

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

/// Makes an empty catalog and goes on to its Data page; back to the form where it can't be made.
#[server(prefix = "/actions", endpoint = "create-catalog")]
pub async fn create_catalog(
    id: String,
    name: String,
    basket_rule: String,
    basket_window: String,
    time_zone: String,
) -> Result<(), AppError> {
    use super::making::{paths, store};
    let id = id.trim();
    let make = async {
        let actor = crate::accounts::types::Actor::current()?;
        actor.require_in_all(crate::accounts::types::Right::ManageCatalogs)?;
        let form = super::settings::form::Form {
            name: Some(name.clone()),
            basket_rule: Some(basket_rule.clone()),
            basket_window: Some(basket_window.clone()),
            time_zone: Some(time_zone.clone()),
            ..Default::default()
        };
        let services = crate::services::Services::current();
        store::create(&services.db, &actor, id, &form.patch()?).await?;
        Ok(services.index.refresh_one(id).await?)
    };
    let made = make.await;
    let next = match &made {
        Ok(()) => crate::interactions::paths::page(id),
        Err(error) => {
            let typed = [
                ("id", id),
                ("name", &*name),
                ("basket_rule", &*basket_rule),
                ("basket_window", &*basket_window),
                ("time_zone", &*time_zone),
            ];
            paths::refused(&typed, error)
        }
    };
    leptos_axum::redirect(&next);
    made
}

/// Saves settings that were previewed, given as JSON, and goes on to the page that says what that
/// did. `seen` is the newest change of settings at the time of the preview.
#[server(prefix = "/actions", endpoint = "change-settings")]
pub async fn change_settings(
    catalog_id: String,
    settings: String,
    seen: i64,
) -> Result<(), AppError> {
    use super::settings::{paths, store, types};
    let save = async {
        let actor = crate::accounts::types::Actor::current()?;
        actor.require_in(&catalog_id, crate::accounts::types::Right::ManageCatalogs)?;
        let patch = types::Patch::parse(&settings)?;
        let db = crate::services::Services::current().db;
        store::change(&db, &actor, &catalog_id, &patch, Some(seen)).await
    };
    let saved = save.await;
    leptos_axum::redirect(&match &saved {
        Ok(changed) => paths::saved(&catalog_id, changed.catalog.last_change),
        Err(error) => paths::refused(&catalog_id, error),
    });
    saved.map(|_| ())
}

/// Deletes a catalog for good, where its id was typed again. Where that takes long, the page goes on
/// to say how far it has come.
#[server(prefix = "/actions", endpoint = "delete-catalog")]
pub async fn delete_catalog(catalog_id: String, confirm: String) -> Result<(), AppError> {
    use super::deletion::{job, paths, store};
    use crate::jobs::work::Run;
    let delete = async {
        let actor = crate::accounts::types::Actor::current()?;
        actor.require_in(&catalog_id, crate::accounts::types::Right::ManageCatalogs)?;
        store::confirmed(&catalog_id, confirm.trim())?;
        job::run(&crate::services::Services::current(), actor, &catalog_id).await
    };
    let deleted = delete.await;
    leptos_axum::redirect(&match &deleted {
        Ok(Run::Done(())) => paths::done(&catalog_id),
        Ok(Run::UnderWay(_)) => paths::page(&catalog_id),
        Err(error) => paths::refused(&catalog_id, error),
    });
    deleted.map(drop)
}
