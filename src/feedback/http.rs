//! Feedback from programs and pages.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, post};
use axum::{Json, Router};
use chrono::Utc;
use serde::{Deserialize, Serialize};

use super::store::{self, Kind};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::lists::receipt::Receipt;
use crate::services::{Sent, Services};

pub fn router() -> Router<Services> {
    Router::new()
        .route("/catalogs/{catalog}/feedback", post(create))
        .route("/catalogs/{catalog}/feedback/{id}", delete(undo))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Draft {
    list_id: String,
    item_id: String,
    kind: Kind,
}

#[derive(Serialize)]
struct Created {
    id: i64,
}

async fn create(
    actor: Actor,
    State(services): State<Services>,
    Path(catalog_id): Path<String>,
    Sent(draft): Sent<Draft>,
) -> Result<(StatusCode, Json<Created>), AppError> {
    actor.require_in(&catalog_id, Right::Respond)?;
    let receipt = Receipt::read_for(&draft.list_id, &services.key, &catalog_id)?;
    services.index.current(&catalog_id)?.item(&draft.item_id)?;
    let id = store::insert(
        &services.db,
        &actor,
        &receipt,
        &draft.list_id,
        &draft.item_id,
        draft.kind,
        Utc::now(),
    )
    .await?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}

async fn undo(
    actor: Actor,
    State(services): State<Services>,
    Path((catalog_id, id)): Path<(String, i64)>,
) -> Result<StatusCode, AppError> {
    actor.require_in(&catalog_id, Right::Respond)?;
    store::undo(&services.db, &actor, &catalog_id, id, Utc::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
