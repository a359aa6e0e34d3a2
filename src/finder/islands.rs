//! The field of the finder.

use leptos::prelude::*;

use super::api::find;
use crate::browser::combobox::Combobox;

/// A search field for the pages, views and items of one catalog.
#[island]
pub fn Finder(catalog_id: String) -> impl IntoView {
    let search = move |query: String| find(catalog_id.clone(), query);
    view! {
        <Combobox
            id="finder-q"
            label="Find an item or a page".to_owned()
            typed=String::new()
            found=Vec::new()
            search=search
            autofocus=true
        />
    }
}
