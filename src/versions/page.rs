//! The pages: which model answers, how good is it, and who answers for it?

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;
use std::sync::Arc;

use super::api::Form;
use super::compare::Comparison;
use super::types::{Move, Service, Version};
use super::{answers, job, paths, store, view};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::jobs::work::{Following, Run};
use crate::services::Services;
use crate::ui::page::{page, parse_query};

#[derive(Deserialize)]
struct Done {
    /// What was done just now.
    done: Option<String>,
}

/// The list of versions, with what answers where.
pub(super) struct Listed {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) may_manage: bool,
    /// The newest first.
    pub(super) versions: Vec<Version>,
    /// The newest first.
    pub(super) services: Vec<Service>,
    pub(super) done: Option<String>,
}

#[component]
pub fn ModelsPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let done = parse_query::<Done>();
    page(async move {
        let actor = actor?;
        actor.require_in(&catalog_id, Right::Read)?;
        let db = &services.db;
        Ok(view::list(&Listed {
            snapshot: services.index.current(&catalog_id)?,
            may_manage: actor.may(Right::ManageModels),
            versions: store::list(db, &catalog_id).await?,
            services: answers::services(db, &catalog_id).await?,
            done: done?.done,
        }))
    })
}

/// One version with its life.
pub(super) struct Shown {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) may_manage: bool,
    /// Whether lists of a version that does not answer may be looked at.
    pub(super) may_compare: bool,
    pub(super) version: Version,
    /// The newest first.
    pub(super) moves: Vec<Move>,
    /// Times in which it answered, the newest first.
    pub(super) services: Vec<Service>,
    /// The others, the newest first: what it can be compared with.
    pub(super) others: Vec<Version>,
    pub(super) done: Option<String>,
}

#[component]
pub fn VersionPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let number = number();
    let services = Services::current();
    let actor = Actor::current();
    let done = parse_query::<Done>();
    page(async move {
        let (actor, number) = (actor?, number?);
        actor.require_in(&catalog_id, Right::Read)?;
        let db = &services.db;
        let snapshot = services.index.current(&catalog_id)?;
        let version = store::get(db, &catalog_id, number).await?;
        let mut others = store::list(db, &catalog_id).await?;
        others.retain(|other| other.number != number);
        let mut answered = answers::services(db, &catalog_id).await?;
        answered.retain(|service| service.version == number);
        Ok(view::version(&Shown {
            snapshot,
            may_manage: actor.may(Right::ManageModels),
            may_compare: actor.may(Right::SeeModelOrder),
            moves: store::moves(db, version.version_id).await?,
            version,
            services: answered,
            others,
            done: done?.done,
        }))
    })
}

/// The number of the version that the address names.
fn number() -> Result<i32, AppError> {
    let typed = use_params_map().with(|params| params.get("number").unwrap_or_default());
    typed
        .parse()
        .map_err(|_| AppError::not_found(format!("Version “{typed}” of the model")))
}

/// The form that trains, filled with what was typed.
pub(super) struct Training {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) form: Form,
}

#[component]
pub fn TrainPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let form = parse_query::<Form>();
    page(async move {
        actor?.require_in(&catalog_id, Right::ManageModels)?;
        let snapshot = services.index.current(&catalog_id)?;
        let over = match job::find_training(&services, &catalog_id).await {
            Ok(None) => None,
            Ok(Some(Run::UnderWay(job))) => {
                return Ok(view::training_under_way(&snapshot, &job).into_any());
            }
            Ok(Some(Run::Done(number))) => {
                Some(paths::version_done(&catalog_id, number, "trained"))
            }
            Err(error) => Some(paths::refused(paths::training(&catalog_id), &error)),
        };
        if let Some(next) = over {
            leptos_axum::redirect(&next);
            return Ok(().into_any());
        }
        let form = form?;
        Ok(view::train(&Training { snapshot, form }).into_any())
    })
}

#[component]
pub fn EvaluatingPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let number = number();
    let services = Services::current();
    let actor = Actor::current();
    page(async move {
        let number = number?;
        actor?.require_in(&catalog_id, Right::ManageModels)?;
        services.index.current(&catalog_id)?;
        let next = match job::find_evaluating(&services, &catalog_id, number).await {
            Ok(Some(Run::UnderWay(job))) => {
                return Ok(view::evaluating(number, &job).into_any());
            }
            Ok(Some(Run::Done(()))) => paths::version_done(&catalog_id, number, "evaluated"),
            Ok(None) => paths::version(&catalog_id, number),
            Err(error) => paths::refused(paths::version(&catalog_id, number), &error),
        };
        leptos_axum::redirect(&next);
        Ok(().into_any())
    })
}

#[derive(Default, Deserialize)]
struct Both {
    a: Option<i32>,
    b: Option<i32>,
}

/// Two versions, and how their lists differ.
pub(super) struct Compared {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) before: Version,
    pub(super) after: Version,
    /// What else there is to compare, the newest first.
    pub(super) versions: Vec<Version>,
    pub(super) differs: Differs,
}

/// What comparing came to.
pub(super) enum Differs {
    Done(Comparison),
    UnderWay(Following),
}

#[component]
pub fn ComparePage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let both = parse_query::<Both>();
    page(async move {
        actor?.require_in(&catalog_id, Right::SeeModelOrder)?;
        let (db, both) = (&services.db, both?);
        let snapshot = services.index.current(&catalog_id)?;
        let (a, b) = (both.a.unwrap_or(1), both.b.unwrap_or(1));
        let before = store::get(db, &catalog_id, a).await?;
        let after = store::get(db, &catalog_id, b).await?;
        let differs = match job::comparison(&services, &catalog_id, a, b).await? {
            Run::Done(comparison) => Differs::Done(comparison),
            Run::UnderWay(job) => Differs::UnderWay(job),
        };
        Ok(view::compare(&Compared {
            snapshot,
            before,
            after,
            versions: store::list(db, &catalog_id).await?,
            differs,
        }))
    })
}
