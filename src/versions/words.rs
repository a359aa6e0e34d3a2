//! The words for versions: what each is called, where it answers, what a figure means.

use super::types::{Stage, Version};
use crate::catalog::words::Owners;
use crate::evaluation::groups::GroupKind;
use crate::evaluation::metrics::Figure;
use crate::evaluation::report::{OfSurface, Report, Scored, Surface};
use crate::evaluation::trial::{Split, SplitRecord};
use crate::lists::types::{BASKET, EVERYWHERE, ITEM, USER};
use crate::models::recipe::Recipe;
use crate::ui::format::{count, counted, measure, moment, percent};

/// The surfaces that every catalog has, in the order in which pages name them.
pub const SURFACES: [&str; 4] = [ITEM, BASKET, USER, EVERYWHERE];

/// A version as a sentence names it: `version 3, ridge`.
pub fn named(number: i32, name: &str) -> String {
    format!("version {number}, {name}")
}

/// Words that begin a sentence.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Which lists a surface is.
pub fn surface(name: &str) -> String {
    match name {
        ITEM => "lists for one item".to_owned(),
        BASKET => "lists for a basket or several items".to_owned(),
        USER => "lists for a user".to_owned(),
        EVERYWHERE => "everywhere else".to_owned(),
        named => format!("on the surface “{named}”"),
    }
}

/// Where a version answers, in words; `is_alone` where no other answers anywhere.
pub fn places(surfaces: &[String], is_alone: bool) -> String {
    let words: Vec<String> = surfaces.iter().map(|name| surface(name)).collect();
    match surfaces {
        [] => "nowhere".to_owned(),
        [_] if is_alone => "everywhere".to_owned(),
        _ => and(&words),
    }
}

/// Which surface an evaluation measures that is most like it.
pub fn measured_as(surface: &str) -> Surface {
    if surface == ITEM {
        Surface::Item
    } else {
        Surface::User
    }
}

/// What asks on a surface that is measured.
pub fn asked(surface: Surface) -> &'static str {
    match surface {
        Surface::User => "Lists for a whole history",
        Surface::Item => "Lists for one item",
    }
}

pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Draft => "Draft",
        Stage::Candidate => "Candidate",
        Stage::Production => "In production",
        Stage::Retired => "Retired",
    }
}

/// What a stage means for whoever reads it.
pub fn stage_means(stage: Stage) -> &'static str {
    match stage {
        Stage::Draft => "trained; nobody has said yet that it may answer",
        Stage::Candidate => "it may answer, and does nowhere now",
        Stage::Production => "it answers",
        Stage::Retired => "it shall not answer any more",
    }
}

/// What was done just now, for the notice on the page that follows.
pub fn done(what: &str, version: Option<&Version>) -> Option<String> {
    let number = version.map_or_else(
        || "The version".to_owned(),
        |of| format!("Version {}", of.number),
    );
    let after = match what {
        "trained" => " is trained and measured. It is a draft and answers nowhere yet.",
        "evaluated" => " was measured: the newest figures stand here.",
        "candidate" => " is a candidate: it may be put into production.",
        "retired" => " is retired: it stays listed and answers nowhere.",
        "promoted" => " is in production. Every server follows at once.",
        "owned" => " is yours to answer for, with what it is for as you wrote it.",
        "rolled_back" => {
            return Some(
                "Rolled back: what answered before answers again. Every server follows at once."
                    .to_owned(),
            );
        }
        _ => return None,
    };
    Some(number + after)
}

/// A figure with three decimals: `0.381`, `−0.004`.
pub fn decimals(number: f64) -> String {
    let rounded = (number * 1_000.0).round() / 1_000.0;
    let digits = if rounded == 0.0 {
        "0.000".to_owned()
    } else {
        measure(rounded.abs())
    };
    let sign = if rounded < 0.0 { "−" } else { "" };
    format!("{sign}{digits}")
}

/// The ends of an interval, each written by `format`.
pub fn interval(figure: Figure, format: fn(f64) -> String) -> Option<String> {
    let (low, high) = figure.low.zip(figure.high)?;
    Some(format!("{} to {}", format(low), format(high)))
}

/// A model that stands in a report.
pub fn model(scored: &Scored) -> String {
    match (scored.recipe, scored.version) {
        (None, _) => "the most chosen items".to_owned(),
        (Some(Recipe::Live), Some(number)) => format!("the {} (version {number})", scored.name),
        (Some(_), Some(number)) => format!("version {number} ({})", scored.name),
        (Some(_), None) => format!("the {}", scored.name),
    }
}

/// How a version's nDCG compares with another model's, as what it is: "better than the …".
pub fn against(other: &Scored) -> Option<String> {
    let difference = other.against?;
    let name = model(other);
    let sure = interval(difference, decimals);
    let between = sure.map_or_else(String::new, |sure| format!(" ({sure})"));
    let size = decimals(difference.value.abs());
    Some(match (difference.low, difference.high) {
        (Some(low), _) if low > 0.0 => format!("better than {name} by {size}{between}"),
        (_, Some(high)) if high < 0.0 => {
            let ends = difference.high.zip(difference.low);
            let between = ends.map_or_else(String::new, |(high, low)| {
                format!(" ({} to {})", decimals(-high), decimals(-low))
            });
            format!("worse than {name} by {size}{between}")
        }
        _ => format!("no different from {name} as far as can be told{between}"),
    })
}

/// How a version compares with all that stands beside it; none where nothing does.
pub fn verdict(of: &OfSurface) -> Option<String> {
    said(of.models.iter().skip(1))
}

/// How a version compares with other versions alone; with all where there is none among them.
pub fn finding(of: &OfSurface) -> Option<String> {
    let others = of.models.iter().skip(1);
    said(others.filter(|other| other.recipe.is_some())).or_else(|| verdict(of))
}

fn said<'a>(others: impl Iterator<Item = &'a Scored>) -> Option<String> {
    let sentences: Vec<String> = others.filter_map(against).collect();
    (!sentences.is_empty()).then(|| and(&sentences))
}

/// Several things said one after the other.
pub fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// How choices were held back, in whole sentences.
pub fn held_back(record: &SplitRecord, owners: Owners) -> String {
    let share = percent(record.share);
    let (what, asked) = match record.split {
        Split::Items => (
            format!("Of each item’s choices {share} were held back at random"),
            owners.many,
        ),
        Split::Owners => (
            format!(
                "Of each {}’s choices {share} were held back at random",
                owners.one
            ),
            owners.many,
        ),
        Split::Time => {
            let from = record.cutoff.map_or_else(|| "a day".to_owned(), moment);
            let what = format!("What was chosen after {from} was held back, {share} of all");
            (what, "users")
        }
    };
    let left_out = if record.cases_left_out > 0 {
        format!(
            " {} more are left out: nothing of theirs is left to ask with, or chance left them out of \
             more than twenty thousand.",
            count(record.cases_left_out as u64)
        )
    } else {
        String::new()
    };
    format!(
        "{what}: {}. The models learnt from the other {} and were asked for {} {asked}, to find what \
         was held back.{left_out}",
        counted(record.test_rows, "choice", "choices"),
        count(record.training_rows),
        count(record.cases as u64),
    )
}

/// A way to hold choices back, in a few words.
pub fn split(split: Split) -> &'static str {
    match split {
        Split::Items => "some of each item’s choices",
        Split::Owners => "some of each basket",
        Split::Time => "what came last",
    }
}

/// By what groups are made.
pub fn grouped(by: GroupKind) -> &'static str {
    match by {
        GroupKind::Category => "By the category of what was held back",
        GroupKind::History => "By how much somebody chose before",
        GroupKind::Popularity => "By how often what was held back is chosen",
        GroupKind::Segment => "By what is known of users",
    }
}

/// What nDCG says, after the name of the figure.
pub fn ndcg_means(report: &Report) -> String {
    format!(
        "nDCG@{k} is 1 where all that was held back stands at the top of a list of {k}, and 0 where \
         nothing of it is in the list",
        k = report.k
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::metrics::Means;

    #[test]
    fn figures_keep_their_sign_and_three_decimals() {
        let rows = [
            (0.381_4, "0.381"),
            (-0.004_2, "−0.004"),
            (-0.000_1, "0.000"),
            (0.0, "0.000"),
            (1.0, "1.000"),
        ];
        for (number, written) in rows {
            assert_eq!(decimals(number), written);
        }
    }

    #[test]
    fn a_difference_is_told_only_where_its_interval_lies_on_one_side() {
        let figure = |value, low, high| Figure {
            value,
            low: Some(low),
            high: Some(high),
        };
        let none = figure(0.0, 0.0, 0.0);
        let other = |difference| Scored {
            name: "damped cosine".to_owned(),
            recipe: Some(Recipe::Live),
            version: Some(1),
            means: Means {
                ndcg: none,
                recall: none,
                precision: none,
                map: none,
                hit_rate: none,
                novelty: none,
                popularity_lift: none,
            },
            coverage: none,
            against: Some(difference),
        };
        let rows = [
            (
                figure(0.08, 0.07, 0.09),
                "better than the damped cosine (version 1) by 0.080 (0.070 to 0.090)",
            ),
            (
                figure(-0.08, -0.09, -0.07),
                "worse than the damped cosine (version 1) by 0.080 (0.070 to 0.090)",
            ),
            (
                figure(0.001, -0.002, 0.004),
                "no different from the damped cosine (version 1) as far as can be told (−0.002 to 0.004)",
            ),
        ];
        for (difference, words) in rows {
            assert_eq!(against(&other(difference)).as_deref(), Some(words));
        }
        let mut first = other(none);
        first.against = None;
        assert_eq!(against(&first), None);
    }

    #[test]
    fn places_are_said_as_people_say_them() {
        let named = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };
        assert_eq!(places(&[], false), "nowhere");
        assert_eq!(places(&named(&[""]), true), "everywhere");
        assert_eq!(places(&named(&[""]), false), "everywhere else");
        assert_eq!(
            places(&named(&[USER, "till"]), false),
            "lists for a user and on the surface “till”"
        );
    }
}
