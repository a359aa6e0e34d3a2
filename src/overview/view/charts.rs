//! The charts, each with what it finds as its title and the period before beside it.

use chrono::NaiveDate;
use leptos::prelude::*;

use super::tiles::points;
use crate::chart::{Bar, Figure, Line, Lines, Table, bars, figure, lines};
use crate::counting::{Difference, Interval};
use crate::index::evidence::STEPS;
use crate::overview::acceptance::Of;
use crate::overview::days::Day;
use crate::overview::page::{Daily, Loaded};
use crate::overview::period::Period;
use crate::overview::store::{Answers, Flags};
use crate::ui::format::{count, counted, length, percent};

pub(super) fn charts(loaded: &Loaded) -> impl IntoView + use<> {
    let interactions = loaded
        .interactions
        .as_ref()
        .map(|daily| interactions(loaded, daily));
    let acceptance = loaded.answers.as_ref().and_then(acceptance);
    let flags = loaded.flags.as_ref().and_then(flags);
    let coverage = loaded.days.as_ref().and_then(coverage);
    let freshness = loaded.days.as_ref().and_then(freshness);
    let figures = [
        interactions,
        acceptance,
        coverage,
        flags,
        freshness,
        Some(evidence(loaded)),
    ];
    let figures = figures.into_iter().flatten().map(figure).collect_view();
    view! {
        <section class="charts" aria-labelledby="charts-heading">
            <h2 id="charts-heading" class="visually-hidden">"How it went"</h2>
            {figures}
        </section>
    }
}

/// How much more there is than before, as a share of before; absent where there was nothing.
pub(super) fn growth(now: u64, before: u64) -> Option<f64> {
    (before > 0).then(|| now as f64 / before as f64 - 1.0)
}

/// The first day with data, where it lies within the period before: then there is nothing whole to
/// compare with.
pub(super) fn begins_late(loaded: &Loaded) -> Option<NaiveDate> {
    let period = loaded.interactions.as_ref()?.period;
    loaded
        .span
        .first
        .filter(|first| *first > period.before().from())
}

fn against(period: Period) -> String {
    format!("against the {} days before", period.days)
}

fn interactions(loaded: &Loaded, daily: &Daily<u64>) -> Figure {
    let (period, by_day) = (daily.period, &daily.by_day);
    let add = |sum: u64, of_day: &u64| sum + of_day;
    let [now, before] = [period, period.before()].map(|period| period.sum(by_day, 0, add));
    let words = counted(now, "interaction", "interactions");
    let title = match (begins_late(loaded), growth(now, before)) {
        (Some(first), _) => format!("{words}; the data begins on {first}"),
        (None, None) => format!("{words}, none before"),
        (None, Some(more)) if more > 0.0 => {
            format!("Interactions rose by {} {}", percent(more), against(period))
        }
        (None, Some(more)) if more < 0.0 => {
            format!(
                "Interactions fell by {} {}",
                percent(-more),
                against(period)
            )
        }
        (None, Some(_)) => format!("As many interactions as in the {} days before", period.days),
    };
    let before = match begins_late(loaded) {
        Some(_) => "of the days before the data has a part at most".to_owned(),
        None => format!("{} in those before", count(before)),
    };
    let message = format!(
        "{} in the {} days to {}, {before}; all that came in, each once.",
        count(now),
        period.days,
        period.to
    );
    let first = loaded.span.first;
    let [now, before] = [period, period.before()].map(|period| {
        let sums = period.sums(by_day, 0, add).into_iter().zip(period.steps());
        // Before the first day there is no data, which is not the same as no interactions.
        let known =
            sums.map(|(sum, day)| first.is_none_or(|first| day >= first).then_some(sum as f64));
        known.collect::<Vec<_>>()
    });
    let amounts = |value: &Option<f64>| value.map_or_else(missing, |sum| count(sum as u64));
    Figure {
        id: "interactions",
        title,
        message,
        drawing: compared(period, &now, &before, &[], whole),
        table: table(period, &["Interactions", "Before"], |at| {
            vec![amounts(&now[at]), amounts(&before[at])]
        }),
    }
}

/// A number of things, which has no halves: an axis leaves those out.
fn whole(amount: f64) -> String {
    if amount.fract() == 0.0 {
        count(amount as u64)
    } else {
        String::new()
    }
}

fn missing() -> String {
    "–".to_owned()
}

fn compared(
    period: Period,
    now: &[Option<f64>],
    before: &[Option<f64>],
    band: &[Option<(f64, f64)>],
    format: fn(f64) -> String,
) -> crate::chart::Drawing {
    let names: Vec<String> = period.steps().iter().map(ToString::to_string).collect();
    let this = format!("{} days", period.days);
    let line = |name, values, band| Line { name, values, band };
    lines(&Lines {
        steps: &names,
        lines: &[line(&this, now, band), line("before", before, &[])],
        format,
    })
}

/// The figures of every step: its day, then columns.
fn table(period: Period, columns: &[&str], cells: impl Fn(usize) -> Vec<String>) -> Table {
    let step = if period.step_days() == 1 {
        "Day"
    } else {
        "Week from"
    };
    let head = [step].into_iter().chain(columns.iter().copied());
    let rows = period.steps().into_iter().enumerate();
    Table {
        columns: head.map(str::to_owned).collect(),
        rows: rows
            .map(|(at, day)| [day.to_string()].into_iter().chain(cells(at)).collect())
            .collect(),
    }
}

fn acceptance(daily: &Daily<Answers>) -> Option<Figure> {
    let (period, by_day) = (daily.period, &daily.by_day);
    let answers = [period, period.before()]
        .map(|period| period.sum(by_day, Answers::default(), Answers::plus));
    let of = Of::common(&answers);
    let [now, before] = answers.map(|answers| of.share(&answers));
    let (value, interval) = now.value().zip(now.interval())?;
    let title = if before.all == 0 {
        format!(
            "{} of suggestions were accepted, nothing is known of before",
            percent(value)
        )
    } else {
        let difference = Difference::new((before.accepted, before.all), (now.accepted, now.all));
        let by = format!("{:.1} points", 100.0 * difference.value.abs());
        match difference {
            told if told.is_told() && told.value > 0.0 => format!("Acceptance rose by {by}"),
            told if told.is_told() => format!("Acceptance fell by {by}"),
            _ => format!(
                "No clear change in acceptance ({})",
                points(difference.value)
            ),
        }
    };
    let before_words = before.value().map_or_else(String::new, |value| {
        format!("; {} of {} before", percent(value), count(before.all))
    });
    let message = format!(
        "{} of {} {} in the {} days to {} were accepted (95 %: {} to {}){before_words}.",
        percent(value),
        counted(now.all, "suggestion", "suggestions"),
        of.words(),
        period.days,
        period.to,
        percent(interval.low),
        percent(interval.high)
    );
    let steps = [period, period.before()].map(|period| {
        let answers = period.sums(by_day, Answers::default(), Answers::plus);
        answers
            .iter()
            .map(|of_step| of.share(of_step))
            .collect::<Vec<_>>()
    });
    let [now, before] = steps.each_ref().map(|shares| {
        let values = shares.iter().map(|share| share.value());
        values.collect::<Vec<_>>()
    });
    let ends = |interval: Interval| (interval.low, interval.high);
    let band: Vec<_> = steps[0]
        .iter()
        .map(|share| share.interval().map(ends))
        .collect();
    let text = |value: Option<f64>| value.map_or_else(missing, percent);
    let columns = ["Acceptance", "From", "To", "Accepted", "Of", "Before"];
    Some(Figure {
        id: "acceptance",
        title,
        message,
        drawing: compared(period, &now, &before, &band, percent),
        table: table(period, &columns, |at| {
            let share = steps[0][at];
            vec![
                text(now[at]),
                text(band[at].map(|(low, _)| low)),
                text(band[at].map(|(_, high)| high)),
                count(share.accepted),
                count(share.all),
                text(before[at]),
            ]
        }),
    })
}

fn flags(daily: &Daily<Flags>) -> Option<Figure> {
    let (period, by_day) = (daily.period, &daily.by_day);
    let [now, before] =
        [period, period.before()].map(|period| period.sum(by_day, Flags::default(), Flags::plus));
    if now == Flags::default() && before == Flags::default() {
        return None;
    }
    let steps = period.sums(by_day, Flags::default(), Flags::plus);
    let raised: Vec<_> = steps
        .iter()
        .map(|of_step| Some(of_step.raised as f64))
        .collect();
    let closed: Vec<_> = steps
        .iter()
        .map(|of_step| Some(of_step.closed as f64))
        .collect();
    let names: Vec<String> = period.steps().iter().map(ToString::to_string).collect();
    let line = |name, values| Line {
        name,
        values,
        band: &[],
    };
    let raised_words = counted(now.raised, "flag", "flags");
    Some(Figure {
        id: "flags",
        title: format!("{raised_words} raised, {} closed", count(now.closed)),
        message: format!(
            "In the {} days to {}; {} raised and {} closed in those before.",
            period.days,
            period.to,
            count(before.raised),
            count(before.closed)
        ),
        drawing: lines(&Lines {
            steps: &names,
            lines: &[line("raised", &raised), line("closed", &closed)],
            format: whole,
        }),
        table: table(period, &["Raised", "Closed"], |at| {
            vec![count(steps[at].raised), count(steps[at].closed)]
        }),
    })
}

fn coverage(daily: &Daily<Day>) -> Option<Figure> {
    let period = daily.period;
    let [days, days_before] = sides(daily)?;
    let [now, before] = [&days, &days_before].map(|days| figures(days, Day::coverage));
    let latest = last(&days)?;
    let share = latest.coverage()?;
    let earlier = last(&days_before).and_then(|day| day.coverage());
    let was = match earlier {
        Some(earlier) => format!(", {} {} days before", percent(earlier), period.days),
        None => ", nothing is known of before".to_owned(),
    };
    let text = |value: Option<f64>| value.map_or_else(missing, percent);
    Some(Figure {
        id: "coverage",
        title: format!("{} of items have enough evidence{was}", percent(share)),
        message: format!(
            "{} of {} fill a list with others of their own, as the table stood at the end of each \
             day to {}.",
            count(latest.enough),
            counted(latest.items, "item", "items"),
            period.to
        ),
        drawing: compared(period, &now, &before, &[], percent),
        table: table(period, &["Coverage", "Enough", "Of", "Before"], |at| {
            let figure =
                |of: fn(&Day) -> u64| days[at].as_ref().map_or_else(missing, |day| count(of(day)));
            vec![
                text(now[at]),
                figure(|day| day.enough),
                figure(|day| day.items),
                text(before[at]),
            ]
        }),
    })
}

fn freshness(daily: &Daily<Day>) -> Option<Figure> {
    let period = daily.period;
    let [days, days_before] = sides(daily)?;
    let hours = |day: &Day| Some(day.age()?.num_seconds() as f64 / 3_600.0);
    let [now, before] = [&days, &days_before].map(|days| figures(days, hours));
    let oldest = |days: &[Option<Day>]| days.iter().flatten().filter_map(Day::age).max();
    let age = oldest(&days)?;
    let earlier = oldest(&days_before).map_or_else(
        || "nothing is known of before".to_owned(),
        |age| format!("{} in the {} days before", length(age), period.days),
    );
    let written = |value: &Option<f64>| value.map_or_else(missing, hours_or_days);
    Some(Figure {
        id: "freshness",
        title: format!("The data was never older than {}", length(age)),
        message: format!(
            "How long ago the newest interaction had happened, at the end of each day to {}; \
             {earlier}.",
            period.to
        ),
        drawing: compared(period, &now, &before, &[], hours_or_days),
        table: table(period, &["Age", "Before"], |at| {
            vec![written(&now[at]), written(&before[at])]
        }),
    })
}

/// What the days of each step left behind, now and before; absent where there is no line to draw.
fn sides(daily: &Daily<Day>) -> Option<[Vec<Option<Day>>; 2]> {
    let period = daily.period;
    let sides = [period, period.before()].map(|period| daily.last_of_steps(period));
    (sides[0].iter().flatten().count() > 1).then_some(sides)
}

fn figures(days: &[Option<Day>], of: impl Fn(&Day) -> Option<f64>) -> Vec<Option<f64>> {
    days.iter().map(|day| day.as_ref().and_then(&of)).collect()
}

fn last(days: &[Option<Day>]) -> Option<Day> {
    days.iter().flatten().next_back().copied()
}

/// An age in hours: `30 min`, `5 h`, `12 days`.
fn hours_or_days(hours: f64) -> String {
    if hours < 1.5 {
        format!("{:.0} min", hours * 60.0)
    } else if hours < 48.0 {
        format!("{hours:.0} h")
    } else {
        format!("{:.0} days", hours / 24.0)
    }
}

fn evidence(loaded: &Loaded) -> Figure {
    let evidence = &loaded.evidence;
    let catalog = &loaded.snapshot.catalog;
    let share = |items: u64| percent(items as f64 / evidence.all.items.max(1) as f64);
    let names: Vec<String> = STEPS
        .iter()
        .zip(STEPS.iter().skip(1).map(|next| next - 1).chain([u32::MAX]))
        .map(|(from, to)| match (*from, to) {
            (0, _) => "no partner".to_owned(),
            (from, u32::MAX) => format!("{from} or more"),
            (from, to) => format!("{from} to {to}"),
        })
        .collect();
    let rows = names.iter().zip(evidence.steps);
    let drawn: Vec<Bar> = rows
        .clone()
        .map(|(name, items)| Bar {
            name: name.clone(),
            value: items as f64,
            figure: count(items),
        })
        .collect();
    Figure {
        id: "evidence",
        title: format!(
            "{} of items can fill a list with {} or more of their own",
            share(evidence.all.enough),
            catalog.least_rows
        ),
        message: format!(
            "Items by how many partners they have: others that {} or more baskets hold with them. \
             Table version {}.",
            catalog.least_together, evidence.version
        ),
        drawing: bars(&drawn),
        table: Table {
            columns: ["Partners", "Items", "Of all"].map(str::to_owned).into(),
            rows: rows
                .map(|(name, items)| vec![name.clone(), count(items), share(items)])
                .collect(),
        },
    }
}
