//! The table itself: sortable headings, figures with their exact values, shading, the pager.

use leptos::prelude::*;

use super::columns::{Column, columns, name};
use super::line::{Line, Side};
use crate::catalog::words::owners;
use crate::cooccurrence::filter::{Level, Order, Query};
use crate::cooccurrence::page::{Loaded, Shown};
use crate::cooccurrence::paths;
use crate::recommendations::paths::for_item;
use crate::ui::format::count;

pub(in crate::cooccurrence) fn table(loaded: &Loaded, shown: &Shown) -> impl IntoView + use<> {
    let catalog_id = loaded.current.catalog.id.clone();
    let owners = owners(&shown.snapshot);
    let columns = columns(shown.filter.level);
    let headings = columns
        .iter()
        .map(|column| {
            heading(
                loaded,
                shown.filter.order,
                *column,
                column.heading(owners),
                column.says(owners),
            )
        })
        .collect_view();
    let scale = Scale::of(&shown.lines);
    let rows = shown
        .lines
        .iter()
        .map(|line| row(&catalog_id, line, &columns, shown.filter.order, scale))
        .collect_view();
    let what = match shown.filter.level {
        Level::Item => "items",
        Level::Category => "categories",
    };
    view! {
        <div class="table-region" role="region" tabindex="0" aria-labelledby="pairs-caption">
            <table class="data-table">
                <caption id="pairs-caption">
                    <span class="data-table__caption">
                        <span>
                            <strong>{format!("Which {what} go together?")}</strong>
                            " "
                            {caption(shown, owners.many)}
                        </span>
                        {shading()}
                    </span>
                </caption>
                <thead>
                    <tr>
                        <th scope="col">"A"</th>
                        <th scope="col">"B"</th>
                        {headings}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn caption(shown: &Shown, many: &str) -> String {
    let least = shown.filter.min_together;
    let order = match shown.filter.order {
        Order::Ids => "in the order of their ids".to_owned(),
        Order::Falling(measure) => format!("the greatest {} first", name(measure)),
        Order::Rising(measure) => format!("the least {} first", name(measure)),
    };
    format!(
        "Pairs that {least} {many} or more have, {order}. Table version {}.",
        shown.snapshot.version()
    )
}

fn shading() -> impl IntoView {
    let steps = (0..=8)
        .map(|step| view! { <span class="heat-key__step heat" data-heat=step.to_string()></span> })
        .collect_view();
    view! {
        <span class="heat-key">
            "Shading: the sorted figure, least to greatest of these rows "
            <span class="heat-key__steps" aria-hidden="true">{steps}</span>
        </span>
    }
}

fn heading(
    loaded: &Loaded,
    order: Order,
    column: Column,
    label: String,
    says: String,
) -> impl IntoView + use<> {
    let Column::By(measure) = column else {
        return view! { <th scope="col" class="data-table__cell--numeric" title=says>{label}</th> }
            .into_any();
    };
    let (sorted, next) = match order {
        Order::Falling(by) if by == measure => ("descending", Order::Rising(measure)),
        Order::Rising(by) if by == measure => ("ascending", Order::Falling(measure)),
        _ => ("none", Order::Falling(measure)),
    };
    let query = Query {
        sort: Some(next.code()),
        cursor: None,
        ..loaded.asked.clone()
    };
    let href = paths::table(&loaded.current.catalog.id, &query);
    view! {
        <th scope="col" class="data-table__cell--numeric" aria-sort=sorted title=says>
            <a class="data-table__sort" href=href>{label}</a>
        </th>
    }
    .into_any()
}

/// The least and the greatest sort key of the rows that are shown.
#[derive(Clone, Copy)]
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn of(lines: &[Line]) -> Self {
        let keys = || lines.iter().filter_map(|line| line.key);
        Self {
            low: keys().fold(f64::INFINITY, f64::min),
            high: keys().fold(f64::NEG_INFINITY, f64::max),
        }
    }

    /// One of nine steps; rows that are all alike get none.
    fn step(self, key: f64) -> Option<u8> {
        let width = self.high - self.low;
        (width > 0.0).then(|| ((key - self.low) / width * 8.0).round() as u8)
    }
}

fn row(
    catalog_id: &str,
    line: &Line,
    columns: &[Column],
    order: Order,
    scale: Scale,
) -> impl IntoView + use<> {
    let sorted = |column: Column| match order {
        Order::Falling(by) | Order::Rising(by) => column == Column::By(by),
        Order::Ids => false,
    };
    let cells = columns
        .iter()
        .map(|column| {
            let heat = line
                .key
                .filter(|_| sorted(*column))
                .and_then(|key| scale.step(key));
            let class = if heat.is_some() {
                "data-table__cell--numeric heat"
            } else {
                "data-table__cell--numeric"
            };
            match column.figure(line) {
                Some(figure) => view! {
                    <td class=class data-heat=heat.map(|step| step.to_string()) title=figure.exact>
                        {figure.text}
                    </td>
                }
                .into_any(),
                None => view! {
                    <td class="data-table__cell--numeric">
                        <span aria-hidden="true">"–"</span>
                        <span class="visually-hidden">"no figure here"</span>
                    </td>
                }
                .into_any(),
            }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row">{side(catalog_id, &line.a)}</th>
            <td>{side(catalog_id, &line.b)}</td>
            {cells}
        </tr>
    }
}

/// An item leads to its recommendations; a category to the pairs of its items.
fn side(catalog_id: &str, side: &Side) -> impl IntoView + use<> {
    let href = match &side.item_id {
        Some(item) => for_item(catalog_id, item),
        None => {
            let query = Query {
                category: Some(side.title.clone()),
                ..Query::default()
            };
            paths::table(catalog_id, &query)
        }
    };
    view! {
        <a class="data-table__link" href=href>{side.title.clone()}</a>
        {side.category.clone().map(|category| view! { <span class="data-table__note">{category}</span> })}
    }
}

pub(in crate::cooccurrence) fn pager(loaded: &Loaded, shown: &Shown) -> impl IntoView + use<> {
    let catalog_id = &loaded.current.catalog.id;
    let first = shown.before + 1;
    let last = shown.before + shown.lines.len() as u64;
    let to = |cursor: Option<String>| {
        paths::table(
            catalog_id,
            &Query {
                cursor,
                ..loaded.asked.clone()
            },
        )
    };
    let begin = (shown.before > 0).then(|| view! { <a class="button" href=to(None)>"First"</a> });
    let next = shown
        .next
        .clone()
        .map(|cursor| view! { <a class="button" href=to(Some(cursor))>"Next"</a> });
    view! {
        <nav class="pager" aria-label="Pages of the table">
            <span class="pager__count">
                {format!("Rows {}–{} of {}", count(first), count(last), count(shown.total))}
            </span>
            <span class="pager__links">{begin} {next}</span>
        </nav>
    }
}

pub(in crate::cooccurrence) fn empty(loaded: &Loaded, shown: &Shown) -> impl IntoView + use<> {
    let query = Query {
        min_together: Some("1".to_owned()),
        cursor: None,
        ..loaded.asked.clone()
    };
    let lower = (shown.filter.min_together > 1).then(|| {
        let href = paths::table(&loaded.current.catalog.id, &query);
        view! { <a class="button button--primary" href=href>"Show all from 1 on"</a> }
    });
    view! {
        <div class="empty">
            <h2>"No pair fits these filters"</h2>
            <p>
                {format!(
                    "No two stand together in {} baskets or more here. Lower “together at least”, or take a filter out.",
                    count(u64::from(shown.filter.min_together)),
                )}
            </p>
            {lower}
        </div>
    }
}
