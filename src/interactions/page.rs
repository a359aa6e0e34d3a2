//! The page: what is coming in, and is it sound?
//!
//! Every import stands with what became of its rows; one that is being read, or broke off, is named
//! as such and counts nowhere. The rows that one import could not take stand below, as far as the
//! reader may see users: a row as it came may name them.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;

use super::batches::{self, Listed};
use super::paths;
use super::store::quarantined;
use super::types::Quarantined;
use crate::accounts::types::{Actor, Right};
use crate::catalog::making::page::how_to_begin;
use crate::catalog::settings;
use crate::catalog::words::as_of;
use crate::error::AppError;
use crate::error::respond::Operation as _;
use crate::index::snapshot::Snapshot;
use crate::services::Services;
use crate::ui::format::{count, counted, moment};
use crate::ui::page::{page, parse_query};

/// Quarantined rows of one import that the page shows; the command line lists them all.
const SHOWN: i64 = 100;

#[derive(Deserialize)]
struct Query {
    /// The import whose quarantined rows are shown; else the newest that has some.
    import: Option<i64>,
}

/// The rows of one import that could not be taken.
struct Held {
    import: Listed,
    rows: Vec<Quarantined>,
}

#[component]
pub fn DataPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let query = parse_query::<Query>();
    page(async move {
        let actor = actor?;
        actor.require_in(&catalog_id, Right::Read)?;
        let snapshot = services.index.current(&catalog_id)?;
        let imports = batches::list(&services.db, &catalog_id).await?;
        let total = batches::count(&services.db, &catalog_id).await?;
        let held = held(&services, &imports, query?.import).await?;
        let see_rows = actor.may(Right::SeeUsers);
        Ok(lay_out(&snapshot, &imports, total, held.as_ref(), see_rows))
    })
}

async fn held(
    services: &Services,
    imports: &[Listed],
    chosen: Option<i64>,
) -> Result<Option<Held>, AppError> {
    let import = match chosen {
        Some(id) => {
            let import = imports.iter().find(|import| import.batch_id == id);
            Some(import.ok_or_else(|| AppError::not_found(format!("The import {id}")))?)
        }
        None => imports.iter().find(|import| import.quarantined > 0),
    };
    let Some(import) = import else {
        return Ok(None);
    };
    let acquired = services.db.acquire().await;
    let mut connection = acquired.operation("reading quarantined rows")?;
    let rows = quarantined(&mut connection, import.batch_id, Some(SHOWN)).await?;
    Ok(Some(Held {
        import: import.clone(),
        rows,
    }))
}

fn lay_out(
    snapshot: &Snapshot,
    imports: &[Listed],
    total: i64,
    held: Option<&Held>,
    see_rows: bool,
) -> impl IntoView + use<> {
    let catalog_id = &snapshot.catalog.id;
    view! {
        <Title text="Data"/>
        <div class="page__head">
            <h1>"What is coming in, and is it sound?"</h1>
            <p class="page__as-of">{as_of(snapshot)}</p>
            <a class="button button--quiet" href=settings::paths::page(catalog_id)>"Settings"</a>
        </div>
        {(total == 0).then(|| how_to_begin(catalog_id))}
        {table(catalog_id, imports, total)}
        {held.map(|held| quarantine(catalog_id, held, see_rows))}
    }
}

fn table(catalog_id: &str, imports: &[Listed], total: i64) -> impl IntoView + use<> {
    let rows = imports
        .iter()
        .map(|import| import_row(catalog_id, import))
        .collect_view();
    let shown = imports.len() as u64;
    let cut = (total.unsigned_abs() > shown)
        .then(|| format!(": {} of {}", count(shown), count(total.unsigned_abs())));
    view! {
        <div class="table-region" role="region" tabindex="0" aria-labelledby="imports-caption">
            <table class="data-table">
                <caption id="imports-caption">
                    <span class="data-table__caption">
                        <span>
                            <strong>"Imports"</strong>
                            ", the newest first"
                            {cut}
                        </span>
                    </span>
                </caption>
                <thead>
                    <tr>
                        <th scope="col">"Files"</th>
                        <th scope="col" class="data-table__cell--numeric">"Accepted"</th>
                        <th scope="col" class="data-table__cell--numeric">"Duplicates"</th>
                        <th scope="col" class="data-table__cell--numeric">"Skipped"</th>
                        <th scope="col" class="data-table__cell--numeric">"Quarantined"</th>
                        <th scope="col">"Started"</th>
                        <th scope="col">"State"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn import_row(catalog_id: &str, import: &Listed) -> impl IntoView + use<> {
    let number = |figure: i64| {
        view! { <td class="data-table__cell--numeric">{count(figure.unsigned_abs())}</td> }
    };
    let held = count(import.quarantined.unsigned_abs());
    let held = if import.quarantined > 0 {
        let href = paths::quarantine(catalog_id, import.batch_id);
        view! {
            <a href=href>
                {held}
                <span class="visually-hidden">{format!(" rows of import {}", import.batch_id)}</span>
            </a>
        }
        .into_any()
    } else {
        held.into_any()
    };
    view! {
        <tr>
            <th scope="row">
                {files(import)}
                <span class="data-table__note">
                    {format!("import {}, {}", import.batch_id, import.format)}
                </span>
            </th>
            {number(import.accepted)}
            {number(import.duplicates)}
            {number(import.skipped)}
            <td class="data-table__cell--numeric">{held}</td>
            <td>{moment(import.started_at)}</td>
            <td>{state(import)}</td>
        </tr>
    }
}

fn files(import: &Listed) -> String {
    if import.files.is_empty() {
        "Posted by a program".to_owned()
    } else {
        import.files.join(", ")
    }
}

fn state(import: &Listed) -> impl IntoView + use<> {
    let chunks = counted(import.chunks.unsigned_abs(), "chunk", "chunks");
    let (class, words, note) = match import.state.as_str() {
        "visible" => ("badge badge--accent", "Visible", None),
        "undone" => ("badge", "Taken back", None),
        _ => (
            "badge badge--thin",
            "In progress or interrupted",
            Some(format!("not visible; {chunks} stored")),
        ),
    };
    view! {
        <span class=class>{words}</span>
        {note.map(|note| view! { <span class="data-table__note">{note}</span> })}
    }
}

fn quarantine(catalog_id: &str, held: &Held, see_rows: bool) -> impl IntoView + use<> {
    let id = held.import.batch_id;
    let all = format!("tandem import {catalog_id} --quarantined {id}");
    let shown = format!(
        ": {} of {} that could not be taken. All of them: ",
        count(held.rows.len() as u64),
        counted(held.import.quarantined.unsigned_abs(), "row", "rows")
    );
    let rows = held
        .rows
        .iter()
        .map(|row| held_row(row, see_rows))
        .collect_view();
    let hidden = (!see_rows).then(|| {
        let need = Right::SeeUsers.need();
        format!(" Rows as they came may name users and are shown to {need}.")
    });
    view! {
        <div
            class="table-region"
            id="quarantine"
            role="region"
            tabindex="0"
            aria-labelledby="quarantine-caption"
        >
            <table class="data-table">
                <caption id="quarantine-caption">
                    <span class="data-table__caption">
                        <span>
                            <strong>{format!("Quarantine of import {id}")}</strong>
                            {shown}
                            <code>{all}</code>
                            {hidden}
                        </span>
                    </span>
                </caption>
                <thead>
                    <tr>
                        <th scope="col">"File"</th>
                        <th scope="col" class="data-table__cell--numeric">"Line"</th>
                        <th scope="col">"Column"</th>
                        <th scope="col">"What is wrong"</th>
                        {see_rows.then(|| view! { <th scope="col">"Row as it came"</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn held_row(row: &Quarantined, see_rows: bool) -> impl IntoView + use<> {
    let text = see_rows.then(|| view! { <td><code>{row.text.clone()}</code></td> });
    view! {
        <tr>
            <th scope="row">{row.file.clone()}</th>
            <td class="data-table__cell--numeric">{row.line.to_string()}</td>
            <td>{row.column.clone()}</td>
            <td class="data-table__cell--text">{row.reason.clone()}</td>
            {text}
        </tr>
    }
}
