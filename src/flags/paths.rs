//! Where flags are found.

use super::types::State;
use crate::ui::url::Url;

pub fn list(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/flags")
}

/// The flags in one state, from a cursor on; all of them without a state.
pub fn page(catalog_id: &str, state: Option<State>, cursor: Option<&str>) -> String {
    Url::new(list(catalog_id))
        .with_some("state", state.map(State::code))
        .with_some("cursor", cursor)
        .build()
}
