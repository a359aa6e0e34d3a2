//! Overrides for programs.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::Utc;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::preview::{self, Preview};
use super::store;
use super::types::{Draft, NewOverride, Override};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::jobs::meter::Meter;
use crate::services::{Sent, Services};
use crate::wire::page::Paging;
use crate::wire::read::{Asked, InCatalog, Numbered, Place};

pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(create))
        .routes(routes!(try_out))
        .routes(routes!(show))
        .routes(routes!(revoke))
}

/// A page of overrides.
#[derive(Serialize, ToSchema)]
struct Overrides {
    /// The newest first.
    overrides: Vec<Override>,
    /// The `cursor` of the next page; null on the last.
    next: Option<String>,
}

/// Lists overrides.
///
/// Everyone's and one's own, the newest first, with those that have ended: nothing is deleted.
#[utoipa::path(
    get,
    path = "/catalogs/{catalog}/overrides",
    tag = "Overrides",
    operation_id = "list_overrides",
    params(InCatalog, Paging),
    extensions(("x-right" = json!(Right::Read))),
    responses((status = 200, description = "A page of overrides.", body = Overrides)),
)]
async fn list(
    actor: Actor,
    State(services): State<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
    Asked(paging): Asked<Paging>,
) -> Result<Json<Overrides>, AppError> {
    actor.require_in(&catalog_id, Right::Read)?;
    services.index.current(&catalog_id)?;
    let page = store::page(&services.db, &actor, &catalog_id, &paging, Utc::now()).await?;
    Ok(Json(Overrides {
        overrides: page.rows,
        next: page.next,
    }))
}

/// Shows one override.
///
/// An override that holds for somebody else alone is not found.
#[utoipa::path(
    get,
    path = "/catalogs/{catalog}/overrides/{id}",
    tag = "Overrides",
    operation_id = "show_override",
    params(Numbered),
    extensions(("x-right" = json!(Right::Read))),
    responses((status = 200, description = "The override.", body = Override)),
)]
async fn show(
    actor: Actor,
    State(services): State<Services>,
    Place(Numbered {
        catalog: catalog_id,
        id,
    }): Place<Numbered>,
) -> Result<Json<Override>, AppError> {
    actor.require_in(&catalog_id, Right::Read)?;
    let found = store::get(&services.db, &actor, &catalog_id, id, Utc::now()).await?;
    Ok(Json(found))
}

/// Saves an override.
///
/// It changes what is served from its start on. One for everyone (`"for": "all"`) or without an
/// end needs a curator or admin. Of two that touch a list the narrower scope wins, then the greater
/// priority, then the newer.
#[utoipa::path(
    post,
    path = "/catalogs/{catalog}/overrides",
    tag = "Overrides",
    operation_id = "save_override",
    params(InCatalog),
    request_body = Draft,
    extensions(("x-right" = json!(Right::OverrideForMe))),
    responses((status = 201, description = "Saved.", body = Override)),
)]
async fn create(
    actor: Actor,
    State(services): State<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
    Sent(draft): Sent<Draft>,
) -> Result<(StatusCode, Json<Override>), AppError> {
    actor.require_in(&catalog_id, Right::OverrideForMe)?;
    let now = Utc::now();
    let new = NewOverride::parse(draft, &actor, now)?;
    let snapshot = services.index.current(&catalog_id)?;
    preview::rule(&snapshot, &new, now)?;
    let id = store::insert(&services.db, &actor, &catalog_id, &new, now).await?;
    let saved = store::get(&services.db, &actor, &catalog_id, id, now).await?;
    Ok((StatusCode::CREATED, Json(saved)))
}

/// Shows what an override would do.
///
/// Computed over the whole catalog without saving anything: how many of the lists (the first ten
/// for each single item) would change, and some of them side by side. Takes about a second for ten
/// thousand items.
#[utoipa::path(
    post,
    path = "/catalogs/{catalog}/overrides/preview",
    tag = "Overrides",
    operation_id = "preview_override",
    params(InCatalog),
    request_body = Draft,
    extensions(("x-right" = json!(Right::OverrideForMe))),
    responses((status = 200, description = "The effect; nothing was saved.", body = Preview)),
)]
async fn try_out(
    actor: Actor,
    State(services): State<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
    Sent(draft): Sent<Draft>,
) -> Result<Json<Preview>, AppError> {
    actor.require_in(&catalog_id, Right::OverrideForMe)?;
    let now = Utc::now();
    let new = NewOverride::parse(draft, &actor, now)?;
    let snapshot = services.index.current(&catalog_id)?;
    let meter = Meter::default();
    let preview = preview::preview(&services.lists, snapshot, &actor, &new, now, meter).await?;
    Ok(Json(preview))
}

/// Undoes an override.
///
/// Every list is again exactly what it was without it. Its author may, and for one that holds for
/// everyone a curator or admin. Undoing twice changes nothing more.
#[utoipa::path(
    delete,
    path = "/catalogs/{catalog}/overrides/{id}",
    tag = "Overrides",
    operation_id = "undo_override",
    params(Numbered),
    extensions(("x-right" = json!(Right::OverrideForMe))),
    responses((status = 204, description = "Undone.")),
)]
async fn revoke(
    actor: Actor,
    State(services): State<Services>,
    Place(Numbered {
        catalog: catalog_id,
        id,
    }): Place<Numbered>,
) -> Result<StatusCode, AppError> {
    actor.require_in(&catalog_id, Right::OverrideForMe)?;
    store::revoke(&services.db, &actor, &catalog_id, id, Utc::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
