//! Around the heat map: what to show, and what stands out.

use leptos::prelude::*;

use super::cells::{how_many, label};
use super::filters::{self, field, hidden, segment, select, window};
use crate::catalog::words::{begin, owners};
use crate::cooccurrence::cell::{Arrange, Figure, Shade};
use crate::cooccurrence::filter::{Level, Query};
use crate::cooccurrence::grid::Finding;
use crate::cooccurrence::map::{Loaded, Shown, default_figure};
use crate::cooccurrence::paths;
use crate::ui::chips;
use crate::ui::format::times;

pub(in crate::cooccurrence) fn filters(loaded: &Loaded) -> impl IntoView + use<> {
    let snapshot = &loaded.current;
    let query = &loaded.asked;
    let of_items = loaded.level == Level::Item;
    let figure = loaded
        .map
        .figure(default_figure(snapshot, loaded.level))
        .ok();
    let figures = Figure::ALL
        .into_iter()
        .filter(|figure| !of_items || matches!(figure, Figure::Baskets(_)))
        .map(|one| (one.code().to_owned(), label(one), figure == Some(one)));
    let shades = Shade::ALL.into_iter().map(|one| {
        let words = match one {
            Shade::All => "All cells",
            Shade::Row => "Each row",
            Shade::Column => "Each column",
        };
        (one.code().to_owned(), words, loaded.map.shade() == Ok(one))
    });
    let arranged = Arrange::ALL.into_iter().map(|one| {
        let words = match one {
            Arrange::Size => "Largest first",
            Arrange::Alike => "Alike together",
        };
        (
            one.code().to_owned(),
            words,
            loaded.map.arrange() == Ok(one),
        )
    });
    let most = loaded.map.n.clone().filter(|n| !n.is_empty());
    view! {
        <form class="filter-bar" method="get" action=paths::page(&snapshot.catalog.id)>
            <input type="hidden" name="view" value="map"/>
            {levels(loaded)}
            {hidden("level", &query.level)}
            {hidden("version", &query.version)}
            {of_items.then(|| (hidden("category", &query.category), hidden("other_category", &query.other_category)))}
            {select("cell", "Figure", figures.collect())}
            {select("shade", "Shading compares", shades.collect())}
            {select("arrange", "Order", arranged.collect())}
            {field("n", "Most rows", "number", &Some(most.unwrap_or_else(|| "20".to_owned())))}
            {window(snapshot, query)}
            {segment(&loaded.segment_fields, query)}
            <button class="button button--primary">"Show"</button>
        </form>
        {of_items.then(|| chosen(loaded))}
    }
}

fn levels(loaded: &Loaded) -> impl IntoView + use<> {
    let to = |query: &Query| {
        let query = Query {
            category: None,
            other_category: None,
            ..query.clone()
        };
        paths::viewed(&loaded.current.catalog.id, &query, Some("map"))
    };
    let has_some = !loaded.current.categories.is_empty();
    let order = [Level::Category, Level::Item];
    has_some.then(|| filters::levels(&loaded.asked, loaded.level, order, &to))
}

/// The categories that the items are of, with a link that shows all items.
fn chosen(loaded: &Loaded) -> impl IntoView + use<> {
    let category = loaded
        .asked
        .category
        .clone()
        .filter(|name| !name.is_empty())?;
    let other = loaded
        .asked
        .other_category
        .clone()
        .filter(|name| !name.is_empty());
    let words = match other {
        Some(other) => format!("Items of {category} with items of {other}"),
        None => format!("Items of {category}"),
    };
    let query = Query {
        category: None,
        other_category: None,
        ..loaded.asked.clone()
    };
    let href = paths::viewed(&loaded.current.catalog.id, &query, Some("map"));
    Some(chips::chips("Chosen", vec![(words, href)]))
}

/// What stands out, in a sentence.
pub(in crate::cooccurrence) fn finding(shown: &Shown) -> impl IntoView + use<> {
    let (most, least) = shown.grid.findings();
    let names = |finding: &Finding| {
        let row = &shown.grid.rows[finding.row].title;
        let column = &shown.grid.columns[finding.column].title;
        format!("{row} and {column}")
    };
    let counts = |finding: &Finding| how_many(shown, finding.together);
    let most = most.map(|finding| {
        let often = times(finding.lift);
        view! {
            <strong>{names(&finding)}</strong>
            {format!(" are chosen together {often} times as often as chance would have it ({}).", counts(&finding))}
        }
    });
    let least = least.map(|finding| {
        let often = if finding.together == 0 {
            " are never chosen together, where chance would have some.".to_owned()
        } else {
            let often = times(finding.lift);
            format!(
                " are together only {often} times as often ({}).",
                counts(&finding)
            )
        };
        view! { " " <strong>{names(&finding)}</strong> {often} }
    });
    let nothing = (most.is_none() && least.is_none()).then_some(
        "None of these are chosen together clearly more, or less, often than chance would have it.",
    );
    view! { <p class="page__finding">{most} {least} {nothing}</p> }
}

/// Fewer than two things to compare: why, and what to do next.
pub(in crate::cooccurrence) fn empty(loaded: &Loaded, shown: &Shown) -> impl IntoView + use<> {
    let catalog_id = &loaded.current.catalog.id;
    let owners = owners(&shown.snapshot);
    let whole = Query {
        from: None,
        to: None,
        segment: None,
        category: None,
        other_category: None,
        ..loaded.asked.clone()
    };
    let (why, href, label) = if let Some(begin) = begin(&loaded.current) {
        begin
    } else if shown.snapshot.baskets.is_empty() {
        (
            format!("No {} fall into this window or segment.", owners.many),
            paths::viewed(catalog_id, &whole, Some("map")),
            "Count all interactions",
        )
    } else if shown.filter.level == Level::Category {
        let items = Query {
            level: Some("item".to_owned()),
            ..whole
        };
        (
            "A heat map compares categories with each other; fewer than two were chosen from here."
                .to_owned(),
            paths::viewed(catalog_id, &items, Some("map")),
            "Compare the most chosen items",
        )
    } else {
        (
            "A heat map compares items with each other; fewer than two were chosen here."
                .to_owned(),
            paths::viewed(catalog_id, &whole, Some("map")),
            "Compare all items",
        )
    };
    view! {
        <div class="empty">
            <h2>"Nothing to compare"</h2>
            <p>{why}</p>
            <a class="button" href=href>{label}</a>
        </div>
    }
}
