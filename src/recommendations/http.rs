//! Lists for programs.

use axum::Json;
use axum::extract::State;
use chrono::Utc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ask;
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::lists::types::List;
use crate::services::Services;
use crate::wire::read::{Asked, InCatalog, Place};

pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::default().routes(routes!(list))
}

/// Asks for a list of recommendations.
///
/// For items (`item`, as often as there are items), for what a user chose (`user`) or for a basket
/// (`basket`): one of the three. The list is resolved by the same rules as on the pages, with the
/// overrides in force for everyone and for whoever asks. Reading it writes nothing; its `list_id`
/// is a signed receipt, to be cited in feedback and flags. A list has no `ETag`: it names the moment
/// at which it was made, and overrides, flags and dismissals change it without a new version.
///
/// Asking for a user or a basket needs the right to see users (an analyst, curator, model owner or
/// admin) or a token of an application; `raw=true` the right to see the model's order.
#[utoipa::path(
    get,
    path = "/catalogs/{catalog}/recommendations",
    tag = "Recommendations",
    operation_id = "recommend",
    params(InCatalog, ask::Query),
    extensions(("x-right" = json!(Right::AskForLists))),
    responses((status = 200, description = "The list.", body = List)),
)]
async fn list(
    actor: Actor,
    State(services): State<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
    Asked(query): Asked<ask::Query>,
) -> Result<Json<List>, AppError> {
    actor.require_in(&catalog_id, Right::AskForLists)?;
    let ask = query.ask(&actor)?.ok_or_else(|| {
        AppError::invalid(
            "item",
            "Say what the list is for: item=… (as often as there are items), user=… or basket=….",
        )
    })?;
    let snapshot = services.index.current(&catalog_id)?;
    let lists = &services.lists;
    let list = lists.resolve(&snapshot, &actor, ask, Utc::now()).await?;
    Ok(Json(list))
}
