//! Where recommendations are found.

use crate::lists::types::Anchor;
use crate::ui::url::Url;

pub fn page(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/recommendations")
}

/// The list for an anchor.
pub fn list(catalog_id: &str, anchor: &Anchor) -> Url {
    let url = Url::new(page(catalog_id));
    match anchor {
        Anchor::Items(ids) => ids.iter().fold(url, |url, id| url.with("item", id)),
        Anchor::User(id) => url.with("user", id),
        Anchor::Basket(id) => url.with("basket", id),
    }
}

/// The list for one item.
pub fn for_item(catalog_id: &str, item_id: &str) -> String {
    Url::new(page(catalog_id)).with("item", item_id).build()
}
