//! The page: what is known about one item?

use chrono::Utc;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;
use std::cmp::Reverse;
use std::sync::Arc;

use super::trend::{self, Trend};
use super::{store, view};
use crate::accounts::types::{Actor, Right};
use crate::catalog::words::as_of;
use crate::cooccurrence::filter;
use crate::counting::{Contingency, Measure};
use crate::error::AppError;
use crate::flags;
use crate::flags::types::Flag;
use crate::index::snapshot::{Scratch, Snapshot};
use crate::lists;
use crate::overrides;
use crate::overrides::types::{Override, Scope};
use crate::services::Services;
use crate::serving::Standing;
use crate::ui::page::{page, parse_query};

/// Rows of what goes with it, and of where it is recommended.
const ROWS: usize = 10;

#[derive(Debug, Default, Deserialize)]
struct Search {
    /// The measure by which what goes with it is sorted.
    sort: Option<String>,
}

/// Everything that the page shows.
pub(super) struct Loaded {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) actor: Actor,
    pub(super) item: u32,
    pub(super) measure: Measure,
    pub(super) partners: Partners,
    pub(super) places: Places,
    /// Absent where the data has no times.
    pub(super) trend: Option<Trend>,
    pub(super) overrides: Vec<Override>,
    pub(super) flags: Vec<Flag>,
}

/// What goes with the item: the first by the measure.
pub(super) struct Partners {
    pub(super) rows: Vec<Partner>,
    /// All that enough baskets hold with it.
    pub(super) total: usize,
}

pub(super) struct Partner {
    pub(super) item: u32,
    pub(super) together: u32,
    /// The item of the page first.
    pub(super) pair: Contingency,
}

/// The lists that hold the item: those of the most chosen anchors.
pub(super) struct Places {
    pub(super) rows: Vec<Standing>,
    pub(super) total: usize,
    pub(super) lists: usize,
}

#[component]
pub fn ItemPage() -> impl IntoView {
    let (catalog_id, item_id) = use_params_map().with(|params| {
        let get = |name| params.get(name).unwrap_or_default();
        (get("catalog"), get("item"))
    });
    let services = Services::current();
    let actor = Actor::current();
    let search = parse_query::<Search>();
    page(async move {
        let loaded = load(&services, actor?, &catalog_id, &item_id, search?).await?;
        Ok(lay_out(&loaded))
    })
}

async fn load(
    services: &Services,
    actor: Actor,
    catalog_id: &str,
    item_id: &str,
    search: Search,
) -> Result<Loaded, AppError> {
    actor.require_in(catalog_id, Right::Read)?;
    let snapshot = services.index.current(catalog_id)?;
    let item = snapshot.item(item_id)?;
    let measure = measure(search.sort.as_deref())?;
    let (db, now) = (&services.db, Utc::now());
    let rules = lists::store::overrides(db, &snapshot, None, now).await?;
    let model = services.lists.alone(catalog_id, now).await?;
    let counted = snapshot.clone();
    let figures = tokio::task::spawn_blocking(move || {
        let standings = lists::standings::standings(&counted, &model, &rules);
        (
            partners(&counted, item, measure),
            places(&counted, standings.of(item)),
        )
    });
    let (partners, places) = figures.await.expect("BUG: counting for an item panicked");
    let trend = match snapshot.newest {
        Some(newest) => {
            let last = store::month_of(db, &snapshot.catalog, newest).await?;
            let months = store::months(db, &snapshot, item_id, trend::from(last)).await?;
            Some(Trend::new(last, &months))
        }
        None => None,
    };
    let mut changed = overrides::store::list(db, &actor, catalog_id, now).await?;
    changed.retain(|kept| concerns(kept, item_id));
    let mut flagged = flags::store::list(db, &actor, catalog_id).await?;
    flagged.retain(|flag| flag.item_id == item_id);
    Ok(Loaded {
        snapshot,
        actor,
        item,
        measure,
        partners,
        places,
        trend,
        overrides: changed,
        flags: flagged,
    })
}

fn measure(sort: Option<&str>) -> Result<Measure, AppError> {
    match sort {
        None | Some("") => Ok(Measure::Llr),
        Some(name) => filter::measure("sort", name),
    }
}

/// An override of the item, or of what is served with it.
fn concerns(kept: &Override, item_id: &str) -> bool {
    let with_it = matches!(&kept.scope, Scope::Item { item_id: anchor } if anchor == item_id);
    kept.item_id == item_id || with_it
}

fn partners(snapshot: &Snapshot, item: u32, measure: Measure) -> Partners {
    let mut scratch = Scratch::default();
    let row = snapshot.row(item, &mut scratch);
    let mut rows: Vec<(f64, Partner)> = row
        .iter()
        .filter(|(_, together)| *together >= snapshot.catalog.least_together)
        .map(|&(other, together)| {
            let pair = snapshot.contingency(together, item, other);
            let partner = Partner {
                item: other,
                together,
                pair,
            };
            (measure.rank_key(&pair), partner)
        })
        .collect();
    rows.sort_by(|(x, one), (y, other)| y.total_cmp(x).then(one.item.cmp(&other.item)));
    let total = rows.len();
    rows.truncate(ROWS);
    Partners {
        rows: rows.into_iter().map(|(_, partner)| partner).collect(),
        total,
    }
}

fn places(snapshot: &Snapshot, standings: &[Standing]) -> Places {
    let mut rows = standings.to_vec();
    rows.sort_by_key(|one| (Reverse(snapshot.baskets.total(one.anchor)), one.anchor));
    rows.truncate(ROWS);
    Places {
        rows,
        total: standings.len(),
        lists: snapshot.items.len(),
    }
}

fn lay_out(loaded: &Loaded) -> impl IntoView + use<> {
    let snapshot = &loaded.snapshot;
    let title = snapshot.items[loaded.item as usize].title.clone();
    view! {
        <Title text=title.clone()/>
        <div class="page__head">
            <h1>{title}</h1>
            <p class="page__as-of">{as_of(snapshot)}</p>
        </div>
        {view::actions(loaded)}
        <div class="page__body page__body--with-aside">
            <div class="stack">
                {view::partners(loaded)}
                {view::places(loaded)}
                {view::changed(loaded)}
            </div>
            <aside class="page__aside" aria-label="About this item">
                {view::record(loaded)}
                {view::trend(loaded)}
            </aside>
        </div>
    }
}
