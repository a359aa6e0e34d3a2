//! The filters above the table: a form that asks by its address.

use leptos::prelude::*;

use super::columns::name;
use crate::catalog::words::title;
use crate::cooccurrence::filter::{Level, Query};
use crate::cooccurrence::page::Loaded;
use crate::cooccurrence::paths;
use crate::counting::Measure;
use crate::ui::format::count;

pub(in crate::cooccurrence) fn filters(loaded: &Loaded) -> impl IntoView + use<> {
    let catalog_id = loaded.current.catalog.id.clone();
    let level = loaded
        .asked
        .filter()
        .map_or(Level::Item, |filter| filter.level);
    let query = &loaded.query;
    view! {
        <form class="filter-bar" method="get" action=paths::page(&catalog_id)>
            {levels(&catalog_id, level)}
            <input type="hidden" name="level" value=level.as_str()/>
            {(level == Level::Item).then(|| item_field(loaded))}
            {categories(loaded)}
            <div class="field filter-bar__field">
                <label class="field__label" for="min">"Together at least"</label>
                <input class="input" id="min" name="min_together" type="number" min="1" value=query.min_together.clone()/>
            </div>
            {sorts(query)}
            <button class="button button--primary">"Show"</button>
            <a class="button filter-bar__end" href=paths::export(&catalog_id, query)>
                {match &loaded.shown {
                    Ok(shown) => format!("CSV of all {} rows", count(shown.total)),
                    Err(_) => "CSV".to_owned(),
                }}
            </a>
        </form>
    }
}

fn levels(catalog_id: &str, level: Level) -> impl IntoView + use<> {
    let link = |to: Level, label: &'static str| {
        let query = Query {
            level: Some(to.as_str().to_owned()),
            ..Query::default()
        };
        view! {
            <a
                class="segments__item"
                href=paths::table(catalog_id, &query)
                aria-current=(level == to).then_some("true")
            >
                {label}
            </a>
        }
    };
    view! {
        <div class="segments" role="group" aria-label="Level">
            {link(Level::Item, "Items")}
            {link(Level::Category, "Categories")}
        </div>
    }
}

fn item_field(loaded: &Loaded) -> impl IntoView + use<> {
    let item = loaded.query.item.clone().filter(|id| !id.is_empty());
    let hint = item.as_ref().map(|id| {
        view! { <p class="field__hint">{title(&loaded.current, id).to_owned()}</p> }
    });
    let placeholder = format!("id, any of {}", count(loaded.current.items.len() as u64));
    view! {
        <div class="field filter-bar__field">
            <label class="field__label" for="item">"Pairs with the item"</label>
            <input class="input" id="item" name="item" placeholder=placeholder value=item/>
            {hint}
        </div>
    }
}

fn categories(loaded: &Loaded) -> impl IntoView + use<> {
    let chosen = loaded.query.category.clone().unwrap_or_default();
    let options = loaded
        .current
        .categories
        .iter()
        .map(|category| {
            let selected = *category == chosen;
            view! { <option value=category.clone() selected=selected>{category.clone()}</option> }
        })
        .collect_view();
    view! {
        <div class="field filter-bar__field">
            <label class="field__label" for="category">"Category"</label>
            <select class="input" id="category" name="category">
                <option value="">"Any"</option>
                {options}
            </select>
        </div>
    }
}

fn sorts(query: &Query) -> impl IntoView + use<> {
    let chosen = query.sort.clone().or_else(|| query.measure.clone());
    let chosen = chosen.unwrap_or_else(|| Measure::Llr.name().to_owned());
    let options = Measure::ALL
        .map(|measure| {
            let selected = chosen.split(':').next() == Some(measure.name());
            view! { <option value=measure.name() selected=selected>{name(measure)}</option> }
        })
        .into_iter()
        .collect_view();
    view! {
        <div class="field filter-bar__field">
            <label class="field__label" for="sort">"Measure to sort by"</label>
            <select class="input" id="sort" name="sort">{options}</select>
        </div>
    }
}
