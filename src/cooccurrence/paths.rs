//! Where co-occurrence tables are found.

use super::compare::Sides;
use super::filter::{ALL, Query};
use super::windows::Asked;
use crate::export::Format;
use crate::ui::url::Url;

pub fn page(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/cooccurrence")
}

/// The page, or with `api` the call, for a query.
pub fn table(catalog_id: &str, query: &Query) -> String {
    with_query(page(catalog_id), query)
}

/// The page in one of its ways to look; the table where none is named.
pub fn viewed(catalog_id: &str, query: &Query, view: Option<&str>) -> String {
    let url = Url::new(page(catalog_id)).with_some("view", view);
    add(url, query).build()
}

/// The last days beside all time, in the order of one window.
pub fn recent(catalog_id: &str, query: &Query, window: &Asked) -> String {
    let url = Url::new(page(catalog_id))
        .with("view", "recent")
        .with_some("days", window.days.as_deref());
    add(url, query).build()
}

/// Two sides beside each other.
pub fn compared(catalog_id: &str, query: &Query, sides: &Sides) -> String {
    let query = Query {
        from: None,
        to: None,
        segment: None,
        ..query.clone()
    };
    let url = Url::new(page(catalog_id)).with("view", "compare");
    let fields = sides.fields().into_iter();
    let given = fields.filter_map(|(name, value)| Some((name, value.as_deref()?)));
    let given = given.filter(|(_, value)| !value.is_empty());
    let url = given.fold(url, |url, (name, value)| url.with(name, value));
    add(url, &query).build()
}

/// The rows of a query as a file: of one page, or all of them.
pub fn export(catalog_id: &str, query: &Query, format: Format, all: bool) -> String {
    let query = if all { all_of(query) } else { query.clone() };
    let query = Query {
        format: Some(format.name().to_owned()),
        ..query
    };
    with_query(call(catalog_id), &query)
}

/// What such a file says of itself.
pub fn manifest(catalog_id: &str, query: &Query) -> String {
    let url = Url::new(call(catalog_id)).with("manifest", "true");
    add(url, &all_of(query)).build()
}

fn all_of(query: &Query) -> Query {
    Query {
        cursor: None,
        limit: Some(ALL.to_owned()),
        ..query.clone()
    }
}

fn call(catalog_id: &str) -> String {
    format!("/api/v1/catalogs/{catalog_id}/cooccurrence")
}

fn with_query(path: String, query: &Query) -> String {
    add(Url::new(path), query).build()
}

fn add(url: Url, query: &Query) -> Url {
    let parameters = [
        ("level", &query.level),
        ("item", &query.item),
        ("other_item", &query.other_item),
        ("category", &query.category),
        ("other_category", &query.other_category),
        ("min_together", &query.min_together),
        ("measure", &query.measure),
        ("sort", &query.sort),
        ("from", &query.from),
        ("to", &query.to),
        ("segment", &query.segment),
        ("version", &query.version),
        ("limit", &query.limit),
        ("cursor", &query.cursor),
        ("format", &query.format),
    ];
    let given = parameters
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)));
    given
        .filter(|(_, value)| !value.is_empty())
        .fold(url, |url, (name, value)| url.with(name, value))
}
