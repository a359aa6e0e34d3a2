//! The last days beside all time: whose order counts, and the table of pairs.

use leptos::prelude::*;

use super::columns::{name, of_measure};
use super::filters::{self, ITEMS_FIRST, field, hidden, level, select};
use super::table::{STEPS, in_a_sentence, key};
use crate::catalog::words::{begin, owners, title};
use crate::cooccurrence::filter::{Level, Query};
use crate::cooccurrence::paths;
use crate::cooccurrence::recent::Loaded;
use crate::cooccurrence::windows::{Asked, COUNT, Part, Recent, Row, code, label};
use crate::counting::Measure;
use crate::items;
use crate::ui::chips;
use crate::ui::format::count;
use crate::ui::table::framed;

pub(in crate::cooccurrence) fn filters(loaded: &Loaded) -> impl IntoView + use<> {
    let query = &loaded.asked;
    let wanted = loaded.wanted.as_ref().ok();
    let measures = Measure::ALL.into_iter().map(|measure| {
        let is_chosen = wanted.is_some_and(|wanted| wanted.measure == measure);
        (measure.name().to_owned(), name(measure), is_chosen)
    });
    let windows = (0..COUNT).map(|window| {
        let is_chosen = wanted.is_some_and(|wanted| wanted.chosen == window);
        (code(window), label(window), is_chosen)
    });
    let least = wanted.map(|wanted| wanted.filter.min_together.to_string());
    view! {
        <form class="filter-bar" method="get" action=paths::page(&loaded.current.catalog.id)>
            <input type="hidden" name="view" value="recent"/>
            {levels(loaded)}
            {hidden("level", &query.level)}
            {hidden("item", &query.item)}
            {hidden("other_item", &query.other_item)}
            {hidden("category", &query.category)}
            {hidden("other_category", &query.other_category)}
            {select("days", "Strongest in", windows.collect())}
            {select("measure", "Measure", measures.collect())}
            {field(
                "min_together",
                "Together there at least",
                "number",
                &least.or_else(|| query.min_together.clone()),
            )}
            <button class="button button--primary">"Show"</button>
        </form>
        {chosen(loaded)}
    }
}

fn levels(loaded: &Loaded) -> impl IntoView + use<> {
    let to = |query: &Query| paths::recent(&loaded.current.catalog.id, query, &loaded.window);
    let asked = &loaded.asked;
    let has_some = !loaded.current.categories.is_empty();
    has_some.then(|| filters::levels(asked, level(asked), ITEMS_FIRST, &to))
}

/// The item or category that all pairs are with, with a link that takes it out.
fn chosen(loaded: &Loaded) -> impl IntoView + use<> {
    let asked = &loaded.asked;
    let given = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    let without = |query: Query| paths::recent(&loaded.current.catalog.id, &query, &loaded.window);
    let named = |first: String, other: Option<String>| match other {
        Some(other) => format!("{first} with {other}"),
        None => format!("Pairs with {first}"),
    };
    let title = |id: String| title(&loaded.current, &id).to_owned();
    let of_item = given(&asked.item).map(|item| {
        let other = given(&asked.other_item).map(title);
        let query = Query {
            item: None,
            other_item: None,
            ..asked.clone()
        };
        (named(title(item), other), without(query))
    });
    let of_category = given(&asked.category).map(|category| {
        let query = Query {
            category: None,
            other_category: None,
            ..asked.clone()
        };
        let words = named(category, given(&asked.other_category));
        (words, without(query))
    });
    chips::chips("Chosen", of_item.into_iter().chain(of_category).collect())
}

pub(in crate::cooccurrence) fn no_times(loaded: &Loaded) -> impl IntoView + use<> {
    let (why, next) = match begin(&loaded.current) {
        Some((why, href, words)) => (why, Some((href, words))),
        None => (
            "The data has no times, so there are no last days to look at.".to_owned(),
            None,
        ),
    };
    let next = next.map(|(href, words)| view! { <a class="button" href=href>{words}</a> });
    view! {
        <div class="empty">
            <h2>"No windows to show"</h2>
            <p>{why}</p>
            {next}
        </div>
    }
}

pub(in crate::cooccurrence) fn empty(loaded: &Loaded, recent: &Recent) -> impl IntoView + use<> {
    let many = owners(recent.all()).many;
    let where_ = within(recent.wanted.chosen);
    let why = format!(
        "In no pair that fits do {} {many} or more have both {where_}.",
        count(u64::from(recent.wanted.filter.min_together)),
    );
    let link = |query: Query, days: usize, words: &'static str| {
        let window = Asked {
            days: Some(code(days)),
        };
        let href = paths::recent(&loaded.current.catalog.id, &query, &window);
        view! { <a class="button" href=href>{words}</a> }
    };
    let fewer = (recent.wanted.filter.min_together > 1).then(|| {
        let query = Query {
            min_together: Some("1".to_owned()),
            ..loaded.asked.clone()
        };
        link(query, recent.wanted.chosen, "Show all pairs, however rare")
    });
    let all = COUNT - 1;
    let longer =
        (recent.wanted.chosen < all).then(|| link(loaded.asked.clone(), all, "Order by all time"));
    view! {
        <div class="empty">
            <h2>"No pairs to show"</h2>
            <p>{why}</p>
            <div class="row">{fewer} {longer}</div>
        </div>
    }
}

fn within(window: usize) -> String {
    if window + 1 == COUNT {
        "in all time".to_owned()
    } else {
        format!("in the last {}", label(window))
    }
}

pub(in crate::cooccurrence) fn table(loaded: &Loaded, recent: &Recent) -> impl IntoView + use<> {
    let heads = (0..COUNT)
        .map(|window| heads(loaded, recent, window))
        .collect_view();
    let rows = recent
        .rows
        .iter()
        .map(|row| self::row(loaded, recent, row))
        .collect_view();
    let shading = format!(
        "Shading: {} of each pair by itself, 0 to its highest",
        name(recent.wanted.measure)
    );
    let caption = view! {
        <span>
            <strong>"What goes together lately, and in all time?"</strong>
            {caption(recent)}
        </span>
        {key(shading)}
    };
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"A"</th>
                <th scope="col">"B"</th>
                {heads}
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed("recent", caption, table)
}

fn caption(recent: &Recent) -> String {
    let many = owners(recent.all()).many;
    let counted = (0..COUNT).map(|window| {
        let snapshot = &recent.windows[window];
        let from = snapshot.slice.from.map_or_else(String::new, |from| {
            format!(" from {}", from.format("%Y-%m-%d"))
        });
        format!(
            "{}{from}: {} {many}",
            label(window),
            count(u64::from(snapshot.baskets.len()))
        )
    });
    let first = if recent.total > recent.rows.len() as u64 {
        format!(
            "the first {} of {} pairs",
            recent.rows.len(),
            count(recent.total)
        )
    } else {
        "all pairs".to_owned()
    };
    format!(
        " Highest {} {} first, {first}. {}. Table version {}.",
        in_a_sentence(recent.wanted.measure),
        within(recent.wanted.chosen),
        counted.collect::<Vec<_>>().join("; "),
        recent.all().version(),
    )
}

/// How many have both in one window, and the measure there; the second leads to that order.
fn heads(loaded: &Loaded, recent: &Recent, window: usize) -> impl IntoView + use<> {
    let many = owners(recent.all()).many;
    let measure = recent.wanted.measure;
    let is_chosen = window == recent.wanted.chosen;
    let asked = Asked {
        days: Some(code(window)),
    };
    let href = paths::recent(&loaded.current.catalog.id, &loaded.asked, &asked);
    let both = format!("{many} that have both {}", within(window));
    let says = format!(
        "{} {}; orders the pairs by it",
        name(measure),
        within(window)
    );
    let unit = match measure {
        Measure::Together | Measure::Support => "Support, %",
        Measure::ConfidenceAb => "A → B, %",
        Measure::ConfidenceBa => "B → A, %",
        Measure::Llr => "LLR",
        other => name(other),
    };
    view! {
        <th scope="col" class="data-table__cell--numeric" title=both>{label(window)}</th>
        <th
            scope="col"
            class="data-table__cell--numeric"
            aria-sort=if is_chosen { "descending" } else { "none" }
            title=says
        >
            <a class="data-table__sort" href=href>
                {unit}
                <span class="visually-hidden">{format!(", {}", label(window))}</span>
            </a>
        </th>
    }
}

fn row(loaded: &Loaded, recent: &Recent, row: &Row) -> impl IntoView + use<> {
    let measure = recent.wanted.measure;
    let key = |part: &Part| part.pair.map(|pair| measure.rank_key(&pair));
    let highest = row.parts.iter().filter_map(key).fold(0.0, f64::max);
    let cells = row
        .parts
        .iter()
        .map(|part| cells(*part, measure, key(part), highest))
        .collect_view();
    view! {
        <tr>
            <th scope="row" class="data-table__cell--text">{named(loaded, recent, &row.a)}</th>
            <td class="data-table__cell--text">{named(loaded, recent, &row.b)}</td>
            {cells}
        </tr>
    }
}

fn cells(part: Part, measure: Measure, key: Option<f64>, highest: f64) -> impl IntoView {
    let figure = part.pair.map(|pair| of_measure(measure, &pair.measures()));
    let value = match (figure, key) {
        (Some(figure), Some(key)) => {
            let share = if highest > 0.0 {
                (key / highest).max(0.0)
            } else {
                0.0
            };
            let step = ((STEPS * share).round() as u8).to_string();
            view! {
                <td class="data-table__cell--numeric heat" data-heat=step title=figure.exact>
                    {figure.text}
                </td>
            }
            .into_any()
        }
        _ => {
            let why = "not chosen then";
            view! {
                <td class="data-table__cell--numeric" title=why>
                    <span aria-hidden="true">"–"</span>
                    <span class="visually-hidden">{why}</span>
                </td>
            }
            .into_any()
        }
    };
    view! {
        <td class="data-table__cell--numeric">{count(u64::from(part.together))}</td>
        {value}
    }
}

fn named(loaded: &Loaded, recent: &Recent, id: &str) -> impl IntoView + use<> {
    let catalog_id = &loaded.current.catalog.id;
    let (title, href) = match recent.wanted.filter.level {
        Level::Item => (
            title(&loaded.current, id).to_owned(),
            items::paths::page(catalog_id, id),
        ),
        Level::Category => {
            let query = Query {
                level: None,
                category: Some(id.to_owned()),
                ..loaded.asked.clone()
            };
            (
                id.to_owned(),
                paths::recent(catalog_id, &query, &loaded.window),
            )
        }
    };
    view! {
        <span class="pair-name">
            <a class="data-table__link pair-name__title" href=href title=title.clone()>
                {title.clone()}
            </a>
        </span>
    }
}
