//! How good versions are: beside others, on each surface, drawn and in figures.

use leptos::prelude::*;

use super::{charts, figure_cell, groups, no_figure};
use crate::catalog::words::{Owners, owners};
use crate::chart::figure;
use crate::evaluation::report::{OfSurface, Report, Scored, Surface};
use crate::evaluation::tune::Record;
use crate::index::snapshot::Snapshot;
use crate::models::recipe::Recipe;
use crate::ui::format::{count, moment, percent, significant};
use crate::ui::table::framed;
use crate::versions::quality::hit_rate;
use crate::versions::types::{Evaluation, Version};
use crate::versions::words::{asked, capital, decimals, held_back, ndcg_means, split, verdict};

/// What was found of one version.
pub(super) fn of_one(
    snapshot: &Snapshot,
    version: &Version,
    evaluation: &Evaluation,
) -> impl IntoView + use<> {
    let report = &evaluation.report;
    let surfaces = report.surfaces.iter();
    let tables = surfaces.clone().map(|of| metrics(version, report, of));
    let users = evaluation.of(Surface::User);
    let chart = users.map(|of| figure(charts::of_version(version, report, of)));
    let tuning = version.training.as_ref();
    let tuning = tuning.and_then(|training| training.tuning.as_ref());
    let tuning = tuning.map(|record| tuned(version, record));
    view! {
        <div class="models__pair">{summary(evaluation, owners(snapshot))} {chart}</div>
        {tables.collect_view()}
        {groups::weak(report)}
        {tuning}
    }
}

/// The verdict on each surface, and how it was found.
fn summary(evaluation: &Evaluation, owners: Owners) -> impl IntoView + use<> {
    let report = &evaluation.report;
    let first = evaluation
        .of(Surface::User)
        .and_then(|of| of.models.first());
    let hit = first.map(hit_rate);
    let findings = report.surfaces.iter().filter_map(|of| {
        let verdict = capital(&verdict(of)?);
        Some(view! { <li><strong>{asked(of.surface)}</strong> ": " {verdict} "."</li> })
    });
    let by = format!(
        "Measured {} by {} on table version {}.",
        moment(evaluation.at),
        evaluation.by,
        evaluation.table_version
    );
    view! {
        <section class="panel" aria-labelledby="good-title">
            <h2 id="good-title">"How good it is"</h2>
            <p>{hit}</p>
            <ul class="item-list">{findings.collect_view()}</ul>
            <p>{held_back(&report.split, owners)}</p>
            <p class="panel__note">
                {by} " Differences are of nDCG, with 95 % intervals: " {ndcg_means(report)} "."
            </p>
        </section>
    }
}

/// The models of one surface beside each other.
fn metrics(version: &Version, report: &Report, of: &OfSurface) -> impl IntoView + use<> {
    let rows = of.models.iter().enumerate().map(|(at, scored)| {
        let name = match at {
            0 => format!("Version {}, {}", version.number, scored.name),
            _ => charts::beside(scored),
        };
        let ahead = match scored.against {
            Some(ahead) => figure_cell(ahead, signed).into_any(),
            None => no_figure().into_any(),
        };
        view! { <tr>{cells(name, scored)} {ahead}</tr> }
    });
    let name = match of.surface {
        Surface::User => "metrics-user",
        Surface::Item => "metrics-item",
    };
    let what = match of.surface {
        Surface::User => {
            ": everything else that somebody chose asks. 95 % intervals below the figures."
        }
        Surface::Item => {
            ": one of somebody’s items asks, drawn at random. 95 % intervals below the figures."
        }
    };
    let caption = view! { <span><strong>{asked(of.surface)}</strong> {what}</span> };
    let table = view! {
        <thead>
            <tr>
                {heads(report.k)}
                <th
                    scope="col"
                    class="data-table__cell--numeric"
                    title="The version’s nDCG less that of the row"
                >
                    "Version less this"
                </th>
            </tr>
        </thead>
        <tbody>{rows.collect_view()}</tbody>
    };
    framed(name, caption, table)
}

/// The names of the figures; each says what it is where the pointer rests on it.
pub(super) fn heads(k: usize) -> impl IntoView {
    let heads = [
        (
            format!("nDCG@{k}"),
            "How high what was held back stands: 1 at the top, 0 not in the list",
        ),
        (
            "Recall".to_owned(),
            "Of what was held back, the share in the list",
        ),
        (
            "Precision".to_owned(),
            "Of the places of a list, the share with something held back",
        ),
        ("MAP".to_owned(), "Mean average precision"),
        (
            "Hit rate".to_owned(),
            "Of the lists, the share with something held back",
        ),
        (
            "Items listed".to_owned(),
            "Of the items that were chosen, the share in some list",
        ),
        (
            "Novelty, bits".to_owned(),
            "0 for what everybody has, 10 for what one of a thousand has",
        ),
        (
            "Popularity".to_owned(),
            "How much more often chosen than what the asker chose: 0 % as often",
        ),
    ];
    let heads = heads.map(|(name, means)| {
        view! { <th scope="col" class="data-table__cell--numeric" title=means>{name}</th> }
    });
    view! { <th scope="col">"Model"</th> {heads.into_iter().collect_view()} }
}

/// A model's name and figures, in the order of [`heads`].
pub(super) fn cells(name: String, scored: &Scored) -> impl IntoView + use<> {
    let means = &scored.means;
    view! {
        <th scope="row" class="models__model">{name}</th>
        {figure_cell(means.ndcg, decimals)}
        {figure_cell(means.recall, decimals)}
        {figure_cell(means.precision, decimals)}
        {figure_cell(means.map, decimals)}
        {figure_cell(means.hit_rate, percent)}
        {figure_cell(scored.coverage, percent)}
        {figure_cell(means.novelty, bits)}
        {figure_cell(means.popularity_lift, more)}
    }
}

fn signed(difference: f64) -> String {
    // What rounds to nothing has no sign.
    let sign = if difference >= 0.0005 { "+" } else { "" };
    format!("{sign}{}", decimals(difference))
}

fn bits(bits: f64) -> String {
    significant(bits, 3)
}

/// A part more or less: `+35 %`, `−4 %`.
fn more(part: f64) -> String {
    let sign = if part < 0.0 { "−" } else { "+" };
    format!("{sign}{}", percent(part.abs()))
}

/// How parameters were chosen: what was tried, and what came of it.
fn tuned(version: &Version, record: &Record) -> impl IntoView + use<> {
    let chosen = match version.recipe {
        Recipe::Ridge(ridge) => Some((ridge.rho, ridge.tau)),
        Recipe::Live | Recipe::Neighbours(_) => None,
    };
    let rows = record.tried.iter().map(|tried| {
        let is_chosen = chosen == Some((tried.rho, tried.tau));
        let badge = is_chosen.then(|| view! { <span class="badge badge--accent">"chosen"</span> });
        let rho = tried
            .rho
            .map_or_else(|| "without end".to_owned(), |rho| rho.to_string());
        view! {
            <tr>
                <th scope="row">{rho} " " {badge}</th>
                <td class="data-table__cell--numeric">{tried.tau.to_string()}</td>
                <td class="data-table__cell--numeric">{decimals(tried.ndcg)}</td>
            </tr>
        }
    });
    let times = match record.folds {
        1 => "once".to_owned(),
        folds => format!("{folds} times, other ones each time"),
    };
    let how = format!(
        "Of the {} choices that it could learn from, {} were hidden, {times}; each of {} candidates \
         learnt from the others and was asked for what was hidden. The choices that were held back \
         when it was trained took no part; of those that are held back when it is measured again, \
         some may have.",
        count(record.training_rows as u64),
        count(record.hidden_rows as u64),
        count(record.tried.len() as u64),
    );
    let caption =
        view! { <span><strong>"What was tried"</strong> ", mean nDCG of what was hidden"</span> };
    let table = view! {
        <thead>
            <tr>
                <th scope="col">"Penalty (ρ)"</th>
                <th scope="col" class="data-table__cell--numeric">"τ"</th>
                <th scope="col" class="data-table__cell--numeric">"nDCG"</th>
            </tr>
        </thead>
        <tbody>{rows.collect_view()}</tbody>
    };
    view! {
        <details class="panel models__details">
            <summary>"How its parameters were chosen"</summary>
            <div class="stack">
                <p>{how}</p>
                {framed("tuning", caption, table)}
            </div>
        </details>
    }
}

/// On what an evaluation was made, in a few words.
pub(super) fn made_on(evaluation: &Evaluation) -> String {
    format!(
        "{}, table version {}, held back: {}",
        moment(evaluation.at),
        evaluation.table_version,
        split(evaluation.report.split.split)
    )
}
