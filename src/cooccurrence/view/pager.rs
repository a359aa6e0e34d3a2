//! Below the table: which rows these are and the way to the others; or why there are none.

use leptos::prelude::*;

use crate::catalog::words::{begin, owners};
use crate::cooccurrence::filter::Query;
use crate::cooccurrence::page::{Loaded, Shown};
use crate::cooccurrence::paths;
use crate::ui::format::count;

/// Which rows these are, and the way to the others; back is the browser's way.
pub(in crate::cooccurrence) fn pager(loaded: &Loaded, shown: &Shown) -> impl IntoView + use<> {
    let catalog_id = &loaded.current.catalog.id;
    let at = |cursor: Option<String>| {
        let query = Query {
            cursor,
            ..loaded.asked.clone()
        };
        paths::table(catalog_id, &query)
    };
    let rows = format!(
        "Rows {}–{} of {}",
        count(shown.before + 1),
        count(shown.before + shown.lines.len() as u64),
        count(shown.total),
    );
    let first = (shown.before > 0).then(|| view! { <a class="button" href=at(None)>"First"</a> });
    let next = shown.next.clone().map(|cursor| {
        view! { <a class="button" rel="next" href=at(Some(cursor))>"Next"</a> }
    });
    view! {
        <nav class="pager" aria-label="Pages of the table">
            <span class="pager__count">{rows}</span>
            <span class="pager__links">{first} {next}</span>
        </nav>
    }
}

/// No row fits: why, and what to do next.
pub(in crate::cooccurrence) fn empty(loaded: &Loaded, shown: &Shown) -> impl IntoView + use<> {
    let owners = owners(&shown.snapshot);
    let catalog_id = &loaded.current.catalog.id;
    let least = shown.filter.min_together;
    let (why, next, label) = if let Some(begin) = begin(&loaded.current) {
        begin
    } else if shown.snapshot.baskets.is_empty() {
        let query = Query {
            from: None,
            to: None,
            segment: None,
            cursor: None,
            ..loaded.asked.clone()
        };
        (
            format!("No {} fall into this window or segment.", owners.many),
            paths::table(catalog_id, &query),
            "Count all interactions",
        )
    } else if least > 1 {
        let query = Query {
            min_together: Some("1".to_owned()),
            cursor: None,
            ..loaded.asked.clone()
        };
        (
            format!(
                "In no pair that fits these filters do {} {} or more have both.",
                count(u64::from(least)),
                owners.many
            ),
            paths::table(catalog_id, &query),
            "Show all pairs, however rare",
        )
    } else {
        (
            "Nothing that fits these filters was chosen together with anything else.".to_owned(),
            paths::page(catalog_id),
            "Show the whole table",
        )
    };
    view! {
        <div class="empty">
            <h2>"No pairs to show"</h2>
            <p>{why}</p>
            <a class="button" href=next>{label}</a>
        </div>
    }
}
