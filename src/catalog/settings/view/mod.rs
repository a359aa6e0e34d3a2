//! How settings look: the form, the preview of a change, and the history.

mod fields;
mod history;
mod preview;

use leptos::prelude::*;
use leptos_meta::Title;

use super::page::{Does, Saved, Settings};
use super::types::values;
use super::{paths, words};
use crate::accounts::types::Right;
use crate::catalog::deletion;
use crate::catalog::types::Catalog;
use crate::interactions;
use crate::jobs::view::following;
use crate::ui::format::count;
use crate::ui::page::{error_notice, form_error};
use crate::ui::table::framed;

pub(super) use preview::preview;

pub(super) fn settings(page: &Settings) -> impl IntoView + use<> {
    let catalog = &page.catalog;
    let content = if page.may_change {
        fields::form(page).into_any()
    } else {
        read_only(catalog).into_any()
    };
    let delete = page.may_change.then(|| {
        view! {
            <a class="button button--quiet" href=deletion::paths::page(&catalog.id)>
                "Delete this catalog"
            </a>
        }
    });
    view! {
        <Title text=format!("Settings of {}", catalog.name)/>
        <div class="page__head">
            <h1>"What is counted, and how are lists served?"</h1>
            <div class="row">
                <span class="page__as-of">
                    {format!("{}, catalog “{}”", catalog.name, catalog.id)}
                </span>
                <a class="button button--quiet" href=interactions::paths::page(&catalog.id)>"Data"</a>
                {delete}
            </div>
        </div>
        {form_error()}
        {page.error.as_ref().map(error_notice)}
        {page.saved.as_ref().map(saved)}
        {content}
        {history::history(page)}
    }
}

fn saved(saved: &Saved) -> impl IntoView + use<> {
    let did = match &saved.does {
        Does::Counts(effect) => words::effect(effect),
        Does::UnderWay(_) => "All tables and lists are counted by it.".to_owned(),
        Does::Nothing => {
            "No table changed: only what people read or how lists are served.".to_owned()
        }
    };
    let counted = match (saved.is_counted, &saved.does) {
        (true, _) => "",
        (false, Does::Nothing) => " Pages follow in a moment.",
        (false, _) => " It is being counted now; the figures on the pages follow in a moment.",
    };
    let under_way = match &saved.does {
        Does::UnderWay(job) => Some(following(job, "Counting by how much changes nothing.")),
        Does::Counts(_) | Does::Nothing => None,
    };
    view! {
        <div class="notice" role="status">
            <p class="notice__text">
                {format!("Saved as change {}. {did}{counted}", count(saved.change.unsigned_abs()))}
            </p>
        </div>
        {under_way.map(|following| view! { <div class="panel">{following}</div> })}
    }
}

fn read_only(catalog: &Catalog) -> impl IntoView + use<> {
    let rows = values(catalog)
        .into_iter()
        .filter(|(setting, _)| *setting != "basket_window" || catalog.basket_window.is_some())
        .map(|(setting, _)| {
            view! {
                <tr>
                    <th scope="row">{words::label(setting)}</th>
                    <td class="data-table__cell--text">{words::value(setting, catalog)}</td>
                    <td class="data-table__cell--text">{words::does(setting)}</td>
                </tr>
            }
        })
        .collect_view();
    let need = format!("{} may change them.", Right::ManageCatalogs.need());
    let need = need.replacen('a', "A", 1);
    let caption = view! {
        <span><strong>"Settings"</strong> {format!(". {need}")}</span>
    };
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"Setting"</th>
                <th scope="col" class="data-table__cell--text">"Now"</th>
                <th scope="col" class="data-table__cell--text">"What it does"</th>
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed("settings", caption, table)
}
