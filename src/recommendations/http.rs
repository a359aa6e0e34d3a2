//! Lists for programs.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use axum_extra::extract::Query;
use chrono::Utc;

use super::ask;
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::lists::resolve;
use crate::lists::types::List;
use crate::services::Services;

pub fn router() -> Router<Services> {
    Router::new().route("/catalogs/{catalog}/recommendations", get(list))
}

async fn list(
    actor: Actor,
    State(services): State<Services>,
    Path(catalog_id): Path<String>,
    Query(query): Query<ask::Query>,
) -> Result<Json<List>, AppError> {
    actor.require_in(&catalog_id, Right::AskForLists)?;
    let ask = query.ask(&actor)?.ok_or_else(|| {
        AppError::invalid(
            "item",
            "Say what the list is for: item=… (as often as there are items), user=… or basket=….",
        )
    })?;
    let snapshot = services.index.current(&catalog_id)?;
    let list = resolve::resolve(
        &services.db,
        &snapshot,
        &services.key,
        &actor,
        ask,
        Utc::now(),
    )
    .await?;
    Ok(Json(list))
}
