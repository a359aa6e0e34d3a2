//! The menu of files: all rows of this very version, or the page's alone, in every format.

use leptos::prelude::*;

use crate::cooccurrence::filter::Query;
use crate::cooccurrence::page::{Loaded, Shown};
use crate::cooccurrence::paths;
use crate::export::Format;
use crate::ui::format::count;

pub(super) fn export(loaded: &Loaded) -> impl IntoView + use<> {
    let shown = loaded.shown.as_ref().ok().filter(|shown| shown.total > 0)?;
    let query = Query {
        version: Some(shown.snapshot.version()),
        ..loaded.query.clone()
    };
    let catalog_id = &shown.snapshot.catalog.id;
    let all = format!("All {} rows", count(shown.total));
    let page = format!("The {} rows of this page", count(shown.lines.len() as u64));
    let manifest = paths::manifest(catalog_id, &query);
    Some(view! {
        <details class="menu export-menu filter-bar__end">
            <summary class="menu__label">
                {format!("Export {} rows", count(shown.total))}
            </summary>
            <div class="menu__list menu__list--end">
                {group(&all, catalog_id, &query, true, shown.total)}
                {too_many(shown)}
                {group(&page, catalog_id, &query, false, shown.lines.len() as u64)}
                <a class="menu__item" href=manifest download="manifest.json">
                    "Manifest of all rows"
                </a>
            </div>
        </details>
    })
}

fn group(
    words: &str,
    catalog_id: &str,
    query: &Query,
    all: bool,
    rows: u64,
) -> impl IntoView + use<> {
    let formats = Format::ALL.into_iter();
    let links = formats
        .filter(|format| format.refuses(rows).is_none())
        .map(|format| {
            let href = paths::export(catalog_id, query, format, all);
            let says = format!("{words} as {}", name(format));
            view! {
                <a class="button" href=href download aria-label=says>
                    {name(format)}
                </a>
            }
        })
        .collect_view();
    view! {
        <div class="export-menu__group" role="group" aria-label=words.to_owned()>
            <span class="export-menu__words">{words.to_owned()}</span>
            {links}
        </div>
    }
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Csv => "CSV",
        Format::Xlsx => "XLSX",
        Format::Parquet => "Parquet",
        Format::Json => "JSON",
    }
}

/// Why a format is not offered.
fn too_many(shown: &Shown) -> impl IntoView + use<> {
    let is_refused = Format::Xlsx.refuses(shown.total).is_some();
    is_refused.then(|| {
        let most = count(crate::export::XLSX_MOST_ROWS);
        view! {
            <p class="export-menu__note">
                {format!("A sheet holds {most} rows, so there is no XLSX of all.")}
            </p>
        }
    })
}
