//! The first page: which catalog?

use leptos::prelude::*;
use leptos_meta::Title;

use super::types::BasketRule;
use crate::index::snapshot::Snapshot;
use crate::overview::paths;
use crate::services::Services;
use crate::ui::format::count;

#[component]
pub fn Home() -> impl IntoView {
    let catalogs = Services::current().index.all();
    let content = if catalogs.is_empty() {
        empty().into_any()
    } else {
        let cards = catalogs
            .iter()
            .map(|snapshot| card(snapshot))
            .collect_view();
        view! { <ul class="cards">{cards}</ul> }.into_any()
    };
    view! {
        <Title text="Catalogs"/>
        <div class="page__head">
            <h1>"Which catalog do you want to work on?"</h1>
        </div>
        {content}
    }
}

fn card(snapshot: &Snapshot) -> impl IntoView + use<> {
    let (owners, note) = match snapshot.catalog.basket_rule {
        BasketRule::User => ("Users", "A basket is everything a user chose."),
        BasketRule::Basket => ("Baskets", "A basket is an order or a session."),
    };
    view! {
        <li class="card">
            <h2>
                <a class="card__link" href=paths::page(&snapshot.catalog.id)>
                    {snapshot.catalog.name.clone()}
                </a>
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
            <p class="card__note">{note}</p>
        </li>
    }
}

fn empty() -> impl IntoView {
    view! {
        <div class="empty">
            <h2>"There is no catalog yet"</h2>
            <p>
                "A catalog is one body of items with what people chose from it. Import a file and one is made: "
                <code>"tandem import NAME FILE"</code> "."
            </p>
        </div>
    }
}
