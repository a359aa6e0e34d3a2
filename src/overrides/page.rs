//! The pages: what have people changed, and the editor with its preview.
//!
//! The editor asks by its address: every field may stand there, so that a preview can be sent to a
//! colleague and what could not be saved comes back as it was typed. Saving is a form of its own
//! right beside; nothing is written before it.

use chrono::Utc;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;
use std::sync::Arc;

use super::api::Form;
use super::preview::{self, Preview};
use super::types::{DAYS, NewOverride};
use super::{paths, store, view};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::jobs::work::{Following, Order, Run};
use crate::services::Services;
use crate::ui::page::{page, parse_query};

#[derive(Deserialize)]
struct Saved {
    /// The override that was saved just now.
    saved: Option<i64>,
}

#[component]
pub fn OverridesPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let saved = parse_query::<Saved>();
    page(async move {
        let actor = actor?;
        actor.require_in(&catalog_id, Right::Read)?;
        let snapshot = services.index.current(&catalog_id)?;
        let overrides = store::list(&services.db, &actor, &catalog_id, Utc::now()).await?;
        Ok(view::list(&snapshot, &actor, overrides, saved?.saved))
    })
}

#[derive(Deserialize)]
struct Search {
    q: Option<String>,
    /// `no`: whoever asks has cancelled it.
    preview: Option<String>,
}

/// What trying an override out came to.
pub(super) enum Tried {
    Done(Preview),
    UnderWay(Following),
    Cancelled,
}

/// Everything that the editor shows.
pub(super) struct Editor {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) may_for_all: bool,
    pub(super) form: Form,
    pub(super) typed: String,
    /// None as long as no item is chosen.
    pub(super) preview: Option<Result<Tried, AppError>>,
}

#[component]
pub fn OverrideEditor() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let form = parse_query::<Form>();
    let search = parse_query::<Search>();
    page(async move {
        let actor = actor?;
        actor.require_in(&catalog_id, Right::OverrideForMe)?;
        let snapshot = services.index.current(&catalog_id)?;
        let may_for_all = actor.may(Right::OverrideForAll);
        let form = with_defaults(form?, may_for_all);
        let search = search?;
        let is_wanted = search.preview.as_deref() != Some("no");
        let preview = if form.item.is_empty() {
            None
        } else {
            Some(try_out(&services, &snapshot, &actor, &form, is_wanted).await)
        };
        Ok(view::editor(&Editor {
            snapshot,
            may_for_all,
            form,
            typed: search.q.unwrap_or_default(),
            preview,
        }))
    })
}

fn with_defaults(form: Form, may_for_all: bool) -> Form {
    let or = |text: String, default: &str| {
        if text.is_empty() {
            default.to_owned()
        } else {
            text
        }
    };
    let kind = or(form.kind, "block");
    let (scope, reason) = (
        if form.anchor.is_empty() {
            // Without an anchor there is nothing narrower than the catalog.
            "catalog".to_owned()
        } else {
            or(form.scope, "item")
        },
        if kind == "pin" {
            "business"
        } else {
            "irrelevant"
        },
    );
    Form {
        kind,
        scope,
        position: or(form.position, "1"),
        holds_for: or(form.holds_for, if may_for_all { "all" } else { "me" }),
        reason: or(form.reason, reason),
        days: or(form.days, &DAYS.to_string()),
        ..form
    }
}

async fn try_out(
    services: &Services,
    snapshot: &Arc<Snapshot>,
    actor: &Actor,
    form: &Form,
    is_wanted: bool,
) -> Result<Tried, AppError> {
    let now = Utc::now();
    let new = NewOverride::parse(form.draft(snapshot, now)?, actor, now)?;
    preview::rule(snapshot, &new, now)?;
    if !is_wanted {
        return Ok(Tried::Cancelled);
    }
    let catalog_id = &snapshot.catalog.id;
    let order = Order {
        key: format!(
            "{}\n{}",
            actor.key(),
            paths::filled(catalog_id, form).build()
        ),
        unit: "lists compared",
        back: paths::without_preview(catalog_id, form),
    };
    let (services, snapshot, actor) = (services.clone(), snapshot.clone(), actor.clone());
    let (lists, jobs) = (services.lists, services.jobs);
    let compare =
        |meter| async move { preview::preview(&lists, snapshot, &actor, &new, now, meter).await };
    Ok(match jobs.run(order, compare).await? {
        Run::Done(preview) => Tried::Done(preview),
        Run::UnderWay(job) => Tried::UnderWay(job),
    })
}
