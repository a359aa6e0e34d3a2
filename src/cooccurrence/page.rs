//! The page: what goes with what? Filters above, one page of the table below.
//!
//! What the URL does not name has the page's own defaults, which it says: fifty rows, and pairs
//! that ten baskets hold. A query that can't be taken leaves the filters standing under the
//! sentence that says why.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;
use std::sync::Arc;

use super::cell::MapQuery;
use super::compare::{self, Sides};
use super::filter::{Cursor, Filter, Query};
use super::map;
use super::recent;
use super::rows::Describe;
use super::table::Table;
use super::view::tabs::{Tab, head};
use super::view::{self, Line};
use super::windows::Asked;
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::interactions::batches;
use crate::services::Services;
use crate::ui::page::{error_notice, page, parse_query};

/// Rows of one page where the URL does not say.
const ROWS: &str = "50";
/// The least baskets that hold both where the URL does not say: fewer are seldom evidence.
const MIN_TOGETHER: &str = "10";

/// The page's own part of the query.
#[derive(Debug, Default, Deserialize)]
struct Search {
    q: Option<String>,
    /// The way to look at it.
    view: Option<String>,
}

/// Everything that the page shows.
pub(super) struct Loaded {
    /// The newest snapshot: what the filters offer.
    pub(super) current: Arc<Snapshot>,
    /// The query as the URL has it, for links that change one part.
    pub(super) asked: Query,
    /// The same with the page's defaults.
    pub(super) query: Query,
    pub(super) typed: String,
    /// The fields of users' attributes; empty where the data has none.
    pub(super) segment_fields: Vec<String>,
    pub(super) shown: Result<Shown, AppError>,
}

/// One page of rows and where they come from.
pub(super) struct Shown {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) filter: Filter,
    pub(super) lines: Vec<Line>,
    pub(super) before: u64,
    pub(super) total: u64,
    pub(super) next: Option<String>,
}

#[component]
pub fn CooccurrencePage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let query = parse_query::<Query>();
    let search = parse_query::<Search>();
    let map = parse_query::<MapQuery>();
    let sides = parse_query::<Sides>();
    let recent = parse_query::<Asked>();
    page(async move {
        let (actor, query, search) = (actor?, query?, search?);
        match Tab::parse(search.view.as_deref())? {
            Tab::Table => {
                let loaded = load(services, actor, &catalog_id, query, search).await?;
                Ok(lay_out(&loaded).into_any())
            }
            Tab::Compare => {
                let loaded = compare::load(services, actor, &catalog_id, query, sides?).await?;
                Ok(compare::lay_out(&loaded).into_any())
            }
            Tab::Recent => {
                let loaded = recent::load(services, actor, &catalog_id, query, recent?).await?;
                Ok(recent::lay_out(&loaded).into_any())
            }
            Tab::Map => {
                let loaded = map::load(services, actor, &catalog_id, query, map?).await?;
                Ok(map::lay_out(&loaded).into_any())
            }
        }
    })
}

async fn load(
    services: Services,
    actor: Actor,
    catalog_id: &str,
    asked: Query,
    search: Search,
) -> Result<Loaded, AppError> {
    actor.require_in(catalog_id, Right::Read)?;
    let current = services.index.current(catalog_id)?;
    let query = with_defaults(&asked);
    let shown = show(&services, catalog_id, &query).await;
    Ok(Loaded {
        segment_fields: batches::user_fields(&services.db, catalog_id).await?,
        typed: search.q.unwrap_or_default(),
        current,
        asked,
        query,
        shown,
    })
}

fn with_defaults(asked: &Query) -> Query {
    let or = |given: &Option<String>, default: &str| {
        let given = given.clone().filter(|text| !text.is_empty());
        given.or_else(|| Some(default.to_owned()))
    };
    // The form may name the second category alone.
    let is_named = asked.category.as_ref().is_some_and(|name| !name.is_empty());
    let (category, other_category) = if is_named {
        (asked.category.clone(), asked.other_category.clone())
    } else {
        (asked.other_category.clone(), None)
    };
    Query {
        category,
        other_category,
        min_together: or(&asked.min_together, MIN_TOGETHER),
        limit: or(&asked.limit, ROWS),
        ..asked.clone()
    }
}

async fn show(services: &Services, catalog_id: &str, query: &Query) -> Result<Shown, AppError> {
    let filter = query.filter()?;
    let limit = query.rows()?;
    let cursor = query.cursor()?;
    let slice = query.slice(&services.index, catalog_id)?;
    let snapshot = services.index.slice(&slice).await?;
    let read = tokio::task::spawn_blocking(move || read(snapshot, filter, limit, cursor));
    read.await.expect("BUG: reading a table panicked")
}

/// Reads one page; counts the table when nobody has asked for it yet.
fn read(
    snapshot: Arc<Snapshot>,
    filter: Filter,
    limit: u32,
    cursor: Option<Cursor>,
) -> Result<Shown, AppError> {
    let table = Table::new(&snapshot, &filter)?;
    let page = table.page(limit, cursor);
    let version = snapshot.version();
    let describe = Describe::new(&snapshot, &table, filter.level, &version);
    let lines = page
        .pairs
        .iter()
        .map(|pair| Line::new(describe.row(*pair), table.contingency(*pair), filter.order))
        .collect();
    Ok(Shown {
        lines,
        before: page.before,
        total: page.total,
        next: page.next.map(Cursor::write),
        snapshot,
        filter,
    })
}

fn lay_out(loaded: &Loaded) -> impl IntoView + use<> {
    let counted = match &loaded.shown {
        Ok(shown) => &shown.snapshot,
        Err(_) => &loaded.current,
    };
    let content = match &loaded.shown {
        Ok(shown) if shown.lines.is_empty() => view::empty(loaded, shown).into_any(),
        Ok(shown) => view! {
            {view::table(loaded, shown)}
            {view::pager(loaded, shown)}
        }
        .into_any(),
        Err(error) => error_notice(error).into_any(),
    };
    view! {
        <Title text="Co-occurrence"/>
        {head(Tab::Table, counted, &loaded.asked)}
        {view::filters(loaded)}
        {content}
    }
}
