//! The finder as a page: what it is without scripting, and all that fits with it.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;

use super::paths;
use super::search::{Found, find};
use crate::accounts::types::Actor;
use crate::browser::combobox::Hit;
use crate::services::Services;
use crate::ui::page::{page, parse_query};

/// Items on the page at most.
const ITEMS: usize = 50;

#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    q: String,
}

#[component]
pub fn FinderPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let query = parse_query::<Query>();
    page(async move {
        let query = query?.q;
        let found = find(&services, &actor?, &catalog_id, &query, ITEMS).await?;
        Ok(lay_out(&catalog_id, &query, found))
    })
}

fn lay_out(catalog_id: &str, query: &str, found: Found) -> impl IntoView + use<> {
    let nothing = (found.pages.is_empty() && found.views.is_empty() && found.items.is_empty())
        .then(|| {
            view! {
                <div class="empty">
                    <h2>{format!("Nothing fits “{query}”")}</h2>
                    <p>"Try fewer or other words; an item’s id works too."</p>
                </div>
            }
        });
    let many = (found.items.len() == ITEMS).then(|| {
        view! { <p class="panel__note">{format!("The first {ITEMS} that fit; more words narrow it down.")}</p> }
    });
    view! {
        <Title text="Find"/>
        <div class="page__head">
            <h1>"What are you looking for?"</h1>
        </div>
        <form class="filter-bar" method="get" role="search" action=paths::page(catalog_id)>
            <label class="visually-hidden" for="q">"Find an item or a page"</label>
            <input class="input filter-bar__field" id="q" name="q" type="search" value=query.to_owned()/>
            <button class="button button--primary">"Find"</button>
        </form>
        {nothing}
        {section("Items", found.items)}
        {many}
        {section("Saved views", found.views)}
        {section("Pages", found.pages)}
    }
}

fn section(heading: &'static str, hits: Vec<Hit>) -> Option<impl IntoView> {
    let lines = hits
        .into_iter()
        .map(|hit| {
            view! {
                <li>
                    <a href=hit.href>{hit.title}</a>
                    " "
                    <span class="muted">{hit.note}</span>
                </li>
            }
        })
        .collect_view();
    (!lines.is_empty()).then(|| {
        view! {
            <section class="panel finder__found">
                <h2>{heading}</h2>
                <ul class="finder__lines">{lines}</ul>
            </section>
        }
    })
}
