//! Posting interactions.

use axum::Json;
use axum::extract::{DefaultBodyLimit, Request, State};
use chrono::Utc;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Post;
use super::read::{Rejected, read};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::interactions::formats::Objects;
use crate::services::Services;
use crate::wire::read::{InCatalog, MIB, Place, body};

/// The longest body that is read, in bytes.
pub(in crate::interactions) const BODY_MOST: usize = 8 * MIB;

pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::default()
        .routes(routes!(create))
        .layer(DefaultBodyLimit::max(BODY_MOST))
}

/// An item was chosen: by a user, in a basket, or both. Numbers are taken for texts.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "rows are read one by one, so that a bad one refuses no other"
)]
struct NewInteraction {
    /// Who chose; this or `basket_id` is there.
    #[schema(max_length = 200)]
    user_id: Option<String>,
    /// What was chosen.
    #[schema(max_length = 200)]
    item_id: String,
    /// The order or session in which it was.
    #[schema(max_length = 200)]
    basket_id: Option<String>,
    /// `view`, `click`, `purchase`, `rating` …; `choice` where it is absent.
    #[schema(max_length = 200)]
    kind: Option<String>,
    /// A rating or an amount; negative only for a rating. It never multiplies a count.
    weight: Option<f64>,
    /// When: RFC 3339 or Unix seconds, at most a day ahead. Absent: the time of its receipt.
    #[schema(value_type = Option<chrono::DateTime<Utc>>)]
    at: Option<String>,
    /// An id of the interaction itself: two rows with one id count once. Without it two rows equal
    /// in user, basket, item, kind and time are one.
    #[schema(max_length = 200)]
    id: Option<String>,
}

/// What became of the rows.
#[derive(Serialize, ToSchema)]
#[schema(as = PostedInteractions)]
struct Created {
    /// Rows that were not there before.
    accepted: usize,
    /// Rows that were: in this post, in another, or in an import.
    duplicates: usize,
    /// Rows that can't be taken; the others are.
    rejected: Vec<Rejected>,
    /// Tables and lists whose watermark is at least this count the rows.
    change: i64,
}

/// Posts interactions.
///
/// A JSON array, or one object a line (NDJSON); at most 10,000 rows and 8 MiB. The answer comes
/// when the rows are stored for good; tables and lists count them within a second. A row that is
/// sent again counts once, so that whatever got no answer can be sent again.
#[utoipa::path(
    post,
    path = "/catalogs/{catalog}/interactions",
    tag = "Interactions",
    operation_id = "post_interactions",
    params(InCatalog),
    request_body(
        description = "An array of interactions, or one a line.",
        content(
            (
                Vec<NewInteraction> = "application/json",
                example = json!([
                    { "user_id": "u1", "item_id": "i02", "kind": "purchase", "basket_id": "o-17" },
                    { "user_id": "u1", "item_id": "i03", "at": "2026-05-01T10:00:00Z" }
                ])
            ),
            (NewInteraction = "application/x-ndjson"),
        ),
    ),
    extensions(("x-right" = json!(Right::PostInteractions)), ("x-body-mib" = json!(BODY_MOST / MIB))),
    responses((status = 200, description = "What became of the rows.", body = Created)),
)]
async fn create(
    actor: Actor,
    State(services): State<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
    request: Request,
) -> Result<Json<Created>, AppError> {
    actor.require_in(&catalog_id, Right::PostInteractions)?;
    let sent = body(request, &services, BODY_MOST).await?;
    let at = Utc::now();
    let mut objects = Objects::new(at);
    let body = read(&sent, |object| objects.read(object))?;
    let post = Post {
        rows: body.rows,
        at,
    };
    let posted = services.posts.add(&actor, &catalog_id, post).await?;
    Ok(Json(Created {
        accepted: posted.accepted,
        duplicates: posted.duplicates,
        rejected: body.rejected,
        change: posted.change,
    }))
}
