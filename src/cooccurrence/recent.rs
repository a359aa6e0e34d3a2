//! The page that shows the last 7, 30 and 90 days beside all time.

use leptos::prelude::*;
use leptos_meta::Title;
use std::sync::Arc;

use super::filter::Query;
use super::view::recent as view;
use super::view::tabs::{Tab, head};
use super::windows::{Asked, Recent, Wanted};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::services::Services;
use crate::ui::page::error_notice;

/// The least baskets, in the window whose order counts, where the URL does not say.
const MIN_TOGETHER: &str = "3";
/// Rows of the page.
const ROWS: u32 = 50;

/// Everything that the page shows.
pub(super) struct Loaded {
    pub(super) current: Arc<Snapshot>,
    /// The query as the URL has it, for links that change one part.
    pub(super) asked: Query,
    /// The window whose order counts.
    pub(super) window: Asked,
    /// What both want with the page's defaults.
    pub(super) wanted: Result<Wanted, AppError>,
    /// None where the data has no times.
    pub(super) shown: Result<Option<Recent>, AppError>,
}

pub(super) async fn load(
    services: Services,
    actor: Actor,
    catalog_id: &str,
    asked: Query,
    window: Asked,
) -> Result<Loaded, AppError> {
    actor.require_in(catalog_id, Right::Read)?;
    let current = services.index.current(catalog_id)?;
    let least = asked.min_together.clone().filter(|text| !text.is_empty());
    let query = Query {
        min_together: least.or_else(|| Some(MIN_TOGETHER.to_owned())),
        ..asked.clone()
    };
    let wanted = Wanted::new(&query, &window);
    let shown = show(&services, catalog_id, wanted.clone()).await;
    Ok(Loaded {
        current,
        asked,
        window,
        wanted,
        shown,
    })
}

async fn show(
    services: &Services,
    catalog_id: &str,
    wanted: Result<Wanted, AppError>,
) -> Result<Option<Recent>, AppError> {
    let wanted = wanted?;
    let Some(windows) = services.index.windows(catalog_id).await? else {
        return Ok(None);
    };
    let read = tokio::task::spawn_blocking(move || Recent::new(windows, wanted, ROWS));
    read.await.expect("BUG: reading windows panicked").map(Some)
}

pub(super) fn lay_out(loaded: &Loaded) -> impl IntoView + use<> {
    let content = match &loaded.shown {
        Ok(None) => view::no_times(loaded).into_any(),
        Ok(Some(recent)) if recent.rows.is_empty() => view::empty(loaded, recent).into_any(),
        Ok(Some(recent)) => view::table(loaded, recent).into_any(),
        Err(error) => error_notice(error).into_any(),
    };
    let counted = match &loaded.shown {
        Ok(Some(recent)) => recent.all(),
        _ => &loaded.current,
    };
    view! {
        <Title text="Co-occurrence"/>
        {head(Tab::Recent, counted, &loaded.asked)}
        {view::filters(loaded)}
        {content}
    }
}
