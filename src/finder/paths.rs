//! Where the finder is without scripting.

pub fn page(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/find")
}
