//! The page that shows the last 7, 30 and 90 days beside all time.

use leptos::prelude::*;
use leptos_meta::Title;
use std::sync::Arc;

use super::filter::{Filter, Query};
use super::view::recent as view;
use super::view::tabs::{Tab, head};
use super::windows::{Asked, MEASURE, Recent};
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
    pub(super) asked: Query,
    /// The window whose order counts.
    pub(super) window: Asked,
    pub(super) shown: Result<Option<Shown>, AppError>,
}

pub(super) struct Shown {
    pub(super) filter: Filter,
    pub(super) chosen: usize,
    pub(super) recent: Recent,
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
    let or = |given: Option<String>, default: &str| {
        let given = given.filter(|text| !text.is_empty());
        given.or_else(|| Some(default.to_owned()))
    };
    let asked = Query {
        min_together: or(asked.min_together, MIN_TOGETHER),
        measure: or(asked.measure, MEASURE.name()),
        sort: None,
        ..asked
    };
    let shown = show(&services, catalog_id, &asked, &window).await;
    Ok(Loaded {
        current,
        asked,
        window,
        shown,
    })
}

/// None where the data has no times.
async fn show(
    services: &Services,
    catalog_id: &str,
    asked: &Query,
    window: &Asked,
) -> Result<Option<Shown>, AppError> {
    let filter = asked.filter()?;
    let chosen = window.chosen()?;
    let Some(windows) = services.index.windows(catalog_id).await? else {
        return Ok(None);
    };
    let read = tokio::task::spawn_blocking(move || {
        let recent = Recent::new(windows, &filter, chosen, ROWS)?;
        Ok(Some(Shown {
            filter,
            chosen,
            recent,
        }))
    });
    read.await.expect("BUG: reading windows panicked")
}

pub(super) fn lay_out(loaded: &Loaded) -> impl IntoView + use<> {
    let content = match &loaded.shown {
        Ok(None) => view::no_times(loaded).into_any(),
        Ok(Some(shown)) if shown.recent.rows.is_empty() => view::empty(loaded, shown).into_any(),
        Ok(Some(shown)) => view::table(loaded, shown).into_any(),
        Err(error) => error_notice(error).into_any(),
    };
    let counted = match &loaded.shown {
        Ok(Some(shown)) => shown.recent.all(),
        _ => &loaded.current,
    };
    view! {
        <Title text="Co-occurrence"/>
        {head(Tab::Recent, counted, &loaded.asked)}
        {view::filters(loaded)}
        {content}
    }
}
