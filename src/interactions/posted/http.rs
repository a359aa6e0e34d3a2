//! Posting interactions.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::routing::post;
use axum::{Json, Router};
use chrono::Utc;
use serde::Serialize;

use super::Post;
use super::read::{Rejected, read};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::services::Services;

/// The longest body that is read, in bytes.
const BODY_MOST: usize = 8 * 1024 * 1024;

pub fn router() -> Router<Services> {
    Router::new()
        .route("/catalogs/{catalog}/interactions", post(create))
        .layer(DefaultBodyLimit::max(BODY_MOST))
}

#[derive(Serialize)]
struct Created {
    accepted: usize,
    duplicates: usize,
    rejected: Vec<Rejected>,
    /// Tables and lists whose watermark is at least this count the rows.
    change: i64,
}

async fn create(
    actor: Actor,
    State(services): State<Services>,
    Path(catalog_id): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Created>, AppError> {
    actor.require_in(&catalog_id, Right::PostInteractions)?;
    let body = body.map_err(|_| {
        AppError::invalid(
            "body",
            "The body was cut off, or is longer than the 8 MiB that are taken at once: send the \
             rows in parts. Nothing was taken.",
        )
    })?;
    let at = Utc::now();
    let body = read(&body, at)?;
    let post = Post {
        rows: body.rows,
        at,
    };
    let posted = services.posts.add(&actor, &catalog_id, post).await?;
    Ok(Json(Created {
        accepted: posted.accepted,
        duplicates: posted.duplicates,
        rejected: body.rejected,
        change: posted.change,
    }))
}
