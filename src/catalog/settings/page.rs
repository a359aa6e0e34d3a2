//! The pages: what is counted and how are lists served, and what would a change do?

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;

use super::form::Form;
use super::store::{self, Effect, Kind, Past};
use super::types::{Difference, Patch, differences};
use super::{paths, view};
use crate::accounts::types::{Actor, Right};
use crate::catalog;
use crate::catalog::types::Catalog;
use crate::error::AppError;
use crate::error::respond::Operation as _;
use crate::jobs::work::{Following, Order, Run};
use crate::services::Services;
use crate::ui::page::{page, parse_query};

/// Everything the settings page shows.
pub(super) struct Settings {
    pub(super) catalog: Catalog,
    pub(super) may_change: bool,
    pub(super) form: Form,
    /// Why the form can't be taken as it is.
    pub(super) error: Option<AppError>,
    pub(super) kinds: Vec<Kind>,
    pub(super) time_zones: Vec<String>,
    pub(super) history: Vec<Past>,
    /// How many changes there were.
    pub(super) changes: i64,
    pub(super) saved: Option<Saved>,
}

/// A change that was saved just now, and what it did.
pub(super) struct Saved {
    pub(super) change: i64,
    pub(super) does: Does,
    /// Whether this server's figures are counted by it already.
    pub(super) is_counted: bool,
}

/// What a change does to what is counted.
pub(super) enum Does {
    Nothing,
    Counts(Effect),
    /// Its rows are being counted.
    UnderWay(Following),
}

/// Everything the preview shows.
pub(super) struct Preview {
    pub(super) before: Catalog,
    pub(super) after: Catalog,
    pub(super) form: Form,
    pub(super) patch: Patch,
    pub(super) differences: Vec<Difference>,
    pub(super) does: Does,
    /// The newest change of settings, which this one would follow.
    pub(super) seen: i64,
}

#[derive(Default, Deserialize)]
struct Query {
    /// The change that was saved just now.
    saved: Option<i64>,
}

#[component]
pub fn SettingsPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let query = parse_query::<Query>();
    let form = parse_query::<Form>();
    page(async move {
        let actor = actor?;
        let catalog = find(&services, &actor, &catalog_id, Right::Read).await?;
        let saved = query?.saved;
        let settings = load(&services, &actor, catalog, form?, None, saved).await?;
        Ok(view::settings(&settings))
    })
}

#[component]
pub fn SettingsPreview() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let form = parse_query::<Form>();
    page(async move {
        let actor = actor?;
        let catalog = find(&services, &actor, &catalog_id, Right::ManageCatalogs).await?;
        let form = form?.or(&catalog);
        match preview(&services, &actor, &catalog, form.clone()).await {
            Ok(preview) => Ok(view::preview(&preview).into_any()),
            Err(error @ AppError::Invalid { .. }) => {
                let error = Some(error);
                let settings = load(&services, &actor, catalog, form, error, None).await?;
                Ok(view::settings(&settings).into_any())
            }
            Err(error) => Err(error),
        }
    })
}

/// The catalog as the database has it: what was saved a moment ago may not be counted yet.
pub(in crate::catalog) async fn find(
    services: &Services,
    actor: &Actor,
    catalog_id: &str,
    right: Right,
) -> Result<Catalog, AppError> {
    actor.require_in(catalog_id, right)?;
    let known = services.index.current(catalog_id);
    match catalog::store::find(&services.db, catalog_id).await? {
        Some(catalog) if known.is_ok() => Ok(catalog),
        _ => Err(known
            .err()
            .unwrap_or_else(|| AppError::not_found(format!("The catalog “{catalog_id}”")))),
    }
}

async fn load(
    services: &Services,
    actor: &Actor,
    catalog: Catalog,
    form: Form,
    error: Option<AppError>,
    saved: Option<i64>,
) -> Result<Settings, AppError> {
    let db = &services.db;
    let may_change = actor.may(Right::ManageCatalogs);
    let (history, changes) = store::history(db, &catalog).await?;
    let saved = match history.iter().find(|past| Some(past.change) == saved) {
        Some(past) => Some(what_it_did(services, actor, past).await?),
        None => None,
    };
    let (kinds, time_zones) = if may_change {
        let kinds = store::kinds(db, &catalog.id).await?;
        (kinds, store::time_zones(db).await?)
    } else {
        (Vec::new(), Vec::new())
    };
    Ok(Settings {
        form: form.or(&catalog),
        catalog,
        may_change,
        error,
        kinds,
        time_zones,
        history,
        changes,
        saved,
    })
}

async fn what_it_did(services: &Services, actor: &Actor, past: &Past) -> Result<Saved, AppError> {
    let back = paths::page(&past.after.id);
    let counted = services.index.current(&past.after.id)?;
    Ok(Saved {
        change: past.change,
        does: does(services, actor, &past.before, &past.after, back).await?,
        is_counted: counted.change >= past.change,
    })
}

async fn does(
    services: &Services,
    actor: &Actor,
    before: &Catalog,
    after: &Catalog,
    back: String,
) -> Result<Does, AppError> {
    if before.counts_like(after) {
        return Ok(Does::Nothing);
    }
    let order = Order {
        key: format!(
            "settings\n{}\n{}\n{}\n{}",
            actor.key(),
            before.id,
            before.counting_rule(),
            after.counting_rule()
        ),
        unit: "rows counted",
        back,
    };
    let (db, before, after) = (services.db.clone(), before.clone(), after.clone());
    let count = |meter| async move { Ok(store::effect(&db, &before, &after, &meter).await?) };
    Ok(match services.jobs.run(order, count).await? {
        Run::Done(effect) => Does::Counts(effect),
        Run::UnderWay(job) => Does::UnderWay(job),
    })
}

async fn preview(
    services: &Services,
    actor: &Actor,
    before: &Catalog,
    form: Form,
) -> Result<Preview, AppError> {
    let patch = form.patch()?;
    let after = patch.apply(before)?;
    let mut connection = services
        .db
        .acquire()
        .await
        .operation("previewing settings")?;
    store::check_time_zone(&mut connection, &after.time_zone).await?;
    drop(connection);
    let (history, _) = store::history(&services.db, before).await?;
    let back = paths::form(&before.id, &form);
    Ok(Preview {
        differences: differences(before, &after),
        does: does(services, actor, before, &after, back).await?,
        seen: history.first().map_or(0, |past| past.change),
        before: before.clone(),
        after,
        form,
        patch,
    })
}
