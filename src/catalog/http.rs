//! Catalogs for programs. Their items are in `items::http`.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::types::Catalog;
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::services::Services;
use crate::wire::read::{InCatalog, Place};
use crate::wire::tag::Tag;

pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(show))
}

/// A catalog's settings with the size of what is counted.
#[derive(Serialize, ToSchema)]
#[schema(as = DescribedCatalog)]
struct Described {
    #[serde(flatten)]
    catalog: Catalog,
    /// Items that were chosen or that a record describes.
    items: usize,
    /// Users who chose something that counts.
    users: usize,
    /// Baskets that are counted.
    baskets: u32,
    /// Distinct pairs of basket and item.
    choices: u64,
    /// The version of the whole table: the change, and a digest of the rule.
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

/// The catalogs that the reader may see.
#[derive(Serialize, ToSchema)]
struct Catalogs {
    /// By id.
    catalogs: Vec<Described>,
}

/// Lists the catalogs.
///
/// A token for one catalog sees that one alone. The catalogs are few, so that there are no pages.
#[utoipa::path(
    get,
    path = "/catalogs",
    tag = "Catalogs",
    operation_id = "list_catalogs",
    extensions(("x-right" = json!(Right::AskForLists)), ("x-tagged" = json!(true))),
    responses((status = 200, description = "The catalogs, by id.", body = Catalogs)),
)]
async fn list(
    actor: Actor,
    State(services): State<Services>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    actor.require(Right::AskForLists)?;
    let only = actor.catalog_id.as_deref();
    let seen = |snapshot: &Arc<Snapshot>| only.is_none_or(|only| only == snapshot.catalog.id);
    let snapshots: Vec<_> = services.index.all().into_iter().filter(seen).collect();
    let catalogs: Vec<Described> = snapshots.iter().map(|it| Described::new(it)).collect();
    Ok(answer(&Catalogs { catalogs }, &headers))
}

/// Shows one catalog.
///
/// Its settings, and how much is counted in its tables.
#[utoipa::path(
    get,
    path = "/catalogs/{catalog}",
    tag = "Catalogs",
    operation_id = "show_catalog",
    params(InCatalog),
    extensions(("x-right" = json!(Right::AskForLists)), ("x-tagged" = json!(true))),
    responses((status = 200, description = "The catalog.", body = Described)),
)]
async fn show(
    actor: Actor,
    State(services): State<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    actor.require_in(&catalog_id, Right::AskForLists)?;
    let snapshot = services.index.current(&catalog_id)?;
    Ok(answer(&Described::new(&snapshot), &headers))
}

/// Settings are no part of a table's version: the tag is of the answer itself, which is short.
fn answer(body: &impl Serialize, headers: &HeaderMap) -> Response {
    let text = serde_json::to_string(body).expect("BUG: a catalog is plain data");
    let tag = Tag::of(&[&text]);
    match tag.known_by(headers) {
        Some(known) => known,
        None => (tag.header(), Json(body)).into_response(),
    }
}
