//! What the settings were: who changed what, when, and the way back.

use leptos::prelude::*;

use super::{paths, words};
use crate::catalog::settings::form::Form;
use crate::catalog::settings::page::Settings;
use crate::catalog::settings::store::Past;
use crate::catalog::settings::types::{Difference, differences};
use crate::ui::format::{count, counted, moment};
use crate::ui::table::framed;

pub(super) fn history(page: &Settings) -> impl IntoView + use<> {
    if page.history.is_empty() {
        return view! {
            <p class="panel__note">"These settings were never changed."</p>
        }
        .into_any();
    }
    let rows = page
        .history
        .iter()
        .map(|past| row(page, past))
        .collect_view();
    let (shown, changes) = (page.history.len() as u64, page.changes.unsigned_abs());
    let cut = if changes > shown {
        format!(": the newest {} of {}", count(shown), count(changes))
    } else {
        format!(
            ": {}, the newest first",
            counted(changes, "change", "changes")
        )
    };
    let actions = page.may_change.then(|| {
        view! { <th scope="col"><span class="visually-hidden">"Actions"</span></th> }
    });
    let caption = view! {
        <span><strong>"History of settings"</strong> {cut}</span>
    };
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"Change"</th>
                <th scope="col">"Who"</th>
                <th scope="col">"When"</th>
                <th scope="col" class="data-table__cell--text">"Before → after"</th>
                {actions}
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed("history", caption, table).into_any()
}

fn row(page: &Settings, past: &Past) -> impl IntoView + use<> {
    let differences = differences(&past.before, &past.after);
    let lines = differences
        .iter()
        .map(|difference| {
            let setting = difference.setting;
            let (label, before, after) = (
                words::label(setting),
                words::value(setting, &past.before),
                words::value(setting, &past.after),
            );
            view! { <li>{format!("{label}: {before} → {after}")}</li> }
        })
        .collect_view();
    let number = count(past.change.unsigned_abs());
    let back = page.may_change.then(|| {
        let href = paths::preview_of(&page.catalog.id, &back(past, &differences));
        view! {
            <td class="data-table__cell--actions">
                <a class="button button--quiet" href=href>
                    "Put back"
                    <span class="visually-hidden">{format!(" what change {number} changed")}</span>
                </a>
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row">{number.clone()}</th>
            <td>{past.by.clone()}</td>
            <td>{moment(past.at)}</td>
            <td class="data-table__cell--text"><ul class="settings__lines">{lines}</ul></td>
            {back}
        </tr>
    }
}

/// The form that puts back what one change changed, and leaves what others did.
fn back(past: &Past, differences: &[Difference]) -> Form {
    let changed = |setting: &str| differences.iter().any(|one| one.setting == setting);
    let was = Form::of(&past.before);
    // A window is nothing without its rule.
    let rule = changed("basket_rule") || changed("basket_window");
    let kinds = changed("kinds");
    Form {
        name: was.name.filter(|_| changed("name")),
        basket_rule: was.basket_rule.filter(|_| rule),
        basket_window: was.basket_window.filter(|_| rule),
        kinds: was.kinds.filter(|_| kinds),
        kind: if kinds { was.kind } else { Vec::new() },
        least_weight: was.least_weight.filter(|_| changed("least_weight")),
        most_items: was.most_items.filter(|_| changed("most_items")),
        time_zone: was.time_zone.filter(|_| changed("time_zone")),
        hide_chosen: was.hide_chosen.filter(|_| changed("hide_chosen")),
        same_category: was.same_category.filter(|_| changed("same_category")),
        least_rows: was.least_rows.filter(|_| changed("least_rows")),
        least_together: was.least_together.filter(|_| changed("least_together")),
    }
}
