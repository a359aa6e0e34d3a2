//! The page: how will these files be read, and what of them can't be taken?
//!
//! What was recognised can be changed by a form whose answer is this page again; nothing is stored
//! before "Import".

mod tables;

use chrono::Utc;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::http::find;
use super::preview::{Look, look};
use super::reading::{FIELDS, FORMATS, parameter};
use super::spool::{Reading, Upload};
use crate::accounts::types::Actor;
use crate::catalog::types::BasketRule;
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::interactions::formats::{Preview, Role};
use crate::interactions::paths;
use crate::services::Services;
use crate::ui::format::{bytes, count, counted, moment};
use crate::ui::page::{form_error, page, parse_query};

#[component]
pub fn UploadPage() -> impl IntoView {
    let parameter =
        |name: &str| use_params_map().with(|params| params.get(name).unwrap_or_default());
    let (catalog_id, upload_id) = (parameter("catalog"), parameter("upload"));
    let services = Services::current();
    let actor = Actor::current();
    let pairs = parse_query::<Vec<(String, String)>>();
    page(async move {
        let snapshot = services.index.current(&catalog_id)?;
        let upload = find(&services, &actor?, &catalog_id, &upload_id)?;
        let reading = Reading::parse(&pairs?);
        let look = look(&services.spool, &upload, &reading, Utc::now()).await?;
        Ok::<_, AppError>(lay_out(&snapshot, &upload, &reading, &look))
    })
}

fn lay_out(
    snapshot: &Snapshot,
    upload: &Upload,
    reading: &Reading,
    look: &Look,
) -> impl IntoView + use<> {
    let all: u64 = upload.files.iter().map(|file| file.bytes).sum();
    let about = format!(
        "{}, {}; uploaded {} by {}, not imported yet",
        counted(upload.files.len() as u64, "file", "files"),
        bytes(all),
        moment(upload.at),
        upload.author_name
    );
    let files = match look {
        Look::Recognised { files, .. } => files.as_slice(),
        Look::Refused { file, .. } => file.as_slice(),
    };
    let choices = files.iter().find(|file| file.role == Role::Choices);
    view! {
        <Title text="Upload"/>
        <div class="page__head">
            <h1>"How will these files be read?"</h1>
            <p class="page__as-of">{about}</p>
        </div>
        {form_error()}
        {seen(snapshot, look)}
        <div class="panel">
            {mapping(choices, reading)}
            {ends(upload, reading, look, choices)}
        </div>
        {files.iter().enumerate().map(|(number, file)| tables::tables(number, file)).collect_view()}
    }
}

/// What the files were recognised as, or why not.
fn seen(snapshot: &Snapshot, look: &Look) -> impl IntoView + use<> {
    match look {
        Look::Refused { sentence, .. } => view! {
            <div class="notice notice--danger" role="alert">
                <p class="notice__text">{sentence.clone()}</p>
            </div>
        }
        .into_any(),
        Look::Recognised {
            description,
            basket_rule,
            files,
        } => {
            let sum = |of: fn(&Preview) -> u64| count(files.iter().map(of).sum());
            let text = format!(
                "Recognised as {description}. Of the first {} rows {} can be taken, {} are left \
                 out by the format’s own rules and {} would go to quarantine.",
                sum(|file| file.looked_at),
                sum(|file| file.taken),
                sum(|file| file.skipped),
                sum(|file| file.quarantined)
            );
            let other = (snapshot.catalog.basket_rule != *basket_rule)
                .then(|| differs(snapshot.catalog.basket_rule));
            view! {
                <div class="notice" role="status">
                    <p class="notice__text">{text} {other}</p>
                </div>
            }
            .into_any()
        }
    }
}

fn differs(rule: BasketRule) -> &'static str {
    match rule {
        BasketRule::Basket => {
            " This catalog counts baskets by their id: rows without one are kept and not counted."
        }
        BasketRule::User => {
            " This catalog counts everything a user chose as one basket: rows without a user are \
             kept and not counted."
        }
        BasketRule::UserWindow => {
            " This catalog counts what a user chose in a part of the calendar as one basket: rows \
             without a user or a time are kept and not counted."
        }
    }
}

/// What the files are, and which column holds which field.
fn mapping(choices: Option<&Preview>, reading: &Reading) -> impl IntoView + use<> {
    let formats = FORMATS.map(|(format, label)| {
        view! {
            <option value=format selected=format == reading.format>{label}</option>
        }
    });
    let fields = choices.filter(|file| !file.fields.is_empty());
    let fields = fields.map(|file| {
        FIELDS
            .map(|(field, label)| select(file, field, label))
            .collect_view()
    });
    view! {
        <form class="mapping" method="get">
            <div class="field mapping__format">
                <label class="field__label" for="format">"What the files are"</label>
                <select class="input" id="format" name="format">{formats.collect_view()}</select>
            </div>
            {fields}
            <button class="button">"Show how it reads"</button>
        </form>
    }
}

fn select(file: &Preview, field: &'static str, label: &'static str) -> impl IntoView + use<> {
    let chosen = file.column_of(field).unwrap_or_default().to_owned();
    let options = file
        .columns
        .iter()
        .filter(|column| !column.is_empty())
        .map(|column| {
            view! {
                <option value=column.clone() selected=*column == chosen>{column.clone()}</option>
            }
        })
        .collect_view();
    let name = parameter(field);
    view! {
        <div class="field">
            <label class="field__label" for=name.clone()>{label}</label>
            <select class="input" id=name.clone() name=name>
                <option value="" selected=chosen.is_empty()>"in no column"</option>
                {options}
            </select>
        </div>
    }
}

/// Import, or throw away.
fn ends(
    upload: &Upload,
    reading: &Reading,
    look: &Look,
    choices: Option<&Preview>,
) -> impl IntoView + use<> {
    let action = |action| paths::upload_action(&upload.catalog_id, &upload.id, action);
    let import = matches!(look, Look::Recognised { .. }).then(|| {
        // Only what differs from what would be found: the same file read in the same way is then
        // the same import, whether or not somebody looked at the mapping.
        let differs = |(field, column): &&(String, String)| {
            choices.is_none_or(|file| file.found(field).unwrap_or_default() != column)
        };
        let map = reading.map.iter().filter(differs).map(|(field, column)| {
            view! { <input type="hidden" name=parameter(field) value=column.clone()/> }
        });
        view! {
            <form method="post" action=action("import")>
                <input type="hidden" name="format" value=reading.format.clone()/>
                {map.collect_view()}
                <button class="button button--primary">"Import"</button>
            </form>
        }
    });
    view! {
        <div class="form__foot">
            {import}
            <form method="post" action=action("discard")>
                <button class="button">"Throw the upload away"</button>
            </form>
            <p class="panel__note">
                "Nothing is stored before you import. An import is shown whole or not at all and can be taken back."
            </p>
        </div>
    }
}
