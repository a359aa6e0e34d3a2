//! What the pages of the model send: train, measure, move, promote, roll back, answer for.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// The fields of the page that trains, as a form sends them and as its address keeps them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// `tuned`, `ridge` or `neighbours`.
    #[serde(alias = "form[kind]")]
    pub kind: String,
    /// Of the ridge; empty for infinite.
    #[serde(alias = "form[rho]")]
    pub rho: String,
    #[serde(alias = "form[gamma]")]
    pub gamma: String,
    #[serde(alias = "form[tau]")]
    pub tau: String,
    /// Of nearest neighbours.
    #[serde(alias = "form[own]")]
    pub own: String,
    #[serde(alias = "form[popularity]")]
    pub popularity: String,
    #[serde(alias = "form[damping]")]
    pub damping: String,
    #[serde(alias = "form[basket_size]")]
    pub basket_size: String,
    /// In days; empty for none.
    #[serde(alias = "form[half_life]")]
    pub half_life: String,
    /// Of both.
    #[serde(alias = "form[neighbours]")]
    pub neighbours: String,
    /// `owners`, `items` or `time`.
    #[serde(alias = "form[split]")]
    pub split: String,
    #[serde(alias = "form[note]")]
    pub note: String,
}

/// Begins to train a version and goes on to the page that follows it; back to the form, with nothing
/// that was typed lost, where it can't begin.
#[server(prefix = "/actions", endpoint = "train-version")]
pub async fn train_version(catalog_id: String, form: Form) -> Result<(), AppError> {
    use super::{job, paths};
    let begin = async {
        let actor = crate::accounts::types::Actor::current()?;
        let services = crate::services::Services::current();
        job::train(&services, &actor, &catalog_id, &form).await
    };
    let begun = begin.await;
    let next = match &begun {
        Ok(Some(number)) => paths::version_done(&catalog_id, *number, "trained"),
        Ok(None) => paths::training(&catalog_id),
        Err(error) => paths::refused_training(&catalog_id, &form, error),
    };
    leptos_axum::redirect(&next);
    begun.map(|_| ())
}

/// Begins to measure a version and goes on to the page that follows it.
#[server(prefix = "/actions", endpoint = "evaluate-version")]
pub async fn evaluate_version(
    catalog_id: String,
    number: i32,
    split: String,
) -> Result<(), AppError> {
    use super::{job, paths};
    let begin = async {
        let actor = crate::accounts::types::Actor::current()?;
        let services = crate::services::Services::current();
        job::evaluate(&services, &actor, &catalog_id, number, &split).await
    };
    let begun = begin.await;
    let next = match &begun {
        Ok(true) => paths::version_done(&catalog_id, number, "evaluated"),
        Ok(false) => paths::evaluating(&catalog_id, number),
        Err(error) => paths::refused(paths::version(&catalog_id, number), error),
    };
    leptos_axum::redirect(&next);
    begun.map(|_| ())
}

/// Moves a version to another stage: `candidate` or `retired`.
#[server(prefix = "/actions", endpoint = "move-version")]
pub async fn move_version(
    catalog_id: String,
    number: i32,
    stage: String,
    reason: String,
) -> Result<(), AppError> {
    use super::{paths, steps};
    let moved = steps::move_to(&catalog_id, number, &stage, &reason).await;
    let next = match &moved {
        Ok(()) => paths::version_done(&catalog_id, number, &stage),
        Err(error) => paths::refused(paths::version(&catalog_id, number), error),
    };
    leptos_axum::redirect(&next);
    moved
}

/// Puts a version into production on the surfaces that were ticked and on one that was named.
#[server(prefix = "/actions", endpoint = "promote-version")]
pub async fn promote_version(
    catalog_id: String,
    number: i32,
    #[server(default)] surfaces: Vec<String>,
    #[server(default)] named: String,
    reason: String,
) -> Result<(), AppError> {
    use super::{paths, steps};
    let promoted = steps::promote(&catalog_id, number, surfaces, &named, &reason).await;
    let next = match &promoted {
        Ok(()) => paths::version_done(&catalog_id, number, "promoted"),
        Err(error) => paths::refused(paths::version(&catalog_id, number), error),
    };
    leptos_axum::redirect(&next);
    promoted
}

/// Puts a surface back to what answered on it before.
#[server(prefix = "/actions", endpoint = "roll-back")]
pub async fn roll_back(
    catalog_id: String,
    surface: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    use super::{paths, steps};
    let rolled = steps::roll_back(&catalog_id, &surface, &reason).await;
    let next = match &rolled {
        Ok(_) => paths::done(&catalog_id, "rolled_back"),
        Err(error) => paths::refused(paths::list(&catalog_id), error),
    };
    leptos_axum::redirect(&next);
    rolled.map(|_| ())
}

/// Has whoever sends it answer for a version from now on, and keeps what they say it is for.
#[server(prefix = "/actions", endpoint = "own-version")]
pub async fn own_version(catalog_id: String, number: i32, note: String) -> Result<(), AppError> {
    use super::{paths, steps};
    let owned = steps::own(&catalog_id, number, &note).await;
    let next = match &owned {
        Ok(()) => paths::version_done(&catalog_id, number, "owned"),
        Err(error) => paths::refused(paths::version(&catalog_id, number), error),
    };
    leptos_axum::redirect(&next);
    owned
}
