//! The filters: one form that sends itself by GET, so that every view has an address.

use leptos::prelude::*;

use super::columns::name;
use super::export::export;
use crate::catalog::suggestions;
use crate::catalog::words::title;
use crate::cooccurrence::filter::{Level, Order, Query};
use crate::cooccurrence::page::Loaded;
use crate::cooccurrence::paths;
use crate::counting::Measure;
use crate::index::snapshot::Snapshot;
use crate::recommendations::islands::ItemSearch;
use crate::ui::chips;
use crate::ui::format::count;

pub(in crate::cooccurrence) fn filters(loaded: &Loaded) -> impl IntoView + use<> {
    let catalog_id = &loaded.current.catalog.id;
    let level = level(&loaded.asked);
    let search = (level == Level::Item).then(|| item_search(loaded));
    view! {
        <form class="filter-bar" method="get" action=paths::page(catalog_id)>
            {levels(&loaded.asked, level, ITEMS_FIRST, &|query| paths::table(catalog_id, query))}
            {hidden("level", &loaded.asked.level)}
            {hidden("limit", &loaded.asked.limit)}
            {hidden("version", &loaded.asked.version)}
            {search}
            {categories(loaded)}
            {field("min_together", "Together at least", "number", &loaded.query.min_together)}
            {orders(&loaded.query)}
            {window(&loaded.current, &loaded.query)}
            {segment(&loaded.segment_fields, &loaded.query)}
            <button class="button button--primary">"Show"</button>
            {export(loaded)}
        </form>
        {chosen(loaded)}
    }
}

pub(super) fn hidden(name: &'static str, value: &Option<String>) -> impl IntoView + use<> {
    let value = value.clone().filter(|value| !value.is_empty());
    value.map(|value| view! { <input type="hidden" name=name value=value/> })
}

/// Items or categories; `href` leads to a level. A category has no single items, so that the item goes.
pub(super) fn levels(
    asked: &Query,
    chosen: Level,
    order: [Level; 2],
    href: &dyn Fn(&Query) -> String,
) -> impl IntoView + use<> {
    let links = order.map(|level| {
        let query = Query {
            level: Some(level.as_str().to_owned()),
            item: None,
            other_item: None,
            cursor: None,
            ..asked.clone()
        };
        let words = match level {
            Level::Item => "Items",
            Level::Category => "Categories",
        };
        let current = (level == chosen).then_some("true");
        view! { <a class="segments__item" href=href(&query) aria-current=current>{words}</a> }
    });
    view! {
        <div class="segments" role="group" aria-label="Level">
            {links.into_iter().collect_view()}
        </div>
    }
}

/// Items first.
pub(super) const ITEMS_FIRST: [Level; 2] = [Level::Item, Level::Category];

/// The level that is asked for where items are the default.
pub(super) fn level(asked: &Query) -> Level {
    match asked.level.as_deref() {
        Some("category") => Level::Category,
        _ => Level::Item,
    }
}

/// A choice of one: its codes and words, and whether it is chosen.
pub(super) fn select<W: IntoView + 'static>(
    name: &'static str,
    label: &'static str,
    choices: Vec<(String, W, bool)>,
) -> impl IntoView + use<W> {
    let options = choices
        .into_iter()
        .map(|(code, words, selected)| {
            view! { <option value=code selected=selected>{words}</option> }
        })
        .collect_view();
    view! {
        <div class="field filter-bar__field">
            <label class="field__label" for=name>{label}</label>
            <select class="input" id=name name=name>{options}</select>
        </div>
    }
}

/// Finds an item by what is typed; a hit is a link to the pairs with it.
fn item_search(loaded: &Loaded) -> impl IntoView + use<> {
    let snapshot = &loaded.current;
    let catalog_id = snapshot.catalog.id.clone();
    let without = Query {
        item: None,
        other_item: None,
        cursor: None,
        ..loaded.asked.clone()
    };
    let address = paths::table(&catalog_id, &without);
    let joint = if address.contains('?') { '&' } else { '?' };
    let items = count(snapshot.items.len() as u64);
    view! {
        {hidden("item", &loaded.asked.item)}
        {hidden("other_item", &loaded.asked.other_item)}
        <div class="filter-bar__field filter-bar__field--wide">
            <ItemSearch
                catalog_id=catalog_id
                prefix=format!("{address}{joint}item=")
                label=format!("Pairs with the item: any of {items}")
                typed=loaded.typed.clone()
                found=suggestions::find(snapshot, &loaded.typed, suggestions::SHOWN)
            />
        </div>
    }
}

fn categories(loaded: &Loaded) -> impl IntoView + use<> {
    if loaded.current.categories.is_empty() {
        return None;
    }
    let chosen = loaded
        .query
        .category
        .clone()
        .filter(|name| !name.is_empty());
    let other = loaded.query.other_category.clone();
    let other = (chosen.is_some() || other.is_some())
        .then(|| category(loaded, "other_category", "And category", other));
    Some((category(loaded, "category", "Category", chosen), other))
}

/// A choice among the categories.
fn category(
    loaded: &Loaded,
    name: &'static str,
    label: &'static str,
    chosen: Option<String>,
) -> impl IntoView + use<> {
    let categories = loaded.current.categories.iter();
    let options = categories
        .map(|category| {
            let selected = chosen.as_ref() == Some(category);
            view! { <option value=category.clone() selected=selected>{category.clone()}</option> }
        })
        .collect_view();
    view! {
        <div class="field filter-bar__field">
            <label class="field__label" for=name>{label}</label>
            <select class="input" id=name name=name>
                <option value="">"Any"</option>
                {options}
            </select>
        </div>
    }
}

/// A field with what was asked for, also where it can't be taken.
pub(super) fn field(
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    value: &Option<String>,
) -> impl IntoView + use<> {
    let value = value.clone().unwrap_or_default();
    // A browser would empty a number or a date that it can't read; as text it can be mended.
    let readable = match kind {
        "number" => value.parse::<u32>().is_ok(),
        "date" => value.is_empty() || value.parse::<chrono::NaiveDate>().is_ok(),
        _ => true,
    };
    let kind = if readable { kind } else { "text" };
    view! {
        <div class="field filter-bar__field">
            <label class="field__label" for=name>{label}</label>
            <input
                class="input"
                id=name
                name=name
                type=kind
                min=(kind == "number").then_some("1")
                value=value
            />
        </div>
    }
}

/// The orders that a reader may choose; the headers of the table choose them too.
fn orders(query: &Query) -> impl IntoView + use<> {
    let chosen = query.filter().map(|filter| filter.order);
    let mut choices: Vec<(Order, String)> = Measure::ALL
        .into_iter()
        .map(|measure| (Order::Falling(measure), name(measure).to_owned()))
        .collect();
    choices.push((Order::Ids, "Order of the ids".to_owned()));
    if let Ok(order @ Order::Rising(measure)) = chosen {
        choices.push((order, format!("{}, lowest first", name(measure))));
    }
    let chosen = chosen.unwrap_or(Order::Falling(Measure::Llr));
    let choices = choices.into_iter();
    let choices = choices.map(|(order, words)| (order.code(), words, order == chosen));
    select("sort", "Measure to sort by", choices.collect())
}

/// The time window, where the data has times.
pub(super) fn window(current: &Snapshot, query: &Query) -> impl IntoView + use<> {
    let has_times = current.newest.is_some() || query.from.is_some() || query.to.is_some();
    has_times.then(|| {
        view! {
            {field("from", "From", "date", &query.from)}
            {field("to", "To", "date", &query.to)}
        }
    })
}

/// A part of the users, where the data says something about them.
pub(super) fn segment(fields: &[String], query: &Query) -> impl IntoView + use<> {
    if fields.is_empty() && query.segment.is_none() {
        return None;
    }
    let starts = fields
        .iter()
        .map(|field| view! { <option value=format!("{field}:")></option> })
        .collect_view();
    let example = fields.first();
    let placeholder = example.map(|field| format!("{field}:value"));
    Some(view! {
        <div class="field filter-bar__field">
            <label class="field__label" for="segment">"Segment of users"</label>
            <input
                class="input"
                id="segment"
                name="segment"
                list="segment-fields"
                placeholder=placeholder
                value=query.segment.clone()
            />
            <datalist id="segment-fields">{starts}</datalist>
        </div>
    })
}

/// What is chosen beside the form's fields, each with a link that takes it out.
fn chosen(loaded: &Loaded) -> impl IntoView + use<> {
    let catalog_id = &loaded.current.catalog.id;
    let given = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    let mut chosen = Vec::new();
    if let Some(item) = given(&loaded.asked.item) {
        let without = Query {
            item: None,
            other_item: None,
            cursor: None,
            ..loaded.asked.clone()
        };
        let first = title(&loaded.current, &item);
        let words = match given(&loaded.asked.other_item) {
            Some(other) => format!("{first} with {}", title(&loaded.current, &other)),
            None => format!("Pairs with {first}"),
        };
        chosen.push((words, paths::table(catalog_id, &without)));
    }
    if let Some(version) = given(&loaded.asked.version) {
        let without = Query {
            version: None,
            cursor: None,
            ..loaded.asked.clone()
        };
        let words = format!("Table version {version}");
        chosen.push((words, paths::table(catalog_id, &without)));
    }
    chips::chips("Chosen", chosen)
}
