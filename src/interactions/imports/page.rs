//! The page of one import: what is it doing, or what became of it?

use chrono::Utc;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;

use super::store::{self, Consequence, Import, State};
use super::words::{badge, files, progress_of};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::interactions::islands::ImportProgress;
use crate::interactions::paths;
use crate::interactions::quarantine::store as quarantine;
use crate::interactions::quarantine::view::{self as held, Page};
use crate::jobs::view::renewed;
use crate::services::Services;
use crate::ui::format::{bytes, count, counted, moment};
use crate::ui::page::{form_error, page, parse_query};

#[derive(Debug, Default, Deserialize)]
struct Query {
    /// What was done just now.
    done: Option<String>,
    /// What came of corrections: rows taken, rows left, and the import that brings them.
    taken: Option<u64>,
    left: Option<u64>,
    child: Option<i64>,
    /// Whether what taking it back would do is asked for.
    undo: Option<i64>,
    /// The last row of quarantine that was seen.
    after: Option<i64>,
}

/// What the page shows beside the import itself.
struct Beside {
    consequence: Option<Consequence>,
    corrections: Vec<i64>,
    quarantine: Option<Page>,
    /// Whether its files are still on this server.
    has_files: bool,
}

#[component]
pub fn ImportPage() -> impl IntoView {
    let parameter =
        |name: &str| use_params_map().with(|params| params.get(name).unwrap_or_default());
    let (catalog_id, batch_id) = (parameter("catalog"), parameter("import"));
    let services = Services::current();
    let actor = Actor::current();
    let query = parse_query::<Query>();
    page(async move {
        let actor = actor?;
        actor.require_in(&catalog_id, Right::Read)?;
        services.index.current(&catalog_id)?;
        let query = query?;
        let number = batch_id.parse();
        let number = number.map_err(|_| AppError::not_found(format!("The import {batch_id}")))?;
        let import = store::get(&services.db, &catalog_id, number).await?;
        let beside = beside(&services, &import, &query).await?;
        Ok(lay_out(&actor, &import, &beside, &query))
    })
}

async fn beside(services: &Services, import: &Import, query: &Query) -> Result<Beside, AppError> {
    let (db, id) = (&services.db, import.batch_id);
    let consequence = match (query.undo, import.state) {
        (Some(_), State::Visible) => Some(store::consequence(db, &import.catalog_id, id).await?),
        _ => None,
    };
    let quarantine = if import.quarantined > 0 && import.state != State::Discarded {
        let after = query.after.unwrap_or_default();
        Some(Page {
            rows: quarantine::list(db, id, after, Some(quarantine::PAGE + 1)).await?,
            waiting: quarantine::count(db, id).await?,
            is_later: after > 0,
            can_replay: quarantine::replay(db, id).await?.is_some(),
        })
    } else {
        None
    };
    let upload = import.upload.as_deref();
    let upload = upload.map(|upload| services.spool.find(&import.catalog_id, upload));
    Ok(Beside {
        consequence,
        corrections: store::corrections(db, &import.catalog_id, id).await?,
        quarantine,
        has_files: upload.transpose()?.flatten().is_some(),
    })
}

fn lay_out(
    actor: &Actor,
    import: &Import,
    beside: &Beside,
    query: &Query,
) -> impl IntoView + use<> {
    let may_import = actor.may(Right::Import);
    let title = format!("Import {}", import.batch_id);
    let author = import.author_name.as_ref();
    let about = format!(
        "{}; begun {}{}",
        files(import),
        moment(import.started_at),
        author.map_or_else(String::new, |name| format!(" by {name}"))
    );
    let rows = beside.quarantine.as_ref();
    let rows = rows.filter(|page| page.waiting > 0 || page.is_later);
    let done_with = (rows.is_none() && import.quarantined > 0 && beside.quarantine.is_some())
        .then(|| {
            let all = counted(import.quarantined.unsigned_abs(), "row", "rows");
            view! { <p class="panel__note">{format!("All of its quarantine ({all}) was taken corrected.")}</p> }
        });
    view! {
        <Title text=title.clone()/>
        <div class="page__head">
            <h1>{title} " " {badge(import.state)}</h1>
            <p class="page__as-of">{about}</p>
        </div>
        {form_error()}
        {done(import, query)}
        <div class="panel">
            {state(import, beside, may_import)}
            {related(import, beside)}
            <div class="form__foot">
                {(import.state == State::Visible && may_import).then(|| undo(import, beside))}
                <a class="button" href=paths::page(&import.catalog_id)>"All that came in"</a>
            </div>
        </div>
        {done_with}
        {rows.map(|page| held::quarantine(actor, import, page))}
    }
}

/// What was done just now.
fn done(import: &Import, query: &Query) -> impl IntoView + use<> {
    let rows = || {
        counted(
            (import.accepted + import.duplicates).unsigned_abs(),
            "row",
            "rows",
        )
    };
    let text = match query.done.as_deref()? {
        "known" => "These files were imported before, as this import: nothing changed.".to_owned(),
        "undone" => format!(
            "Taken back: its {} count no longer. To bring them back, import the same files again.",
            rows()
        ),
        "undone-before" => "It was taken back already; nothing changed.".to_owned(),
        "discarded" => "What it had stored was thrown away; nobody ever saw it.".to_owned(),
        "too-late" => {
            "That came too late: the import has gone on or ended. Nothing changed.".to_owned()
        }
        "corrected" => {
            let (taken, left) = (query.taken?, query.left?);
            let child = query.child.map(|child| format!(" as import {child}"));
            format!(
                "{} taken{}; {} still in quarantine, with what is wrong now.",
                counted(taken, "row was", "rows were"),
                child.unwrap_or_default(),
                counted(left, "row is", "rows are")
            )
        }
        _ => return None,
    };
    Some(view! {
        <div class="notice" role="status">
            <p class="notice__text">{text}</p>
        </div>
    })
}

/// What it is doing, or what became of it.
fn state(import: &Import, beside: &Beside, may_import: bool) -> AnyView {
    match import.state {
        State::Running | State::Cancelling => running(import, may_import).into_any(),
        State::Interrupted | State::Failed => broken(import, beside, may_import).into_any(),
        State::Visible | State::TakenBack | State::Discarded => over(import).into_any(),
    }
}

fn running(import: &Import, may_import: bool) -> impl IntoView + use<> {
    let (catalog_id, id) = (&import.catalog_id, import.batch_id);
    let cancel = (may_import && import.state == State::Running).then(|| {
        view! {
            <form method="post" action=paths::import_action(catalog_id, id, "cancel")>
                <button class="button button--danger">"Cancel the import"</button>
            </form>
        }
    });
    view! {
        <ImportProgress
            catalog_id=catalog_id.clone()
            batch_id=id
            progress=progress_of(import, Utc::now())
        />
        <div class="form__foot">
            {cancel}
            <p class="panel__note">
                "Nothing of it is visible until all of it is. Cancelled, it leaves nothing."
            </p>
            {renewed()}
        </div>
    }
}

/// An import that ended early: why, and what can be done.
fn broken(import: &Import, beside: &Beside, may_import: bool) -> impl IntoView + use<> {
    let (catalog_id, id) = (&import.catalog_id, import.batch_id);
    let why = import.failure.clone().unwrap_or_else(|| {
        "Whoever ran it stopped before it had ended. Nothing of it is visible.".to_owned()
    });
    let stored = format!(
        "{} of it are stored, unseen.",
        counted(import.records.unsigned_abs(), "row", "rows")
    );
    let way = if beside.has_files {
        " Its files are still here, so that it can go on from there."
    } else {
        " Its files are not on this server: import or upload the same files again to go on from \
         there."
    };
    let go_on = (may_import && beside.has_files).then(|| {
        view! {
            <form method="post" action=paths::import_action(catalog_id, id, "go-on")>
                <button class="button button--primary">"Go on"</button>
            </form>
        }
    });
    let discard = may_import.then(|| {
        view! {
            <form method="post" action=paths::import_action(catalog_id, id, "discard")>
                <button class="button">"Discard what is stored"</button>
            </form>
        }
    });
    view! {
        <p>{why}</p>
        <p>{stored} {way}</p>
        <div class="form__foot">{go_on} {discard}</div>
    }
}

fn over(import: &Import) -> impl IntoView + use<> {
    let figure = |number: i64| count(number.unsigned_abs());
    let ended = import.undone_at.or(import.shown_at).map(moment);
    let facts = [
        ("Rows taken", figure(import.accepted)),
        ("Duplicates", figure(import.duplicates)),
        ("Left out", figure(import.skipped)),
        ("Quarantined", figure(import.quarantined)),
        (
            "Size of the files",
            bytes(import.bytes_total.unsigned_abs()),
        ),
    ]
    .map(|(name, figure)| {
        view! {
            <div class="facts__row">
                <dt>{name}</dt>
                <dd>{figure}</dd>
            </div>
        }
    });
    let words = match import.state {
        State::Visible => "Visible since",
        State::TakenBack => "Taken back",
        _ => "Discarded",
    };
    view! {
        <dl class="facts facts--tiles">{facts.into_iter().collect_view()}</dl>
        <p class="panel__note">
            {ended.map(|ended| format!("{words} {ended}. "))}
            {import.description.clone().map(|text| format!("Read as {text}."))}
        </p>
    }
}

/// The import that it corrects, and those that correct it.
fn related(import: &Import, beside: &Beside) -> impl IntoView + use<> {
    let link = |id: i64| {
        let href = paths::import(&import.catalog_id, id);
        view! { <a href=href>{format!("import {id}")}</a> " " }
    };
    let parent = import.parent_id.map(|id| {
        view! { <p>"It brings corrected rows of " {link(id)}</p> }
    });
    let children: Vec<_> = beside.corrections.iter().map(|id| link(*id)).collect();
    let children = (!children.is_empty()).then(|| {
        view! { <p>"Its corrected rows came by " {children}</p> }
    });
    view! { {parent} {children} }
}

/// Taking it back: first what that would do, then the button.
fn undo(import: &Import, beside: &Beside) -> impl IntoView + use<> {
    let (catalog_id, id) = (&import.catalog_id, import.batch_id);
    let Some(consequence) = &beside.consequence else {
        return view! {
            <a class="button" href=paths::undo_preview(catalog_id, id)>"Take it back …"</a>
        }
        .into_any();
    };
    let items = (consequence.items > 0).then(|| {
        let items = counted(consequence.items.unsigned_abs(), "item", "items");
        format!(" Its descriptions of {items} go with it.")
    });
    let text = format!(
        "Takes back {}; {} of them were also brought by others and stay.",
        counted(consequence.rows.unsigned_abs(), "row", "rows"),
        count(consequence.shared.unsigned_abs())
    );
    view! {
        <form
            class="notice notice--danger"
            id="undo"
            method="post"
            action=paths::import_action(catalog_id, id, "undo")
        >
            <p class="notice__text">
                {text} {items} " The same files can be imported again."
            </p>
            <button class="button button--danger">"Take the import back"</button>
        </form>
    }
    .into_any()
}
