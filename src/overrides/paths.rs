//! Where overrides are found.

use crate::ui::url::Url;

pub fn list(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/overrides")
}

/// The editor, filled with a kind, an item and the anchor it was seen under.
pub fn editor(catalog_id: &str, kind: &str, item_id: &str, anchor_id: Option<&str>) -> String {
    Url::new(format!("/catalogs/{catalog_id}/overrides/new"))
        .with("kind", kind)
        .with("item", item_id)
        .with_some("anchor", anchor_id)
        .build()
}
