//! The heat map: what stands out among categories, or among the most chosen items?

use leptos::prelude::*;
use leptos_meta::Title;
use std::sync::Arc;

use super::cell::{Figure, MapQuery, OfPairs, Shade, Shading};
use super::filter::{Filter, Level, Query};
use super::grid::{Grid, Wanted};
use super::view::cells;
use super::view::map as view;
use super::view::tabs::{Tab, head};
use crate::accounts::types::{Actor, Right};
use crate::catalog::types::BasketRule;
use crate::counting::Measure;
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::interactions::batches;
use crate::services::Services;
use crate::ui::page::error_notice;

/// Everything that the page shows.
pub(super) struct Loaded {
    pub(super) current: Arc<Snapshot>,
    pub(super) asked: Query,
    pub(super) map: MapQuery,
    pub(super) level: Level,
    pub(super) segment_fields: Vec<String>,
    pub(super) shown: Result<Shown, AppError>,
}

pub(super) struct Shown {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) filter: Filter,
    pub(super) figure: Figure,
    pub(super) shade: Shade,
    pub(super) grid: Grid,
    pub(super) shading: Shading,
}

pub(super) async fn load(
    services: Services,
    actor: Actor,
    catalog_id: &str,
    asked: Query,
    map: MapQuery,
) -> Result<Loaded, AppError> {
    actor.require_in(catalog_id, Right::Read)?;
    let current = services.index.current(catalog_id)?;
    let level = match asked.level.as_deref() {
        None | Some("") if current.categories.is_empty() => Level::Item,
        Some("item") => Level::Item,
        _ => Level::Category,
    };
    let asked = Query {
        level: asked
            .level
            .filter(|level| !level.is_empty())
            .or_else(|| Some(level.as_str().to_owned())),
        ..asked
    };
    let shown = show(&services, catalog_id, &asked, &map).await;
    Ok(Loaded {
        segment_fields: batches::user_fields(&services.db, catalog_id).await?,
        current,
        asked,
        map,
        level,
        shown,
    })
}

/// What tells most: a basket of everything a user chose holds nearly every category.
pub(super) fn default_figure(snapshot: &Snapshot, level: Level) -> Figure {
    match (snapshot.catalog.basket_rule, level) {
        (BasketRule::User, Level::Category) => Figure::Pairs(OfPairs::Lift),
        _ => Figure::Baskets(Measure::Lift),
    }
}

async fn show(
    services: &Services,
    catalog_id: &str,
    query: &Query,
    map: &MapQuery,
) -> Result<Shown, AppError> {
    let filter = Query {
        item: None,
        other_item: None,
        sort: None,
        measure: None,
        ..query.clone()
    }
    .filter()?;
    let slice = query.slice(&services.index, catalog_id)?;
    let snapshot = services.index.slice(&slice).await?;
    let figure = map.figure(default_figure(&snapshot, filter.level))?;
    if filter.level == Level::Item && matches!(figure, Figure::Pairs(_)) {
        return Err(AppError::invalid(
            "cell",
            "Item pairs are counted between categories; for items choose another figure.",
        ));
    }
    let (shade, arrange, most) = (map.shade()?, map.arrange()?, map.most()?);
    let category = |name: &Option<String>| {
        let name = name.as_deref();
        name.map(|name| snapshot.category(name)).transpose()
    };
    let wanted = Wanted {
        level: filter.level,
        figure,
        arrange,
        most,
        rows_of: category(&filter.category)?,
        columns_of: category(&filter.other_category)?,
    };
    let count = tokio::task::spawn_blocking(move || {
        let grid = Grid::new(&snapshot, wanted);
        Shown {
            shading: Shading::new(&grid, figure, shade),
            snapshot,
            filter,
            figure,
            shade,
            grid,
        }
    });
    Ok(count.await.expect("BUG: counting a heat map panicked"))
}

pub(super) fn lay_out(loaded: &Loaded) -> impl IntoView + use<> {
    let counted = match &loaded.shown {
        Ok(shown) => &shown.snapshot,
        Err(_) => &loaded.current,
    };
    let content = match &loaded.shown {
        Ok(shown) if shown.grid.rows.len() < 2 || shown.grid.columns.is_empty() => {
            view::empty(loaded, shown).into_any()
        }
        Ok(shown) => view! {
            {view::finding(shown)}
            {cells::grid(loaded, shown)}
        }
        .into_any(),
        Err(error) => error_notice(error).into_any(),
    };
    view! {
        <Title text="Co-occurrence"/>
        {head(Tab::Map, counted, &loaded.asked)}
        {view::filters(loaded)}
        {content}
    }
}
