//! The first page: which catalog?

use leptos::prelude::*;
use leptos_meta::Title;
use serde::Deserialize;

use super::making::paths::NEW;
use super::settings;
use super::types::BasketRule;
use super::words::basket;
use crate::accounts::types::{Actor, Right};
use crate::index::snapshot::Snapshot;
use crate::overview::paths;
use crate::services::Services;
use crate::ui::format::{count, day};
use crate::ui::page::parse_query;

#[derive(Default, Deserialize)]
struct Query {
    /// The catalog that was deleted just now.
    deleted: Option<String>,
}

#[component]
pub fn Home() -> impl IntoView {
    let services = Services::current();
    let may_make = Actor::current().is_ok_and(|actor| actor.may(Right::ManageCatalogs));
    let catalogs = services.index.all();
    let deleted = parse_query::<Query>().ok().and_then(|query| query.deleted);
    let deleted = deleted.filter(|id| services.index.current(id).is_err());
    let content = if catalogs.is_empty() {
        empty(may_make).into_any()
    } else {
        let cards = catalogs
            .iter()
            .map(|snapshot| card(snapshot))
            .collect_view();
        view! { <ul class="cards">{cards}</ul> }.into_any()
    };
    let make = (may_make && !catalogs.is_empty())
        .then(|| view! { <a class="button" href=NEW>"New catalog"</a> });
    view! {
        <Title text="Catalogs"/>
        <div class="page__head">
            <h1>"Which catalog do you want to work on?"</h1>
            {make}
        </div>
        {deleted.map(|id| {
            view! {
                <div class="notice" role="status">
                    <p class="notice__text">
                        {format!("The catalog “{id}” was deleted with everything in it.")}
                    </p>
                </div>
            }
        })}
        {content}
    }
}

fn card(snapshot: &Snapshot) -> impl IntoView + use<> {
    let catalog = &snapshot.catalog;
    let owners = match catalog.basket_rule {
        BasketRule::User => "Users",
        BasketRule::Basket | BasketRule::UserWindow => "Baskets",
    };
    view! {
        <li class="card">
            <h2>
                <a class="card__link" href=paths::page(&catalog.id)>{catalog.name.clone()}</a>
            </h2>
            <dl class="facts facts--tiles">
                <div class="facts__row">
                    <dt>"Items"</dt>
                    <dd>{count(snapshot.items.len() as u64)}</dd>
                </div>
                <div class="facts__row">
                    <dt>{owners}</dt>
                    <dd>{count(u64::from(snapshot.baskets.len()))}</dd>
                </div>
                <div class="facts__row">
                    <dt>"Choices"</dt>
                    <dd>{count(snapshot.baskets.choices())}</dd>
                </div>
            </dl>
            <p class="card__note">{note(snapshot)}</p>
            <p class="card__note">
                <a class="card__more" href=settings::paths::page(&catalog.id)>
                    "Settings"
                    <span class="visually-hidden">{format!(" of {}", catalog.name)}</span>
                </a>
            </p>
        </li>
    }
}

fn note(snapshot: &Snapshot) -> String {
    if snapshot.items.is_empty() {
        return "Empty: import a file on its Data page, or post interactions.".to_owned();
    }
    let newest = snapshot.newest.map_or_else(String::new, |at| {
        format!(" The newest interaction is of {}.", day(at))
    });
    format!("A basket is {}.{newest}", basket(&snapshot.catalog))
}

fn empty(may_make: bool) -> impl IntoView {
    let make = if may_make {
        view! { <a class="button button--primary" href=NEW>"New catalog"</a> }.into_any()
    } else {
        view! { <p>"An operator or admin can make one."</p> }.into_any()
    };
    view! {
        <div class="empty">
            <h2>"There is no catalog yet"</h2>
            <p>
                "A catalog is one body of items with what people chose from it. Make one and import a file, or import on the command line and one is made: "
                <code>"tandem import NAME FILE"</code> "."
            </p>
            {make}
        </div>
    }
}
