//! The page: what is coming in, and is it sound?

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::batches::{self, Listed};
use super::store::quarantined;
use super::types::Quarantined;
use crate::accounts::types::{Actor, Right};
use crate::catalog::words::as_of;
use crate::error::AppError;
use crate::error::respond::Operation as _;
use crate::index::snapshot::Snapshot;
use crate::services::Services;
use crate::ui::format::{count, moment};
use crate::ui::page::page;

/// Quarantined rows of one import that the page shows; the command line lists them all.
const SHOWN: i64 = 50;

#[component]
pub fn DataPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    page(async move {
        actor?.require_in(&catalog_id, Right::Read)?;
        let snapshot = services.index.current(&catalog_id)?;
        let imports = batches::list(&services.db, &catalog_id).await?;
        let mut held = Vec::new();
        for import in imports.iter().filter(|import| import.quarantined > 0) {
            held.push((import.clone(), rows(&services, import.batch_id).await?));
        }
        Ok(lay_out(&snapshot, &imports, &held))
    })
}

async fn rows(services: &Services, batch_id: i64) -> Result<Vec<Quarantined>, AppError> {
    let acquired = services.db.acquire().await;
    let mut connection = acquired.operation("reading quarantined rows")?;
    Ok(quarantined(&mut connection, batch_id, Some(SHOWN)).await?)
}

fn lay_out(
    snapshot: &Snapshot,
    imports: &[Listed],
    held: &[(Listed, Vec<Quarantined>)],
) -> impl IntoView + use<> {
    let rows = imports.iter().map(import_row).collect_view();
    let held = held
        .iter()
        .map(|(import, rows)| held_view(&snapshot.catalog.id, import, rows))
        .collect_view();
    view! {
        <Title text="Data"/>
        <div class="page__head">
            <h1>"What is coming in, and is it sound?"</h1>
            <p class="page__as-of">{as_of(snapshot)}</p>
        </div>
        <div class="table-region" role="region" tabindex="0" aria-labelledby="imports-caption">
            <table class="data-table">
                <caption id="imports-caption">
                    <span class="data-table__caption">
                        <span><strong>"Imports"</strong>", the newest first"</span>
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
        {held}
    }
}

fn import_row(import: &Listed) -> impl IntoView + use<> {
    let number = |figure: i64| {
        view! { <td class="data-table__cell--numeric">{count(figure.unsigned_abs())}</td> }
    };
    let state = match import.state.as_str() {
        "visible" => "Visible",
        "undone" => "Undone",
        _ => "Running or stopped; not visible",
    };
    view! {
        <tr>
            <th scope="row">
                {import.files.join(", ")}
                <span class="data-table__note">
                    {format!("import {}, {}", import.batch_id, import.format)}
                </span>
            </th>
            {number(import.accepted)}
            {number(import.duplicates)}
            {number(import.skipped)}
            {number(import.quarantined)}
            <td>{moment(import.started_at)}</td>
            <td><span class="badge">{state}</span></td>
        </tr>
    }
}

/// The rows of one import that could not be taken.
fn held_view(catalog_id: &str, import: &Listed, rows: &[Quarantined]) -> impl IntoView + use<> {
    let id = format!("held-{}", import.batch_id);
    let labelled = id.clone();
    let all = format!(
        "tandem import {catalog_id} --quarantined {}",
        import.batch_id
    );
    let shown = format!(
        ": {} of {} rows that could not be taken. All of them: ",
        count(rows.len() as u64),
        count(import.quarantined.unsigned_abs())
    );
    let rows = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{row.file.clone()}</th>
                    <td class="data-table__cell--numeric">{row.line.to_string()}</td>
                    <td>{row.column.clone()}</td>
                    <td>{row.reason.clone()}</td>
                    <td><code>{row.text.clone()}</code></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-region" role="region" tabindex="0" aria-labelledby=labelled>
            <table class="data-table">
                <caption id=id>
                    <span class="data-table__caption">
                        <span>
                            <strong>{format!("Quarantine of import {}", import.batch_id)}</strong>
                            {shown}
                            <code>{all}</code>
                        </span>
                    </span>
                </caption>
                <thead>
                    <tr>
                        <th scope="col">"File"</th>
                        <th scope="col" class="data-table__cell--numeric">"Line"</th>
                        <th scope="col">"Column"</th>
                        <th scope="col">"Why"</th>
                        <th scope="col">"Row"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
