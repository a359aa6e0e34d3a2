//! Search for an item of the catalog as one types.

use leptos::prelude::*;

use crate::browser::combobox::{Combobox, Hit};
use crate::catalog::api::{Suggestion, suggest};
use crate::ui::url::escape;

/// A search field whose hits are items. `prefix` is the address that a hit's id is added to.
#[island]
pub fn ItemSearch(
    catalog_id: String,
    prefix: String,
    label: String,
    typed: String,
    found: Vec<Suggestion>,
) -> impl IntoView {
    let hits = move |found: Vec<Suggestion>, prefix: &str| -> Vec<Hit> {
        found
            .into_iter()
            .map(|item| Hit {
                href: format!("{prefix}{}", escape(&item.item_id)),
                title: item.title,
                note: item.note,
            })
            .collect()
    };
    let found = hits(found, &prefix);
    let search = move |query: String| {
        let (catalog_id, prefix) = (catalog_id.clone(), prefix.clone());
        async move { Ok(hits(suggest(catalog_id, query).await?, &prefix)) }
    };
    view! { <Combobox id="q" label=label typed=typed found=found search=search/> }
}
