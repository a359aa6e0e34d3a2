//! How the pages of the model look.

mod actions;
mod back;
mod card;
mod charts;
mod compare;
mod evaluation;
mod following;
mod groups;
mod history;
mod list;
mod training;

use leptos::prelude::*;

use super::types::Stage;
use super::{paths, words};
use crate::accounts::types::Right;
use crate::evaluation::metrics::Figure;

pub(super) use card::version;
pub(super) use compare::compare;
pub(super) use following::{evaluating, training_under_way};
pub(super) use list::list;
pub(super) use training::train;

/// A version by its number and name, with the way to it.
fn link(catalog_id: &str, number: i32, name: &str) -> impl IntoView + use<> {
    let words = words::capital(&words::named(number, name));
    view! { <a href=paths::version(catalog_id, number)>{words}</a> }
}

fn badge(stage: Stage) -> impl IntoView {
    let class = match stage {
        Stage::Draft => "badge badge--thin",
        Stage::Production => "badge badge--accent",
        Stage::Candidate | Stage::Retired => "badge",
    };
    view! { <span class=class title=words::stage_means(stage)>{words::stage(stage)}</span> }
}

/// Who may change anything here, for whoever may not.
fn need() -> String {
    let who = words::capital(Right::ManageModels.need());
    format!("{who} may train versions, put them into production and roll back.")
}

/// What was done just now.
fn notice(text: Option<String>) -> impl IntoView {
    text.map(|text| {
        view! {
            <div class="notice" role="status">
                <p class="notice__text">{text}</p>
            </div>
        }
    })
}

/// A figure of a table with its interval below it.
fn figure_cell(figure: Figure, format: fn(f64) -> String) -> impl IntoView {
    let interval = words::interval(figure, format);
    let interval = interval.map(|ends| view! { <span class="data-table__note">{ends}</span> });
    view! { <td class="data-table__cell--numeric">{format(figure.value)} {interval}</td> }
}

/// A cell of a table without a figure.
fn no_figure() -> impl IntoView {
    view! { <td class="data-table__cell--numeric">"–"</td> }
}
