//! What the item is, how its choices went, and what people changed about it.

use leptos::prelude::*;

use crate::catalog::words::owners;
use crate::flags;
use crate::items::page::Loaded;
use crate::items::trend::{Point, Trend};
use crate::overrides;
use crate::ui::format::{count, day, percent};

pub(in crate::items) fn record(loaded: &Loaded) -> impl IntoView + use<> {
    let snapshot = &loaded.snapshot;
    let item = &snapshot.items[loaded.item as usize];
    let chosen = snapshot.baskets.total(loaded.item);
    let all = snapshot.baskets.len();
    let share = if all == 0 {
        0.0
    } else {
        f64::from(chosen) / f64::from(all)
    };
    let place = snapshot
        .most_chosen
        .iter()
        .position(|one| *one == loaded.item);
    let place = place.map_or_else(String::new, |at| count(at as u64 + 1));
    let many = owners(snapshot).many;
    let also = item.categories.iter().map(String::as_str);
    let primary = snapshot.category_name(loaded.item);
    let also: Vec<&str> = also.filter(|name| Some(*name) != primary).collect();
    let available = snapshot.facts[loaded.item as usize].available;
    let facts = [
        ("Id", Some(item.id.clone())),
        ("Category", primary.map(ToOwned::to_owned)),
        ("Also in", (!also.is_empty()).then(|| also.join(", "))),
        (
            "Available",
            Some(
                if available {
                    "Yes"
                } else {
                    "No, and so never served"
                }
                .to_owned(),
            ),
        ),
        (
            "Chosen by",
            Some(format!(
                "{} of {} {many} ({})",
                count(u64::from(chosen)),
                count(u64::from(all)),
                percent(share)
            )),
        ),
        ("Among the most chosen", Some(format!("No. {place}"))),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(name, value)| {
            let value = value?;
            Some(view! { <div class="facts__row"><dt>{name}</dt><dd>{value}</dd></div> })
        })
        .collect_view();
    // Addresses come from anybody's files; only those of the web lead anywhere.
    let image = item
        .image
        .clone()
        .filter(|image| image.starts_with("https://"));
    let image = image.map(|image| {
        view! { <img class="item-image" src=image alt="" loading="lazy" referrerpolicy="no-referrer"/> }
    });
    let on_the_web = |link: &String| link.starts_with("https://") || link.starts_with("http://");
    let link = item.link.clone().filter(on_the_web).map(|link| {
        view! { <a href=link rel="noreferrer noopener external">"Its page at the shop"</a> }
    });
    view! {
        <section class="panel">
            <h2>"Its record"</h2>
            {image}
            <dl class="facts">{facts}</dl>
            {link}
        </section>
    }
}

pub(in crate::items) fn trend(loaded: &Loaded) -> impl IntoView + use<> {
    let Some(trend) = &loaded.trend else {
        return view! {
            <section class="panel">
                <h2>"How often lately"</h2>
                <p>"The data has no times, so there is no trend to show."</p>
            </section>
        }
        .into_any();
    };
    // Twenty-four zeros would say once more what the sentence says.
    let table = (trend.most() > 0).then(|| months(trend));
    view! {
        <section class="panel">
            <h2>"How often lately"</h2>
            <p>{change(trend)}</p>
            {table}
        </section>
    }
    .into_any()
}

fn months(trend: &Trend) -> impl IntoView + use<> {
    let most = trend.most();
    let rows = trend.points.iter().map(|point| month(*point, most));
    view! {
        <table class="data-table data-table--plain">
            <caption class="visually-hidden">
                "Choices in each month, and in the same month a year before"
            </caption>
            <thead>
                <tr>
                    <th scope="col">"Month"</th>
                    <th scope="col" class="data-table__cell--numeric">"Choices"</th>
                    <th scope="col" class="data-table__cell--numeric">"Year before"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

fn change(trend: &Trend) -> String {
    let (now, before) = (trend.choices(), trend.year_before());
    let last = trend
        .points
        .last()
        .map(|point| point.first.format("%B %Y").to_string());
    let last = last.unwrap_or_default();
    match (now, before) {
        (0, 0) => format!("Nobody chose it in the two years to {last}."),
        (now, 0) => format!(
            "{} choices in the year to {last}, none in the year before.",
            count(now)
        ),
        (now, before) => format!(
            "{} choices in the year to {last}, {} in the year before.",
            count(now),
            count(before)
        ),
    }
}

fn month(point: Point, most: u64) -> impl IntoView {
    let step = (8 * point.choices).div_ceil(most).min(8);
    view! {
        <tr>
            <th scope="row">{point.first.format("%b %Y").to_string()}</th>
            <td class="data-table__cell--numeric heat" data-heat=step.to_string()>
                {count(point.choices)}
            </td>
            <td class="data-table__cell--numeric">{count(point.year_before)}</td>
        </tr>
    }
}

/// Overrides and flags that touch the item; nothing where there are none.
pub(in crate::items) fn changed(loaded: &Loaded) -> impl IntoView + use<> {
    let catalog_id = &loaded.snapshot.catalog.id;
    let item_id = &loaded.snapshot.items[loaded.item as usize].id;
    let overrides = loaded.overrides.iter().map(|kept| {
        let with = if kept.item_id == *item_id {
            "of this item"
        } else {
            "of another item, in its list"
        };
        let words = format!(
            "{} {with}, {}, since {}, by {}: {}",
            kept.kind.as_str(),
            kept.state.words().to_lowercase(),
            day(kept.starts_at),
            kept.author,
            kept.reason.words()
        );
        view! { <li>{words}</li> }
    });
    let flags_list = loaded.flags.iter().map(|flag| {
        let words = format!(
            "{}, {}, {}, by {}",
            flag.reason.words(),
            flag.scope.words().to_lowercase(),
            day(flag.created_at),
            flag.author
        );
        view! { <li>{words}</li> }
    });
    let section = |heading: String, href: String, label: &'static str, rows: AnyView| {
        view! {
            <section class="panel">
                <h2>{heading}</h2>
                <ul class="item-list">{rows}</ul>
                <a href=href>{label}</a>
            </section>
        }
    };
    let overrides = (!loaded.overrides.is_empty()).then(|| {
        section(
            format!("Overrides that touch it: {}", loaded.overrides.len()),
            overrides::paths::list(catalog_id),
            "All overrides",
            overrides.collect_view().into_any(),
        )
    });
    let flags_list = (!loaded.flags.is_empty()).then(|| {
        section(
            format!("Flags of it: {}", loaded.flags.len()),
            flags::paths::list(catalog_id),
            "All flags",
            flags_list.collect_view().into_any(),
        )
    });
    view! { {overrides} {flags_list} }
}
