//! Corrected rows from a page, and the quarantine of an import as CSV.

use axum::Form;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use chrono::Utc;
use futures_util::stream;
use sqlx::PgPool;

use super::correct::{Correction, correct};
use super::store::{self, Held};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::export;
use crate::interactions::imports::store as imports;
use crate::interactions::paths::{self, routes};
use crate::services::Services;
use crate::ui::url::Url;

/// Rows that are read from the database at a time.
const AT_A_TIME: i64 = 2_000;

pub(in crate::interactions) fn router() -> Router<Services> {
    Router::new()
        .route(routes::CORRECT, post(take))
        .route(routes::QUARANTINE, get(csv))
}

async fn take(
    State(services): State<Services>,
    Path((catalog_id, batch_id)): Path<(String, i64)>,
    actor: Actor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Redirect, AppError> {
    actor.require_in(&catalog_id, Right::Import)?;
    actor.require(Right::SeeUsers)?;
    let import = imports::get(&services.db, &catalog_id, batch_id).await?;
    let corrections = pairs.iter().filter_map(|(name, text)| {
        let quarantine_id = name.strip_prefix("row.")?.parse().ok()?;
        Some(Correction {
            quarantine_id,
            text: text.clone(),
        })
    });
    let corrections = corrections.collect();
    let corrected = correct(&services.db, &actor, &import, corrections, Utc::now()).await;
    Ok(Redirect::to(&match corrected {
        Ok(corrected) => {
            Url::new(paths::import(&catalog_id, batch_id))
                .with("done", "corrected")
                .with("taken", corrected.taken)
                .with("left", corrected.left)
                .with_some("child", corrected.child_id)
                .build()
                + "#quarantine"
        }
        Err(error) => paths::import_refused(&catalog_id, batch_id, &error),
    }))
}

/// All rows that still wait, page by page as they are sent.
async fn csv(
    State(services): State<Services>,
    Path((catalog_id, batch_id)): Path<(String, i64)>,
    actor: Actor,
) -> Result<Response, AppError> {
    actor.require_in(&catalog_id, Right::Read)?;
    actor.require(Right::SeeUsers)?;
    imports::get(&services.db, &catalog_id, batch_id).await?;
    let head = lines(&[["file", "line", "column", "reason", "row"].map(str::to_owned)]);
    let first = stream::once(async move { Ok::<_, AppError>(Bytes::from(head)) });
    let db = services.db.clone();
    let rest = stream::try_unfold(0_i64, move |after| {
        let db = db.clone();
        async move { page(&db, batch_id, after).await }
    });
    let name = format!("attachment; filename=\"{catalog_id}-import-{batch_id}-quarantine.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    let body = Body::from_stream(futures_util::StreamExt::chain(first, rest));
    Ok((headers, body).into_response())
}

async fn page(db: &PgPool, batch_id: i64, after: i64) -> Result<Option<(Bytes, i64)>, AppError> {
    let rows = store::list(db, batch_id, after, Some(AT_A_TIME)).await?;
    let Some(last) = rows.last().map(|row| row.quarantine_id) else {
        return Ok(None);
    };
    let cells: Vec<_> = rows.into_iter().map(cells).collect();
    Ok(Some((Bytes::from(lines(&cells)), last)))
}

/// Texts from outside are escaped where a spreadsheet would take them for a formula.
fn cells(row: Held) -> [String; 5] {
    let text = |cell: String| export::text(cell.into()).into_owned();
    [
        text(row.file),
        row.line.to_string(),
        text(row.column_name.unwrap_or_default()),
        text(row.reason),
        text(row.row_text),
    ]
}

fn lines(rows: &[[String; 5]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = export::csv_writer(&mut bytes);
    for row in rows {
        writer
            .write_record(row)
            .expect("BUG: memory takes all that is written");
    }
    drop(writer);
    bytes
}
