//! The page of one version: what it is, how good it is, what may be done with it.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{actions, badge, evaluation, history, need, notice};
use crate::ui::format::{count, counted, day, moment};
use crate::ui::page::form_error;
use crate::versions::page::Shown;
use crate::versions::recipe::{formula, parameters, ranks};
use crate::versions::types::{Training, Version};
use crate::versions::words::{self, capital};
use crate::versions::{paths, store};

/// Digits of a digest that are shown.
const DIGITS: usize = 12;

pub(in crate::versions) fn version(shown: &Shown) -> impl IntoView + use<> {
    let Shown {
        snapshot, version, ..
    } = shown;
    let heading = format!("Version {}: {}", version.number, version.name);
    let done = shown.done.as_deref();
    let done = done.and_then(|what| words::done(what, Some(version)));
    let found = match &version.evaluation {
        Some(evaluation) => evaluation::of_one(snapshot, version, evaluation).into_any(),
        None => unmeasured(shown).into_any(),
    };
    let services =
        (!shown.services.is_empty()).then(|| history::services(snapshot, &shown.services, true));
    let moves = (!shown.moves.is_empty()).then(|| history::moves(&shown.moves));
    view! {
        <Title text=heading.clone()/>
        <div class="page__head">
            <h1>{heading}</h1>
            <div class="row">
                {badge(version.stage)}
                <p class="page__as-of">{places(shown)}</p>
                <a class="button button--quiet" href=paths::list(&snapshot.catalog.id)>"All versions"</a>
            </div>
        </div>
        {form_error()}
        {notice(done)}
        {fell_back(version)}
        <div class="models models--card">
            {facts(version)}
            <div class="stack models__found">{found} {services} {moves}</div>
            {todo(shown)}
        </div>
    }
}

/// Where it answers, in a sentence.
fn places(shown: &Shown) -> String {
    let mut others = shown.others.iter();
    let is_alone = others.all(|other| other.surfaces.is_empty());
    let places = words::places(&shown.version.surfaces, is_alone);
    format!("It answers {places} now.")
}

/// Why it is not what was asked for.
fn fell_back(version: &Version) -> impl IntoView + use<> {
    let why = version.training.as_ref()?.fell_back.clone()?;
    Some(view! {
        <div class="notice">
            <p class="notice__text">"It is not what was asked for. " {why}</p>
        </div>
    })
}

fn unmeasured(shown: &Shown) -> impl IntoView + use<> {
    let how = if shown.may_manage {
        "Measure it: choices are held back, it learns from the others, and is asked for them. That \
         changes no list."
    } else {
        "Nobody has measured it yet."
    };
    view! {
        <div class="empty">
            <h2>"How good it is was not measured yet"</h2>
            <p>{how}</p>
        </div>
    }
}

fn facts(version: &Version) -> impl IntoView + use<> {
    let note = (!version.note.is_empty()).then(|| {
        view! { <p class="models__note">{version.note.clone()}</p> }
    });
    let who = version.owner.clone();
    let rows = [
        (
            "Answers for it",
            who.unwrap_or_else(|| "nobody yet".to_owned()),
        ),
        ("Stage", capital(words::stage_means(version.stage))),
    ];
    let rows = rows.into_iter().chain(parameters(&version.recipe));
    let rows = rows.map(|(name, value)| row(name, value)).collect_view();
    let is_tuned = version
        .training
        .as_ref()
        .is_some_and(|training| training.tuning.is_some());
    let tuned = is_tuned.then_some(" Its parameters were chosen by the data.");
    view! {
        <section class="panel" aria-labelledby="facts-title">
            <h2 id="facts-title">"What it is"</h2>
            {note}
            <p>{ranks(&version.recipe)} {tuned}</p>
            <details>
                <summary>"As a formula"</summary>
                <pre class="models__formula" tabindex="0">{formula(&version.recipe)}</pre>
            </details>
            <dl class="facts">{rows} {version.training.as_ref().map(|training| trained(version, training))}</dl>
        </section>
    }
}

fn row(name: &'static str, value: String) -> impl IntoView {
    view! { <div class="facts__row models__fact"><dt>{name}</dt><dd>{value}</dd></div> }
}

fn trained(version: &Version, training: &Training) -> impl IntoView + use<> {
    let by = version.trained_by.clone().unwrap_or_default();
    let from = format!(
        "{}: {}, {}, {}",
        training.table_version,
        counted(u64::from(training.baskets), "basket", "baskets"),
        counted(u64::from(training.items), "item", "items"),
        counted(training.choices, "choice", "choices")
    );
    let at = version.trained_at;
    let short: String = training.digest.chars().take(DIGITS).collect();
    view! {
        <div class="facts__row models__fact">
            <dt>"Trained"</dt>
            <dd title=moment(at)>{format!("{} by {by}, in {}", day(at), seconds(training.seconds))}</dd>
        </div>
        {row("From table version", from)}
        {row("Weights", count(training.weights))}
        <div class="facts__row models__fact">
            <dt>"SHA-256 of them"</dt>
            <dd><code title=training.digest.clone()>{short} "…"</code></dd>
        </div>
    }
}

/// How long training took; that of a small catalog takes less than a second.
fn seconds(seconds: f64) -> String {
    if seconds < 9.95 {
        format!("{seconds:.1} s")
    } else {
        crate::ui::format::duration(seconds)
    }
}

/// What may be done; for whoever may nothing, who may.
fn todo(shown: &Shown) -> impl IntoView + use<> {
    let content = if shown.may_manage {
        actions::manage(shown).into_any()
    } else {
        view! { <p class="panel__note">{need()}</p> }.into_any()
    };
    let many = shown.others.len() as i32 >= store::MOST_LISTED;
    let cut = many.then(|| {
        let words = format!("The newest {} can be chosen here.", store::MOST_LISTED);
        view! { <p class="panel__note">{words}</p> }
    });
    view! {
        <section class="panel models__todo" aria-labelledby="todo-title">
            <h2 id="todo-title">"What you can do"</h2>
            {content}
            {actions::look(shown)}
            {cut}
        </section>
    }
}
