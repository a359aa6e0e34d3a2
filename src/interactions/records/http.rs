//! Putting records of items.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{DefaultBodyLimit, Request, State};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store;
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::interactions::formats::read_item;
use crate::interactions::posted::http::BODY_MOST;
use crate::interactions::posted::read::{Rejected, read};
use crate::services::Services;
use crate::wire::read::{InCatalog, MIB, Place, body};

pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::default()
        .routes(routes!(put))
        .layer(DefaultBodyLimit::max(BODY_MOST))
}

/// What an item is. Numbers are taken for texts. A record replaces the one before as a whole: a
/// field that is absent is empty afterwards.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "records are read one by one, so that a bad one refuses no other"
)]
struct ItemRecord {
    /// The catalog's own id.
    #[schema(max_length = 200)]
    item_id: String,
    /// What people read; the id where it is absent.
    #[schema(max_length = 2000)]
    title: Option<String>,
    /// The primary category; the first of `categories` where it is absent.
    #[schema(max_length = 2000)]
    category: Option<String>,
    /// All categories, or those beside the primary one.
    categories: Option<Vec<String>>,
    /// Whether it may be suggested; true where it is absent.
    available: Option<bool>,
    /// The address of its picture.
    #[schema(max_length = 2000)]
    image: Option<String>,
    /// The address of its page.
    #[schema(max_length = 2000)]
    link: Option<String>,
}

/// What became of the records.
#[derive(Serialize, ToSchema)]
#[schema(as = PutItems)]
struct Put {
    /// Items whose record is new or says something else than before.
    accepted: usize,
    /// Records that change nothing: the item's record says the same already, or another of the
    /// same item comes later in the body.
    unchanged: usize,
    /// Records that can't be taken; the others are.
    rejected: Vec<Rejected>,
    /// Answers whose watermark is at least this show the records.
    change: i64,
}

/// Puts records of items.
///
/// A JSON array, or one object a line (NDJSON); at most 10,000 records and 8 MiB. Of several
/// records of one item the last holds. The answer comes when the records are stored for good; pages
/// and answers show them within a second. Records that are sent again change nothing. An item that
/// nobody chose yet is found and shown, and recommended to nobody.
#[utoipa::path(
    put,
    path = "/catalogs/{catalog}/items",
    tag = "Items",
    operation_id = "put_items",
    params(InCatalog),
    request_body(
        description = "An array of records, or one a line.",
        content(
            (
                Vec<ItemRecord> = "application/json",
                example = json!([
                    { "item_id": "i02", "title": "Rye bread", "category": "Bakery" },
                    { "item_id": "i03", "title": "Butter", "categories": ["Dairy", "Breakfast"] }
                ])
            ),
            (ItemRecord = "application/x-ndjson"),
        ),
    ),
    extensions(("x-right" = json!(Right::DescribeItems)), ("x-body-mib" = json!(BODY_MOST / MIB))),
    responses((status = 200, description = "What became of the records.", body = Put)),
)]
async fn put(
    actor: Actor,
    State(services): State<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
    request: Request,
) -> Result<Json<Put>, AppError> {
    actor.require_in(&catalog_id, Right::DescribeItems)?;
    let sent = body(request, &services, BODY_MOST).await?;
    let body = read(&sent, read_item)?;
    let rows = body.rows.len();
    let mut records = BTreeMap::new();
    for record in body.rows {
        records.insert(record.item_id.clone(), record);
    }
    let stored = store::put(&services.db, &actor, &catalog_id, records)
        .await?
        .ok_or_else(|| AppError::not_found(format!("The catalog “{catalog_id}”")))?;
    Ok(Json(Put {
        accepted: stored.accepted,
        unchanged: rows - stored.accepted,
        rejected: body.rejected,
        change: stored.change,
    }))
}
