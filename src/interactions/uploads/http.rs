//! What pages send about uploads: the files, their import, their end. Each answers by a page.

use axum::Form;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Redirect;
use axum::routing::post;
use chrono::Utc;

use super::job::{self, Begun};
use super::receive::receive;
use super::spool::{Reading, Upload, failed, gone};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::interactions::paths::{self, routes};
use crate::services::Services;
use crate::ui::page::with_error;
use crate::ui::url::Url;

pub(in crate::interactions) fn router() -> Router<Services> {
    Router::new()
        // The body goes to disk as it comes and has a limit of its own.
        .route(routes::UPLOADS, post(send))
        .route(routes::UPLOAD_IMPORT, post(import))
        .route(routes::UPLOAD_DISCARD, post(discard))
}

async fn send(
    State(services): State<Services>,
    Path(catalog_id): Path<String>,
    actor: Actor,
    headers: HeaderMap,
    body: Body,
) -> Result<Redirect, AppError> {
    actor.require_in(&catalog_id, Right::Import)?;
    services.index.current(&catalog_id)?;
    let now = Utc::now();
    let spool = services.spool.clone();
    if let Err(error) = tokio::task::spawn_blocking(move || spool.sweep(now))
        .await
        .unwrap_or_else(|error| Err(std::io::Error::other(error)))
    {
        return Err(failed(&error));
    }
    let received = receive(&services.spool, &actor, &catalog_id, &headers, body, now).await;
    Ok(Redirect::to(&match received {
        Ok(id) => paths::upload(&catalog_id, &id),
        Err(error) => paths::refused(&catalog_id, &error),
    }))
}

async fn import(
    State(services): State<Services>,
    Path((catalog_id, upload_id)): Path<(String, String)>,
    actor: Actor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Redirect, AppError> {
    let upload = find(&services, &actor, &catalog_id, &upload_id)?;
    let reading = Reading::parse(&pairs);
    let begun = job::begin(&services, &actor, upload, reading, Utc::now()).await;
    Ok(Redirect::to(&match begun {
        Ok(Begun::Under(id)) => paths::import(&catalog_id, id),
        Ok(Begun::Known(id)) => paths::import_done(&catalog_id, id, "known"),
        Err(error) => {
            let mut url = Url::new(paths::upload(&catalog_id, &upload_id));
            for (name, value) in &pairs {
                url = url.with(name, value);
            }
            with_error(url, &error).build()
        }
    }))
}

async fn discard(
    State(services): State<Services>,
    Path((catalog_id, upload_id)): Path<(String, String)>,
    actor: Actor,
) -> Result<Redirect, AppError> {
    let upload = find(&services, &actor, &catalog_id, &upload_id)?;
    services.spool.remove(&upload.id);
    Ok(Redirect::to(&paths::page(&catalog_id)))
}

/// The upload, for somebody who may import it.
pub(super) fn find(
    services: &Services,
    actor: &Actor,
    catalog_id: &str,
    upload_id: &str,
) -> Result<Upload, AppError> {
    actor.require_in(catalog_id, Right::Import)?;
    let upload = services.spool.find(catalog_id, upload_id)?;
    upload.ok_or_else(|| gone(upload_id))
}
