//! Flags for programs.

use axum::Json;
use axum::extract::State as Held;
use axum::http::StatusCode;
use chrono::Utc;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store;
use super::types::{Draft, Flag, NewDecision, NewFlag, State};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::services::{Sent, Services};
use crate::wire::page::Paging;
use crate::wire::read::{Asked, InCatalog, Numbered, Place};

pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(create))
        .routes(routes!(show))
        .routes(routes!(withdraw))
        .routes(routes!(decide))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Flags in this state alone; without it all of them.
    #[param(value_type = Option<State>, inline)]
    state: Option<String>,
}

/// A page of flags.
#[derive(Serialize, ToSchema)]
struct Flags {
    /// The open ones first, then the newest.
    flags: Vec<Flag>,
    /// The `cursor` of the next page; null on the last.
    next: Option<String>,
}

/// Lists flags.
///
/// The open ones first, then the newest. Who may not see users reads of a flag on the list of a
/// user or a basket neither whose it was nor what they chose.
#[utoipa::path(
    get,
    path = "/catalogs/{catalog}/flags",
    tag = "Flags",
    operation_id = "list_flags",
    params(InCatalog, Filter, Paging),
    extensions(("x-right" = json!(Right::Read))),
    responses((status = 200, description = "A page of flags.", body = Flags)),
)]
async fn list(
    actor: Actor,
    Held(services): Held<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
    Asked(filter): Asked<Filter>,
    Asked(paging): Asked<Paging>,
) -> Result<Json<Flags>, AppError> {
    actor.require_in(&catalog_id, Right::Read)?;
    services.index.current(&catalog_id)?;
    let state = State::asked(filter.state.as_deref())?;
    let page = store::page(&services.db, &actor, &catalog_id, state, &paging).await?;
    Ok(Json(Flags {
        flags: page.rows,
        next: page.next,
    }))
}

/// Shows one flag.
///
/// With what was seen when it was sent, and with the decision on it.
#[utoipa::path(
    get,
    path = "/catalogs/{catalog}/flags/{id}",
    tag = "Flags",
    operation_id = "show_flag",
    params(Numbered),
    extensions(("x-right" = json!(Right::Read))),
    responses((status = 200, description = "The flag.", body = Flag)),
)]
async fn show(
    actor: Actor,
    Held(services): Held<Services>,
    Place(Numbered {
        catalog: catalog_id,
        id,
    }): Place<Numbered>,
) -> Result<Json<Flag>, AppError> {
    actor.require_in(&catalog_id, Right::Read)?;
    Ok(Json(
        store::get(&services.db, &actor, &catalog_id, id).await?,
    ))
}

/// Flags a suggestion.
///
/// The flag keeps what was seen, goes to review, and hides the suggestion from whoever sent it.
#[utoipa::path(
    post,
    path = "/catalogs/{catalog}/flags",
    tag = "Flags",
    operation_id = "send_flag",
    params(InCatalog),
    request_body = Draft,
    extensions(("x-right" = json!(Right::Flag))),
    responses((status = 201, description = "Kept for review.", body = Flag)),
)]
async fn create(
    actor: Actor,
    Held(services): Held<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
    Sent(draft): Sent<Draft>,
) -> Result<(StatusCode, Json<Flag>), AppError> {
    let Services {
        db, index, lists, ..
    } = &services;
    let new = NewFlag::parse(draft, &actor, &catalog_id, index, lists).await?;
    let id = store::insert(db, &actor, &catalog_id, &new, Utc::now()).await?;
    let kept = store::get(db, &actor, &catalog_id, id).await?;
    Ok((StatusCode::CREATED, Json(kept)))
}

/// Takes one's own flag back.
///
/// What it hid is shown again. A flag that was decided stays decided.
#[utoipa::path(
    delete,
    path = "/catalogs/{catalog}/flags/{id}",
    tag = "Flags",
    operation_id = "withdraw_flag",
    params(Numbered),
    extensions(("x-right" = json!(Right::Flag))),
    responses((status = 204, description = "Taken back.")),
)]
async fn withdraw(
    actor: Actor,
    Held(services): Held<Services>,
    Place(Numbered {
        catalog: catalog_id,
        id,
    }): Place<Numbered>,
) -> Result<StatusCode, AppError> {
    actor.require_in(&catalog_id, Right::Flag)?;
    store::withdraw(&services.db, &actor, &catalog_id, id, Utc::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Decides a flag.
///
/// Deciding closes the flag and tells its author, on the page of flags and here. It changes no list
/// by itself: an override does. A flag is decided once. The same decision again is answered with
/// the flag as it stands; another one, or one on a flag that was taken back, is a conflict.
#[utoipa::path(
    post,
    path = "/catalogs/{catalog}/flags/{id}/decision",
    tag = "Flags",
    operation_id = "decide_flag",
    params(Numbered),
    request_body = NewDecision,
    extensions(("x-right" = json!(Right::DecideFlags))),
    responses(
        (status = 200, description = "The flag with its decision.", body = Flag),
        (status = 409, description = "Somebody decided otherwise, or the flag was taken back."),
    ),
)]
async fn decide(
    actor: Actor,
    Held(services): Held<Services>,
    Place(Numbered {
        catalog: catalog_id,
        id,
    }): Place<Numbered>,
    Sent(new): Sent<NewDecision>,
) -> Result<Json<Flag>, AppError> {
    actor.require_in(&catalog_id, Right::DecideFlags)?;
    let new = new.parse()?;
    let decided = store::decide(&services.db, &actor, &catalog_id, id, &new, Utc::now()).await?;
    Ok(Json(decided))
}
