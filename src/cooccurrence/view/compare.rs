//! The comparison of two sides: what to compare, what stands out, and the table of pairs.

use leptos::prelude::*;

use super::filters::{self, ITEMS_FIRST, field, hidden, level};
use crate::catalog::words::{begin, owners, title};
use crate::cooccurrence::compare::{Loaded, Shown, Sides};
use crate::cooccurrence::comparison::{Change, Comparison, Part, Verdict};
use crate::cooccurrence::filter::{Level, Query};
use crate::cooccurrence::paths;
use crate::index::snapshot::Snapshot;
use crate::items;
use crate::ui::format::{count, counted, percent, significant};
use crate::ui::table::framed;

/// Periods that are a click away, in days.
const PERIODS: [(u64, &str); 3] = [(30, "30 days"), (91, "91 days"), (365, "A year")];

pub(in crate::cooccurrence) fn filters(loaded: &Loaded) -> impl IntoView + use<> {
    let query = &loaded.asked;
    let sides = &loaded.sides;
    let has_times = loaded.current.newest.is_some();
    let has_segments = !loaded.segment_fields.is_empty() || sides.left_segment.is_some();
    let placeholder = loaded
        .segment_fields
        .first()
        .map(|field| format!("{field}:value"));
    let segment = |name: &'static str, label: &'static str, value: &Option<String>| {
        view! {
            <div class="field filter-bar__field">
                <label class="field__label" for=name>{label}</label>
                <input class="input" id=name name=name placeholder=placeholder.clone() value=value.clone()/>
            </div>
        }
    };
    view! {
        <form class="filter-bar" method="get" action=paths::page(&loaded.current.catalog.id)>
            <input type="hidden" name="view" value="compare"/>
            {levels(loaded)}
            {hidden("level", &query.level)}
            {hidden("version", &query.version)}
            {has_times.then(|| (
                field("left_from", "Left from", "date", &sides.left_from),
                field("left_to", "Left to", "date", &sides.left_to),
            ))}
            {has_segments.then(|| segment("left_segment", "Left segment", &sides.left_segment))}
            {has_times.then(|| (
                field("right_from", "Right from", "date", &sides.right_from),
                field("right_to", "Right to", "date", &sides.right_to),
            ))}
            {has_segments.then(|| segment("right_segment", "Right segment", &sides.right_segment))}
            {field("min_together", "Together at least", "number", &loaded.query.min_together)}
            <button class="button button--primary">"Compare"</button>
        </form>
    }
}

fn levels(loaded: &Loaded) -> impl IntoView + use<> {
    let to = |query: &Query| paths::compared(&loaded.current.catalog.id, query, &loaded.sides);
    let asked = &loaded.asked;
    let has_some = !loaded.current.categories.is_empty();
    has_some.then(|| filters::levels(asked, level(asked), ITEMS_FIRST, &to))
}

/// The usual periods; each ends with the newest interaction.
fn periods(loaded: &Loaded) -> impl IntoView + use<> {
    let newest = loaded.current.newest?.date_naive();
    let links = PERIODS.map(|(days, label)| {
        let sides = Sides::last(days, newest);
        let current = (sides == loaded.sides).then_some("true");
        let href = paths::compared(&loaded.current.catalog.id, &loaded.asked, &sides);
        view! { <a class="segments__item" href=href aria-current=current>{label}</a> }
    });
    Some(view! {
        <div class="row">
            <span id="periods">"The last, beside as many before"</span>
            <div class="segments" role="group" aria-labelledby="periods">
                {links.into_iter().collect_view()}
            </div>
        </div>
    })
}

pub(in crate::cooccurrence) fn nothing_chosen(loaded: &Loaded) -> impl IntoView + use<> {
    if let Some((why, href, label)) = begin(&loaded.current) {
        return view! {
            <div class="empty">
                <h2>"Nothing to compare"</h2>
                <p>{why}</p>
                <a class="button" href=href>{label}</a>
            </div>
        }
        .into_any();
    }
    let says = if loaded.segment_fields.is_empty() {
        "The data has neither times nor anything about its users, so there are no two parts to compare."
    } else {
        "The data has no times. Name a segment of users for each side, as field and value."
    };
    view! {
        <div class="empty">
            <h2>"Choose two sides"</h2>
            <p>{says}</p>
        </div>
    }
    .into_any()
}

pub(in crate::cooccurrence) fn comparison(loaded: &Loaded, shown: &Shown) -> impl IntoView + use<> {
    let many = owners(&shown.left).many;
    let Some(comparison) = &shown.comparison else {
        let side = if shown.left.baskets.is_empty() {
            "left"
        } else {
            "right"
        };
        let why = format!(
            "No {many} fall into the {side} side; widen its period or choose another segment."
        );
        return empty(loaded, why).into_any();
    };
    if comparison.changes.is_empty() {
        let why = format!(
            "In no pair do {} {many} or more have both, on either side; ask for fewer or widen the periods.",
            count(u64::from(shown.least))
        );
        return empty(loaded, why).into_any();
    }
    view! {
        <div class="row row--apart">
            <p class="page__finding">{finding(loaded, shown, comparison)}</p>
            {periods(loaded)}
        </div>
        {table(loaded, shown, comparison)}
        <p class="muted">{how(comparison)}</p>
    }
    .into_any()
}

fn empty(loaded: &Loaded, why: String) -> impl IntoView + use<> {
    view! {
        {periods(loaded)}
        <div class="empty">
            <h2>"Nothing to compare"</h2>
            <p>{why}</p>
        </div>
    }
}

fn name(loaded: &Loaded, shown: &Shown, id: &str) -> String {
    match shown.level {
        Level::Item => title(&loaded.current, id).to_owned(),
        Level::Category => id.to_owned(),
    }
}

/// What changed most, in a sentence.
fn finding(loaded: &Loaded, shown: &Shown, comparison: &Comparison) -> impl IntoView + use<> {
    let many = owners(&shown.left).many;
    let first = &comparison.changes[0];
    if comparison.told == 0 {
        return format!(
            "No difference can be told from chance in {}.",
            counted(comparison.compared as u64, "pair", "pairs")
        )
        .into_any();
    }
    let names = [&first.a, &first.b].map(|id| name(loaded, shown, id));
    let [left, right] = [(&first.left, &shown.left), (&first.right, &shown.right)]
        .map(|(part, side)| percent(share(*part, side)));
    view! {
        "The surest change: "
        <strong>{format!("{} and {}", names[0], names[1])}</strong>
        {format!(". Of the {many} on the left {left} have both, on the right {right}.")}
    }
    .into_any()
}

fn share(part: Part, side: &Snapshot) -> f64 {
    f64::from(part.together) / f64::from(side.baskets.len().max(1))
}

fn how(comparison: &Comparison) -> String {
    let compared = counted(comparison.compared as u64, "pair was", "pairs were");
    format!(
        "{compared} compared; {} differ beyond their 95 % interval, where chance alone would give about {}. \
         Intervals are Newcombe’s for two shares (1998), as if the two sides were different people.",
        count(comparison.told as u64),
        count((comparison.compared as f64 * 0.05).round() as u64),
    )
}

fn table(loaded: &Loaded, shown: &Shown, comparison: &Comparison) -> impl IntoView + use<> {
    let many = owners(&shown.left).many;
    let caption = format!(
        " Left: {} {many}, table version {}. Right: {} {many}, table version {}. The surest changes first{}.",
        count(u64::from(shown.left.baskets.len())),
        shown.left.version(),
        count(u64::from(shown.right.baskets.len())),
        shown.right.version(),
        if comparison.compared > comparison.changes.len() {
            format!(
                ", {} of {}",
                comparison.changes.len(),
                count(comparison.compared as u64)
            )
        } else {
            String::new()
        },
    );
    let rows = comparison
        .changes
        .iter()
        .map(|change| row(loaded, shown, change))
        .collect_view();
    let heads = [
        ("Left", "how many have both on the left"),
        ("Left, %", "share of the left side that has both"),
        (
            "Left lift",
            "how many times as often as chance, on the left",
        ),
        ("Right", "how many have both on the right"),
        ("Right, %", "share of the right side that has both"),
        (
            "Right lift",
            "how many times as often as chance, on the right",
        ),
        (
            "Change, points",
            "the right share less the left, in points of per cent",
        ),
        ("95 % interval", "of the change, in points of per cent"),
    ]
    .map(|(label, says)| {
        view! { <th scope="col" class="data-table__cell--numeric" title=says>{label}</th> }
    });
    let caption = view! {
        <span><strong>"What changed from left to right?"</strong> {caption}</span>
    };
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"A"</th>
                <th scope="col">"B"</th>
                {heads.into_iter().collect_view()}
                <th scope="col">"Verdict"</th>
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed("changes", caption, table)
}

fn row(loaded: &Loaded, shown: &Shown, change: &Change) -> impl IntoView + use<> {
    let points = |value: f64| {
        let text = significant(100.0 * value.abs(), 2);
        if value < 0.0 {
            format!("−{text}")
        } else {
            text
        }
    };
    let side = |part: Part, side: &Snapshot| {
        let lift = part
            .lift
            .map_or_else(|| "–".to_owned(), |lift| format!("{lift:.2}"));
        let share = share(part, side);
        view! {
            <td class="data-table__cell--numeric">{count(u64::from(part.together))}</td>
            <td class="data-table__cell--numeric" title=share.to_string()>
                {significant(100.0 * share, 3)}
            </td>
            <td class="data-table__cell--numeric" title=part.lift.map(|lift| lift.to_string())>
                {lift}
            </td>
        }
    };
    let (class, verdict) = match change.verdict() {
        Verdict::New => ("badge badge--accent", "New"),
        Verdict::More => ("badge badge--accent", "More often"),
        Verdict::Less => ("badge badge--danger", "Less often"),
        Verdict::Gone => ("badge badge--danger", "Gone"),
        Verdict::Untold => ("badge", "May be chance"),
    };
    let interval = change.difference.interval;
    view! {
        <tr>
            <th scope="row" class="data-table__cell--text">{named(loaded, shown, &change.a)}</th>
            <td class="data-table__cell--text">{named(loaded, shown, &change.b)}</td>
            {side(change.left, &shown.left)}
            {side(change.right, &shown.right)}
            <td class="data-table__cell--numeric" title=change.difference.value.to_string()>
                {points(change.difference.value)}
            </td>
            <td class="data-table__cell--numeric">
                {format!("{} to {}", points(interval.low), points(interval.high))}
            </td>
            <td><span class=class>{verdict}</span></td>
        </tr>
    }
}

fn named(loaded: &Loaded, shown: &Shown, id: &str) -> impl IntoView + use<> {
    let catalog_id = &loaded.current.catalog.id;
    let title = name(loaded, shown, id);
    let href = match shown.level {
        Level::Item => items::paths::page(catalog_id, id),
        Level::Category => paths::table(
            catalog_id,
            &Query {
                category: Some(id.to_owned()),
                ..Query::default()
            },
        ),
    };
    view! {
        <span class="pair-name">
            <a class="data-table__link pair-name__title" href=href title=title.clone()>
                {title.clone()}
            </a>
        </span>
    }
}
