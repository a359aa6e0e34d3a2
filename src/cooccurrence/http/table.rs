//! The table, a page at a time or as a file.

use axum::Json;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use serde_json::Value;
use std::io::{self, Write};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use utoipa::ToSchema;

use crate::accounts::types::{Actor, Right};
use crate::cooccurrence::file::Extract;
use crate::cooccurrence::filter::{Cursor, Filter, Query};
use crate::cooccurrence::rows::{Describe, Row};
use crate::cooccurrence::table::Table;
use crate::error::AppError;
use crate::export::{Format, Manifest};
use crate::index::snapshot::Snapshot;
use crate::services::Services;
use crate::wire::read::{Asked, InCatalog, Place};
use crate::wire::tag::Tag;

/// A page of a table, or with `limit=all` the whole of it.
#[derive(Serialize, ToSchema)]
#[schema(as = TablePage)]
struct TablePage<'a> {
    /// Names what was counted: the change, and a digest of the rule, the window and the segment.
    version: &'a str,
    /// The number of the change up to which everything was counted.
    watermark: i64,
    /// Baskets that were counted.
    baskets: u64,
    /// Rows that fit the filters, on all pages.
    total: u64,
    /// Pairs of items, or with `level=category` of categories; each pair once.
    rows: Vec<Row<'a>>,
    /// The `cursor` of the next page, which pins the version; null on the last.
    next: Option<String>,
    /// With `limit=all` alone: what the rows are of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    manifest: Option<Manifest>,
}

/// What a table is answered with as JSON.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum TableAnswer<'a> {
    /// Rows.
    Rows(TablePage<'a>),
    /// With `manifest=true`: what a file of these rows says of itself.
    Manifest(Manifest),
}

/// Reads a co-occurrence table.
///
/// A page at a time as JSON, or whole as a file with `format=csv`, `xlsx` or `parquet`, or
/// `format=json&limit=all`; a `limit` or a `cursor` beside a file's format gives that page alone.
/// Every format holds the same float64 in every cell. A file is written while it is read, so that a
/// connection that breaks off has no end to it. The tag is over the version and the query: whoever
/// has an answer already is told so before anything is computed. A table that has more rows than a
/// sheet holds is refused as XLSX.
#[utoipa::path(
    get,
    path = "/catalogs/{catalog}/cooccurrence",
    tag = "Co-occurrence",
    operation_id = "read_table",
    params(InCatalog, Query),
    extensions(("x-right" = json!(Right::Read)), ("x-tagged" = json!(true))),
    responses((
        status = 200,
        description = "Rows of the table, or with manifest=true what they are of.",
        content(
            (TableAnswer<'static> = "application/json"),
            (String = "text/csv"),
            (inline(Vec<u8>) = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (inline(Vec<u8>) = "application/vnd.apache.parquet"),
        ),
    )),
)]
pub(super) async fn table(
    actor: Actor,
    State(services): State<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
    Asked(query): Asked<Query>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    actor.require_in(&catalog_id, Right::Read)?;
    let filter = query.filter()?;
    let slice = query.slice(&services.index, &catalog_id)?;
    let snapshot = services.index.slice(&slice).await?;
    let wants_manifest = query.wants_manifest()?;
    let format = query.file_format()?;
    // The same version and the same query mean the same answer.
    let tag = Tag::of(&[&snapshot.version(), raw.as_deref().unwrap_or_default()]);
    if let Some(known) = tag.known_by(&headers) {
        return Ok(known);
    }
    let answer = match format {
        _ if wants_manifest => manifest(snapshot, query).await?,
        None => page(snapshot, filter, &query).await?,
        Some(format) => file(snapshot, query, format).await?,
    };
    Ok((tag.header(), answer).into_response())
}

async fn page(
    snapshot: Arc<Snapshot>,
    filter: Filter,
    query: &Query,
) -> Result<Response, AppError> {
    let limit = query.rows()?;
    let cursor = query.cursor()?;
    let answer = spawn_blocking(move || -> Result<Value, AppError> {
        let table = Table::new(&snapshot, &filter)?;
        let page = table.page(limit, cursor);
        let version = snapshot.version();
        let describe = Describe::new(&snapshot, &table, filter.level, &version);
        let rows: Vec<Row> = page.pairs.iter().map(|pair| describe.row(*pair)).collect();
        let page = TableAnswer::Rows(TablePage {
            version: &version,
            watermark: snapshot.change,
            baskets: snapshot.baskets.len().into(),
            total: page.total,
            rows,
            next: page.next.map(Cursor::write),
            manifest: None,
        });
        Ok(serde_json::to_value(page).expect("BUG: a row is plain data"))
    });
    let answer = answer.await.expect("BUG: reading a table panicked")?;
    Ok(Json(answer).into_response())
}

/// What a file of these rows says of itself; the same whatever its format.
async fn manifest(snapshot: Arc<Snapshot>, query: Query) -> Result<Response, AppError> {
    let reading = spawn_blocking(move || {
        let manifest = Extract::new(snapshot, &query)?.manifest();
        Ok::<_, AppError>(manifest.expect("BUG: nothing is written that could fail"))
    });
    let manifest = reading.await.expect("BUG: reading a table panicked")?;
    Ok(Json(TableAnswer::Manifest(manifest)).into_response())
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
