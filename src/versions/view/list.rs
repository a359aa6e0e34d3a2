//! Which model answers where, how good each version is, and who answered when.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;

use super::back::{Before, before};
use super::{badge, charts, figure_cell, history, link, need, no_figure, notice};
use crate::catalog::words::begin;
use crate::evaluation::report::Surface;
use crate::ui::format::{day, moment, percent};
use crate::ui::page::form_error;
use crate::ui::table::framed;
use crate::versions::api::RollBack;
use crate::versions::page::Listed;
use crate::versions::quality::{hit_rate, standing};
use crate::versions::types::{Service, Version};
use crate::versions::words::{self, SURFACES, capital, decimals, measured_as, places, surface};
use crate::versions::{paths, store};

pub(in crate::versions) fn list(listed: &Listed) -> impl IntoView + use<> {
    let Listed { snapshot, .. } = listed;
    let catalog_id = &snapshot.catalog.id;
    let done = listed
        .done
        .as_deref()
        .and_then(|what| words::done(what, None));
    let train = (listed.may_manage && begin(snapshot).is_none()).then(|| {
        let href = paths::training(catalog_id);
        view! { <a class="button button--primary" href=href>"Train a version"</a> }
    });
    let who = (!listed.may_manage).then(|| view! { <p class="page__as-of">{need()}</p> });
    view! {
        <Title text=format!("Models of {}", snapshot.catalog.name)/>
        <div class="page__head">
            <h1>"Which model answers, and how good is it?"</h1>
            <div class="row">
                {who}
                {train}
            </div>
        </div>
        {form_error()}
        {notice(done)}
        {nothing(listed)}
        <div class="models">
            <div class="models__answers">{answers(listed)}</div>
            {charts::of_all(&listed.versions)}
        </div>
        {registry(listed)}
        {history::services(snapshot, &listed.services, false)}
    }
}

/// Why nothing can be trained, and what to do.
fn nothing(listed: &Listed) -> impl IntoView + use<> {
    begin(&listed.snapshot).map(|(why, href, label)| {
        view! {
            <div class="notice">
                <p class="notice__text">{why}</p>
                <a class="button" href=href>{label}</a>
            </div>
        }
    })
}

/// What answers now, by surface: those that every catalog has in their order, then those with names.
fn answers(listed: &Listed) -> impl IntoView + use<> {
    let now = listed.services.iter().filter(|of| of.until.is_none());
    let mut now: Vec<&Service> = now.collect();
    let place = |service: &Service| {
        let known = SURFACES.iter().position(|name| *name == service.surface);
        // Everywhere else comes last.
        match known {
            Some(last) if last + 1 == SURFACES.len() => usize::MAX,
            known => known.unwrap_or(SURFACES.len()),
        }
    };
    now.sort_by_key(|service| (place(service), service.surface.clone()));
    let is_alone = now.len() == 1;
    let answers = now
        .into_iter()
        .map(|service| answer(listed, service, is_alone));
    answers.collect_view()
}

fn answer(listed: &Listed, service: &Service, is_alone: bool) -> impl IntoView + use<> {
    let catalog_id = &listed.snapshot.catalog.id;
    let heading = if is_alone {
        "All lists".to_owned()
    } else {
        capital(&surface(&service.surface))
    };
    let label = heading.clone();
    let mut versions = listed.versions.iter();
    let version = versions.find(|version| version.number == service.version);
    let by = service
        .by
        .as_ref()
        .map_or_else(String::new, |by| format!(", put there by {by}"));
    view! {
        <section class="panel models__answer" aria-label=label>
            <h2>{heading}</h2>
            <p class="models__name">{link(catalog_id, service.version, service.name)}</p>
            <p class="panel__note" title=moment(service.from)>
                {format!("Since {}{by}", day(service.from))}
            </p>
            {how_good(listed, service, version)}
            {roll_back(listed, service)}
        </section>
    }
}

/// Its hit rate in words; where it was never measured, the way to have it.
fn how_good(
    listed: &Listed,
    service: &Service,
    version: Option<&Version>,
) -> impl IntoView + use<> {
    let surface = measured_as(&service.surface);
    let found = version.and_then(|version| standing(version, &listed.versions, surface));
    let found = found.map(|(scored, ..)| hit_rate(scored));
    match found {
        Some(sentence) => view! { <p>{sentence}</p> }.into_any(),
        None if listed.may_manage => {
            let href = paths::version(&listed.snapshot.catalog.id, service.version) + "#measure";
            view! { <p>"How good it is was not measured yet. " <a href=href>"Measure it"</a></p> }
                .into_any()
        }
        None => view! { <p>"How good it is was not measured yet."</p> }.into_any(),
    }
}

/// The one click back, where there is something to go back to.
fn roll_back(listed: &Listed, service: &Service) -> impl IntoView + use<> {
    let before = before(&listed.services, &listed.versions, &service.surface);
    let before = before.filter(|_| listed.may_manage)?;
    let label = match before {
        Before::Version(earlier) => format!("Roll back to version {}", earlier.version),
        Before::Everywhere(rest) => {
            format!("Roll back to version {}, as everywhere else", rest.version)
        }
    };
    let about = format!(": {}", surface(&service.surface));
    Some(view! {
        <form method="post" action=RollBack::PATH>
            <input type="hidden" name="catalog_id" value=listed.snapshot.catalog.id.clone()/>
            <input type="hidden" name="surface" value=service.surface.clone()/>
            <button class="button">{label} <span class="visually-hidden">{about}</span></button>
        </form>
    })
}

/// Every version, the newest first.
fn registry(listed: &Listed) -> impl IntoView + use<> {
    let rows = listed.versions.iter().map(|version| row(listed, version));
    let cut = (listed.versions.len() as i32 >= store::MOST_LISTED)
        .then(|| format!(" The newest {} and those that answer.", store::MOST_LISTED));
    let k = listed.versions.iter().find_map(|version| {
        let evaluation = version.evaluation.as_ref()?;
        Some(words::ndcg_means(&evaluation.report))
    });
    let k = k.map_or_else(String::new, |means| {
        format!(
            " Figures are of lists for a whole history, with 95 % intervals, from a version’s newest \
             evaluation or another’s that it stood beside. {means}."
        )
    });
    let caption = view! {
        <span><strong>"All versions"</strong> ", the newest first." {cut} {k}</span>
    };
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"Version"</th>
                <th scope="col">"Stage"</th>
                <th scope="col">"Answers"</th>
                <th scope="col" class="data-table__cell--numeric">"nDCG@10"</th>
                <th scope="col" class="data-table__cell--numeric">"Hit rate"</th>
                <th scope="col" class="data-table__cell--numeric">"Items listed"</th>
                <th scope="col">"Answers for it"</th>
                <th scope="col">"Trained"</th>
                <th scope="col">"From table version"</th>
            </tr>
        </thead>
        <tbody>{rows.collect_view()}</tbody>
    };
    framed("versions", caption, table)
}

fn row(listed: &Listed, version: &Version) -> impl IntoView + use<> {
    let catalog_id = &listed.snapshot.catalog.id;
    let now = listed.services.iter().filter(|of| of.until.is_none());
    let places = places(&version.surfaces, now.count() == 1);
    let trained = match &version.training {
        Some(_) => {
            let by = version.trained_by.as_ref();
            let by = by.map(|by| view! { <span class="data-table__note data-table__note--inline">{by.clone()}</span> });
            view! { <span title=moment(version.trained_at)>{day(version.trained_at)}</span> " " {by} }
                .into_any()
        }
        None => "always the newest counts".into_any(),
    };
    let table = version.training.as_ref().map_or_else(
        || "the live one".to_owned(),
        |training| training.table_version.clone(),
    );
    view! {
        <tr>
            <th scope="row" class="models__words">{link(catalog_id, version.number, version.name)}</th>
            <td>{badge(version.stage)}</td>
            <td class="data-table__cell--words">{places}</td>
            {figures(listed, version)}
            <td>{version.owner.clone().unwrap_or_else(|| "nobody yet".to_owned())}</td>
            <td class="models__words">{trained}</td>
            <td>{table}</td>
        </tr>
    }
}

fn figures(listed: &Listed, version: &Version) -> impl IntoView + use<> {
    match standing(version, &listed.versions, Surface::User) {
        Some((own, _, _)) => view! {
            {figure_cell(own.means.ndcg, decimals)}
            {figure_cell(own.means.hit_rate, percent)}
            {figure_cell(own.coverage, percent)}
        }
        .into_any(),
        None => view! { {no_figure()} {no_figure()} {no_figure()} }.into_any(),
    }
}
