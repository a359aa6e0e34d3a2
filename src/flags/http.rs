//! Flags for programs.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use chrono::Utc;
use serde::Serialize;

use super::store;
use super::types::{Draft, Flag, NewFlag};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::services::{Sent, Services};

pub fn router() -> Router<Services> {
    Router::new()
        .route("/catalogs/{catalog}/flags", get(list).post(create))
        .route("/catalogs/{catalog}/flags/{id}", get(show).delete(withdraw))
}

#[derive(Serialize)]
struct Flags {
    flags: Vec<Flag>,
}

async fn list(
    actor: Actor,
    State(services): State<Services>,
    Path(catalog_id): Path<String>,
) -> Result<Json<Flags>, AppError> {
    actor.require_in(&catalog_id, Right::Read)?;
    services.index.current(&catalog_id)?;
    let flags = store::list(&services.db, &actor, &catalog_id).await?;
    Ok(Json(Flags { flags }))
}

async fn show(
    actor: Actor,
    State(services): State<Services>,
    Path((catalog_id, id)): Path<(String, i64)>,
) -> Result<Json<Flag>, AppError> {
    actor.require_in(&catalog_id, Right::Read)?;
    Ok(Json(
        store::get(&services.db, &actor, &catalog_id, id).await?,
    ))
}

async fn create(
    actor: Actor,
    State(services): State<Services>,
    Path(catalog_id): Path<String>,
    Sent(draft): Sent<Draft>,
) -> Result<(StatusCode, Json<Flag>), AppError> {
    let Services { db, index, key, .. } = &services;
    let new = NewFlag::parse(draft, &actor, &catalog_id, db, index, key).await?;
    let id = store::insert(db, &actor, &catalog_id, &new, Utc::now()).await?;
    let kept = store::get(db, &actor, &catalog_id, id).await?;
    Ok((StatusCode::CREATED, Json(kept)))
}

async fn withdraw(
    actor: Actor,
    State(services): State<Services>,
    Path((catalog_id, id)): Path<(String, i64)>,
) -> Result<StatusCode, AppError> {
    actor.require_in(&catalog_id, Right::Flag)?;
    store::withdraw(&services.db, &actor, &catalog_id, id, Utc::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
