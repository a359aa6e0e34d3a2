//! Where items are found.

use crate::ui::url::{Url, escape};

pub fn page(catalog_id: &str, item_id: &str) -> String {
    format!("/catalogs/{catalog_id}/items/{}", escape(item_id))
}

/// The page with what goes with the item in another order.
pub fn sorted(catalog_id: &str, item_id: &str, sort: &str) -> String {
    Url::new(page(catalog_id, item_id))
        .with("sort", sort)
        .build()
}
