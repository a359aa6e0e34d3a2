//! Versions of the model for programs.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::Utc;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::compare::{self, Comparison};
use super::types::{Move, Service, Stage, Version, Wanted, surface, text};
use super::{answers, job, store, training};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::evaluation::trial::Split;
use crate::jobs::meter::Meter;
use crate::models::recipe::Recipe;
use crate::services::{Sent, Services};
use crate::wire::read::{Asked, InCatalog, Place, whole_number};

pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(services))
        .routes(routes!(roll_back))
        .routes(routes!(show))
        .routes(routes!(move_to))
        .routes(routes!(promote))
}

/// The calls that answer when their work is done, which may take minutes.
pub fn slow_router() -> OpenApiRouter<Services> {
    OpenApiRouter::default()
        .routes(routes!(train))
        .routes(routes!(evaluate))
        .routes(routes!(differ))
}

/// Which version of which catalog.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct InModel {
    /// The catalog's id.
    catalog: String,
    /// The version's number.
    #[param(minimum = 1, example = 2)]
    number: i32,
}

/// The versions of a catalog's model.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelVersions)]
struct Versions {
    /// The newest first: the newest 200 and those that answer.
    versions: Vec<Version>,
}

/// Lists versions of the model.
///
/// What each was trained from, how good it was found to be, and where it answers now.
#[utoipa::path(
    get,
    path = "/catalogs/{catalog}/models",
    tag = "Models",
    operation_id = "list_models",
    params(InCatalog),
    extensions(("x-right" = json!(Right::Read))),
    responses((status = 200, description = "The versions.", body = Versions)),
)]
async fn list(
    actor: Actor,
    State(server): State<Services>,
    Place(InCatalog { catalog }): Place<InCatalog>,
) -> Result<Json<Versions>, AppError> {
    actor.require_in(&catalog, Right::Read)?;
    server.index.current(&catalog)?;
    let versions = store::list(&server.db, &catalog).await?;
    Ok(Json(Versions { versions }))
}

/// One version with its life.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelLife)]
struct Life {
    /// The version.
    version: Version,
    /// The stages it went through, the newest first.
    moves: Vec<Move>,
}

/// Shows one version of the model.
///
/// With the stages it went through and who moved it.
#[utoipa::path(
    get,
    path = "/catalogs/{catalog}/models/{number}",
    tag = "Models",
    operation_id = "show_model",
    params(InModel),
    extensions(("x-right" = json!(Right::Read))),
    responses((status = 200, description = "The version.", body = Life)),
)]
async fn show(
    actor: Actor,
    State(server): State<Services>,
    Place(InModel { catalog, number }): Place<InModel>,
) -> Result<Json<Life>, AppError> {
    actor.require_in(&catalog, Right::Read)?;
    server.index.current(&catalog)?;
    let version = store::get(&server.db, &catalog, number).await?;
    let moves = store::moves(&server.db, version.version_id).await?;
    Ok(Json(Life { version, moves }))
}

/// What to train.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(
    as = NewModel,
    example = json!({ "recipe": null, "split": "items", "note": "For the panel on the start page." })
)]
struct Draft {
    /// How its weights come about; null, or left out, for the ridge with parameters chosen by hidden
    /// training rows. The live table is not trained.
    recipe: Option<Recipe>,
    /// How choices are held back to measure it.
    #[serde(default = "by_item")]
    split: Split,
    /// What it is for, and where it must not be used; at most 2,000 characters.
    #[serde(default)]
    note: String,
}

fn by_item() -> Split {
    Split::Items
}

/// Trains a version.
///
/// Chooses parameters and measures on choices that are held back, then learns from all of them; the
/// answer comes when that is done: seconds, for ten million choices two minutes. What is trained is
/// a draft and answers nowhere yet.
#[utoipa::path(
    post,
    path = "/catalogs/{catalog}/models",
    tag = "Models",
    operation_id = "train_model",
    params(InCatalog),
    request_body = Draft,
    extensions(("x-right" = json!(Right::ManageModels))),
    responses((status = 201, description = "Trained.", body = Version)),
)]
async fn train(
    actor: Actor,
    State(server): State<Services>,
    Place(InCatalog { catalog }): Place<InCatalog>,
    Sent(draft): Sent<Draft>,
) -> Result<(StatusCode, Json<Version>), AppError> {
    actor.require_in(&catalog, Right::ManageModels)?;
    if draft.recipe == Some(Recipe::Live) {
        return Err(AppError::invalid(
            "recipe",
            "The live table is version 1 of every catalog and is not trained.",
        ));
    }
    if let Some(recipe) = &draft.recipe {
        job::check(recipe)?;
    }
    let wanted = Wanted {
        recipe: draft.recipe,
        split: draft.split,
        note: text("note", &draft.note)?,
    };
    let number = training::train(&server, &actor, &catalog, wanted, Meter::default()).await?;
    let version = store::get(&server.db, &catalog, number).await?;
    Ok((StatusCode::CREATED, Json(version)))
}

/// How to measure.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewModelEvaluation, example = json!({ "split": "time" }))]
struct Measuring {
    /// How choices are held back.
    split: Split,
}

/// Measures a version anew.
///
/// Its recipe learns from the newest table without what is held back, and is asked for that. The
/// answer comes when it is done.
#[utoipa::path(
    post,
    path = "/catalogs/{catalog}/models/{number}/evaluation",
    tag = "Models",
    operation_id = "evaluate_model",
    params(InModel),
    request_body = Measuring,
    extensions(("x-right" = json!(Right::ManageModels))),
    responses((status = 200, description = "The version with its new evaluation.", body = Version)),
)]
async fn evaluate(
    actor: Actor,
    State(server): State<Services>,
    Place(InModel { catalog, number }): Place<InModel>,
    Sent(measuring): Sent<Measuring>,
) -> Result<Json<Version>, AppError> {
    actor.require_in(&catalog, Right::ManageModels)?;
    let (split, meter) = (measuring.split, Meter::default());
    training::evaluate(&server, &actor, &catalog, number, split, meter).await?;
    Ok(Json(store::get(&server.db, &catalog, number).await?))
}

/// A move to another stage.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewModelMove, example = json!({ "stage": "candidate", "reason": "" }))]
struct Moving {
    /// `candidate` or `retired`.
    stage: Stage,
    /// Why; at most 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// Moves a version to another stage.
///
/// A draft or a retired version becomes a candidate, which may answer; any that does not answer is
/// retired. Into production it goes by `promote_model`.
#[utoipa::path(
    post,
    path = "/catalogs/{catalog}/models/{number}/stage",
    tag = "Models",
    operation_id = "move_model",
    params(InModel),
    request_body = Moving,
    extensions(("x-right" = json!(Right::ManageModels))),
    responses((status = 200, description = "The version as it is now.", body = Version)),
)]
async fn move_to(
    actor: Actor,
    State(server): State<Services>,
    Place(InModel { catalog, number }): Place<InModel>,
    Sent(moving): Sent<Moving>,
) -> Result<Json<Version>, AppError> {
    actor.require_in(&catalog, Right::ManageModels)?;
    server.index.current(&catalog)?;
    let reason = text("reason", &moving.reason)?;
    store::move_to(&server.db, &actor, &catalog, number, moving.stage, &reason).await?;
    Ok(Json(store::get(&server.db, &catalog, number).await?))
}

/// Where a version shall answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewModelService, example = json!({ "surfaces": ["user"], "reason": "" }))]
struct Promoting {
    /// `item`, `basket` and `user` are the lists for those anchors, the empty name is every place
    /// without a version of its own, any other is a place that programs name.
    #[schema(min_items = 1, max_items = 50)]
    surfaces: Vec<String>,
    /// Why; at most 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// Puts a candidate into production.
///
/// On each surface one version answers: what answered there before steps back and is a candidate
/// again where it answers nowhere else.
#[utoipa::path(
    post,
    path = "/catalogs/{catalog}/models/{number}/promote",
    tag = "Models",
    operation_id = "promote_model",
    params(InModel),
    request_body = Promoting,
    extensions(("x-right" = json!(Right::ManageModels))),
    responses((status = 200, description = "The version as it is now.", body = Version)),
)]
async fn promote(
    actor: Actor,
    State(server): State<Services>,
    Place(InModel { catalog, number }): Place<InModel>,
    Sent(promoting): Sent<Promoting>,
) -> Result<Json<Version>, AppError> {
    actor.require_in(&catalog, Right::ManageModels)?;
    server.index.current(&catalog)?;
    if promoting.surfaces.len() > 50 {
        return Err(AppError::invalid(
            "surfaces",
            "Name at most 50 surfaces at once.",
        ));
    }
    let names = promoting.surfaces.iter().map(|name| surface(name));
    let surfaces = names.collect::<Result<Vec<_>, _>>()?;
    let reason = text("reason", &promoting.reason)?;
    answers::promote(&server.db, &actor, &catalog, number, &surfaces, &reason).await?;
    Ok(Json(store::get(&server.db, &catalog, number).await?))
}

/// Which surface to roll back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRollBack, example = json!({ "surface": "user", "reason": "" }))]
struct RollingBack {
    /// As a version names it.
    surface: String,
    /// Why; at most 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// Rolls a surface back.
///
/// To the version that answered there before, with exactly the lists of then for the choices of now;
/// or, where none did, to what answers everywhere else.
#[utoipa::path(
    post,
    path = "/catalogs/{catalog}/models/roll-back",
    tag = "Models",
    operation_id = "roll_back_model",
    params(InCatalog),
    request_body = RollingBack,
    extensions(("x-right" = json!(Right::ManageModels))),
    responses((status = 200, description = "The version that answers now.", body = Version)),
)]
async fn roll_back(
    actor: Actor,
    State(server): State<Services>,
    Place(InCatalog { catalog }): Place<InCatalog>,
    Sent(back): Sent<RollingBack>,
) -> Result<Json<Version>, AppError> {
    actor.require_in(&catalog, Right::ManageModels)?;
    server.index.current(&catalog)?;
    let reason = text("reason", &back.reason)?;
    let number = answers::roll_back(&server.db, &actor, &catalog, &back.surface, &reason).await?;
    Ok(Json(store::get(&server.db, &catalog, number).await?))
}

/// Which version answered where.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelServices)]
struct Answered {
    /// The newest first: the newest 200 and those without an end, which answer now.
    services: Vec<Service>,
}

/// Tells which version answered where.
///
/// Each surface has one at a time; those without an end answer now.
#[utoipa::path(
    get,
    path = "/catalogs/{catalog}/models/services",
    tag = "Models",
    operation_id = "list_model_services",
    params(InCatalog),
    extensions(("x-right" = json!(Right::Read))),
    responses((status = 200, description = "The times of service.", body = Answered)),
)]
async fn services(
    actor: Actor,
    State(server): State<Services>,
    Place(InCatalog { catalog }): Place<InCatalog>,
) -> Result<Json<Answered>, AppError> {
    actor.require_in(&catalog, Right::Read)?;
    server.index.current(&catalog)?;
    let services = answers::services(&server.db, &catalog).await?;
    Ok(Json(Answered { services }))
}

/// Which versions to compare.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Both {
    /// The number of one version.
    #[param(value_type = i32, minimum = 1, example = 1, required)]
    a: Option<String>,
    /// The number of the other.
    #[param(value_type = i32, minimum = 1, example = 1, required)]
    b: Option<String>,
}

/// Compares the lists of two versions.
///
/// How many change, how much, and which the most; on the newest table. Takes as long as two lists for
/// every item.
#[utoipa::path(
    get,
    path = "/catalogs/{catalog}/models/compare",
    tag = "Models",
    operation_id = "compare_models",
    params(InCatalog, Both),
    extensions(("x-right" = json!(Right::SeeModelOrder))),
    responses((status = 200, description = "The comparison.", body = Comparison)),
)]
async fn differ(
    actor: Actor,
    State(server): State<Services>,
    Place(InCatalog { catalog }): Place<InCatalog>,
    Asked(both): Asked<Both>,
) -> Result<Json<Comparison>, AppError> {
    actor.require_in(&catalog, Right::SeeModelOrder)?;
    let number = |field: &'static str, typed: &Option<String>| {
        let number = whole_number(field, typed.as_deref(), 1, i32::MAX as u32)?;
        let number = number.ok_or_else(|| {
            AppError::invalid(
                field,
                format!("Name two versions by a=… and b=…: “{field}” is missing."),
            )
        })?;
        Ok::<_, AppError>(number as i32)
    };
    let (a, b) = (number("a", &both.a)?, number("b", &both.b)?);
    let snapshot = server.index.current(&catalog)?;
    let (lists, meter) = (&server.lists, Meter::default());
    let comparison = compare::compare(lists, snapshot, a, b, Utc::now(), meter).await?;
    Ok(Json(comparison))
}
