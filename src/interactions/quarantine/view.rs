//! The quarantine of one import on its page: what is wrong, and fields in which to mend it.

use leptos::prelude::*;

use super::store::{Held, PAGE};
use crate::accounts::types::{Actor, Right};
use crate::interactions::imports::store::Import;
use crate::interactions::paths;
use crate::ui::format::{count, counted};
use crate::ui::html;

/// One page of the rows that wait.
pub(in crate::interactions) struct Page {
    pub(in crate::interactions) rows: Vec<Held>,
    /// How many wait in all.
    pub(in crate::interactions) waiting: i64,
    /// Whether this is not the first page.
    pub(in crate::interactions) is_later: bool,
    /// Whether it is known how single rows of the import are read.
    pub(in crate::interactions) can_replay: bool,
}

pub(in crate::interactions) fn quarantine(
    actor: &Actor,
    import: &Import,
    page: &Page,
) -> impl IntoView + use<> {
    let see_rows = actor.may(Right::SeeUsers);
    let may_mend = see_rows && actor.may(Right::Import) && page.can_replay;
    let shown = page.rows.len().min(PAGE as usize);
    let rows = page.rows[..shown]
        .iter()
        .map(|row| held_row(row, see_rows, may_mend))
        .collect_view();
    let id = import.batch_id;
    let caption = format!(
        ": {} of {} that could not be taken",
        count(shown as u64),
        counted(page.waiting.unsigned_abs(), "row", "rows")
    );
    let csv = see_rows.then(|| {
        let href = paths::quarantine_csv(&import.catalog_id, id);
        view! { <a href=href download="">"All of them as CSV"</a> }
    });
    let table = view! {
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
                            {caption}
                        </span>
                        {csv}
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
    };
    let note = note(see_rows, page.can_replay, actor.may(Right::Import));
    let pager = pager(import, page);
    if !may_mend {
        return view! { {table} {pager} {note} }.into_any();
    }
    view! {
        <form
            class="mending"
            method="post"
            action=paths::import_action(&import.catalog_id, id, "correct")
        >
            {table}
            <div class="form__foot">
                <button class="button button--primary">"Take corrected rows"</button>
                {pager}
                <p class="panel__note">
                    "Rows that are sound become an import of their own, which can be taken back; the others stay here with what is wrong then."
                </p>
            </div>
        </form>
    }
    .into_any()
}

fn held_row(row: &Held, see_rows: bool, may_mend: bool) -> impl IntoView + use<> {
    let text = see_rows.then(|| {
        let name = format!("row.{}", row.quarantine_id);
        let label = format!("Line {} of {}, corrected", row.line, row.file);
        if may_mend && !row.is_cut() {
            view! {
                <td class="mending__cell">
                    <textarea class="input mending__row" name=name rows="1" aria-label=label spellcheck="false">
                        {html::escape(&row.row_text)}
                    </textarea>
                </td>
            }
            .into_any()
        } else {
            let cut = (may_mend && row.is_cut()).then_some(
                "Only its first 500 characters were kept: mend it in the file and import that.",
            );
            view! {
                <td>
                    <code>{row.row_text.clone()}</code>
                    {cut.map(|cut| view! { <span class="data-table__note">{cut}</span> })}
                </td>
            }
            .into_any()
        }
    });
    view! {
        <tr>
            <th scope="row">{row.file.clone()}</th>
            <td class="data-table__cell--numeric">{row.line.to_string()}</td>
            <td>{row.column_name.clone()}</td>
            <td class="data-table__cell--text">{row.reason.clone()}</td>
            {text}
        </tr>
    }
}

/// Why rows are not shown or can't be mended here.
fn note(see_rows: bool, can_replay: bool, may_import: bool) -> impl IntoView + use<> {
    let text = if !see_rows {
        let need = Right::SeeUsers.need();
        format!("Rows as they came may name users and are shown to {need}.")
    } else if !may_import {
        format!("Correcting rows needs {}.", Right::Import.need())
    } else if !can_replay {
        "This import was made before its rows could be corrected here: mend the file and import \
         it again."
            .to_owned()
    } else {
        return None;
    };
    Some(view! { <p class="panel__note">{text}</p> })
}

fn pager(import: &Import, page: &Page) -> impl IntoView + use<> {
    let (catalog_id, id) = (&import.catalog_id, import.batch_id);
    let more = page.rows.len() > PAGE as usize;
    let last = page
        .rows
        .get(PAGE as usize - 1)
        .map(|row| row.quarantine_id);
    let next = last
        .filter(|_| more)
        .map(|last| paths::quarantine_after(catalog_id, id, last));
    let first = page.is_later.then(|| paths::quarantine(catalog_id, id));
    view! {
        {first.map(|href| view! { <a class="button" href=href>"First rows"</a> })}
        {next.map(|href| view! { <a class="button" href=href>"Next rows"</a> })}
    }
}
