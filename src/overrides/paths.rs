//! Where overrides are found.

use super::api::Form;
use crate::error::AppError;
use crate::ui::page::with_error;
use crate::ui::url::Url;

pub fn list(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/overrides")
}

/// The list, which says what was saved just now.
pub fn saved(catalog_id: &str, override_id: i64) -> String {
    Url::new(list(catalog_id))
        .with("saved", override_id)
        .build()
}

/// The editor with nothing chosen.
pub fn new(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/overrides/new")
}

/// The editor, filled with a kind, an item and the anchor it was seen under.
pub fn editor(catalog_id: &str, kind: &str, item_id: &str, anchor_id: Option<&str>) -> String {
    Url::new(new(catalog_id))
        .with("kind", kind)
        .with("item", item_id)
        .with_some("anchor", anchor_id)
        .build()
}

/// The editor with every field as it was typed.
pub fn filled(catalog_id: &str, form: &Form) -> Url {
    let url = Url::new(new(catalog_id));
    fields(form).fold(url, |url, (name, value)| url.with(name, value))
}

/// The editor with every field as it was typed, which computes nothing.
pub fn without_preview(catalog_id: &str, form: &Form) -> String {
    filled(catalog_id, form).with("preview", "no").build()
}

/// The editor after a form could not be saved: with the error, and with what was typed.
pub fn refused(catalog_id: &str, form: &Form, error: &AppError) -> String {
    with_error(filled(catalog_id, form), error).build()
}

/// The fields that hold something, under the names that an address gives them.
pub fn fields(form: &Form) -> impl Iterator<Item = (&'static str, &str)> {
    [
        ("kind", &form.kind),
        ("item", &form.item),
        ("anchor", &form.anchor),
        ("scope", &form.scope),
        ("position", &form.position),
        ("for", &form.holds_for),
        ("reason", &form.reason),
        ("comment", &form.comment),
        ("days", &form.days),
    ]
    .into_iter()
    .map(|(name, value)| (name, value.as_str()))
    .filter(|(_, value)| !value.is_empty())
}
