//! Where catalogs are made.

use crate::error::AppError;
use crate::ui::page::with_error;
use crate::ui::url::Url;

pub const NEW: &str = "/catalogs/new";

/// The form after the catalog could not be made, with what was typed.
pub fn refused(typed: &[(&str, &str)], error: &AppError) -> String {
    let given = typed.iter().filter(|(_, value)| !value.is_empty());
    let url = given.fold(Url::new(NEW), |url, (name, value)| url.with(name, value));
    with_error(url, error).build()
}
