//! Catalogs and item search for programs.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use axum_extra::extract::Query;
use serde::{Deserialize, Serialize};

use super::types::Catalog;
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::services::Services;

/// The most items that one search gives.
pub const MOST_FOUND: usize = 100;
const FOUND: usize = 20;

pub fn router() -> Router<Services> {
    Router::new()
        .route("/catalogs", get(list))
        .route("/catalogs/{catalog}", get(show))
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
