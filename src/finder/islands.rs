//! The field of the finder.

use leptos::prelude::*;

use super::api::find;
use crate::browser::combobox::{Combobox, Hit};

/// A search field for the pages, views and items of one catalog; the pages are there to begin with.
#[island]
pub fn Finder(catalog_id: String, pages: Vec<Hit>) -> impl IntoView {
    let search = move |query: String| find(catalog_id.clone(), query);
    view! {
        <Combobox
            id="finder-q"
            label="Find an item or a page".to_owned()
            typed=String::new()
            found=pages
            search=search
            autofocus=true
            follow_first=true
        />
    }
}
