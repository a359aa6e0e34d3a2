//! Catalogs, their settings and item search for programs.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use axum_extra::extract::Query;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::deletion::store::{self as deletion, Losses};
use super::making::store as making;
use super::settings::store as settings;
use super::settings::types::{Difference, Patch};
use super::types::Catalog;
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::services::{Sent, Services};

/// The most items that one search gives.
pub const MOST_FOUND: usize = 100;
const FOUND: usize = 20;

pub fn router() -> Router<Services> {
    Router::new()
        .route("/catalogs", get(list).post(create))
        .route(
            "/catalogs/{catalog}",
            get(show).patch(change).delete(delete),
        )
        .route("/catalogs/{catalog}/items", get(items))
}

/// A catalog's settings with the size of what is counted.
#[derive(Serialize)]
struct Described {
    #[serde(flatten)]
    catalog: Catalog,
    items: usize,
    users: usize,
    baskets: u32,
    /// Distinct pairs of basket and item.
    choices: u64,
    table_version: String,
}

impl Described {
    fn new(snapshot: &Snapshot) -> Self {
        Self {
            catalog: snapshot.catalog.clone(),
            items: snapshot.items.len(),
            users: snapshot.user_ids.len(),
            baskets: snapshot.baskets.len(),
            choices: snapshot.baskets.choices(),
            table_version: snapshot.version(),
        }
    }
}

#[derive(Serialize)]
struct Catalogs {
    catalogs: Vec<Described>,
}

async fn list(actor: Actor, State(services): State<Services>) -> Result<Json<Catalogs>, AppError> {
    actor.require(Right::AskForLists)?;
    let catalogs = services
        .index
        .all()
        .iter()
        .filter(|snapshot| {
            let only = actor.catalog_id.as_deref();
            only.is_none_or(|only| only == snapshot.catalog.id)
        })
        .map(|snapshot| Described::new(snapshot))
        .collect();
    Ok(Json(Catalogs { catalogs }))
}

async fn show(
    actor: Actor,
    State(services): State<Services>,
    Path(catalog_id): Path<String>,
) -> Result<Json<Described>, AppError> {
    actor.require_in(&catalog_id, Right::AskForLists)?;
    let snapshot = services.index.current(&catalog_id)?;
    Ok(Json(Described::new(&snapshot)))
}

/// A new catalog: its id and any settings.
#[derive(Deserialize)]
struct New {
    /// 1 to 63 lower-case letters, digits, `-` and `_`.
    id: String,
    /// Settings as `PATCH` takes them; the name is the id where none is given.
    #[serde(flatten)]
    settings: serde_json::Map<String, Value>,
}

/// Makes an empty catalog. 409 where there is one of this id.
async fn create(
    actor: Actor,
    State(services): State<Services>,
    Sent(new): Sent<New>,
) -> Result<(StatusCode, Json<Described>), AppError> {
    actor.require_in_all(Right::ManageCatalogs)?;
    let mut settings = Patch::read(Value::Object(new.settings))?;
    settings.name.get_or_insert_with(|| new.id.clone());
    making::create(&services.db, &actor, &new.id, &settings).await?;
    services.index.refresh_one(&new.id).await?;
    let snapshot = services.index.current(&new.id)?;
    Ok((StatusCode::CREATED, Json(Described::new(&snapshot))))
}

/// A catalog's settings after they were changed.
#[derive(Serialize)]
struct Changed {
    /// With `last_change`, from which on tables and lists are of these settings.
    #[serde(flatten)]
    catalog: Catalog,
    /// What differs from before; empty where everything was so already.
    changes: Vec<Difference>,
}

/// Changes settings, a [`Patch`]: what is left out stays. It is a change of the catalog: servers
/// count by it within a second, and large catalogs within a few.
async fn change(
    actor: Actor,
    State(services): State<Services>,
    Path(catalog_id): Path<String>,
    Sent(patch): Sent<Value>,
) -> Result<Json<Changed>, AppError> {
    actor.require_in(&catalog_id, Right::ManageCatalogs)?;
    services.index.current(&catalog_id)?;
    let patch = Patch::read(patch)?;
    let changed = settings::change(&services.db, &actor, &catalog_id, &patch, None).await?;
    Ok(Json(Changed {
        catalog: changed.catalog,
        changes: changed.differences,
    }))
}

#[derive(Deserialize)]
struct Confirmed {
    /// The catalog's id once more.
    #[serde(default)]
    confirm: String,
}

/// What a deletion took away.
#[derive(Serialize)]
struct Deleted {
    deleted: String,
    lost: Losses,
}

/// Deletes a catalog with everything in it, for good.
async fn delete(
    actor: Actor,
    State(services): State<Services>,
    Path(catalog_id): Path<String>,
    Query(confirmed): Query<Confirmed>,
) -> Result<Json<Deleted>, AppError> {
    actor.require_in(&catalog_id, Right::ManageCatalogs)?;
    services.index.current(&catalog_id)?;
    deletion::confirmed(&catalog_id, &confirmed.confirm)?;
    let lost = deletion::delete(&services.db, &actor, &catalog_id).await?;
    services.index.forget().await?;
    Ok(Json(Deleted {
        deleted: catalog_id,
        lost,
    }))
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    q: String,
    limit: Option<usize>,
}

#[derive(Serialize)]
struct Found {
    items: Vec<FoundItem>,
}

#[derive(Serialize)]
struct FoundItem {
    item_id: String,
    title: String,
    category: Option<String>,
    categories: Vec<String>,
    available: bool,
    /// Baskets that hold the item.
    baskets: u32,
}

/// Items that fit what was typed, the best first; without words the most chosen.
async fn items(
    actor: Actor,
    State(services): State<Services>,
    Path(catalog_id): Path<String>,
    Query(search): Query<Search>,
) -> Result<Json<Found>, AppError> {
    actor.require_in(&catalog_id, Right::Read)?;
    let limit = search.limit.unwrap_or(FOUND);
    if !(1..=MOST_FOUND).contains(&limit) {
        return Err(AppError::invalid(
            "limit",
            format!("“limit” is a number of items from 1 to {MOST_FOUND}, not {limit}."),
        ));
    }
    let snapshot = services.index.current(&catalog_id)?;
    let numbers = find(&snapshot, &search.q, limit);
    let items = numbers
        .into_iter()
        .map(|number| {
            let item = &snapshot.items[number as usize];
            FoundItem {
                item_id: item.id.clone(),
                title: item.title.clone(),
                category: snapshot.category_name(number).map(ToOwned::to_owned),
                categories: item.categories.clone(),
                available: snapshot.facts[number as usize].available,
                baskets: snapshot.baskets.total(number),
            }
        })
        .collect();
    Ok(Json(Found { items }))
}

/// The numbers of the items that fit, the best first.
pub fn find(snapshot: &Snapshot, query: &str, limit: usize) -> Vec<u32> {
    if query.trim().is_empty() {
        return snapshot.most_chosen.iter().take(limit).copied().collect();
    }
    let hits = snapshot.search.find(query, limit);
    hits.into_iter().map(|hit| hit.number).collect()
}
