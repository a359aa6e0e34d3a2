//! Pairs in the last days beside all time.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use utoipa::{IntoParams, ToSchema};

use crate::accounts::types::{Actor, Right};
use crate::cooccurrence::filter::Query;
use crate::cooccurrence::windows::{self, Part, Recent, Wanted};
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::index::windows::DAYS;
use crate::services::Services;
use crate::wire::read::{Asked, InCatalog, Place};
use crate::wire::tag::Tag;

/// Which pairs are wanted, and in the order of which window.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WindowsQuery {
    /// The window whose pairs come, the highest by the measure first: `7`, `30` or `90` days, or
    /// `all`.
    #[param(default = "30", pattern = "^(7|30|90|all)$")]
    days: Option<String>,
    /// `item` for pairs of items, `category` for pairs of categories.
    #[param(default = "item", pattern = "^(item|category)$")]
    level: Option<String>,
    /// Pairs with this item, on either side.
    item: Option<String>,
    /// Pairs with an item of this category, on either side.
    category: Option<String>,
    /// Pairs that at least so many baskets of that window hold.
    #[param(value_type = Option<u32>, minimum = 1, default = 1, example = 2)]
    min_together: Option<String>,
    /// `together`, `support`, `confidence_ab`, `confidence_ba`, `lift`, `jaccard`, `cosine`, `npmi`
    /// or `llr`.
    #[param(default = "cosine")]
    measure: Option<String>,
    /// The most pairs.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 100, example = 5)]
    limit: Option<String>,
}

/// Pairs with their figures in the last days and in all time, counted up to one change.
#[derive(Serialize, ToSchema)]
pub(super) struct WindowsAnswer {
    /// The number of the change up to which everything was counted.
    watermark: i64,
    /// The measure of the values.
    measure: &'static str,
    /// From the shortest to all time; none where the data has no times.
    windows: Vec<WindowAnswer>,
    /// Pairs of the window asked for that fit.
    total: u64,
    /// The highest first.
    rows: Vec<WindowsRow>,
}

/// One window.
#[derive(Serialize, ToSchema)]
struct WindowAnswer {
    /// How many days it holds, the day of the newest interaction included; null for all time.
    days: Option<u64>,
    /// When it begins.
    from: Option<DateTime<Utc>>,
    /// The version of its table, which `from` of the table's own address reads whole.
    version: String,
    /// Baskets that were counted.
    baskets: u32,
}

/// A pair of two items, or of two categories.
#[derive(Serialize, ToSchema)]
struct WindowsRow {
    /// The id, or the category's name, that comes first, compared as bytes.
    a: String,
    /// The other one.
    b: String,
    /// By window.
    windows: Vec<WindowFigures>,
}

/// A pair in one window.
#[derive(Serialize, ToSchema)]
struct WindowFigures {
    /// Baskets that hold both.
    together: u32,
    /// The measure; null where one of the two was not chosen then.
    value: Option<f64>,
}

impl WindowsAnswer {
    fn without_times(current: &Snapshot, wanted: &Wanted) -> Self {
        Self {
            watermark: current.change,
            measure: wanted.measure.name(),
            windows: Vec::new(),
            total: 0,
            rows: Vec::new(),
        }
    }

    fn new(recent: Recent) -> Self {
        let windows = DAYS
            .into_iter()
            .map(Some)
            .chain([None])
            .zip(&recent.windows);
        let windows = windows.map(|(days, snapshot)| WindowAnswer {
            days,
            from: snapshot.slice.from,
            version: snapshot.version(),
            baskets: snapshot.baskets.len(),
        });
        let measure = recent.wanted.measure;
        let figures = |part: &Part| WindowFigures {
            together: part.together,
            value: part.pair.map(|pair| measure.value(&pair)),
        };
        Self {
            watermark: recent.all().change,
            measure: measure.name(),
            windows: windows.collect(),
            total: recent.total,
            rows: recent
                .rows
                .into_iter()
                .map(|row| WindowsRow {
                    windows: row.parts.iter().map(figures).collect(),
                    a: row.a,
                    b: row.b,
                })
                .collect(),
        }
    }
}

/// Reads pairs in the last 7, 30 and 90 days beside all time.
///
/// Windows begin with a day (UTC) and end with the newest interaction, not with today. They are
/// followed, so that all four are of the same change.
#[utoipa::path(
    get,
    path = "/catalogs/{catalog}/windows",
    tag = "Co-occurrence",
    operation_id = "read_windows",
    params(InCatalog, WindowsQuery),
    extensions(("x-right" = json!(Right::Read)), ("x-tagged" = json!(true))),
    responses((status = 200, description = "Pairs in every window.", body = WindowsAnswer)),
)]
pub(super) async fn windows(
    actor: Actor,
    State(services): State<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
    Asked(asked): Asked<WindowsQuery>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    actor.require_in(&catalog_id, Right::Read)?;
    let window = windows::Asked { days: asked.days };
    let query = Query {
        level: asked.level,
        item: asked.item,
        category: asked.category,
        min_together: asked.min_together,
        measure: asked.measure,
        limit: asked.limit,
        ..Query::default()
    };
    let wanted = Wanted::new(&query, &window)?;
    let limit = query.rows()?;
    let current = services.index.current(&catalog_id)?;
    let windows = services.index.windows(&catalog_id).await?;
    let version = windows
        .as_ref()
        .map_or_else(|| current.version(), |windows| windows.all.version());
    let tag = Tag::of(&[&version, raw.as_deref().unwrap_or_default()]);
    if let Some(known) = tag.known_by(&headers) {
        return Ok(known);
    }
    let answer = match windows {
        None => WindowsAnswer::without_times(&current, &wanted),
        Some(windows) => {
            let read = spawn_blocking(move || Recent::new(windows, wanted, limit));
            WindowsAnswer::new(read.await.expect("BUG: reading windows panicked")?)
        }
    };
    Ok((tag.header(), Json(answer)).into_response())
}
