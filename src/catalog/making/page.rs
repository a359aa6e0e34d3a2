//! The page: what should the new catalog be?

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use serde::Deserialize;

use crate::accounts::types::{Actor, Right};
use crate::catalog::api::CreateCatalog;
use crate::catalog::paths::HOME;
use crate::catalog::settings::types::NAME_MOST;
use crate::catalog::settings::words;
use crate::catalog::types::{BasketRule, Window};
use crate::ui::page::{form_error, page, parse_query};

/// What could not be taken, as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    id: String,
    name: String,
    basket_rule: String,
    basket_window: String,
    time_zone: String,
}

#[component]
pub fn NewCatalog() -> impl IntoView {
    let actor = Actor::current();
    let typed = parse_query::<Typed>();
    page(async move {
        actor?.require_in_all(Right::ManageCatalogs)?;
        Ok(lay_out(&typed?))
    })
}

fn lay_out(typed: &Typed) -> impl IntoView + use<> {
    let rules = BasketRule::ALL.map(|rule| (rule.as_str(), words::rule(rule)));
    let windows = Window::ALL.map(|window| (window.as_str(), words::window(window)));
    let zone = if typed.time_zone.is_empty() {
        "UTC"
    } else {
        &typed.time_zone
    };
    view! {
        <Title text="New catalog"/>
        <div class="page__head">
            <h1>"What should the new catalog be?"</h1>
        </div>
        {form_error()}
        <form class="panel form settings__narrow" method="post" action=CreateCatalog::PATH>
            {text("id", "Id", &typed.id, "Lower-case letters, digits, - and _. It stands in addresses and never changes.")}
            {text("name", "Name", &typed.name, "What people read; it can be changed.")}
            {select("basket_rule", &rules, &typed.basket_rule)}
            {select("basket_window", &windows, &typed.basket_window)}
            {text("time_zone", words::label("time_zone"), zone, "Where days, weeks and months of windows begin: a name such as UTC or Europe/Paris.")}
            <p class="panel__note">
                "It begins empty: import a file or post interactions next. Every other setting can be chosen afterwards, and these be changed."
            </p>
            <div class="form__foot">
                <button class="button button--primary">"Make the catalog"</button>
                <a class="button button--quiet" href=HOME>"Cancel"</a>
            </div>
        </form>
    }
}

/// What to do in a catalog that nothing came into yet.
pub fn how_to_begin(catalog_id: &str) -> impl IntoView + use<> {
    view! {
        <div class="empty">
            <h2>"Nothing came in yet"</h2>
            <p>
                "Upload a file above, import one from the command line, "
                <code>{format!("tandem import {catalog_id} FILE")}</code>
                ", or have a program post interactions to "
                <code>{format!("/api/v1/catalogs/{catalog_id}/interactions")}</code>
                ". What came in stands here, and is counted a moment later."
            </p>
        </div>
    }
}

fn text(
    name: &'static str,
    label: &'static str,
    value: &str,
    hint: &'static str,
) -> impl IntoView + use<> {
    let described = format!("{name}-hint");
    view! {
        <div class="field">
            <label class="field__label" for=name>{label}</label>
            <input
                class="input"
                id=name
                name=name
                required
                maxlength=NAME_MOST.to_string()
                value=value.to_owned()
                aria-describedby=described.clone()
            />
            <p class="field__hint" id=described>{hint}</p>
        </div>
    }
}

fn select(
    name: &'static str,
    choices: &[(&'static str, &'static str)],
    chosen: &str,
) -> impl IntoView + use<> {
    let options = choices
        .iter()
        .map(|(value, words)| {
            view! { <option value=*value selected={*value == chosen}>{*words}</option> }
        })
        .collect_view();
    let hint = match name {
        "basket_window" => "Only where a basket is what a user chose within a window.",
        _ => words::does(name),
    };
    let described = format!("{name}-hint");
    view! {
        <div class="field">
            <label class="field__label" for=name>{words::label(name)}</label>
            <select class="input" id=name name=name aria-describedby=described.clone()>
                {options}
            </select>
            <p class="field__hint" id=described>{hint}</p>
        </div>
    }
}
