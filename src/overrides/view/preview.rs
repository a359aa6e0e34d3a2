//! What an override would do: how many lists change, and the most seen of them side by side.

use leptos::prelude::*;

use crate::catalog::words::title;
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::jobs::view::beside_a_form;
use crate::lists::compare::Example;
use crate::lists::view::{Heads, side_by_side};
use crate::overrides::api::Form;
use crate::overrides::page::Tried;
use crate::overrides::paths;
use crate::overrides::preview::Preview;
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
    let heads = Heads {
        href: for_item(catalog_id, &example.anchor_id),
        before: "Before".to_owned(),
        after: "After".to_owned(),
    };
    side_by_side(example, heads, Some(&form.item))
}
