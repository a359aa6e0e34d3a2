//! Where co-occurrence tables are found.

use super::filter::Query;
use crate::ui::url::Url;

pub fn page(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/cooccurrence")
}

/// The page, or with `api` the call, for a query.
pub fn table(catalog_id: &str, query: &Query) -> String {
    with_query(page(catalog_id), query)
}

/// All rows of a query as a file.
pub fn export(catalog_id: &str, query: &Query) -> String {
    let query = Query {
        cursor: None,
        limit: None,
        format: Some("csv".to_owned()),
        ..query.clone()
    };
    with_query(
        format!("/api/v1/catalogs/{catalog_id}/cooccurrence"),
        &query,
    )
}

fn with_query(path: String, query: &Query) -> String {
    let parameters = [
        ("level", &query.level),
        ("item", &query.item),
        ("category", &query.category),
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
        .fold(Url::new(path), |url, (name, value)| url.with(name, value))
        .build()
}
