//! What goes with the item, and which lists hold it.

use leptos::prelude::*;

use super::pairs;
use crate::catalog::words::{Owners, owners};
use crate::counting::{Interval, Measure};
use crate::items::page::{Loaded, Partner};
use crate::items::paths;
use crate::overrides;
use crate::recommendations::paths::for_item;
use crate::serving::Standing;
use crate::ui::format::{count, counted, measure, p_value, percent, times};
use crate::ui::table::framed;

/// The columns of figures, each by a measure that sorts.
const COLUMNS: [(Measure, &str, &str); 6] = [
    (Measure::Together, "Together", "that have both"),
    (
        Measure::ConfidenceAb,
        "Of its own, %",
        "share of those with this item that have the other too",
    ),
    (
        Measure::Lift,
        "Lift",
        "how many times as often as chance would have it",
    ),
    (Measure::Cosine, "Cosine", "0 never together, 1 always"),
    (
        Measure::Npmi,
        "NPMI",
        "−1 never together, 0 chance, 1 always",
    ),
    (
        Measure::Llr,
        "LLR",
        "log-likelihood ratio: how far from chance",
    ),
];

pub(in crate::items) fn partners(loaded: &Loaded) -> impl IntoView + use<> {
    let owners = owners(&loaded.snapshot);
    let least = loaded.snapshot.catalog.least_together;
    if loaded.partners.rows.is_empty() {
        let why = format!(
            "Nothing was chosen together with it in {} or more.",
            counted(u64::from(least), owners.one, owners.many)
        );
        return view! {
            <section class="panel">
                <h2>"What goes with it"</h2>
                <p>{why}</p>
                <p>"Its recommendations are filled, openly, with the most chosen items."</p>
            </section>
        }
        .into_any();
    }
    let heads = COLUMNS.map(|column| head(loaded, column));
    let rows = loaded.partners.rows.iter();
    let rows = rows
        .map(|partner| partner_row(loaded, partner))
        .collect_view();
    let more = format!("All {}", count(loaded.partners.total as u64));
    let caption = view! {
        <span>
            <strong>"What goes with it?"</strong>
            {which(owners, least)}
        </span>
        <a href=pairs(loaded)>
            {more}
            <span class="visually-hidden">" pairs of this item"</span>
        </a>
    };
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"Item"</th>
                {heads.into_iter().collect_view()}
                <th scope="col" class="data-table__cell--numeric">"p"</th>
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed("partners", caption, table).into_any()
}

fn which(owners: Owners, least: u32) -> String {
    if least > 1 {
        format!(
            " Items that {} {} or more have with it.",
            count(u64::from(least)),
            owners.many
        )
    } else {
        format!(" Items that {} have with it.", owners.many)
    }
}

fn head(
    loaded: &Loaded,
    (by, heading, says): (Measure, &'static str, &'static str),
) -> impl IntoView + use<> {
    let item_id = &loaded.snapshot.items[loaded.item as usize].id;
    let href = paths::sorted(&loaded.snapshot.catalog.id, item_id, by.name());
    let sorted = if by == loaded.measure {
        "descending"
    } else {
        "none"
    };
    view! {
        <th scope="col" class="data-table__cell--numeric" aria-sort=sorted title=says>
            <a class="data-table__sort" href=href>{heading}</a>
        </th>
    }
}

fn partner_row(loaded: &Loaded, partner: &Partner) -> impl IntoView + use<> {
    let snapshot = &loaded.snapshot;
    let other = &snapshot.items[partner.item as usize];
    let measures = partner.pair.measures();
    let between = |interval: Interval, text: fn(f64) -> String| {
        format!("95 %: {} to {}", text(interval.low), text(interval.high))
    };
    let share = between(partner.pair.confidence_ab_interval(), percent);
    let lift = partner
        .pair
        .lift_interval()
        .map(|lift| between(lift, times));
    let category = snapshot.category_name(partner.item).map(ToOwned::to_owned);
    let figures = [
        (
            count(u64::from(partner.together)),
            partner.together.to_string(),
        ),
        (
            format!("{:.1}", 100.0 * measures.confidence_ab),
            format!("{}; {share}", measures.confidence_ab),
        ),
        (
            format!("{:.2}", measures.lift),
            [measures.lift.to_string(), lift.unwrap_or_default()].join("; "),
        ),
        (measure(measures.cosine), measures.cosine.to_string()),
        (measure(measures.npmi), measures.npmi.to_string()),
        (format!("{:.1}", measures.llr), measures.llr.to_string()),
        (
            p_value(measures.log10_p),
            format!("log10 p = {}", measures.log10_p),
        ),
    ];
    let cells = figures.map(|(text, exact)| {
        view! { <td class="data-table__cell--numeric" title=exact>{text}</td> }
    });
    view! {
        <tr>
            <th scope="row" class="data-table__cell--text">
                <span class="pair-name">
                    <a
                        class="data-table__link pair-name__title"
                        href=paths::page(&snapshot.catalog.id, &other.id)
                        title=other.title.clone()
                    >
                        {other.title.clone()}
                    </a>
                    " "
                    <span class="data-table__note pair-name__note">{category}</span>
                </span>
            </th>
            {cells.into_iter().collect_view()}
        </tr>
    }
}

pub(in crate::items) fn places(loaded: &Loaded) -> impl IntoView + use<> {
    let places = &loaded.places;
    let lists = counted(places.lists as u64, "list", "lists");
    if places.total == 0 {
        let facts = loaded.snapshot.facts[loaded.item as usize];
        let why = if facts.available {
            format!("It stands among the first ten of none of the {lists}.")
        } else {
            format!("It is marked as not available, so it stands in none of the {lists}.")
        };
        return view! {
            <section class="panel">
                <h2>"Where is it recommended?"</h2>
                <p>{why}</p>
            </section>
        }
        .into_any();
    }
    let says = format!(
        " Among the first ten of {} of {lists}, as everybody is served them; those of the most chosen items.",
        count(places.total as u64),
    );
    let rows = places.rows.iter();
    let rows = rows.map(|place| place_row(loaded, place)).collect_view();
    let caption = view! {
        <span><strong>"Where is it recommended?"</strong> {says}</span>
    };
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"In the list for"</th>
                <th scope="col" class="data-table__cell--numeric">"Rank"</th>
                <th scope="col">"Put there by"</th>
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed("places", caption, table).into_any()
}

fn place_row(loaded: &Loaded, place: &Standing) -> impl IntoView + use<> {
    let catalog_id = &loaded.snapshot.catalog.id;
    let anchor = &loaded.snapshot.items[place.anchor as usize];
    let by = match place.by_override {
        Some(id) => view! {
            <a href=overrides::paths::list(catalog_id)>{format!("Override {id}")}</a>
        }
        .into_any(),
        None if place.is_fallback => "Most chosen, because the list is thin".into_any(),
        None => "The model".into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="data-table__cell--text">
                <span class="pair-name">
                    <a
                        class="data-table__link pair-name__title"
                        href=for_item(catalog_id, &anchor.id)
                        title=anchor.title.clone()
                    >
                        {anchor.title.clone()}
                    </a>
                </span>
            </th>
            <td class="data-table__cell--numeric">{place.rank}</td>
            <td>{by}</td>
        </tr>
    }
}
