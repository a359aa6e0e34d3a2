//! Overrides for programs.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use chrono::Utc;
use serde::Serialize;

use super::preview::{self, Preview};
use super::store;
use super::types::{Draft, NewOverride, Override};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::services::{Sent, Services};

pub fn router() -> Router<Services> {
    Router::new()
        .route("/catalogs/{catalog}/overrides", get(list).post(create))
        .route("/catalogs/{catalog}/overrides/preview", post(try_out))
        .route(
            "/catalogs/{catalog}/overrides/{id}",
            delete(revoke).get(show),
        )
}

#[derive(Serialize)]
struct Overrides {
    overrides: Vec<Override>,
}

async fn list(
    actor: Actor,
    State(services): State<Services>,
    Path(catalog_id): Path<String>,
) -> Result<Json<Overrides>, AppError> {
    actor.require_in(&catalog_id, Right::Read)?;
    services.index.current(&catalog_id)?;
    let overrides = store::list(&services.db, &actor, &catalog_id, Utc::now()).await?;
    Ok(Json(Overrides { overrides }))
}

async fn show(
    actor: Actor,
    State(services): State<Services>,
    Path((catalog_id, id)): Path<(String, i64)>,
) -> Result<Json<Override>, AppError> {
    actor.require_in(&catalog_id, Right::Read)?;
    let found = store::get(&services.db, &actor, &catalog_id, id, Utc::now()).await?;
    Ok(Json(found))
}

async fn create(
    actor: Actor,
    State(services): State<Services>,
    Path(catalog_id): Path<String>,
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

async fn try_out(
    actor: Actor,
    State(services): State<Services>,
    Path(catalog_id): Path<String>,
    Sent(draft): Sent<Draft>,
) -> Result<Json<Preview>, AppError> {
    actor.require_in(&catalog_id, Right::OverrideForMe)?;
    let now = Utc::now();
    let new = NewOverride::parse(draft, &actor, now)?;
    let snapshot = services.index.current(&catalog_id)?;
    Ok(Json(
        preview::preview(&services.db, snapshot, &actor, &new, now).await?,
    ))
}

async fn revoke(
    actor: Actor,
    State(services): State<Services>,
    Path((catalog_id, id)): Path<(String, i64)>,
) -> Result<StatusCode, AppError> {
    actor.require_in(&catalog_id, Right::OverrideForMe)?;
    store::revoke(&services.db, &actor, &catalog_id, id, Utc::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
