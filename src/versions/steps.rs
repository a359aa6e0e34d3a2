//! The steps that people take with a version, from what a form sends: who, what, and what then.

use super::types::{Stage, surface, text};
use super::{answers, store};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::services::Services;

/// Whoever may, and where.
fn allowed(catalog_id: &str) -> Result<(Actor, Services), AppError> {
    let actor = Actor::current()?;
    actor.require_in(catalog_id, Right::ManageModels)?;
    let services = Services::current();
    services.index.current(catalog_id)?;
    Ok((actor, services))
}

/// The stage that is asked for.
pub(super) fn stage(typed: &str) -> Result<Stage, AppError> {
    Stage::parse(typed).ok_or_else(|| {
        let stages = Stage::ALL.map(Stage::code).join(", ");
        AppError::invalid(
            "stage",
            format!("“{typed}” is no stage; choose one of {stages}."),
        )
    })
}

pub(super) async fn move_to(
    catalog_id: &str,
    number: i32,
    typed: &str,
    reason: &str,
) -> Result<(), AppError> {
    let (actor, services) = allowed(catalog_id)?;
    let (stage, reason) = (stage(typed)?, text("reason", reason)?);
    store::move_to(&services.db, &actor, catalog_id, number, stage, &reason).await
}

pub(super) async fn promote(
    catalog_id: &str,
    number: i32,
    ticked: Vec<String>,
    named: &str,
    reason: &str,
) -> Result<(), AppError> {
    let (actor, services) = allowed(catalog_id)?;
    let named = surface(named)?;
    let named = (!named.is_empty()).then_some(named);
    let surfaces: Vec<String> = ticked.into_iter().chain(named).collect();
    let reason = text("reason", reason)?;
    answers::promote(&services.db, &actor, catalog_id, number, &surfaces, &reason).await
}

pub(super) async fn roll_back(
    catalog_id: &str,
    surface: &str,
    reason: &str,
) -> Result<i32, AppError> {
    let (actor, services) = allowed(catalog_id)?;
    let reason = text("reason", reason)?;
    answers::roll_back(&services.db, &actor, catalog_id, surface, &reason).await
}

pub(super) async fn own(catalog_id: &str, number: i32, note: &str) -> Result<(), AppError> {
    let (actor, services) = allowed(catalog_id)?;
    let note = text("note", note)?;
    store::own(&services.db, &actor, catalog_id, number, &note).await
}
