//! The page: what is coming in, and is it sound?
//!
//! What is under way stands first, then how sound the last weeks were, then everything that came
//! in. Who may import finds the form for it here; each import has a page of its own.

use chrono::{TimeDelta, Utc};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;

use super::imports::list::{self, Page};
use super::imports::progress_of;
use super::imports::store::{self, Import, Soundness};
use super::paths;
use crate::accounts::types::{Actor, Right};
use crate::catalog::making::page::how_to_begin;
use crate::catalog::settings;
use crate::catalog::words::as_of;
use crate::index::snapshot::Snapshot;
use crate::services::Services;
use crate::ui::format::{bytes, count, day, percent};
use crate::ui::page::{form_error, page, parse_query};

/// How far back the soundness of what came in is summed up.
const LATELY_DAYS: i64 = 30;

#[derive(Deserialize)]
struct Query {
    /// Where the page of the list begins: before this number.
    before: Option<i64>,
}

/// What the page shows.
struct Data {
    under_way: Vec<Import>,
    soundness: Soundness,
    page: Page,
    /// The most bytes of one upload, for who may import.
    upload_most: Option<u64>,
}

#[component]
pub fn DataPage() -> impl IntoView {
    let catalog_id = use_params_map().with(|params| params.get("catalog").unwrap_or_default());
    let services = Services::current();
    let actor = Actor::current();
    let query = parse_query::<Query>();
    page(async move {
        let actor = actor?;
        actor.require_in(&catalog_id, Right::Read)?;
        let snapshot = services.index.current(&catalog_id)?;
        let before = query?.before;
        let db = &services.db;
        let since = Utc::now() - TimeDelta::days(LATELY_DAYS);
        let imports = store::list(db, &catalog_id, before).await?;
        let days = store::posted_days(db, &catalog_id, before).await?;
        let data = Data {
            under_way: store::under_way(db, &catalog_id).await?,
            soundness: store::soundness(db, &catalog_id, since).await?,
            page: list::merge(imports, days, before.is_some()),
            upload_most: (actor.may(Right::Import)).then(|| services.spool.most_bytes()),
        };
        Ok(lay_out(&snapshot, &data))
    })
}

fn lay_out(snapshot: &Snapshot, data: &Data) -> impl IntoView + use<> {
    let catalog_id = &snapshot.catalog.id;
    view! {
        <Title text="Data"/>
        <div class="page__head">
            <h1>"What is coming in, and is it sound?"</h1>
            <div class="row">
                <p class="page__as-of">{as_of(snapshot)}</p>
                <a class="button" href=settings::paths::page(catalog_id)>"Settings"</a>
            </div>
        </div>
        {form_error()}
        {under_way(catalog_id, &data.under_way)}
        <div class="panel data-head">
            {sound(snapshot, &data.soundness)}
            {data.upload_most.map(|most| {
                // Open where there is nothing else to do; else the list counts more.
                view! {
                    <details class="data-head__upload" open=data.page.lines.is_empty()>
                        <summary class="button">"Bring files in"</summary>
                        {upload(catalog_id, most)}
                    </details>
                }
            })}
        </div>
        {if data.page.lines.is_empty() {
            how_to_begin(catalog_id).into_any()
        } else {
            list::table(catalog_id, &data.page).into_any()
        }}
    }
}

/// What is being read now.
fn under_way(catalog_id: &str, imports: &[Import]) -> impl IntoView + use<> {
    let now = Utc::now();
    imports
        .iter()
        .map(|import| {
            let progress = progress_of(import, now);
            let href = paths::import(catalog_id, import.batch_id);
            let label = format!("Import {} is being read", import.batch_id);
            view! {
                <div class="notice">
                    <p class="notice__text">
                        <a href=href>{label.clone()}</a>
                        {format!(": {}", progress.summary)}
                    </p>
                    <progress
                        class="progress"
                        max="1"
                        value=format!("{:.4}", progress.share)
                        aria-label=label
                    ></progress>
                </div>
            }
        })
        .collect_view()
}

/// How fresh and how sound it is.
fn sound(snapshot: &Snapshot, soundness: &Soundness) -> impl IntoView + use<> {
    let figure = |number: i64| count(number.unsigned_abs());
    let read = soundness.accepted + soundness.duplicates + soundness.quarantined;
    let share = (read > 0).then(|| soundness.quarantined as f64 / read as f64);
    let quarantined = match share {
        Some(share) if soundness.quarantined > 0 => {
            format!("{} ({})", figure(soundness.quarantined), percent(share))
        }
        _ => figure(soundness.quarantined),
    };
    let newest = snapshot.newest.map_or_else(|| "no times".to_owned(), day);
    let facts = [
        (
            format!("Rows taken in {LATELY_DAYS} days"),
            figure(soundness.accepted),
        ),
        ("Known before".to_owned(), figure(soundness.duplicates)),
        ("Left out by rule".to_owned(), figure(soundness.skipped)),
        ("Quarantined".to_owned(), quarantined),
        ("Newest interaction".to_owned(), newest),
    ]
    .map(|(name, figure)| {
        view! {
            <div class="facts__row">
                <dt>{name}</dt>
                <dd>{figure}</dd>
            </div>
        }
    });
    view! { <dl class="facts facts--tiles">{facts.into_iter().collect_view()}</dl> }
}

/// The form that files are sent by; it needs no scripting.
fn upload(catalog_id: &str, most: u64) -> impl IntoView + use<> {
    let hint = format!(
        "CSV, TSV, NDJSON or Parquet; at most {} together. You see how they will be read before \
         anything is stored.",
        bytes(most)
    );
    view! {
        <form
            class="upload"
            method="post"
            enctype="multipart/form-data"
            action=paths::uploads(catalog_id)
        >
            <div class="field">
                <label class="field__label" for="files">"Files of what people chose"</label>
                <input class="input" id="files" name="files" type="file" multiple required aria-describedby="upload-hint"/>
            </div>
            <div class="field">
                <label class="field__label" for="items">"Items (optional)"</label>
                <input class="input" id="items" name="items" type="file"/>
            </div>
            <div class="field">
                <label class="field__label" for="users">"Users (optional)"</label>
                <input class="input" id="users" name="users" type="file"/>
            </div>
            <button class="button button--primary">"Upload"</button>
            <p class="panel__note upload__hint" id="upload-hint">{hint}</p>
        </form>
    }
}
