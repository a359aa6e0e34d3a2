//! Where a catalog's imports are found.

use crate::ui::url::Url;

pub fn page(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/data")
}

/// The page with the rows that one import could not take.
pub fn quarantine(catalog_id: &str, batch_id: i64) -> String {
    Url::new(page(catalog_id)).with("import", batch_id).build() + "#quarantine"
}
