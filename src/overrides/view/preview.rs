//! What an override would do: how many lists change, and the most seen of them side by side.

use leptos::prelude::*;

use crate::catalog::words::title;
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::jobs::view::beside_a_form;
use crate::overrides::api::Form;
use crate::overrides::page::Tried;
use crate::overrides::paths;
use crate::overrides::preview::{Example, Line, Preview};
use crate::overrides::types::Kind;
use crate::recommendations::paths::for_item;
use crate::ui::format::{count, counted};

pub(super) fn preview(
    snapshot: &Snapshot,
    form: &Form,
    result: &Result<Tried, AppError>,
) -> impl IntoView + use<> {
    let content = match result {
        Ok(Tried::Done(preview)) => findings(snapshot, form, preview).into_any(),
        Ok(Tried::UnderWay(job)) => {
            let note = "Comparing lists changes nothing. You may save before it has ended, or \
                        preview again with what you typed.";
            beside_a_form(job, note).into_any()
        }
        Ok(Tried::Cancelled) => {
            let again = paths::filled(&snapshot.catalog.id, form).build();
            view! {
                <p class="panel__note">"Cancelled: no list was compared. " <a href=again>"Compare them"</a></p>
            }
            .into_any()
        }
        Err(_) => view! {
            <p class="panel__note">"There is nothing to show until the form can be taken."</p>
        }
        .into_any(),
    };
    view! {
        <section class="panel" aria-labelledby="preview-title">
            <div class="panel__head">
                <h2 id="preview-title">"Preview"</h2>
                <span class="panel__note">"Computed over every item’s top 10"</span>
            </div>
            {content}
        </section>
    }
}

fn findings(snapshot: &Snapshot, form: &Form, preview: &Preview) -> impl IntoView + use<> {
    let finding = format!(
        "{} of {} change",
        count(u64::from(preview.changed)),
        counted(u64::from(preview.lists), "list", "lists")
    );
    let name = title(snapshot, &form.item);
    let does = match (preview.changed, form.kind == Kind::Pin.as_str()) {
        (0, _) => "It would change nothing that anybody sees in a top 10.".to_owned(),
        (_, true) => format!(
            "{name} comes to place {}, or to the end of a shorter list.",
            form.position
        ),
        (_, false) => format!("{name} leaves each of them."),
    };
    let whose = if form.holds_for == "all" {
        ""
    } else {
        " These are the lists that you see; nobody else’s change."
    };
    let more = if preview.changed as usize > preview.examples.len() {
        " Those of the most chosen items stand here."
    } else {
        ""
    };
    let examples = preview
        .examples
        .iter()
        .map(|example| example_view(&snapshot.catalog.id, form, example))
        .collect_view();
    view! {
        <p class="finding">
            {finding}
            " "
            <small>{does} {whose} {more}</small>
        </p>
        <div>{examples}</div>
    }
}

fn example_view(catalog_id: &str, form: &Form, example: &Example) -> impl IntoView + use<> {
    let before = example
        .before
        .iter()
        .map(|line| match place(&example.after, line) {
            Some(_) => line_view("compare__row", line, String::new()),
            None if line.item_id == form.item => {
                line_view("compare__row compare__row--out", line, "blocked".to_owned())
            }
            None => line_view(
                "compare__row compare__row--out",
                line,
                "drops out".to_owned(),
            ),
        })
        .collect_view();
    let after = example
        .after
        .iter()
        .enumerate()
        .map(|(at, line)| {
            let was = place(&example.before, line);
            let pinned = line.item_id == form.item;
            let class = if pinned || was.is_none() {
                "compare__row compare__row--in"
            } else {
                "compare__row"
            };
            line_view(class, line, change(at, was, pinned))
        })
        .collect_view();
    view! {
        <section class="compare">
            <h3 class="compare__title">
                "What goes with "
                <a href=for_item(catalog_id, &example.anchor_id)>{example.anchor_title.clone()}</a>
            </h3>
            <div>
                <p class="compare__label">"Before"</p>
                <ol class="compare__side">{before}</ol>
            </div>
            <div>
                <p class="compare__label">"After"</p>
                <ol class="compare__side">{after}</ol>
            </div>
        </section>
    }
}

fn place(lines: &[Line], line: &Line) -> Option<usize> {
    lines.iter().position(|there| there.item_id == line.item_id)
}

/// What became of an item that is in the list afterwards.
fn change(at: usize, was: Option<usize>, pinned: bool) -> String {
    match was {
        None if pinned => "pinned, new".to_owned(),
        Some(was) if pinned => format!("pinned, was {}", was + 1),
        None => "new".to_owned(),
        Some(was) if was > at => format!("up {}", was - at),
        Some(was) if was < at => format!("down {}", at - was),
        Some(_) => String::new(),
    }
}

fn line_view(class: &'static str, line: &Line, change: String) -> impl IntoView + use<> {
    view! {
        <li class=class>
            <span class="compare__name">{line.title.clone()}</span>
            <span class="compare__change">{change}</span>
        </li>
    }
}
