//! The menu in the bar: open a view, or save the page one is on.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::api::SaveView;
use super::types::{Address, NAME_MOST, View, owner};
use super::{paths, store};
use crate::accounts::types::Actor;
use crate::services::Services;
use crate::ui::page::query;

/// Views that the menu lists; the page of views lists them all.
const LISTED: usize = 12;

/// Nothing for whoever can't keep views.
pub fn menu(actor: &Actor, catalog_id: &str, path: &str) -> impl IntoView + use<> {
    let account = owner(actor, catalog_id).ok()?;
    let db = Services::current().db;
    let catalog_id = catalog_id.to_owned();
    let here = Address::parse(&catalog_id, path, &query()).ok();
    let content = async move {
        match store::list(&db, account, &catalog_id).await {
            Ok(views) => lay_out(&catalog_id, here, &views).into_any(),
            // The page is worth showing without its menu; the cause goes to the log.
            Err(error) => {
                tracing::warn!(cause = %error.cause, "listing saved views failed");
                ().into_any()
            }
        }
    };
    Some(view! { <Suspense fallback=|| ()>{Suspend::new(content)}</Suspense> })
}

fn lay_out(catalog_id: &str, here: Option<Address>, views: &[View]) -> impl IntoView + use<> {
    let links = views
        .iter()
        .take(LISTED)
        .map(|view| {
            let current = (here.as_ref() == Some(&view.address)).then_some("true");
            view! {
                <li>
                    <a class="menu__item" href=view.address.href() aria-current=current>
                        {view.name.clone()}
                    </a>
                </li>
            }
        })
        .collect_view();
    let all = (!views.is_empty()).then(|| {
        view! {
            <li>
                <a class="menu__item" href=paths::list(catalog_id)>"All views"</a>
            </li>
        }
    });
    let nothing = (views.is_empty() && here.is_none())
        .then(|| view! { <li class="combobox__note">"You keep no views yet."</li> });
    let save = here.map(|address| save_form(catalog_id, address));
    view! {
        <details class="menu views-menu">
            <summary class="menu__label">"Views"</summary>
            <div class="menu__list menu__list--end">
                <ul class="views-menu__list">{links} {all} {nothing}</ul>
                {save}
            </div>
        </details>
    }
}

fn save_form(catalog_id: &str, address: Address) -> impl IntoView + use<> {
    view! {
        <form class="views-menu__form" method="post" action=SaveView::PATH>
            <input type="hidden" name="catalog_id" value=catalog_id.to_owned()/>
            <input type="hidden" name="path" value=address.path/>
            <input type="hidden" name="query" value=address.query/>
            <label class="field__label" for="view-name">"Save this page as"</label>
            <span class="views-menu__line">
                <input
                    class="input"
                    id="view-name"
                    name="name"
                    required
                    autocomplete="off"
                    maxlength=NAME_MOST.to_string()
                />
                <button class="button">"Save"</button>
            </span>
        </form>
    }
}
