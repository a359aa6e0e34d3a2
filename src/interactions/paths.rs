//! Where a catalog's imports are found.

pub fn page(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/data")
}
