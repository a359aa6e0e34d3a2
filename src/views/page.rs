//! The page: which views do I keep, and what do they show?

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;

use super::api::{DeleteView, RenameView, SaveView};
use super::store;
use super::types::{NAME_MOST, View, owner};
use crate::accounts::types::Actor;
use crate::services::Services;
use crate::ui::format::count;
use crate::ui::page::{form_error, page, parse_query};
use crate::ui::table::framed;

#[derive(Debug, Default, Deserialize)]
struct Search {
    /// The view that was saved just now.
    saved: Option<i64>,
    /// What could not be saved, as it was typed.
    name: Option<String>,
    path: Option<String>,
    query: Option<String>,
}

#[component]
pub fn ViewsPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let search = parse_query::<Search>();
    page(async move {
        let account = owner(&actor?, &catalog_id)?;
        services.index.current(&catalog_id)?;
        let views = store::list(&services.db, account, &catalog_id).await?;
        Ok(lay_out(&catalog_id, &views, &search?))
    })
}

fn lay_out(catalog_id: &str, views: &[View], search: &Search) -> impl IntoView + use<> {
    let saved = views.iter().find(|view| Some(view.id) == search.saved);
    let saved = saved.map(|view| {
        view! {
            <div class="notice" role="status">
                <p class="notice__text">{format!("“{}” is saved. It shows the figures of the day on which it is opened.", view.name)}</p>
                <a class="button" href=view.address.href()>"Back to it"</a>
            </div>
        }
    });
    let content = if views.is_empty() {
        view! {
            <div class="empty">
                <h2>"You keep no views yet"</h2>
                <p>"Choose filters on any page, open “Views” in the bar and save the page under a name."</p>
            </div>
        }
        .into_any()
    } else {
        table(catalog_id, views).into_any()
    };
    view! {
        <Title text="Views"/>
        <div class="page__head">
            <h1>"Which views do you keep?"</h1>
            <p class="page__as-of">{format!("{} of this catalog; only you see them", count(views.len() as u64))}</p>
        </div>
        {form_error()}
        {again(catalog_id, search)}
        {saved}
        {content}
    }
}

/// The form once more, for what could not be saved.
fn again(catalog_id: &str, search: &Search) -> impl IntoView + use<> {
    let path = search.path.clone()?;
    let query = search.query.clone().unwrap_or_default();
    let name = search.name.clone().unwrap_or_default();
    Some(view! {
        <form class="filter-bar" method="post" action=SaveView::PATH>
            <input type="hidden" name="catalog_id" value=catalog_id.to_owned()/>
            <input type="hidden" name="path" value=path/>
            <input type="hidden" name="query" value=query/>
            <div class="field filter-bar__field filter-bar__field--wide">
                <label class="field__label" for="again">"Save it as"</label>
                <input class="input" id="again" name="name" required value=name/>
            </div>
            <button class="button button--primary">"Save view"</button>
        </form>
    })
}

fn table(catalog_id: &str, views: &[View]) -> impl IntoView + use<> {
    let rows = views
        .iter()
        .map(|view| row(catalog_id, view))
        .collect_view();
    let caption = view! {
        <span><strong>"Saved views"</strong> ", by name. A view keeps what was chosen, not its figures."</span>
    };
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"View"</th>
                <th scope="col">"Page"</th>
                <th scope="col">"What is chosen"</th>
                <th scope="col"><span class="visually-hidden">"Actions"</span></th>
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed("views", caption, table)
}

fn row(catalog_id: &str, view: &View) -> impl IntoView + use<> {
    let about = format!(" the view {}", view.name);
    let chosen = chosen(&view.address.query);
    let field = format!("name-{}", view.id);
    view! {
        <tr>
            <th scope="row">
                <a class="data-table__link" href=view.address.href()>{view.name.clone()}</a>
            </th>
            <td>{view.address.page(catalog_id)}</td>
            <td class="data-table__cell--text">{chosen}</td>
            <td class="data-table__cell--actions">
                <details class="views-rename">
                    <summary class="button button--quiet">
                        "Rename" <span class="visually-hidden">{about.clone()}</span>
                    </summary>
                    <form class="views-menu__line" method="post" action=RenameView::PATH>
                        <input type="hidden" name="catalog_id" value=catalog_id.to_owned()/>
                        <input type="hidden" name="view_id" value=view.id.to_string()/>
                        <label class="visually-hidden" for=field.clone()>{format!("New name of{about}")}</label>
                        <input
                            class="input"
                            id=field
                            name="name"
                            required
                            maxlength=NAME_MOST.to_string()
                            value=view.name.clone()
                        />
                        <button class="button">"Save name"</button>
                    </form>
                </details>
                <form class="views-rename" method="post" action=DeleteView::PATH>
                    <input type="hidden" name="catalog_id" value=catalog_id.to_owned()/>
                    <input type="hidden" name="view_id" value=view.id.to_string()/>
                    <button class="button button--quiet">
                        "Delete" <span class="visually-hidden">{about}</span>
                    </button>
                </form>
            </td>
        </tr>
    }
}

/// The query as it is read: `sort lift, min together 10`.
fn chosen(query: &str) -> String {
    let uri = format!("/?{query}").parse::<axum::http::Uri>();
    let pairs = uri.ok().and_then(|uri| {
        axum_extra::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).ok()
    });
    let pairs = pairs.map(|query| query.0).unwrap_or_default();
    let given = pairs.iter().filter(|(_, value)| !value.is_empty());
    let words: Vec<String> = given
        .map(|(name, value)| format!("{} {value}", name.replace('_', " ")))
        .collect();
    if words.is_empty() {
        "nothing beyond the page's own".to_owned()
    } else {
        words.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn a_query_reads_as_words() {
        assert_eq!(
            chosen("sort=lift&min_together=10&item=a%26b&category="),
            "sort lift, min together 10, item a&b"
        );
        assert_eq!(chosen(""), "nothing beyond the page's own");
    }
}
