//! Where a catalog's settings are found.

use super::form::Form;
use crate::error::AppError;
use crate::ui::page::with_error;
use crate::ui::url::Url;

pub fn page(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/settings")
}

/// What a change would do.
pub fn preview(catalog_id: &str) -> String {
    format!("{}/preview", page(catalog_id))
}

/// The preview of a filled form.
pub fn preview_of(catalog_id: &str, form: &Form) -> String {
    filled(preview(catalog_id), form).build()
}

/// The form as it was filled.
pub fn form(catalog_id: &str, form: &Form) -> String {
    filled(page(catalog_id), form).build()
}

/// The page, which says what a change did.
pub fn saved(catalog_id: &str, change: i64) -> String {
    Url::new(page(catalog_id)).with("saved", change).build()
}

/// The page after a change could not be saved.
pub fn refused(catalog_id: &str, error: &AppError) -> String {
    with_error(Url::new(page(catalog_id)), error).build()
}

fn filled(path: String, form: &Form) -> Url {
    form.fields()
        .into_iter()
        .fold(Url::new(path), |url, (name, value)| url.with(name, value))
}
