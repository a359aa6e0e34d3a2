//! Tables for programs, and as files.

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use axum_extra::extract::Query as UrlQuery;
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::file::Extract;
use super::filter::{Filter, Query};
use super::rows::{Describe, Row};
use super::table::Table;
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::export::Format;
use crate::index::snapshot::Snapshot;
use crate::services::Services;

pub fn router() -> Router<Services> {
    Router::new().route("/catalogs/{catalog}/cooccurrence", get(table))
}

async fn table(
    actor: Actor,
    State(services): State<Services>,
    Path(catalog_id): Path<String>,
    UrlQuery(query): UrlQuery<Query>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    actor.require_in(&catalog_id, Right::Read)?;
    let filter = query.filter()?;
    let slice = query.slice(&services.index, &catalog_id)?;
    let snapshot = services.index.slice(&slice).await?;
    if query.wants_manifest()? {
        return manifest(snapshot, query).await;
    }
    match query.file_format()? {
        None => page(snapshot, filter, &query, raw, &headers).await,
        Some(format) => file(snapshot, query, format).await,
    }
}

async fn page(
    snapshot: Arc<Snapshot>,
    filter: Filter,
    query: &Query,
    raw: Option<String>,
    headers: &HeaderMap,
) -> Result<Response, AppError> {
    let limit = query.rows()?;
    let cursor = query.cursor()?;
    let tag = tag(&snapshot, raw.as_deref().unwrap_or_default());
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let answer = spawn_blocking(move || -> Result<Value, AppError> {
        let table = Table::new(&snapshot, &filter)?;
        let page = table.page(limit, cursor);
        let version = snapshot.version();
        let describe = Describe::new(&snapshot, &table, filter.level, &version);
        let rows: Vec<Row> = page.pairs.iter().map(|pair| describe.row(*pair)).collect();
        Ok(json!({
            "version": version,
            "watermark": snapshot.change,
            "baskets": snapshot.baskets.len(),
            "total": page.total,
            "rows": rows,
            "next": page.next.map(super::filter::Cursor::write),
        }))
    });
    let answer = answer.await.expect("BUG: reading a table panicked")?;
    Ok(([(header::ETAG, tag)], Json(answer)).into_response())
}

/// The same version and the same query give the same bytes.
fn tag(snapshot: &Snapshot, query: &str) -> HeaderValue {
    let digest = Sha256::digest(format!("{}\n{query}", snapshot.version()));
    let hex: String = digest[..12]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    HeaderValue::from_str(&format!("\"{hex}\"")).expect("BUG: hexadecimal digits make a header")
}

/// What a file of these rows says of itself; the same whatever its format.
async fn manifest(snapshot: Arc<Snapshot>, query: Query) -> Result<Response, AppError> {
    let reading = spawn_blocking(move || {
        let manifest = Extract::new(snapshot, &query)?.manifest();
        Ok::<_, AppError>(manifest.expect("BUG: nothing is written that could fail"))
    });
    let manifest = reading.await.expect("BUG: reading a table panicked")?;
    Ok(Json(manifest).into_response())
}

/// The rows as a file, written while they are read.
async fn file(snapshot: Arc<Snapshot>, query: Query, format: Format) -> Result<Response, AppError> {
    let counting = spawn_blocking(move || Extract::new(snapshot, &query));
    let extract = counting.await.expect("BUG: counting rows panicked")?;
    if let Some(why) = format.refuses(extract.rows()) {
        return Err(AppError::invalid("format", why));
    }
    let name = format!("attachment; filename=\"{}\"", extract.file_name(format));
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    // A few chunks in flight: a slow reader slows the writer down instead of filling memory.
    let (sender, receiver) = mpsc::channel(4);
    spawn_blocking(move || {
        let failed = sender.clone();
        if let Err(error) = extract.write(format, Sending(sender), |_| Ok(())) {
            // The connection breaks off, so that nobody takes half a file for a whole one.
            let _ = failed.blocking_send(Err(error));
        }
    });
    let chunks = stream::unfold(receiver, |mut receiver| async move {
        let chunk = receiver.recv().await?;
        Some((chunk, receiver))
    });
    // A compressing layer asks once more after the end, which an unfolded stream does not bear.
    Ok((headers, Body::from_stream(chunks.fuse())).into_response())
}

/// Hands what is written to the response.
struct Sending(mpsc::Sender<io::Result<Vec<u8>>>);

impl Write for Sending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .blocking_send(Ok(bytes.to_vec()))
            .map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "the reader has gone"))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
