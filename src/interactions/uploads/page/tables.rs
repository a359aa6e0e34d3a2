//! The first rows of each file: as they came, and as they will be stored.

use leptos::prelude::*;

use crate::interactions::formats::{Outcome, Preview, PreviewRow, Record, Role};
use crate::interactions::types::{Interaction, ItemRecord, UserRecord};
use crate::ui::format::{count, moment};
use crate::ui::table::framed;

/// The longest cell that is shown, in characters.
const CELL_MOST: usize = 60;
/// Records of one row that are shown; a basket may hold many.
const RECORDS_MOST: usize = 12;

pub(super) fn tables(number: usize, file: &Preview) -> impl IntoView + use<> {
    let is_read = file.rows.iter().any(|row| row.outcome != Outcome::Unread);
    view! {
        {is_read.then(|| read(number, file))}
        {(!file.faults.is_empty()).then(|| faults(number, file))}
        {raw(number, file)}
    }
}

/// The rows as they stand in the file.
fn raw(number: usize, file: &Preview) -> impl IntoView + use<> {
    let width = file.rows.iter().map(|row| row.cells.len()).max();
    let width = width.unwrap_or_default().max(file.columns.len());
    let heads = (0..width)
        .map(|column| {
            let name = file.columns.get(column).filter(|name| !name.is_empty());
            let name = name.map_or_else(|| format!("column {}", column + 1), |name| cut(name));
            view! { <th scope="col">{name}</th> }
        })
        .collect_view();
    let rows = file
        .rows
        .iter()
        .map(|row| {
            let cells = (0..width).map(|column| {
                let cell = row.cells.get(column).map(|cell| cut(cell));
                view! { <td>{cell}</td> }
            });
            view! {
                <tr>
                    <th scope="row" class="data-table__cell--numeric">{row.line.to_string()}</th>
                    {cells.collect_view()}
                </tr>
            }
        })
        .collect_view();
    let caption = view! {
        <strong>{format!("{} as it came", file.file)}</strong>
        {format!(", the first {} rows; {}", file.rows.len(), file.shape)}
    };
    let table = view! {
        <thead>
            <tr>
                <th scope="col" class="data-table__cell--numeric">"Line"</th>
                {heads}
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed(
        &format!("raw-{number}"),
        view! { <span>{caption}</span> },
        table,
    )
}

/// The rows as they will be stored.
fn read(number: usize, file: &Preview) -> impl IntoView + use<> {
    let heads: &[&str] = match file.role {
        Role::Choices => &["Item", "User", "Basket", "Kind", "Weight", "Time", "Id"],
        Role::Items => &["Item", "Title", "Categories", "Available"],
        Role::Users => &["User", "Fields"],
    };
    let width = heads.len();
    let heads = heads
        .iter()
        .map(|head| view! { <th scope="col">{*head}</th> });
    let rows: Vec<AnyView> = file
        .rows
        .iter()
        .flat_map(|row| stored(row, file.role, width))
        .collect();
    let caption = view! {
        <strong>{format!("{} as it will be stored", file.file)}</strong>
        {format!(", the first {} rows", file.rows.len())}
    };
    let table = view! {
        <thead>
            <tr>
                <th scope="col" class="data-table__cell--numeric">"Line"</th>
                {heads.collect_view()}
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed(
        &format!("read-{number}"),
        view! { <span>{caption}</span> },
        table,
    )
}

/// A row's records, or why it has none.
fn stored(row: &PreviewRow, role: Role, width: usize) -> Vec<AnyView> {
    let line = row.line.to_string();
    let whole = |badge: &'static str, class: &'static str, why: String| {
        vec![
            view! {
                <tr>
                    <th scope="row" class="data-table__cell--numeric">{line.clone()}</th>
                    <td colspan=width.to_string()>
                        <span class=class>{badge}</span>
                        " "
                        {why}
                    </td>
                </tr>
            }
            .into_any(),
        ]
    };
    match &row.outcome {
        Outcome::Unread => Vec::new(),
        Outcome::Skipped(reason) => whole("Left out", "badge", reason.clone()),
        Outcome::Quarantined { column, reason, .. } => whole(
            "Quarantine",
            "badge badge--danger",
            fault(column.as_ref(), reason),
        ),
        Outcome::Taken(records) => {
            let shown = records.iter().filter_map(|record| cells(record, role));
            let mut rows: Vec<AnyView> = shown
                .take(RECORDS_MOST)
                .map(|cells| {
                    let cells = cells.into_iter().map(|cell| view! { <td>{cell}</td> });
                    view! {
                        <tr>
                            <th scope="row" class="data-table__cell--numeric">{line.clone()}</th>
                            {cells.collect_view()}
                        </tr>
                    }
                    .into_any()
                })
                .collect();
            let more = records.len().saturating_sub(RECORDS_MOST);
            if more > 0 {
                rows.extend(whole(
                    "And",
                    "badge",
                    format!("{} more of this line", count(more as u64)),
                ));
            }
            rows
        }
    }
}

fn cells(record: &Record, role: Role) -> Option<Vec<String>> {
    match (record, role) {
        (Record::Interaction(interaction), Role::Choices) => Some(of_interaction(interaction)),
        // Titles that invoice lines bring stand beside their choices.
        (Record::Item(item), Role::Items) => Some(of_item(item)),
        (Record::User(user), Role::Users) => Some(of_user(user)),
        _ => None,
    }
}

fn of_interaction(interaction: &Interaction) -> Vec<String> {
    let some = |text: &Option<String>| text.as_deref().map(cut).unwrap_or_default();
    vec![
        cut(&interaction.item_id),
        some(&interaction.user_id),
        some(&interaction.basket_id),
        cut(&interaction.kind),
        interaction
            .weight
            .map(|weight| weight.to_string())
            .unwrap_or_default(),
        interaction.at.map(moment).unwrap_or_default(),
        some(&interaction.external_id),
    ]
}

fn of_item(item: &ItemRecord) -> Vec<String> {
    vec![
        cut(&item.item_id),
        item.title.as_deref().map(cut).unwrap_or_default(),
        cut(&item.categories.join(", ")),
        if item.available { "yes" } else { "no" }.to_owned(),
    ]
}

fn of_user(user: &UserRecord) -> Vec<String> {
    let fields: Vec<String> = user
        .attributes
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    vec![cut(&user.user_id), cut(&fields.join(", "))]
}

/// The first rows that can't be taken, however far down they stand.
fn faults(number: usize, file: &Preview) -> impl IntoView + use<> {
    let rows = file
        .faults
        .iter()
        .filter_map(|row| {
            let Outcome::Quarantined {
                column,
                reason,
                text,
            } = &row.outcome
            else {
                return None;
            };
            Some(view! {
                <tr>
                    <th scope="row" class="data-table__cell--numeric">{row.line.to_string()}</th>
                    <td class="data-table__cell--text">{fault(column.as_ref(), reason)}</td>
                    <td><code>{cut(text)}</code></td>
                </tr>
            })
        })
        .collect_view();
    let caption = view! {
        <strong>{format!("Rows of {} that would go to quarantine", file.file)}</strong>
        {format!(
            ": {} of {} among the first {}",
            count(file.faults.len() as u64),
            count(file.quarantined),
            count(file.looked_at)
        )}
    };
    let table = view! {
        <thead>
            <tr>
                <th scope="col" class="data-table__cell--numeric">"Line"</th>
                <th scope="col">"What is wrong"</th>
                <th scope="col">"Row as it came"</th>
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed(
        &format!("faults-{number}"),
        view! { <span>{caption}</span> },
        table,
    )
}

fn fault(column: Option<&String>, reason: &str) -> String {
    match column {
        Some(column) => format!("{column}: {reason}"),
        None => reason.to_owned(),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(CELL_MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
