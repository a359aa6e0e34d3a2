//! Where a catalog is deleted.

use crate::catalog::paths::HOME;
use crate::error::AppError;
use crate::ui::page::with_error;
use crate::ui::url::Url;

pub fn page(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/delete")
}

/// The first page, which says what was deleted.
pub fn done(catalog_id: &str) -> String {
    Url::new(HOME).with("deleted", catalog_id).build()
}

/// The page after it could not be done.
pub fn refused(catalog_id: &str, error: &AppError) -> String {
    with_error(Url::new(page(catalog_id)), error).build()
}
