//! The table: headers that sort, figures with their exact values, shading on what is sorted by.

use leptos::prelude::*;

use super::columns::{Column, columns, name};
use super::line::{Line, Side};
use crate::catalog::words::{Owners, owners, title};
use crate::cooccurrence::filter::{Level, Order, Query};
use crate::cooccurrence::page::{Loaded, Shown};
use crate::cooccurrence::paths;
use crate::counting::Measure;
use crate::recommendations::paths::for_item;
use crate::ui::format::{count, significant};
use crate::ui::table::framed;

/// Steps of the shading above none.
pub(super) const STEPS: f64 = 8.0;

/// The shading's scale: from the least to the greatest key of the rows shown.
#[derive(Clone, Copy)]
struct Heat {
    measure: Measure,
    low: f64,
    high: f64,
}

impl Heat {
    /// None where the rows are not sorted by a measure, or have nothing to tell them apart.
    fn of(shown: &Shown) -> Option<Self> {
        let (Order::Falling(measure) | Order::Rising(measure)) = shown.filter.order else {
            return None;
        };
        let keys = || shown.lines.iter().filter_map(|line| line.key);
        let heat = Self {
            measure,
            low: keys().fold(f64::INFINITY, f64::min),
            high: keys().fold(f64::NEG_INFINITY, f64::max),
        };
        (heat.low < heat.high).then_some(heat)
    }

    fn step(self, key: f64) -> u8 {
        (STEPS * (key - self.low) / (self.high - self.low)).round() as u8
    }

    /// The scale in words. The log-likelihood ratio is shaded, as it is sorted, by its root.
    fn words(self) -> String {
        let [low, high] = [self.low, self.high].map(|key| significant(key, 3));
        match self.measure {
            Measure::Llr => format!("Shading: signed root of LLR, {low} to {high}"),
            by => format!("Shading: {}, {low} to {high}", name(by)),
        }
    }
}

pub(in crate::cooccurrence) fn table(loaded: &Loaded, shown: &Shown) -> impl IntoView + use<> {
    let owners = owners(&shown.snapshot);
    let heat = Heat::of(shown);
    let columns = columns(shown.filter.level);
    let heads = columns
        .iter()
        .map(|column| head(loaded, shown.filter.order, *column, owners))
        .collect_view();
    let rows = shown
        .lines
        .iter()
        .map(|line| row(loaded, line, &columns, heat))
        .collect_view();
    let caption = view! {
        {caption(loaded, shown, owners)}
        {heat.map(|heat| key(heat.words()))}
    };
    let table = view! {
        <thead>
            <tr>{sides(loaded, shown)} {heads}</tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed("pairs", caption, table)
}

fn caption(loaded: &Loaded, shown: &Shown, owners: Owners) -> impl IntoView + use<> {
    let things = match shown.filter.level {
        Level::Item => "items",
        Level::Category => "categories",
    };
    let question = match owners.many {
        "users" => format!("Which {things} are chosen by the same users?"),
        _ => format!("Which {things} stand in the same baskets?"),
    };
    let words = format!(
        " {}, {}. Table version {}{}.",
        which(loaded, shown, owners),
        order(shown.filter.order),
        shown.snapshot.version(),
        window(&loaded.query),
    );
    view! { <span><strong>{question}</strong>{words}</span> }
}

/// The pairs that the filter lets through, in words.
fn which(loaded: &Loaded, shown: &Shown, owners: Owners) -> String {
    let filter = &shown.filter;
    let mut words = "Pairs".to_owned();
    if let Some(item) = &filter.item {
        words += &format!(" with {}", title(&loaded.current, item));
    }
    if let Some(other) = &filter.other_item {
        words += &format!(" and {}", title(&loaded.current, other));
    }
    match (&filter.category, &filter.other_category, filter.level) {
        (Some(one), Some(other), Level::Item) => {
            words += &format!(" of an item of {one} and one of {other}");
        }
        (Some(one), Some(other), Level::Category) => words += &format!(" of {one} and {other}"),
        (Some(category), None, Level::Item) => words += &format!(" with an item of {category}"),
        (Some(category), None, Level::Category) => words += &format!(" with {category}"),
        (None, ..) => {}
    }
    match filter.min_together {
        1 => words,
        least => format!(
            "{words} that {} {} or more have",
            count(u64::from(least)),
            owners.many
        ),
    }
}

fn order(order: Order) -> String {
    match order {
        Order::Ids => "in the order of the ids".to_owned(),
        Order::Falling(Measure::Llr) => {
            "strongest log-likelihood first, rarer than chance last".to_owned()
        }
        Order::Rising(Measure::Llr) => "rarer than chance first".to_owned(),
        Order::Falling(measure) => format!("highest {} first", in_a_sentence(measure)),
        Order::Rising(measure) => format!("lowest {} first", in_a_sentence(measure)),
    }
}

pub(super) fn in_a_sentence(measure: Measure) -> String {
    match measure {
        Measure::Together => "number together".to_owned(),
        Measure::Npmi => "NPMI".to_owned(),
        Measure::ConfidenceAb => "confidence A → B".to_owned(),
        Measure::ConfidenceBa => "confidence B → A".to_owned(),
        other => name(other).to_lowercase(),
    }
}

/// The part of the interactions that was counted, where it is not all of them.
fn window(query: &Query) -> String {
    let given = |value: &Option<String>, word: &str| match value.as_deref() {
        None | Some("") => String::new(),
        Some(value) => format!(" {word} {value}"),
    };
    let parts = [
        given(&query.from, "from"),
        given(&query.to, "to"),
        given(&query.segment, "of users with"),
    ]
    .concat();
    if parts.is_empty() {
        parts
    } else {
        format!(", counted from interactions{parts} alone")
    }
}

/// The scale of a shading, after its words.
pub(super) fn key(words: String) -> impl IntoView {
    let steps = (0..=STEPS as u8)
        .map(|step| {
            view! { <span class="heat-key__step heat" data-heat=step.to_string()></span> }
        })
        .collect_view();
    view! {
        <span class="heat-key">
            {words}
            " "
            <span class="heat-key__steps" aria-hidden="true">{steps}</span>
        </span>
    }
}

/// The headings of the two sides; the first sorts by the ids.
fn sides(loaded: &Loaded, shown: &Shown) -> impl IntoView + use<> {
    let thing = match shown.filter.level {
        Level::Item => "Item",
        Level::Category => "Category",
    };
    let sorted = match shown.filter.order {
        Order::Ids => "ascending",
        _ => "none",
    };
    let href = sort_link(loaded, Order::Ids);
    view! {
        <th scope="col" aria-sort=sorted title="sorts in the order of the ids">
            <a class="data-table__sort" href=href>{format!("{thing} A")}</a>
        </th>
        <th scope="col">{format!("{thing} B")}</th>
    }
}

/// A heading; the highest come first, and last when it is chosen again.
fn head(loaded: &Loaded, order: Order, column: Column, owners: Owners) -> impl IntoView + use<> {
    let heading = column.heading(owners);
    let says = column.says(owners);
    let Column::By(measure) = column else {
        return view! {
            <th scope="col" class="data-table__cell--numeric" title=says>{heading}</th>
        }
        .into_any();
    };
    let (sorted, next) = if order == Order::Falling(measure) {
        ("descending", Order::Rising(measure))
    } else if order == Order::Rising(measure) {
        ("ascending", Order::Falling(measure))
    } else {
        ("none", Order::Falling(measure))
    };
    let href = sort_link(loaded, next);
    view! {
        <th scope="col" class="data-table__cell--numeric" aria-sort=sorted title=says>
            <a class="data-table__sort" href=href>{heading}</a>
        </th>
    }
    .into_any()
}

fn sort_link(loaded: &Loaded, order: Order) -> String {
    let query = Query {
        sort: Some(order.code()),
        measure: None,
        cursor: None,
        ..loaded.asked.clone()
    };
    paths::table(&loaded.current.catalog.id, &query)
}

fn row(
    loaded: &Loaded,
    line: &Line,
    columns: &[Column],
    heat: Option<Heat>,
) -> impl IntoView + use<> {
    let cells = columns
        .iter()
        .map(|column| cell(line, *column, heat))
        .collect_view();
    view! {
        <tr>
            <th scope="row" class="data-table__cell--text">{side(loaded, &line.a)}</th>
            <td class="data-table__cell--text">{side(loaded, &line.b)}</td>
            {cells}
        </tr>
    }
}

/// A category leads to the pairs of its items; an item to its recommendations and its pairs.
fn side(loaded: &Loaded, side: &Side) -> impl IntoView + use<> {
    let catalog_id = &loaded.current.catalog.id;
    let pairs = |item: Option<String>, category: Option<String>| {
        let query = Query {
            level: None,
            cursor: None,
            other_item: None,
            other_category: loaded
                .asked
                .other_category
                .clone()
                .filter(|_| item.is_some()),
            item,
            category,
            ..loaded.asked.clone()
        };
        paths::table(catalog_id, &query)
    };
    let Some(item_id) = &side.item_id else {
        let href = pairs(None, Some(side.title.clone()));
        return view! { <a class="data-table__link" href=href>{side.title.clone()}</a> }.into_any();
    };
    let category = side.category.clone();
    let is_chosen = loaded.query.item.as_ref() == Some(item_id);
    let pairs = (!is_chosen).then(|| {
        let href = pairs(Some(item_id.clone()), loaded.asked.category.clone());
        view! {
            " "
            <a href=href class="pair-name__more">
                "pairs"
                <span class="visually-hidden">{format!(" with {}", side.title)}</span>
            </a>
        }
    });
    let category = category.map(|category| {
        view! {
            " "
            <span class="data-table__note pair-name__note" title=category.clone()>
                {category.clone()}
            </span>
        }
    });
    view! {
        <span class="pair-name">
            <a
                class="data-table__link pair-name__title"
                href=for_item(catalog_id, item_id)
                title=side.title.clone()
            >
                {side.title.clone()}
            </a>
            {category}
            {pairs}
        </span>
    }
    .into_any()
}

fn cell(line: &Line, column: Column, heat: Option<Heat>) -> impl IntoView + use<> {
    let Some(figure) = column.figure(line) else {
        let why = if line.measures.is_none() {
            "a category with itself has no measures"
        } else {
            "only the whole table has q-values, not a part of it"
        };
        return view! {
            <td class="data-table__cell--numeric" title=why>
                <span aria-hidden="true">"–"</span>
                <span class="visually-hidden">{why}</span>
            </td>
        }
        .into_any();
    };
    let step = heat
        .filter(|heat| column == Column::By(heat.measure))
        .and_then(|heat| Some(heat.step(line.key?).to_string()));
    let class = if step.is_some() {
        "data-table__cell--numeric heat"
    } else {
        "data-table__cell--numeric"
    };
    view! { <td class=class data-heat=step title=figure.exact>{figure.text}</td> }.into_any()
}
