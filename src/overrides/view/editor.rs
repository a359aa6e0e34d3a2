//! The editor: what is chosen by links and searches, the fields, and the preview beside them.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;

use super::preview::preview;
use crate::catalog::suggestions;
use crate::catalog::words::title;
use crate::error::AppError;
use crate::overrides::api::{Form, SaveOverride};
use crate::overrides::page::Editor;
use crate::overrides::paths;
use crate::overrides::types::{COMMENT_MOST, Kind, Reason};
use crate::recommendations::islands::ItemSearch;
use crate::ui::format::count;
use crate::ui::html;
use crate::ui::page::{error_notice, form_error};

const KINDS: [Kind; 2] = [Kind::Block, Kind::Pin];

fn verb(form: &Form) -> &'static str {
    if form.kind == Kind::Pin.as_str() {
        "Pin"
    } else {
        "Block"
    }
}

pub(in crate::overrides) fn editor(editor: &Editor) -> impl IntoView + use<> {
    let Editor { snapshot, form, .. } = editor;
    let heading = match &editor.preview {
        None => "Override what the model says".to_owned(),
        Some(_) => format!("{} {}?", verb(form), title(snapshot, &form.item)),
    };
    // What can't be previewed can't be saved: the sentence stands once, with its status.
    let error = match &editor.preview {
        Some(Err(error)) => error_notice(error).into_any(),
        _ => form_error().into_any(),
    };
    let version = snapshot.version();
    view! {
        <Title text=heading.clone()/>
        <div class="page__head">
            <h1>{heading}</h1>
            <p class="page__as-of">
                {format!("Nothing changes before you save. Table version {version}.")}
            </p>
        </div>
        {error}
        <div class="page__body page__body--halves">
            <div class="stack">
                {subject(editor)}
                {editor.preview.as_ref().map(|preview| fields(editor, preview.as_ref().err()))}
            </div>
            {editor.preview.as_ref().map(|result| preview(snapshot, form, result))}
        </div>
    }
}

/// What is to be done, to which item, with which other: each a link, or a search by GET.
fn subject(editor: &Editor) -> impl IntoView + use<> {
    let Editor { snapshot, form, .. } = editor;
    let catalog_id = &snapshot.catalog.id;
    let kinds = KINDS
        .map(|kind| {
            let other = Form {
                kind: kind.as_str().to_owned(),
                ..form.clone()
            };
            let words = match kind {
                Kind::Block => "Block",
                Kind::Pin => "Pin at a place",
            };
            let current = (form.kind == kind.as_str()).then_some("true");
            view! {
                <a class="segments__item" href=paths::filled(catalog_id, &other).build() aria-current=current>
                    {words}
                </a>
            }
        })
        .into_iter()
        .collect_view();
    let item = chosen(editor, "item", "Item", &form.item);
    let anchor = (!form.item.is_empty()).then(|| {
        chosen(
            editor,
            "anchor",
            "Only in lists for (may be empty)",
            &form.anchor,
        )
    });
    view! {
        <section class="panel form" aria-label="What and where">
            <div class="stack">
                <span class="form__legend">"What should happen?"</span>
                <div class="row">
                    <div class="segments" role="group" aria-label="What should happen?">{kinds}</div>
                </div>
            </div>
            {item}
            {anchor}
        </section>
    }
}

/// An item that is chosen, with the link that takes it out; or the search for one.
fn chosen(
    editor: &Editor,
    field: &'static str,
    label: &'static str,
    item_id: &str,
) -> impl IntoView + use<> {
    let Editor { snapshot, form, .. } = editor;
    let catalog_id = &snapshot.catalog.id;
    let without = match field {
        "item" => Form {
            item: String::new(),
            ..form.clone()
        },
        _ => Form {
            anchor: String::new(),
            scope: String::new(),
            ..form.clone()
        },
    };
    let rest = paths::filled(catalog_id, &without);
    if item_id.is_empty() {
        let prefix = rest.with(field, "").build();
        return search(editor, &without, label, prefix).into_any();
    }
    let name = title(snapshot, item_id).to_owned();
    let remove = format!("Remove {name}");
    view! {
        <div class="field">
            <span class="field__label">{label}</span>
            <div class="chips">
                <span class="chip">
                    {name}
                    <a class="chip__remove" href=rest.build() aria-label=remove>"✕"</a>
                </span>
            </div>
        </div>
    }
    .into_any()
}

/// A form of its own, so that Enter searches and never saves.
fn search(
    editor: &Editor,
    without: &Form,
    label: &'static str,
    prefix: String,
) -> impl IntoView + use<> {
    let snapshot = &editor.snapshot;
    let hidden = paths::fields(without)
        .map(|(name, value)| view! { <input type="hidden" name=name value=value.to_owned()/> })
        .collect_view();
    let items = count(snapshot.items.len() as u64);
    view! {
        <form
            class="field"
            method="get"
            role="search"
            aria-label=label
            action=paths::new(&snapshot.catalog.id)
        >
            {hidden}
            <span class="field__label" aria-hidden="true">{label}</span>
            <ItemSearch
                catalog_id=snapshot.catalog.id.clone()
                prefix=prefix
                label=format!("Search {items} items by title")
                typed=editor.typed.clone()
                found=suggestions::find(snapshot, &editor.typed, suggestions::SHOWN)
            />
        </form>
    }
}

/// One form, two ways to send it: asking again by address, or saving.
fn fields(editor: &Editor, error: Option<&AppError>) -> impl IntoView + use<> {
    let Editor { snapshot, form, .. } = editor;
    let catalog_id = snapshot.catalog.id.clone();
    let wrong = match error {
        Some(AppError::Invalid { field, .. }) => field.clone(),
        _ => String::new(),
    };
    let hidden = [
        ("kind", &form.kind),
        ("item", &form.item),
        ("anchor", &form.anchor),
    ]
    .map(|(name, value)| {
        view! { <input type="hidden" name=format!("form[{name}]") value=value.clone()/> }
    })
    .into_iter()
    .collect_view();
    let reasons = Reason::ALL.map(|reason| (reason.code(), reason.words().to_owned()));
    let position = (form.kind == Kind::Pin.as_str())
        .then(|| text("position", "Place in the list", &form.position, &wrong));
    view! {
        <form class="panel form" method="post" action=SaveOverride::PATH>
            <input type="hidden" name="catalog_id" value=catalog_id.clone()/>
            {hidden}
            <div class="form__pair">
                {select("scope", "Where", scopes(editor), &form.scope)}
                {select("for", "For whom", whom(editor), &form.holds_for)}
            </div>
            <div class="form__pair">
                {select("reason", "Reason", reasons.to_vec(), &form.reason)}
                {position}
            </div>
            <div class="field">
                <label class="field__label" for="comment">"In your words"</label>
                <textarea
                    class="input"
                    id="comment"
                    name="form[comment]"
                    rows="2"
                    maxlength=COMMENT_MOST.to_string()
                >
                    {html::escape(&form.comment)}
                </textarea>
            </div>
            <div class="form__pair">
                {text("days", "Days it holds", &form.days, &wrong)}
                <p class="field__hint">
                    "30 unless you choose; “none” for no end, which needs a curator."
                </p>
            </div>
            <div class="form__foot">
                <button class="button button--primary">{format!("{} it", verb(form))}</button>
                <button class="button" formmethod="get" formaction=paths::new(&catalog_id)>
                    "Preview again"
                </button>
                <a class="button button--quiet" href=paths::list(&catalog_id)>"Cancel"</a>
            </div>
        </form>
    }
}

fn scopes(editor: &Editor) -> Vec<(&'static str, String)> {
    let Editor { snapshot, form, .. } = editor;
    let whole = ("catalog", "in the whole catalog".to_owned());
    if form.anchor.is_empty() {
        return vec![whole];
    }
    let number = |id: &str| snapshot.find_item(id);
    let category = |id: &str| snapshot.category_name(number(id)?);
    let with = ("item", format!("with {}", title(snapshot, &form.anchor)));
    let pair = category(&form.item).zip(category(&form.anchor));
    let pair = pair.map(|(item, anchor)| {
        let words = format!("for {item} with {anchor}");
        ("category_pair", words)
    });
    [Some(with), pair, Some(whole)]
        .into_iter()
        .flatten()
        .collect()
}

fn whom(editor: &Editor) -> Vec<(&'static str, String)> {
    let all = editor.may_for_all.then(|| ("all", "Everyone".to_owned()));
    all.into_iter().chain([("me", "Me".to_owned())]).collect()
}

fn select(
    name: &'static str,
    label: &'static str,
    options: Vec<(&'static str, String)>,
    chosen: &str,
) -> impl IntoView + use<> {
    let options = options
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field__label" for=name>{label}</label>
            <select class="input" id=name name=format!("form[{name}]")>{options}</select>
        </div>
    }
}

/// A short field, marked where it is what can't be taken.
fn text(
    name: &'static str,
    label: &'static str,
    value: &str,
    wrong: &str,
) -> impl IntoView + use<> {
    let invalid = (wrong == name).then_some("true");
    view! {
        <div class="field">
            <label class="field__label" for=name>{label}</label>
            <input
                class="input"
                id=name
                name=format!("form[{name}]")
                value=value.to_owned()
                aria-invalid=invalid
            />
        </div>
    }
}
