//! Where a catalog's AI is explained.

pub fn page(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/about")
}

/// What it is bad at.
pub fn weak(catalog_id: &str) -> String {
    page(catalog_id) + "#weak"
}
