//! Items for programs: finding them, and one by its id. Records of items are put in
//! `interactions::records`.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::types::{Actor, Right};
use crate::catalog::suggestions::numbers;
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::services::Services;
use crate::wire::page::{Page, Paging};
use crate::wire::read::{Asked, InCatalog, Place};
use crate::wire::tag::Tag;

pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::default()
        .routes(routes!(find))
        .routes(routes!(show))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// What somebody typed: words of a title in any order, the last one perhaps unfinished, one
    /// typing error in a word of four letters and two in one of eight; or an id. The best match
    /// comes first. Without it all items come, the most chosen first.
    #[serde(default)]
    #[param(required = false, default = "", example = "ham")]
    q: String,
}

/// Where the next page begins: so many items into the order of one version.
#[derive(Serialize, Deserialize)]
struct Cursor {
    change: i64,
    passed: usize,
}

/// A page of items.
#[derive(Serialize, ToSchema)]
struct Items {
    items: Vec<Item>,
    /// The version of the table that the figures come from. A cursor stays with it.
    version: String,
    /// The `cursor` of the next page; null on the last.
    next: Option<String>,
}

/// An item as its newest record describes it.
#[derive(Serialize, ToSchema)]
struct Item {
    /// The catalog's own id.
    item_id: String,
    /// The id where the data gave no title.
    title: String,
    /// The primary category.
    category: Option<String>,
    /// All categories, the primary one first.
    categories: Vec<String>,
    /// Whether it may be suggested.
    available: bool,
    /// The address of its picture.
    image: Option<String>,
    /// The address of its page.
    link: Option<String>,
    /// Baskets that hold the item.
    baskets: u32,
}

impl Item {
    fn new(snapshot: &Snapshot, number: u32) -> Self {
        let item = &snapshot.items[number as usize];
        Self {
            item_id: item.id.clone(),
            title: item.title.clone(),
            category: snapshot.category_name(number).map(ToOwned::to_owned),
            categories: item.categories.clone(),
            available: snapshot.facts[number as usize].available,
            image: item.image.clone(),
            link: item.link.clone(),
            baskets: snapshot.baskets.total(number),
        }
    }
}

/// Finds items.
///
/// Items that fit what was typed, the best first; without words all of them, the most chosen
/// first. The pages of one cursor are all of one version, whatever comes in meanwhile.
#[utoipa::path(
    get,
    path = "/catalogs/{catalog}/items",
    tag = "Items",
    operation_id = "find_items",
    params(InCatalog, Search, Paging),
    extensions(("x-right" = json!(Right::Read)), ("x-tagged" = json!(true))),
    responses((status = 200, description = "A page of items.", body = Items)),
)]
async fn find(
    actor: Actor,
    State(services): State<Services>,
    Place(InCatalog {
        catalog: catalog_id,
    }): Place<InCatalog>,
    Asked(search): Asked<Search>,
    Asked(paging): Asked<Paging>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    actor.require_in(&catalog_id, Right::Read)?;
    let most = paging.rows()?;
    let after: Option<Cursor> = paging.after()?;
    let snapshot = match &after {
        Some(cursor) => services.index.at(&catalog_id, cursor.change).await?,
        None => services.index.current(&catalog_id)?,
    };
    let version = snapshot.version();
    let passed = after.map_or(0, |cursor| cursor.passed);
    let tag = Tag::of(&[&version, &search.q, &most.to_string(), &passed.to_string()]);
    if let Some(known) = tag.known_by(&headers) {
        return Ok(known);
    }
    // One more than a page holds tells whether there is more.
    let wanted = passed.saturating_add(most as usize + 1);
    let found: Vec<u32> = numbers(&snapshot, &search.q, wanted);
    let page = Page::of(found.into_iter().skip(passed).collect(), most, |_| Cursor {
        change: snapshot.change,
        passed: passed + most as usize,
    });
    let items = page.rows.iter().map(|it| Item::new(&snapshot, *it));
    let body = Items {
        items: items.collect(),
        version,
        next: page.next,
    };
    Ok((tag.header(), Json(body)).into_response())
}

/// An item of a catalog.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OneItem {
    /// The catalog's id.
    #[param(example = "demo")]
    catalog: String,
    /// The item's id, percent-encoded.
    #[param(example = "i02")]
    item: String,
}

/// Shows one item.
///
/// The item as its newest record describes it, and in how many baskets it stands.
#[utoipa::path(
    get,
    path = "/catalogs/{catalog}/items/{item}",
    tag = "Items",
    operation_id = "show_item",
    params(OneItem),
    extensions(("x-right" = json!(Right::Read)), ("x-tagged" = json!(true))),
    responses((status = 200, description = "The item.", body = Item)),
)]
async fn show(
    actor: Actor,
    State(services): State<Services>,
    Place(OneItem { catalog, item }): Place<OneItem>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    actor.require_in(&catalog, Right::Read)?;
    let snapshot = services.index.current(&catalog)?;
    let number = snapshot.item(&item)?;
    let tag = Tag::of(&[&snapshot.version(), &item]);
    Ok(match tag.known_by(&headers) {
        Some(known) => known,
        None => (tag.header(), Json(Item::new(&snapshot, number))).into_response(),
    })
}
