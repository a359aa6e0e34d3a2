//! What the page of an import sends: cancel, go on, discard, take back. Each answers by the page.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::post;
use chrono::Utc;

use super::store;
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::interactions::intake::{self, UndoError};
use crate::interactions::paths::{self, routes};
use crate::interactions::runs::{self, Cancel};
use crate::interactions::uploads;
use crate::services::Services;

pub(in crate::interactions) fn router() -> Router<Services> {
    Router::new()
        .route(routes::CANCEL, post(cancel))
        .route(routes::GO_ON, post(go_on))
        .route(routes::DISCARD, post(discard))
        .route(routes::UNDO, post(undo))
}

type Place = Path<(String, i64)>;

/// Back to the import's page, which says what was done or why not.
fn back(place: &(String, i64), done: Result<&str, AppError>) -> Redirect {
    let (catalog_id, batch_id) = place;
    Redirect::to(&match done {
        Ok(done) => paths::import_done(catalog_id, *batch_id, done),
        Err(error) => paths::import_refused(catalog_id, *batch_id, &error),
    })
}

async fn cancel(
    State(services): State<Services>,
    Path(place): Place,
    actor: Actor,
) -> Result<Redirect, AppError> {
    actor.require_in(&place.0, Right::Import)?;
    let asked = runs::cancel(&services.db, &actor, &place.0, place.1, Utc::now()).await?;
    Ok(match asked {
        Cancel::Asked => Redirect::to(&paths::import(&place.0, place.1)),
        Cancel::TooLate => back(&place, Ok("too-late")),
    })
}

async fn go_on(
    State(services): State<Services>,
    Path(place): Place,
    actor: Actor,
) -> Result<Redirect, AppError> {
    actor.require_in(&place.0, Right::Import)?;
    let import = store::get(&services.db, &place.0, place.1).await?;
    let upload = import.upload.unwrap_or_default();
    let gone_on = uploads::go_on(&services, &actor, &place.0, &upload, Utc::now()).await;
    Ok(match gone_on {
        Ok(()) => Redirect::to(&paths::import(&place.0, place.1)),
        Err(error) => back(&place, Err(error)),
    })
}

async fn discard(
    State(services): State<Services>,
    Path(place): Place,
    actor: Actor,
) -> Result<Redirect, AppError> {
    actor.require_in(&place.0, Right::Import)?;
    let import = store::get(&services.db, &place.0, place.1).await?;
    let discarded = runs::discard_broken(&services.db, &actor, &import).await?;
    if !discarded {
        return Ok(back(&place, Ok("too-late")));
    }
    if let Some(upload) = &import.upload {
        services.spool.remove(upload);
    }
    Ok(back(&place, Ok("discarded")))
}

async fn undo(
    State(services): State<Services>,
    Path(place): Place,
    actor: Actor,
) -> Result<Redirect, AppError> {
    actor.require_in(&place.0, Right::Import)?;
    let undone = intake::undo(&services.db, &actor, &place.0, place.1).await;
    let done = match undone {
        Ok(_) => Ok("undone"),
        Err(UndoError::Before { .. }) => Ok("undone-before"),
        Err(UndoError::Store(error)) => return Err(AppError::from(error)),
        Err(UndoError::Unknown { batch_id, .. }) => {
            return Err(AppError::not_found(format!("The import {batch_id}")));
        }
        Err(UndoError::NeverShown(_)) => Err(AppError::conflict(
            "This import was never shown, so there is nothing to take back.",
        )),
    };
    Ok(back(&place, done))
}
