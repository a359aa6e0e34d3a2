//! Where saved views are found.

use crate::error::AppError;
use crate::ui::page::with_error;
use crate::ui::url::Url;

pub fn list(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/views")
}

/// The list, which says what was saved just now.
pub fn saved(catalog_id: &str, view_id: i64) -> String {
    Url::new(list(catalog_id)).with("saved", view_id).build()
}

/// The list after something could not be done, with what was typed.
pub fn refused(catalog_id: &str, typed: &[(&str, &str)], error: &AppError) -> String {
    let url = Url::new(list(catalog_id));
    let given = typed.iter().filter(|(_, value)| !value.is_empty());
    let url = given.fold(url, |url, (name, value)| url.with(name, value));
    with_error(url, error).build()
}
