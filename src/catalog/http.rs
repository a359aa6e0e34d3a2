//! Catalogs and their settings for programs. Their items are in `items::http`.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::deletion::store::{self as deletion, Losses};
use super::making::store as making;
use super::settings::store as settings;
use super::settings::types::{Difference, Patch};
use super::types::Catalog;
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::jobs::meter::Meter;
use crate::services::{Sent, Services};
use crate::wire::read::{Asked, InCatalog, Place};
use crate::wire::tag::Tag;

pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(create))
        .routes(routes!(show))
        .routes(routes!(change))
        .routes(routes!(delete))
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

/// A new catalog: its id and any settings.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewCatalog, example = json!({"id": "garden", "name": "Garden", "basket_rule": "basket"}))]
struct New {
    /// 1 to 63 lower-case letters, digits, `-` and `_`.
    id: String,
    /// The name is the id where none is given.
    #[serde(flatten)]
    #[schema(value_type = Patch)]
    settings: Map<String, Value>,
}

/// Makes an empty catalog.
///
/// With the settings that `PATCH` takes; what is left out is as in the first import of any file. 409
/// where there is a catalog of this id.
#[utoipa::path(
    post,
    path = "/catalogs",
    tag = "Catalogs",
    operation_id = "make_catalog",
    request_body = New,
    extensions(("x-right" = json!(Right::ManageCatalogs))),
    responses((status = 201, description = "Made.", body = Described)),
)]
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
#[derive(Serialize, ToSchema)]
#[schema(as = ChangedCatalog)]
struct Changed {
    /// With `last_change`, from which on tables and lists are of these settings.
    #[serde(flatten)]
    catalog: Catalog,
    /// What differs from before; empty where everything was so already.
    changes: Vec<Difference>,
}

/// Changes settings.
///
/// What is left out stays as it is. It is a change of the catalog: servers count by it within a
/// second, and large catalogs within a few.
#[utoipa::path(
    patch,
    path = "/catalogs/{catalog}",
    tag = "Catalogs",
    operation_id = "change_catalog",
    params(InCatalog),
    request_body = Patch,
    extensions(("x-right" = json!(Right::ManageCatalogs))),
    responses((status = 200, description = "Changed.", body = Changed)),
)]
async fn change(
    actor: Actor,
    State(services): State<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
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

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Confirmed {
    /// The catalog's id once more.
    #[param(example = "demo")]
    #[serde(default)]
    confirm: String,
}

/// What a deletion took away.
#[derive(Serialize, ToSchema)]
#[schema(as = DeletedCatalog)]
struct Deleted {
    /// The id that was deleted.
    deleted: String,
    /// How much went with it.
    lost: Losses,
}

/// Deletes a catalog.
///
/// With everything in it, for good; the audit trail stays. `confirm` says the id once more.
#[utoipa::path(
    delete,
    path = "/catalogs/{catalog}",
    tag = "Catalogs",
    operation_id = "delete_catalog",
    params(InCatalog, Confirmed),
    extensions(("x-right" = json!(Right::ManageCatalogs))),
    responses((status = 200, description = "Deleted.", body = Deleted)),
)]
async fn delete(
    actor: Actor,
    State(services): State<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
    Asked(confirmed): Asked<Confirmed>,
) -> Result<Json<Deleted>, AppError> {
    actor.require_in(&catalog_id, Right::ManageCatalogs)?;
    services.index.current(&catalog_id)?;
    deletion::confirmed(&catalog_id, &confirmed.confirm)?;
    let lost = deletion::delete(&services.db, &actor, &catalog_id, &Meter::default()).await?;
    services.index.forget().await?;
    Ok(Json(Deleted {
        deleted: catalog_id,
        lost,
    }))
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
