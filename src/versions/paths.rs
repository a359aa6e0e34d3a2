//! Where versions of the model are found.

use super::api::Form;
use crate::error::AppError;
use crate::ui::page::with_error;
use crate::ui::url::Url;

/// Which model answers, and every version.
pub fn list(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/models")
}

/// The list, which says what was done just now.
pub fn done(catalog_id: &str, what: &str) -> String {
    Url::new(list(catalog_id)).with("done", what).build()
}

/// One version.
pub fn version(catalog_id: &str, number: i32) -> String {
    format!("/catalogs/{catalog_id}/models/{number}")
}

/// One version, which says what was done just now.
pub fn version_done(catalog_id: &str, number: i32, what: &str) -> String {
    Url::new(version(catalog_id, number))
        .with("done", what)
        .build()
}

/// A version after something could not be done.
pub fn refused(path: String, error: &AppError) -> String {
    with_error(Url::new(path), error).build()
}

/// Where training is begun and followed.
pub fn training(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/models/train")
}

/// Where measuring a version is followed.
pub fn evaluating(catalog_id: &str, number: i32) -> String {
    format!("/catalogs/{catalog_id}/models/{number}/evaluation")
}

/// Two versions side by side.
pub fn compare(catalog_id: &str, before: i32, after: i32) -> String {
    Url::new(format!("/catalogs/{catalog_id}/models/compare"))
        .with("a", before)
        .with("b", after)
        .build()
}

/// The page that trains, after a form could not be taken: with the error and what was typed.
pub fn refused_training(catalog_id: &str, form: &Form, error: &AppError) -> String {
    let fields = form.fields().into_iter();
    let typed = fields.filter(|(_, value)| !value.is_empty());
    let url = typed.fold(Url::new(training(catalog_id)), |url, (name, value)| {
        url.with(name, value)
    });
    with_error(url, error).build()
}
