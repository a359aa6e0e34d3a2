//! The figures in one row, each with its unit, its change and the page behind it.

use leptos::prelude::*;

use super::charts::{begins_late, growth};
use crate::about;
use crate::chart::spark;
use crate::counting::Difference;
use crate::flags;
use crate::interactions;
use crate::overrides;
use crate::overview::acceptance::Of;
use crate::overview::days::Day;
use crate::overview::page::Loaded;
use crate::overview::store::{Answers, Flags};
use crate::recommendations;
use crate::ui::format::{count, counted, day, length, percent};

/// One figure. What is missing is said in `notes`, with what to do.
struct Tile {
    label: &'static str,
    href: String,
    value: String,
    /// What the figure is of, its interval, its change: short lines.
    notes: Vec<String>,
    spark: Vec<Option<f64>>,
}

pub(super) fn tiles(loaded: &Loaded) -> impl IntoView + use<> {
    let tiles = [
        interactions(loaded),
        acceptance(loaded),
        evidence(loaded),
        flags(loaded),
        overrides(loaded),
        freshness(loaded),
        service(loaded),
    ];
    view! {
        <ul class="tiles" aria-label="Figures">
            {tiles.into_iter().map(tile).collect_view()}
        </ul>
    }
}

fn tile(tile: Tile) -> impl IntoView {
    let notes = tile
        .notes
        .into_iter()
        .map(|note| view! { <p class="tile__note">{note}</p> });
    let drawing = (tile.spark.iter().flatten().count() > 1).then(
        || view! { <div class="tile__spark" inner_html=spark(&tile.spark).decoration()></div> },
    );
    view! {
        <li class="tile">
            <h2 class="tile__label">
                <a class="card__link" href=tile.href>{tile.label}</a>
            </h2>
            <p class="tile__value">{tile.value}</p>
            {drawing}
            {notes.collect_view()}
        </li>
    }
}

const NOTHING: &str = "–";

fn interactions(loaded: &Loaded) -> Tile {
    let href = interactions::paths::page(&loaded.snapshot.catalog.id);
    let label = "Interactions";
    let Some(daily) = &loaded.interactions else {
        let missing = "The data has no times. A file with the column “at” shows what came when.";
        return Tile {
            label,
            href,
            value: NOTHING.to_owned(),
            notes: vec![missing.to_owned()],
            spark: Vec::new(),
        };
    };
    let (period, by_day) = (daily.period, &daily.by_day);
    let add = |sum: u64, of_day: &u64| sum + of_day;
    let sums = period.sums(by_day, 0, add);
    let [now, before] = [period, period.before()].map(|period| period.sum(by_day, 0, add));
    let change = match begins_late(loaded) {
        Some(first) => format!("the data begins on {first}"),
        None => match growth(now, before) {
            None => "none before".to_owned(),
            Some(more) => {
                let sign = if more < 0.0 { "−" } else { "+" };
                format!("{sign}{} against those before", percent(more.abs()))
            }
        },
    };
    Tile {
        label,
        href,
        value: count(now),
        notes: vec![format!("{} days to {}", period.days, period.to), change],
        spark: sums.into_iter().map(|sum| Some(sum as f64)).collect(),
    }
}

fn acceptance(loaded: &Loaded) -> Tile {
    let href = recommendations::paths::page(&loaded.snapshot.catalog.id);
    let missing = |words: String| Tile {
        label: "Acceptance",
        href: href.clone(),
        value: NOTHING.to_owned(),
        notes: vec![words],
        spark: Vec::new(),
    };
    let Some(daily) = &loaded.answers else {
        let words = "No feedback yet. It comes from programs that post it, and from “Accept” and “Dismiss”.";
        return missing(words.to_owned());
    };
    let (period, by_day) = (daily.period, &daily.by_day);
    let answers = [period, period.before()]
        .map(|period| period.sum(by_day, Answers::default(), Answers::plus));
    let of = Of::common(&answers);
    let [now, before] = answers.map(|answers| of.share(&answers));
    let Some((value, interval)) = now.value().zip(now.interval()) else {
        let words = format!("No feedback in the {} days to {}.", period.days, period.to);
        return missing(words);
    };
    let change = (before.all > 0).then(|| {
        let sides = [before, now].map(|share| (share.accepted, share.all));
        let difference = Difference::new(sides[0], sides[1]);
        if difference.is_told() {
            format!("{} against before", points(difference.value))
        } else {
            "no clear change".to_owned()
        }
    });
    let steps = period.sums(by_day, Answers::default(), Answers::plus);
    let notes = [
        format!(
            "95 %: {} to {}",
            percent(interval.low),
            percent(interval.high)
        ),
        format!("of {} {}", count(now.all), of.words()),
        change.unwrap_or_else(|| "none before".to_owned()),
    ];
    Tile {
        label: "Acceptance",
        href,
        value: percent(value),
        notes: notes.into(),
        spark: steps
            .iter()
            .map(|of_step| of.share(of_step).value())
            .collect(),
    }
}

/// A difference of two shares: `+2.1 points`.
pub(super) fn points(difference: f64) -> String {
    let sign = if difference < 0.0 { "−" } else { "+" };
    format!("{sign}{:.1} points", 100.0 * difference.abs())
}

fn evidence(loaded: &Loaded) -> Tile {
    let (id, evidence) = (&loaded.snapshot.catalog.id, &loaded.evidence);
    let all = evidence.all;
    let value = if all.items == 0 {
        NOTHING.to_owned()
    } else {
        percent(all.enough as f64 / all.items as f64)
    };
    let needed = loaded.snapshot.catalog.least_rows;
    let mut notes = vec![
        format!("{} of {} items", count(all.enough), count(all.items)),
        format!("can fill a list with {needed} or more of their own"),
    ];
    if evidence.version != loaded.snapshot.version() {
        notes.push(format!("of table version {}", evidence.version));
    }
    Tile {
        label: "Enough evidence",
        href: about::paths::weak(id),
        value,
        notes,
        spark: spark_of(loaded, Day::coverage),
    }
}

fn flags(loaded: &Loaded) -> Tile {
    let mut notes = Vec::new();
    let mut spark = Vec::new();
    if let Some(daily) = &loaded.flags {
        let (period, by_day) = (daily.period, &daily.by_day);
        let sum = period.sum(by_day, Flags::default(), Flags::plus);
        let steps = period.sums(by_day, Flags::default(), Flags::plus);
        notes.push(format!(
            "{} raised in {} days",
            count(sum.raised),
            period.days
        ));
        let before = period.before().sum(by_day, Flags::default(), Flags::plus);
        notes.push(format!("{} in those before", count(before.raised)));
        spark = steps
            .iter()
            .map(|of_step| Some(of_step.raised as f64))
            .collect();
    } else {
        notes.push("Nothing was ever flagged.".to_owned());
    }
    Tile {
        label: "Flags open",
        href: flags::paths::list(&loaded.snapshot.catalog.id),
        value: count(loaded.open.count),
        notes,
        spark,
    }
}

fn overrides(loaded: &Loaded) -> Tile {
    let overrides = &loaded.overrides;
    let note = match (overrides.count, overrides.ending.len()) {
        (0, _) => "Every list is the model’s own.".to_owned(),
        (_, 0) => "none ends this week".to_owned(),
        (_, 1) => "1 ends this week".to_owned(),
        (_, several) => format!("{several} end this week"),
    };
    Tile {
        label: "Overrides in force",
        href: overrides::paths::list(&loaded.snapshot.catalog.id),
        value: count(overrides.count),
        notes: vec![note],
        spark: Vec::new(),
    }
}

fn freshness(loaded: &Loaded) -> Tile {
    let newest = loaded.snapshot.newest;
    let value = newest.map_or_else(|| NOTHING.to_owned(), |at| length(loaded.now - at));
    let of = newest.map_or_else(
        || "The data has no times.".to_owned(),
        |at| format!("since the newest interaction, {}", day(at)),
    );
    let import = match loaded.intake.imported_at {
        Some(at) => format!("last import {} ago", length(loaded.now - at)),
        None => "no file was imported".to_owned(),
    };
    Tile {
        label: "Age of the data",
        href: interactions::paths::page(&loaded.snapshot.catalog.id),
        value,
        notes: vec![of, import],
        spark: spark_of(loaded, |day| Some(day.age()?.num_seconds() as f64)),
    }
}

/// A figure of what each day left behind.
fn spark_of(loaded: &Loaded, of: impl Fn(&Day) -> Option<f64>) -> Vec<Option<f64>> {
    let days = loaded.days.as_ref();
    let steps = days.map_or_else(Vec::new, |daily| daily.last_of_steps(daily.period));
    steps.iter().map(|day| day.as_ref().and_then(&of)).collect()
}

fn service(loaded: &Loaded) -> Tile {
    let newest = loaded
        .servers
        .iter()
        .map(|told| told.change)
        .max()
        .unwrap_or(0);
    let newest = newest.max(loaded.snapshot.change);
    let current = loaded
        .servers
        .iter()
        .filter(|told| told.change == newest)
        .count();
    let all = loaded.servers.len();
    let (value, note) = match (current, all) {
        (_, 0) => (
            NOTHING.to_owned(),
            "No server has reported for ten seconds. Look at its log.".to_owned(),
        ),
        (current, all) if current == all => (
            format!("{current} of {all}"),
            format!(
                "{} up to date, at change {newest}",
                if all == 1 { "server is" } else { "servers are" }
            ),
        ),
        (current, all) => (
            format!("{current} of {all}"),
            format!(
                "up to date at change {newest}; {} behind",
                counted((all - current) as u64, "server is", "servers are")
            ),
        ),
    };
    Tile {
        label: "Service",
        href: "#servers".to_owned(),
        value,
        notes: vec![note],
        spark: Vec::new(),
    }
}
