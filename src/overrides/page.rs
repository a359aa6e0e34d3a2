//! The pages: what have people changed, and the editor with its preview.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use std::sync::Arc;

use super::api::{Form, SaveOverride, UndoOverride};
use super::preview::{self, Example, Line, Preview};
use super::types::{DAYS, For, Kind, NewOverride, Override, Reason, Scope, State};
use super::{paths, store};
use crate::accounts::types::{Actor, Right};
use crate::catalog::words::title;
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::recommendations::paths::for_item;
use crate::services::Services;
use crate::ui::format::{count, counted, day};
use crate::ui::page::{error_notice, form_error, page, parse_text, query};

#[component]
pub fn OverridesPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    page(async move {
        let actor = actor?;
        actor.require_in(&catalog_id, Right::Read)?;
        let snapshot = services.index.current(&catalog_id)?;
        let overrides = store::list(&services.db, &actor, &catalog_id, Utc::now()).await?;
        Ok(list_view(&snapshot, &actor, overrides))
    })
}

fn list_view(
    snapshot: &Snapshot,
    actor: &Actor,
    mut overrides: Vec<Override>,
) -> impl IntoView + use<> {
    overrides.sort_by_key(|saved| match saved.state {
        State::Active => 0,
        State::Scheduled => 1,
        State::Expired | State::Revoked => 2,
    });
    let active = overrides
        .iter()
        .filter(|saved| saved.state == State::Active)
        .count();
    let rows = overrides
        .iter()
        .map(|saved| row(snapshot, actor, saved))
        .collect_view();
    let content = if overrides.is_empty() {
        view! {
            <div class="empty">
                <h2>"Nobody has changed anything"</h2>
                <p>"Pin or block a recommendation where it stands, under “Pin…” or “Block…”."</p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="table-region" role="region" tabindex="0" aria-labelledby="overrides-caption">
                <table class="data-table">
                    <caption id="overrides-caption">
                        <span class="data-table__caption">
                            <span>
                                <strong>"Overrides"</strong>
                                ", those in force first. The narrower scope wins, then priority, then the newer."
                            </span>
                        </span>
                    </caption>
                    <thead>
                        <tr>
                            <th scope="col">"Item"</th>
                            <th scope="col">"What"</th>
                            <th scope="col">"Where"</th>
                            <th scope="col">"For"</th>
                            <th scope="col">"Why"</th>
                            <th scope="col">"Ends"</th>
                            <th scope="col">"State"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <Title text="Overrides"/>
        <div class="page__head">
            <h1>"What have people changed?"</h1>
            <p class="page__as-of">{format!("{} in force", count(active as u64))}</p>
        </div>
        {form_error()}
        {content}
    }
}

fn row(snapshot: &Snapshot, actor: &Actor, saved: &Override) -> impl IntoView + use<> {
    let catalog_id = &snapshot.catalog.id;
    let name = title(snapshot, &saved.item_id).to_owned();
    let what = match (saved.kind, saved.position) {
        (Kind::Pin, Some(position)) => format!("Pin at {position}"),
        (Kind::Pin, None) => "Pin".to_owned(),
        (Kind::Block, _) => "Block".to_owned(),
    };
    let live = matches!(saved.state, State::Active | State::Scheduled);
    let may_undo = saved.author_key == actor.key() || actor.may(Right::OverrideForAll);
    let undo = (live && may_undo).then(|| {
        view! {
            <form method="post" action=UndoOverride::PATH>
                <input type="hidden" name="catalog_id" value=catalog_id.clone()/>
                <input type="hidden" name="override_id" value=saved.id.to_string()/>
                <button class="button button--quiet">
                    "Undo"
                    <span class="visually-hidden">
                        {format!(" the {} of {name}", saved.kind.as_str())}
                    </span>
                </button>
            </form>
        }
    });
    let who = format!("{}, {}", saved.author, day(saved.created_at));
    let comment = (!saved.comment.is_empty()).then(|| format!("{} ", saved.comment));
    view! {
        <tr>
            <th scope="row">
                <a class="data-table__link" href=for_item(catalog_id, &saved.item_id)>{name.clone()}</a>
            </th>
            <td>{what}</td>
            <td>{place(snapshot, &saved.scope)}</td>
            <td>{if saved.holds_for == For::All { "Everyone" } else { "Me" }}</td>
            <td>
                {saved.reason.words()}
                <span class="data-table__note">{comment} {who}</span>
            </td>
            <td>{saved.ends_at.map_or_else(|| "no end".to_owned(), day)}</td>
            <td>
                <span class=if live { "badge badge--accent" } else { "badge" }>
                    {saved.state.words()}
                </span>
                {undo}
            </td>
        </tr>
    }
}

fn place(snapshot: &Snapshot, scope: &Scope) -> String {
    match scope {
        Scope::Catalog => "in the whole catalog".to_owned(),
        Scope::Item { item_id } => format!("with {}", title(snapshot, item_id)),
        Scope::CategoryPair {
            anchor_category,
            item_category,
        } => {
            format!("{item_category} with {anchor_category}")
        }
        Scope::Surface { surface } => format!("on {surface}"),
    }
}

/// Everything that the editor shows.
struct Editor {
    snapshot: Arc<Snapshot>,
    may_for_all: bool,
    form: Form,
    preview: Result<Preview, AppError>,
}

#[component]
pub fn OverrideEditor() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let form = asked();
    page(async move {
        let actor = actor?;
        actor.require_in(&catalog_id, Right::OverrideForMe)?;
        let snapshot = services.index.current(&catalog_id)?;
        let may_for_all = actor.may(Right::OverrideForAll);
        let form = with_defaults(form?, may_for_all);
        let now = Utc::now();
        let preview = try_out(&services, &snapshot, &actor, &form, now).await;
        Ok(editor_view(&Editor {
            snapshot,
            may_for_all,
            form,
            preview,
        }))
    })
}

/// The fields in the address: plain in a link, and as `form[field]` where “Preview again” sent the
/// same form that saving sends.
fn asked() -> Result<Form, AppError> {
    parse_text(&query().replace("form%5B", "").replace("%5D=", "="))
}

fn with_defaults(form: Form, may_for_all: bool) -> Form {
    let or = |text: String, default: &str| {
        if text.is_empty() {
            default.to_owned()
        } else {
            text
        }
    };
    let scope = if form.anchor.is_empty() {
        "catalog"
    } else {
        "item"
    };
    Form {
        kind: or(form.kind, "block"),
        scope: or(form.scope, scope),
        position: or(form.position, "1"),
        holds_for: or(form.holds_for, if may_for_all { "all" } else { "me" }),
        reason: or(form.reason, "irrelevant"),
        days: or(form.days, &DAYS.to_string()),
        ..form
    }
}

async fn try_out(
    services: &Services,
    snapshot: &Arc<Snapshot>,
    actor: &Actor,
    form: &Form,
    now: DateTime<Utc>,
) -> Result<Preview, AppError> {
    let new = NewOverride::parse(form.draft(snapshot, now)?, actor, now)?;
    preview::preview(&services.db, snapshot.clone(), actor, &new, now).await
}

fn editor_view(editor: &Editor) -> impl IntoView + use<> {
    let snapshot = &editor.snapshot;
    let name = title(snapshot, &editor.form.item).to_owned();
    let (verb, heading) = match editor.form.kind.as_str() {
        "pin" => ("Pin", format!("Pin {name}?")),
        _ => ("Block", format!("Block {name}?")),
    };
    let preview = match &editor.preview {
        Ok(preview) => preview_view(&editor.snapshot.catalog.id, preview).into_any(),
        Err(error) => error_notice(error).into_any(),
    };
    view! {
        <Title text=heading.clone()/>
        <div class="page__head">
            <h1>{heading}</h1>
            <p class="page__as-of">
                {format!("Nothing changes before you save. Table version {}.", snapshot.version())}
            </p>
        </div>
        {form_error()}
        <div class="page__body page__body--halves">
            {form_view(editor, verb)}
            <section class="panel" aria-labelledby="preview-title">
                <div class="panel__head">
                    <h2 id="preview-title">"Preview"</h2>
                    <span class="panel__note">"Computed over every item’s top 10"</span>
                </div>
                {preview}
            </section>
        </div>
    }
}

/// One form, two ways to send it: asking again by address, or saving.
fn form_view(editor: &Editor, verb: &'static str) -> impl IntoView + use<> {
    let Editor {
        snapshot,
        may_for_all,
        form,
        ..
    } = editor;
    let catalog_id = snapshot.catalog.id.clone();
    let here = format!("{}/new", paths::list(&catalog_id));
    let hidden = [("kind", &form.kind), ("item", &form.item), ("anchor", &form.anchor)].map(
        |(name, value)| view! { <input type="hidden" name=format!("form[{name}]") value=value.clone()/> },
    );
    let select =
        |name: &'static str, label: &'static str, options: Vec<(String, String)>, chosen: &str| {
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
        };
    let pair = |value: &str, words: String| (value.to_owned(), words);
    let mut scopes = vec![pair("catalog", "in the whole catalog".to_owned())];
    if !form.anchor.is_empty() {
        scopes.insert(
            0,
            pair("item", format!("with {}", title(snapshot, &form.anchor))),
        );
        scopes.push(pair(
            "category_pair",
            "for the two items’ categories".to_owned(),
        ));
    }
    let mut whom = vec![pair("me", "Me".to_owned())];
    if *may_for_all {
        whom.insert(0, pair("all", "Everyone".to_owned()));
    }
    let reasons = Reason::ALL
        .map(|reason| pair(reason.code(), reason.words().to_owned()))
        .to_vec();
    let position = (form.kind == "pin").then(|| {
        view! {
            <div class="field">
                <label class="field__label" for="position">"Place in the list"</label>
                <input class="input" id="position" name="form[position]" type="number" min="1" max="100" value=form.position.clone()/>
            </div>
        }
    });
    view! {
        <form class="panel form" method="post" action=SaveOverride::PATH>
            <input type="hidden" name="catalog_id" value=catalog_id.clone()/>
            {hidden.into_iter().collect_view()}
            <div class="form__pair">
                {select("scope", "Where", scopes, &form.scope)}
                {select("for", "For whom", whom, &form.holds_for)}
            </div>
            <div class="form__pair">
                {select("reason", "Reason", reasons, &form.reason)}
                {position}
            </div>
            <div class="field">
                <label class="field__label" for="comment">"In your words"</label>
                <textarea class="input" id="comment" name="form[comment]" rows="2" maxlength="2000">{form.comment.clone()}</textarea>
            </div>
            <div class="field">
                <label class="field__label" for="days">"Days it holds"</label>
                <input class="input" id="days" name="form[days]" value=form.days.clone()/>
                <p class="field__hint">"30 unless you choose; “none” for no end, which needs a curator."</p>
            </div>
            <div class="form__foot">
                <button class="button button--primary">{format!("{verb} it")}</button>
                <button class="button" formmethod="get" formaction=here>"Preview again"</button>
                <a class="button button--quiet" href=paths::list(&catalog_id)>"Cancel"</a>
            </div>
        </form>
    }
}

fn preview_view(catalog_id: &str, preview: &Preview) -> impl IntoView + use<> {
    let finding = format!(
        "{} of {} change",
        count(u64::from(preview.changed)),
        counted(u64::from(preview.lists), "list", "lists")
    );
    let more = (preview.changed as usize > preview.examples.len())
        .then_some("Those of the most chosen items stand here.");
    let examples = preview
        .examples
        .iter()
        .map(|example| example_view(catalog_id, example))
        .collect_view();
    view! {
        <p class="finding">{finding} <small>{more}</small></p>
        <div>{examples}</div>
    }
}

fn example_view(catalog_id: &str, example: &Example) -> impl IntoView + use<> {
    let side = |lines: &[Line], changed: &'static str| {
        lines
            .iter()
            .map(|line| {
                let class = if line.moved { changed } else { "compare__row" };
                view! {
                    <li class=class><span class="compare__name">{line.title.clone()}</span></li>
                }
            })
            .collect_view()
    };
    let (before, after) = (
        side(&example.before, "compare__row compare__row--out"),
        side(&example.after, "compare__row compare__row--in"),
    );
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
