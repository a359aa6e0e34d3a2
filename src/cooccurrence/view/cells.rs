//! The table of the heat map: its heads, its cells and their shading.

use leptos::prelude::*;

use crate::catalog::words::owners;
use crate::cooccurrence::cell::{Figure, OfPairs, Shade, Step};
use crate::cooccurrence::filter::{Level, Query};
use crate::cooccurrence::grid::{Cell, Head};
use crate::cooccurrence::map::{Loaded, Shown};
use crate::cooccurrence::paths;
use crate::counting::Measure;
use crate::items;
use crate::ui::format::{count, counted, significant, times};

/// Pairs of a table that can be read whole, rare ones and all.
const READ_WHOLE: u64 = 1_000_000;

/// What a figure is called where one is chosen.
pub(super) fn label(figure: Figure) -> &'static str {
    match figure {
        Figure::Baskets(Measure::Together) => "How many have both",
        Figure::Baskets(Measure::Support) => "Support, %",
        Figure::Baskets(Measure::ConfidenceAb | Measure::ConfidenceBa) => {
            "Confidence, row → column, %"
        }
        Figure::Baskets(Measure::Lift) => "Lift",
        Figure::Baskets(Measure::Jaccard) => "Jaccard",
        Figure::Baskets(Measure::Cosine) => "Cosine",
        Figure::Baskets(Measure::Npmi) => "NPMI",
        Figure::Baskets(Measure::Llr) => "Log-likelihood, signed root",
        Figure::Pairs(OfPairs::Together) => "Item pairs: how many",
        Figure::Pairs(OfPairs::Share) => "Item pairs: share of the row, %",
        Figure::Pairs(OfPairs::Lift) => "Item pairs: lift",
    }
}

pub(super) fn how_many(shown: &Shown, together: u64) -> String {
    match shown.figure {
        Figure::Pairs(_) => counted(together, "item pair", "item pairs"),
        Figure::Baskets(_) => {
            let owners = owners(&shown.snapshot);
            counted(together, owners.one, owners.many)
        }
    }
}

pub(in crate::cooccurrence) fn grid(loaded: &Loaded, shown: &Shown) -> impl IntoView + use<> {
    let heads = shown
        .grid
        .columns
        .iter()
        .map(|head| {
            let title = head_title(shown, head);
            view! {
                <th scope="col">
                    <a class="grid-table__up" href=head_link(loaded, head) title=title>
                        {head.title.clone()}
                    </a>
                </th>
            }
        })
        .collect_view();
    let rows = (0..shown.grid.rows.len())
        .map(|row| grid_row(loaded, shown, row))
        .collect_view();
    view! {
        <a class="skip-link" href="#after-map">"Skip the cells of the heat map"</a>
        <div class="table-region grid-region" role="region" tabindex="0" aria-labelledby="map-caption">
            <table class="data-table grid-table">
                <caption id="map-caption">
                    <span class="data-table__caption">{caption(shown)} {key(shown)}</span>
                </caption>
                <thead>
                    <tr>
                        <th scope="col">{label(shown.figure)}</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="muted" id="after-map" tabindex="-1">{after(shown)}</p>
    }
}

fn caption(shown: &Shown) -> impl IntoView + use<> {
    let owners = owners(&shown.snapshot);
    let question = match shown.filter.level {
        Level::Category => "Which categories are chosen together?",
        Level::Item => "Which of the most chosen items are chosen together?",
    };
    let says = match shown.figure {
        Figure::Pairs(OfPairs::Together) => {
            format!(
                " Pairs of items, one of each category, summed over all {}.",
                owners.many
            )
        }
        Figure::Pairs(OfPairs::Share) => {
            " Of the item pairs that have an item of the row, the share with one of the column."
                .to_owned()
        }
        Figure::Pairs(OfPairs::Lift) => {
            " How many times as many item pairs as if all pairs were mixed at random.".to_owned()
        }
        Figure::Baskets(Measure::Lift) => format!(
            " How many times as many {} have both as chance would have.",
            owners.many
        ),
        Figure::Baskets(_) => format!(" Counted in {} that have both.", owners.many),
    };
    let version = format!(" Table version {}.", shown.snapshot.version());
    view! { <span><strong>{question}</strong> {says} {version}</span> }
}

/// The scale of the shading, in words and steps.
fn key(shown: &Shown) -> impl IntoView + use<> {
    let compared = match shown.shade {
        Shade::All => "all cells",
        Shade::Row => "each row by itself",
        Shade::Column => "each column by itself",
    };
    if shown.figure.drifts() {
        let steps = (-4..=4)
            .map(|step: i8| {
                view! { <span class="heat-key__step drift" data-drift=step.to_string()></span> }
            })
            .collect_view();
        return view! {
            <span class="heat-key">
                {format!("Shading over {compared}: less than chance")}
                " "
                <span class="heat-key__steps" aria-hidden="true">{steps}</span>
                " more"
            </span>
        }
        .into_any();
    }
    let steps = (0..=8)
        .map(|step: u8| {
            view! { <span class="heat-key__step heat" data-heat=step.to_string()></span> }
        })
        .collect_view();
    view! {
        <span class="heat-key">
            {format!("Shading over {compared}: 0")}
            " "
            <span class="heat-key__steps" aria-hidden="true">{steps}</span>
            " highest"
        </span>
    }
    .into_any()
}

fn after(shown: &Shown) -> String {
    let things = match shown.filter.level {
        Level::Category => "categories",
        Level::Item => "items",
    };
    let left_out = match shown.grid.left_out {
        0 => String::new(),
        more => format!(
            "The {} most chosen {things} are here, {} more are not. ",
            shown.grid.rows.len(),
            count(more as u64)
        ),
    };
    format!("{left_out}A cell leads to the pairs behind it, a name to its own.")
}

fn grid_row(loaded: &Loaded, shown: &Shown, row: usize) -> impl IntoView + use<> {
    let head = &shown.grid.rows[row];
    let cells = shown.grid.cells[row]
        .iter()
        .enumerate()
        .map(|(column, cell)| grid_cell(loaded, shown, row, column, cell))
        .collect_view();
    view! {
        <tr>
            <th scope="row">
                <a
                    class="grid-table__name"
                    href=head_link(loaded, head)
                    title=head_title(shown, head)
                >
                    {head.title.clone()}
                </a>
            </th>
            {cells}
        </tr>
    }
}

fn grid_cell(
    loaded: &Loaded,
    shown: &Shown,
    row: usize,
    column: usize,
    cell: &Cell,
) -> impl IntoView + use<> {
    let (row_head, column_head) = (&shown.grid.rows[row], &shown.grid.columns[column]);
    let Some(value) = cell.value else {
        let why = match shown.filter.level {
            Level::Item => "an item with itself is no pair",
            Level::Category => "a category with itself has no such measure",
        };
        return view! {
            <td title=why>
                <span class="grid-table__cell" aria-hidden="true">"–"</span>
                <span class="visually-hidden">{why}</span>
            </td>
        }
        .into_any();
    };
    let (heat, drift) = match shown.shading.step(row, column, cell) {
        Some(Step::Heat(step)) => (Some(step.to_string()), None),
        Some(Step::Drift(step)) => (None, Some(step.to_string())),
        None => (None, None),
    };
    let class = if drift.is_some() { "drift" } else { "heat" };
    let title = cell_title(shown, row_head, column_head, cell, value);
    let text = written(shown.figure, value);
    let content = if cell.together == 0 {
        view! { <span class="grid-table__cell">{text}</span> }.into_any()
    } else {
        let href = cell_link(loaded, shown, row_head, column_head);
        view! { <a class="grid-table__cell" href=href>{text}</a> }.into_any()
    };
    view! { <td class=class data-heat=heat data-drift=drift title=title>{content}</td> }.into_any()
}

/// Short enough for a cell; the exact value is in its title.
fn written(figure: Figure, value: f64) -> String {
    match figure {
        Figure::Baskets(Measure::Together) | Figure::Pairs(OfPairs::Together) => short(value),
        Figure::Baskets(Measure::Support | Measure::ConfidenceAb | Measure::ConfidenceBa)
        | Figure::Pairs(OfPairs::Share) => significant(100.0 * value, 2),
        Figure::Baskets(Measure::Lift) | Figure::Pairs(OfPairs::Lift) if value < 9.995 => {
            format!("{value:.2}")
        }
        Figure::Baskets(Measure::Lift) | Figure::Pairs(OfPairs::Lift) => times(value),
        Figure::Baskets(Measure::Llr) => minus(format!("{value:.1}")),
        Figure::Baskets(Measure::Jaccard | Measure::Cosine | Measure::Npmi) => {
            minus(format!("{value:.2}"))
        }
    }
}

fn minus(text: String) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.trim_matches(['0', '.']).is_empty() => rest.to_owned(),
        Some(rest) => format!("−{rest}"),
        None => text,
    }
}

fn short(number: f64) -> String {
    if number < 9_999.5 {
        count(number as u64)
    } else if number < 999_500.0 {
        format!("{:.0}k", number / 1e3)
    } else {
        format!("{:.1}M", number / 1e6)
    }
}

fn cell_title(shown: &Shown, row: &Head, column: &Head, cell: &Cell, value: f64) -> String {
    let expected = cell.expected.map_or_else(String::new, |expected| {
        format!(", by chance {}", significant(expected, 3))
    });
    format!(
        "{} with {}: {}{expected}; {} {value}",
        row.title,
        column.title,
        how_many(shown, cell.together),
        shown.figure.code(),
    )
}

fn head_title(shown: &Shown, head: &Head) -> String {
    let chosen = counted(head.choices, "choice", "choices");
    match shown.filter.level {
        Level::Category => format!("{}: {chosen}; the pairs of its items", head.title),
        Level::Item => format!("{}: {chosen}; what goes with it", head.title),
    }
}

fn head_link(loaded: &Loaded, head: &Head) -> String {
    let catalog_id = &loaded.current.catalog.id;
    match loaded.level {
        Level::Item => items::paths::page(catalog_id, &head.id),
        Level::Category => paths::table(
            catalog_id,
            &Query {
                level: None,
                category: Some(head.id.clone()),
                other_category: None,
                ..loaded.asked.clone()
            },
        ),
    }
}

/// The pairs of items between two categories, strongest first, or the one pair of two items.
fn cell_link(loaded: &Loaded, shown: &Shown, row: &Head, column: &Head) -> String {
    let sort = match shown.figure {
        Figure::Baskets(measure) => measure.name(),
        Figure::Pairs(_) => Measure::Together.name(),
    };
    let one = |head: &Head| Some(head.id.clone());
    let of_items = shown.filter.level == Level::Item;
    let query = Query {
        level: None,
        item: one(row).filter(|_| of_items),
        other_item: one(column).filter(|_| of_items),
        category: one(row).filter(|_| !of_items),
        other_category: one(column).filter(|_| !of_items),
        min_together: least(loaded, shown),
        sort: Some(sort.to_owned()),
        ..loaded.asked.clone()
    };
    paths::table(&loaded.current.catalog.id, &query)
}

/// The least count behind a cell: the one asked for; else none in a table that is small enough to
/// be read whole, so that no cell leads to an empty page there.
fn least(loaded: &Loaded, shown: &Shown) -> Option<String> {
    let asked = loaded.asked.min_together.clone();
    let asked = asked.filter(|least| !least.is_empty());
    let is_small = shown.filter.level == Level::Item || shown.snapshot.pairs().len() <= READ_WHOLE;
    asked.or_else(|| is_small.then(|| "1".to_owned()))
}
