//! The charts of how good versions are: dots with their intervals, and the figures behind them.

use leptos::prelude::*;

use crate::chart::{Dot, Drawing, Figure as Chart, Table, dots, figure};
use crate::evaluation::metrics::Figure;
use crate::evaluation::report::{OfSurface, Report, Scored, Surface};
use crate::versions::types::{Evaluation, Version};
use crate::versions::words::{capital, decimals, finding};

/// Versions that the chart of all shows.
const DRAWN: usize = 9;

pub(super) fn of_version(version: &Version, report: &Report, of: &OfSurface) -> Chart {
    let mut models = of.models.iter();
    let own = models.next().map(|own| {
        let name = format!("Version {}", version.number);
        point(name, own, true)
    });
    let points: Vec<Point> = own
        .into_iter()
        .chain(models.map(|other| point(beside(other), other, false)))
        .collect();
    let title = finding(of).map_or_else(
        || "It was measured alone".to_owned(),
        |finding| format!("It is {finding}"),
    );
    Chart {
        id: "ndcg",
        title,
        message: format!(
            "nDCG@{} of lists for a whole history, each with its 95 % interval, all on the same \
             choices. The scale begins at zero.",
            report.k
        ),
        drawing: drawing(&points),
        table: table(report.k, &points),
    }
}

/// A model in a chart.
struct Point {
    name: String,
    ndcg: Figure,
    is_main: bool,
}

fn point(name: String, scored: &Scored, is_main: bool) -> Point {
    Point {
        name,
        ndcg: scored.means.ndcg,
        is_main,
    }
}

/// What stands beside a version, as short as a drawing has room for.
pub(super) fn beside(scored: &Scored) -> String {
    let name = capital(&scored.name);
    match scored.version {
        Some(number) => format!("{name} ({number})"),
        None => name,
    }
}

fn drawing(points: &[Point]) -> Drawing {
    let drawn: Vec<Dot> = points
        .iter()
        .map(|point| Dot {
            name: point.name.clone(),
            value: point.ndcg.value,
            interval: point.ndcg.low.zip(point.ndcg.high),
            figure: decimals(point.ndcg.value),
            is_main: point.is_main,
        })
        .collect();
    dots(&drawn)
}

fn table(k: usize, points: &[Point]) -> Table {
    let end = |end: Option<f64>| end.map_or_else(|| "–".to_owned(), decimals);
    let columns = ["Model", &format!("nDCG@{k}"), "From", "To"];
    Table {
        columns: columns.map(str::to_owned).into(),
        rows: points
            .iter()
            .map(|point| {
                let ndcg = point.ndcg;
                let figures = [decimals(ndcg.value), end(ndcg.low), end(ndcg.high)];
                [point.name.clone()].into_iter().chain(figures).collect()
            })
            .collect(),
    }
}

/// All versions that were measured, each by its newest evaluation, and what stands beside the
/// newest of them.
pub(super) fn of_all(versions: &[Version]) -> impl IntoView + use<> {
    let measured: Vec<(&Version, &Evaluation)> = versions
        .iter()
        .filter_map(|version| Some((version, version.evaluation.as_ref()?)))
        .take(DRAWN)
        .collect();
    let newest = measured.iter().max_by_key(|(_, evaluation)| evaluation.at);
    match newest {
        Some(&(version, evaluation)) => {
            let of = evaluation.of(Surface::User);
            let chart = of.map(|of| figure(chart_of_all(&measured, version, evaluation, of)));
            chart.into_any()
        }
        None => view! {
            <section class="panel" aria-labelledby="unmeasured-title">
                <h2 id="unmeasured-title">"How good the versions are"</h2>
                <p>
                    "None was measured yet. A version is measured when it is trained, and the live table on its own page: choices are held back, and each model is asked for them."
                </p>
            </section>
        }
        .into_any(),
    }
}

fn chart_of_all(
    measured: &[(&Version, &Evaluation)],
    newest: &Version,
    evaluation: &Evaluation,
    of: &OfSurface,
) -> Chart {
    let own = measured.iter().filter_map(|(version, evaluation)| {
        let scored = evaluation.of(Surface::User)?.models.first()?;
        let name = format!("{}, {}", version.number, version.name);
        Some(point(name, scored, true))
    });
    let is_known = |scored: &Scored| {
        let mut numbers = measured.iter().map(|(version, _)| Some(version.number));
        scored.recipe.is_some() && numbers.any(|number| number == scored.version)
    };
    let others = of.models.iter().skip(1).filter(|other| !is_known(other));
    let others = others.map(|other| point(beside(other), other, false));
    let points: Vec<Point> = own.chain(others).collect();
    let title = finding(of).map_or_else(
        || format!("Version {} was measured alone", newest.number),
        |finding| format!("Version {} is {finding}", newest.number),
    );
    let k = evaluation.report.k;
    Chart {
        id: "versions-ndcg",
        title,
        message: format!(
            "nDCG@{k} of lists for a whole history, by number, with 95 % intervals from zero on. {}",
            basis(measured)
        ),
        drawing: drawing(&points),
        table: table(k, &points),
    }
}

/// Whether the figures of several versions may be held against each other.
fn basis(measured: &[(&Version, &Evaluation)]) -> &'static str {
    let on = |evaluation: &Evaluation| {
        let split = evaluation.report.split.split;
        (evaluation.table_version.clone(), split)
    };
    let mut of = measured.iter().map(|(_, evaluation)| on(evaluation));
    let first = of.next();
    if of.all(|other| Some(other) == first) {
        "All were asked for the same choices."
    } else {
        "They were measured on different tables or choices: compare roughly, or measure again."
    }
}
