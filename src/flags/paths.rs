//! Where flags are found.

pub fn list(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/flags")
}
