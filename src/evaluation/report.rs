//! What is kept with a version of a model: how good it is beside others, on each surface and for whom.
//!
//! The version's recipe learns from a trial's baskets and is asked for a list by each case, and so
//! are the models beside it; all on the same cases and the same samples of them. Two surfaces are
//! measured, because what serves a history best does not serve a single item best.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::groups::{Group, Grouping, Groups, Listed};
use super::methods::Learnt;
use super::metrics::{Figure, Means, OfUser, Samples, Shares};
use super::trial::{Case, SplitRecord, Trial};
use super::{SAMPLES, coverage, lists, of_users};
use crate::chance::Chance;
use crate::models::recipe::Recipe;

const ITEM_SEED: u64 = 1;

/// How good a version is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// How choices were held back.
    pub split: SplitRecord,
    /// Places of a list.
    pub k: usize,
    /// Each surface once.
    pub surfaces: Vec<OfSurface>,
    /// Of all choices that were held back, the share in the version's lists for histories: what groups
    /// are held against.
    pub recall_of_choices: Figure,
    /// The version's lists for histories by group; groups with fewer than ten cases are left out.
    pub groups: Vec<Group>,
    /// Of the categories with enough cases, those beyond the fifty with the most held-out choices.
    pub categories_left_out: usize,
}

/// Where a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// A whole history asks.
    User,
    /// One of its items asks, drawn at random; what else its owner chose is never listed either.
    Item,
}

/// How good models are on one surface.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OfSurface {
    /// What asks.
    pub surface: Surface,
    /// The version itself, then those beside it.
    pub models: Vec<Scored>,
}

/// How good one model is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Scored {
    /// What people call it.
    pub name: String,
    /// Null for the most chosen items, the same for everybody.
    pub recipe: Option<Recipe>,
    /// The version that has this recipe; null where none has.
    pub version: Option<i32>,
    #[serde(flatten)]
    pub means: Means,
    /// Of the items that were chosen before, the share that stands in some list.
    pub coverage: Figure,
    /// The first model's nDCG less this one's, case by case; null for the first.
    pub against: Option<Figure>,
}

/// Tries a recipe, and others beside it: each by its name, without a recipe the most chosen items.
/// `done` is told, on any of the threads, how much of the work is done, from 0 to 1, and answers
/// whether it is still wanted; there is no report once it is not. Versions are for the caller to
/// fill in.
pub fn report(
    trial: &Trial,
    version: Recipe,
    beside: &[(String, Option<Recipe>)],
    grouping: &Grouping,
    k: usize,
    threads: NonZeroUsize,
    done: &(dyn Fn(f64) -> bool + Sync),
) -> Option<Report> {
    let own = (version.name().to_owned(), Some(version));
    let all: Vec<_> = std::iter::once(&own).chain(beside).collect();
    let trying = Trying {
        trial,
        samples: Samples::new(trial.cases.len(), SAMPLES),
        shares: Shares::new(&trial.baskets),
        k,
        threads,
        models: all.len() as f64,
        done,
    };
    let mut surfaces = [Surface::User, Surface::Item].map(OfSurface::new);
    let mut groups = None;
    let mut first: Vec<Vec<OfUser>> = Vec::new();
    for (number, (name, recipe)) in all.iter().enumerate() {
        let learnt = trying.learnt(number, *recipe)?;
        for surface in &mut surfaces {
            let lists = trying.lists(&learnt, surface.surface);
            let users = of_users(&lists, &trial.cases, &trying.shares, k);
            if surface.surface == Surface::User && number == 0 {
                groups = Some(trying.groups(&lists, &users, grouping));
            }
            let ahead = first.get(surface.surface as usize);
            surface.models.push(Scored {
                name: name.clone(),
                recipe: *recipe,
                version: None,
                means: trying.samples.means(&users),
                coverage: coverage(&lists, &trial.baskets),
                against: ahead.map(|ahead| trying.difference(ahead, &users)),
            });
            if number == 0 {
                first.push(users);
            }
        }
        trying.is_wanted(number as f64 + 1.0)?;
    }
    let groups = groups?;
    Some(Report {
        split: trial.split,
        k,
        surfaces: surfaces.into(),
        recall_of_choices: groups.recall,
        groups: groups.groups,
        categories_left_out: groups.categories_left_out,
    })
}

impl OfSurface {
    fn new(surface: Surface) -> Self {
        Self {
            surface,
            models: Vec::new(),
        }
    }
}

impl Surface {
    /// What of a case asks.
    fn asks(self, case: &Case) -> Vec<(u32, f64)> {
        match self {
            Self::User => case.history(),
            Self::Item => {
                // By the owner, so that it is the same whoever else is asked.
                let mut chance = Chance::new(ITEM_SEED << 32 | u64::from(case.owner));
                vec![(*chance.one_of(&case.chosen), 1.0)]
            }
        }
    }
}

/// What is the same for all models.
struct Trying<'a> {
    trial: &'a Trial,
    samples: Samples,
    shares: Shares,
    k: usize,
    threads: NonZeroUsize,
    /// How many there are.
    models: f64,
    done: &'a (dyn Fn(f64) -> bool + Sync),
}

impl Trying<'_> {
    /// Tells how many models are done; nothing where the work is not wanted any more.
    fn is_wanted(&self, models: f64) -> Option<()> {
        (self.done)(models / self.models).then_some(())
    }

    fn learnt(&self, number: usize, recipe: Option<Recipe>) -> Option<Learnt<'_>> {
        let Some(recipe) = recipe else {
            return Some(Learnt::popularity(&self.trial.baskets));
        };
        if recipe == Recipe::Live {
            return Some(Learnt::live(self.trial.counted()));
        }
        let items = f64::from(self.trial.baskets.item_count());
        let learnt = AtomicU32::new(0);
        let done = || {
            let learnt = f64::from(learnt.fetch_add(1, Ordering::Relaxed) + 1);
            self.is_wanted(number as f64 + learnt / items).is_some()
        };
        let weights = recipe.train(&self.trial.counted(), self.threads, &done)?;
        Some(Learnt::of_weights(weights))
    }

    fn lists(&self, learnt: &Learnt, surface: Surface) -> Vec<Vec<u32>> {
        let asks = |case: &Case| surface.asks(case);
        lists(learnt, &self.trial.cases, asks, self.k, self.threads)
    }

    fn groups(&self, lists: &[Vec<u32>], users: &[OfUser], grouping: &Grouping) -> Groups {
        let listed = Listed {
            trial: self.trial,
            lists,
            users,
            samples: &self.samples,
        };
        listed.groups(grouping, self.threads)
    }

    /// The nDCG of some lists less that of others, case by case.
    fn difference(&self, ones: &[OfUser], others: &[OfUser]) -> Figure {
        let pairs = ones.iter().zip(others);
        self.samples
            .mean(pairs.map(|(one, other)| Some(one.ndcg - other.ndcg)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::Baskets;
    use crate::evaluation::groups::GroupKind;
    use crate::evaluation::trial::Split;
    use crate::models::neighbours::Neighbours;

    fn threads(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    /// Eighty owners of two kinds, each of whom chose six items, five of the ten of their kind and one
    /// of the other's.
    fn trial() -> Trial {
        let pairs = (0..80_u32).flat_map(|owner| {
            let kind = owner % 2 * 10;
            let own = (0..5).map(move |number| (owner, kind + (owner / 2 + number * number) % 10));
            own.chain([(owner, 10 - kind + owner / 2 % 10)])
        });
        let baskets = Baskets::from_pairs(20, 80, pairs.collect(), threads(1));
        Trial::held_out(&baskets, Split::Owners, 0.25, 1, None, threads(1))
    }

    fn beside() -> [(String, Option<Recipe>); 2] {
        let cosine = Neighbours {
            own: 0.5,
            popularity: 0.5,
            damping: 0.0,
            basket_size: 0.0,
            half_life_days: None,
            neighbours: 100,
        };
        [
            ("popularity".to_owned(), None),
            ("cosine".to_owned(), Some(Recipe::Neighbours(cosine))),
        ]
    }

    fn reported(threads: NonZeroUsize, done: &(dyn Fn(f64) -> bool + Sync)) -> Option<Report> {
        let categories = ["one kind", "the other kind"].map(str::to_owned);
        let category_of: Vec<Option<u32>> = (0..20).map(|item| Some(item / 10)).collect();
        let grouping = Grouping {
            category_of: &category_of,
            categories: &categories,
            segments: vec![("kind: one".to_owned(), (0..80).step_by(2).collect())],
        };
        report(
            &trial(),
            Recipe::Live,
            &beside(),
            &grouping,
            3,
            threads,
            done,
        )
    }

    #[test]
    fn a_report_says_what_is_best_and_is_the_same_on_any_number_of_threads() {
        let report = reported(threads(2), &|_| true).unwrap();
        assert_eq!(reported(threads(1), &|_| true), Some(report.clone()));
        assert_eq!(report.split.cases, 80);
        let kinds = report
            .surfaces
            .iter()
            .map(|of| of.surface)
            .collect::<Vec<_>>();
        assert_eq!(kinds, [Surface::User, Surface::Item]);
        for surface in &report.surfaces {
            let names: Vec<&str> = surface.models.iter().map(|model| &*model.name).collect();
            assert_eq!(names, ["damped cosine", "popularity", "cosine"]);
            let [version, popularity, _] = &surface.models[..] else {
                panic!("three models");
            };
            assert_eq!(version.against, None);
            let ahead = popularity.against.unwrap();
            let difference = version.means.ndcg.value - popularity.means.ndcg.value;
            assert!((ahead.value - difference).abs() < 1e-12);
            assert!(
                ahead.low.unwrap() > 0.0,
                "two kinds are told apart: {ahead:?}"
            );
        }
        let by = |kind| {
            report
                .groups
                .iter()
                .filter(move |group| group.by == kind)
                .count()
        };
        assert_eq!(by(GroupKind::Category), 2);
        assert_eq!(by(GroupKind::Segment), 1);
        assert_eq!(by(GroupKind::History), 1);
        let of_kinds = report
            .groups
            .iter()
            .filter(|group| group.by == GroupKind::Category);
        assert_eq!(
            of_kinds.map(|group| group.rows).sum::<u64>(),
            report.split.test_rows
        );
    }

    #[test]
    fn a_report_is_kept_as_json() {
        let report = reported(threads(1), &|_| true).unwrap();
        let text = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    }

    #[test]
    fn a_report_stops_where_it_is_not_wanted_and_says_how_far_it_is() {
        for least in [0.0, 0.3, 0.99] {
            assert_eq!(reported(threads(2), &|share| share < least), None);
        }
        let last = std::sync::Mutex::new(0.0);
        let rises = |share: f64| {
            let mut last = last.lock().unwrap();
            let is_more = share >= *last;
            *last = share;
            is_more
        };
        assert!(
            reported(threads(1), &rises).is_some(),
            "the share never falls"
        );
        assert!((*last.lock().unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn one_item_asks_of_each_owner() {
        let case = |owner| Case {
            owner,
            chosen: vec![3, 5, 8],
            relevant: vec![9],
        };
        let asked: Vec<u32> = (0..300)
            .map(|owner| Surface::Item.asks(&case(owner))[0].0)
            .collect();
        for item in [3, 5, 8] {
            let times = asked.iter().filter(|asked| **asked == item).count();
            assert!((70..130).contains(&times), "{times}");
        }
        let all = [(3, 1.0), (5, 1.0), (8, 1.0)];
        assert_eq!(Surface::User.asks(&case(1)), all);
    }
}
