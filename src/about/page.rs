//! The page: what can this AI do, and how well?

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use std::sync::Arc;

use super::view;
use crate::accounts;
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::index::evidence::Evidence;
use crate::index::snapshot::Snapshot;
use crate::lists::types::{EVERYWHERE, ITEM, USER};
use crate::overview::acceptance::{Of, Share};
use crate::overview::store;
use crate::services::Services;
use crate::ui::page::page;
use crate::versions;
use crate::versions::quality::known_hit_rate;
use crate::versions::types::Version;
use crate::versions::words::measured_as;
use chrono::{Days, NaiveDate};
use sqlx::PgPool;

/// Days of feedback that acceptance is measured over.
const DAYS: u64 = 90;

/// Everything that the page shows.
pub(super) struct Loaded {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) evidence: Arc<Evidence>,
    pub(super) acceptance: Option<Acceptance>,
    pub(super) open_flags: u64,
    /// What answers a user, and what answers for a single item.
    pub(super) answering: [Answering; 2],
    /// Admins by name.
    pub(super) admins: Vec<String>,
}

/// A version that answers, and how often its lists held what was then chosen, in words.
pub(super) struct Answering {
    pub(super) version: Version,
    /// None where that was not measured.
    pub(super) hit_rate: Option<String>,
}

/// What became of suggestions lately.
pub(super) struct Acceptance {
    pub(super) of: Of,
    pub(super) share: Share,
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
}

#[component]
pub fn AboutPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    page(async move {
        let loaded = load(&services, &actor?, &catalog_id).await?;
        Ok(view::lay_out(&loaded))
    })
}

async fn load(services: &Services, actor: &Actor, catalog_id: &str) -> Result<Loaded, AppError> {
    actor.require_in(catalog_id, Right::Read)?;
    let snapshot = services.index.current(catalog_id)?;
    let db = &services.db;
    let (open_flags, _) = store::open_flags(db, catalog_id).await?;
    Ok(Loaded {
        answering: [
            answering(db, catalog_id, USER).await?,
            answering(db, catalog_id, ITEM).await?,
        ],
        evidence: snapshot.newest_evidence().await,
        acceptance: acceptance(services, catalog_id).await?,
        admins: accounts::store::admins(db).await?,
        open_flags,
        snapshot,
    })
}

async fn answering(db: &PgPool, catalog_id: &str, surface: &str) -> Result<Answering, AppError> {
    let surfaces = [surface, EVERYWHERE].map(str::to_owned);
    let version = versions::answers::answering(db, catalog_id, &surfaces).await?;
    let version = version.expect("BUG: a catalog has no version that answers everywhere");
    let hit_rate = known_hit_rate(db, catalog_id, &version, measured_as(surface)).await?;
    Ok(Answering { version, hit_rate })
}

async fn acceptance(services: &Services, catalog_id: &str) -> Result<Option<Acceptance>, AppError> {
    let Some(to) = store::span(&services.db, catalog_id).await?.answered else {
        return Ok(None);
    };
    let from = to - Days::new(DAYS - 1);
    let by_day = store::answers(&services.db, catalog_id, from, to).await?;
    let answers = by_day
        .values()
        .fold(store::Answers::default(), store::Answers::plus);
    let of = Of::common(&[answers]);
    Ok(Some(Acceptance {
        of,
        share: of.share(&answers),
        from,
        to,
    }))
}
