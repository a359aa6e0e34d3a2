//! Feedback from programs and pages.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::Utc;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store::{self, Kind};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::lists::receipt::Receipt;
use crate::services::{Sent, Services};
use crate::wire::read::{InCatalog, Numbered, Place};

pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::default()
        .routes(routes!(create))
        .routes(routes!(undo))
}

/// What somebody did with a suggestion.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(
    as = NewFeedback,
    example = json!({ "list_id": "the list_id of a list", "item_id": "i02", "kind": "accept" })
)]
struct Draft {
    /// The `list_id` of the list in which it stood.
    list_id: String,
    /// The suggested item.
    item_id: String,
    /// What was done.
    kind: Kind,
}

/// Feedback that was kept.
#[derive(Serialize, ToSchema)]
#[schema(as = KeptFeedback)]
struct Created {
    /// Its number: a dismissal is undone under it.
    id: i64,
}

/// Sends feedback on a suggestion.
///
/// A dismissal hides the suggestion from whoever sent it, in lists for the same anchor, until it is
/// undone; an impression and an accept change no list.
#[utoipa::path(
    post,
    path = "/catalogs/{catalog}/feedback",
    tag = "Feedback",
    operation_id = "send_feedback",
    params(InCatalog),
    request_body = Draft,
    extensions(("x-right" = json!(Right::Respond))),
    responses((status = 201, description = "Kept.", body = Created)),
)]
async fn create(
    actor: Actor,
    State(services): State<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
    Sent(draft): Sent<Draft>,
) -> Result<(StatusCode, Json<Created>), AppError> {
    actor.require_in(&catalog_id, Right::Respond)?;
    let receipt = Receipt::read_for(&draft.list_id, &services.lists.key, &catalog_id)?;
    services.index.current(&catalog_id)?.item(&draft.item_id)?;
    let id = store::insert(
        &services.db,
        &actor,
        &receipt,
        &draft.list_id,
        &draft.item_id,
        draft.kind,
        Utc::now(),
    )
    .await?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}

/// Undoes a dismissal.
///
/// One's own; the suggestion is shown again. Undoing twice changes nothing more.
#[utoipa::path(
    delete,
    path = "/catalogs/{catalog}/feedback/{id}",
    tag = "Feedback",
    operation_id = "undo_dismissal",
    params(Numbered),
    extensions(("x-right" = json!(Right::Respond))),
    responses((status = 204, description = "Undone.")),
)]
async fn undo(
    actor: Actor,
    State(services): State<Services>,
    Place(Numbered {
        catalog: catalog_id,
        id,
    }): Place<Numbered>,
) -> Result<StatusCode, AppError> {
    actor.require_in(&catalog_id, Right::Respond)?;
    store::undo(&services.db, &actor, &catalog_id, id, Utc::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
