//! What a model is tried on, wherever the choices come from: baskets to learn from, and owners with
//! choices that were held back.
//!
//! Three ways to hold back. `owners`: some of each basket's items at random, which asks how well the
//! rest of a history is completed. `items`: some of each item's baskets, so that rare items are asked
//! for as often as frequent ones, for what they are. `time`: whatever came after a day, which asks
//! what an owner chooses next and is the hardest. Drawn by fixed seeds: the same choices give the same
//! trial.

use std::num::NonZeroUsize;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::chance::Chance;
use crate::counting::{Baskets, PairCounts, count_pairs};
use crate::models::recipe::Counted;

/// More owners are not asked: the intervals of so many are less than a hundredth wide.
pub const MOST_CASES: usize = 20_000;

const HELD_OUT_SEED: u64 = 25;
const CASES_SEED: u64 = 20;

/// One owner who is asked for, and what there is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The owner's number, as the caller counts them.
    pub owner: u32,
    /// What asks, ascending; never listed.
    pub chosen: Vec<u32>,
    /// What was held back, ascending; at least one, and none of it among those that ask.
    pub relevant: Vec<u32>,
}

impl Case {
    /// The whole history asks, each choice once.
    pub fn history(&self) -> Vec<(u32, f64)> {
        self.chosen.iter().map(|item| (*item, 1.0)).collect()
    }
}

/// What models learn from and are asked.
#[derive(Debug)]
pub struct Trial {
    pub baskets: Baskets,
    /// The pairs of these baskets.
    pub pairs: PairCounts,
    /// Items that fewer baskets hold together say nothing for one another.
    pub least_together: u32,
    /// By basket, how many days before the newest it is; none where baskets have no times.
    pub ages: Option<Vec<f64>>,
    /// By owner, ascending.
    pub cases: Vec<Case>,
    pub split: SplitRecord,
}

/// By what choices are held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// Some of each basket's items.
    Owners,
    /// Some of each item's baskets.
    Items,
    /// What came after a day.
    Time,
}

/// How choices were held back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SplitRecord {
    /// By what.
    pub split: Split,
    /// Of all choices, the share that was to be held back, 0 to 1; with `time` the share that was.
    pub share: f64,
    /// Choices that models learn from.
    pub training_rows: u64,
    /// Choices that were held back.
    pub test_rows: u64,
    /// With `time`, the moment: what is earlier is learnt from.
    pub cutoff: Option<DateTime<Utc>>,
    /// Owners who are asked for.
    pub cases: usize,
    /// Owners with something held back who are not: nothing of theirs is left to ask with, or they
    /// were more than twenty thousand and chance left them out.
    pub cases_left_out: usize,
}

impl Trial {
    /// Holds back a share of each basket's items or of each item's baskets, by `split`, at random:
    /// rounded, at least one of two or more, and never all of them. Items keep their numbers; a case's
    /// owner is the number of its basket. `ages` are of these baskets.
    ///
    /// # Panics
    /// When asked to split by time: see [`Trial::in_time`].
    pub fn held_out(
        baskets: &Baskets,
        split: Split,
        share: f64,
        least_together: u32,
        ages: Option<Vec<f64>>,
        threads: NonZeroUsize,
    ) -> Self {
        let mut chance = Chance::new(HELD_OUT_SEED);
        let is_hidden = match split {
            Split::Owners => of_each_basket(baskets, share, &mut chance),
            Split::Items => of_each_item(baskets, share, &mut chance),
            Split::Time => panic!("BUG: baskets have no order in time"),
        };
        let parted = Parted::new(baskets, &is_hidden, threads);
        let age = |ages: Vec<f64>| {
            let left = parted.numbers.iter();
            left.map(|&number| ages[number as usize]).collect()
        };
        Self {
            pairs: count_pairs(&parted.baskets, threads),
            least_together,
            ages: ages.map(age),
            split: SplitRecord {
                split,
                share,
                training_rows: parted.baskets.choices(),
                test_rows: parted.hidden,
                cutoff: None,
                cases: parted.cases.len(),
                cases_left_out: parted.cases_left_out,
            },
            cases: parted.cases,
            baskets: parted.baskets,
        }
    }

    /// Learns from baskets before a moment and asks for what owners chose anew after it. `histories`
    /// gives each owner, what was chosen before and what after, in any order; owners without either,
    /// or with nothing new, are no cases. Items have the numbers that they have in the baskets.
    pub fn in_time<'a>(
        training: Baskets,
        histories: impl IntoIterator<Item = (u32, &'a [u32], &'a [u32])>,
        cutoff: DateTime<Utc>,
        least_together: u32,
        ages: Option<Vec<f64>>,
        threads: NonZeroUsize,
    ) -> Self {
        let mut draw = Draw::new();
        for (owner, before, after) in histories {
            let chosen = ascending(before.iter().copied());
            let is_new = |item: &u32| chosen.binary_search(item).is_err();
            let relevant = ascending(after.iter().copied().filter(is_new));
            draw.offer(Case {
                owner,
                chosen,
                relevant,
            });
        }
        let training_rows = training.choices();
        let (test_rows, cases, cases_left_out) = draw.end();
        Self {
            pairs: count_pairs(&training, threads),
            baskets: training,
            least_together,
            ages,
            split: SplitRecord {
                split: Split::Time,
                share: test_rows as f64 / (training_rows + test_rows).max(1) as f64,
                training_rows,
                test_rows,
                cutoff: Some(cutoff),
                cases: cases.len(),
                cases_left_out,
            },
            cases,
        }
    }

    /// What models learn from.
    pub fn counted(&self) -> Counted<'_> {
        Counted {
            baskets: &self.baskets,
            pairs: &self.pairs,
            least_together: self.least_together,
            ages: self.ages.as_deref(),
        }
    }
}

fn ascending(items: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut items: Vec<u32> = items.collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// By choice, in the order of the baskets and their items: whether it is held back.
fn of_each_basket(baskets: &Baskets, share: f64, chance: &mut Chance) -> Vec<bool> {
    let lengths = (0..baskets.len()).map(|basket| baskets.items_of(basket).len());
    lengths
        .flat_map(|length| some_of(length, share, chance))
        .collect()
}

fn of_each_item(baskets: &Baskets, share: f64, chance: &mut Chance) -> Vec<bool> {
    let mut starts = vec![0];
    for basket in 0..baskets.len() {
        starts.push(starts[basket as usize] + baskets.items_of(basket).len());
    }
    let mut is_hidden = vec![false; baskets.choices() as usize];
    for item in 0..baskets.item_count() {
        let holding = baskets.baskets_of(item);
        let some = some_of(holding.len(), share, chance);
        for (&basket, _) in holding.iter().zip(some).filter(|(_, is_hidden)| *is_hidden) {
            let place = baskets.items_of(basket).binary_search(&item);
            let place = place.expect("BUG: an item is not in its basket");
            is_hidden[starts[basket as usize] + place] = true;
        }
    }
    is_hidden
}

/// A share of so many, at random: at least one of two, and never all.
fn some_of(all: usize, share: f64, chance: &mut Chance) -> Vec<bool> {
    let rounded = (share * all as f64).round() as usize;
    let hidden = rounded.max(1).min(all.saturating_sub(1));
    let mut is_hidden: Vec<bool> = (0..all).map(|place| place < hidden).collect();
    chance.shuffle(&mut is_hidden);
    is_hidden
}

/// Baskets without what is hidden of them, and what can be asked for.
pub(super) struct Parted {
    pub(super) baskets: Baskets,
    /// Of those, the numbers they had: a basket that is hidden whole is not among them.
    numbers: Vec<u32>,
    pub(super) cases: Vec<Case>,
    cases_left_out: usize,
    /// Choices that were hidden.
    pub(super) hidden: u64,
}

impl Parted {
    /// Hides choices, told in the order of the baskets and their items.
    pub(super) fn new(baskets: &Baskets, is_hidden: &[bool], threads: NonZeroUsize) -> Self {
        let (mut numbers, mut left, mut draw) = (Vec::new(), Vec::new(), Draw::new());
        let mut is_hidden = is_hidden.iter();
        for basket in 0..baskets.len() {
            let held = baskets.items_of(basket).iter().zip(is_hidden.by_ref());
            let (hidden, kept): (Vec<_>, Vec<_>) = held.partition(|(_, is_hidden)| **is_hidden);
            let items = |part: Vec<(&u32, _)>| part.into_iter().map(|(item, _)| *item).collect();
            let (chosen, relevant): (Vec<u32>, Vec<u32>) = (items(kept), items(hidden));
            if !chosen.is_empty() {
                let number = numbers.len() as u32;
                left.extend(chosen.iter().map(|&item| (number, item)));
                numbers.push(basket);
            }
            draw.offer(Case {
                owner: basket,
                chosen,
                relevant,
            });
        }
        let (hidden, cases, cases_left_out) = draw.end();
        let count = numbers.len() as u32;
        Self {
            baskets: Baskets::from_pairs(baskets.item_count(), count, left, threads),
            numbers,
            cases,
            cases_left_out,
            hidden,
        }
    }
}

/// Draws cases, each as likely as any other (Vitter 1985, algorithm R).
struct Draw {
    chance: Chance,
    /// Cases that could be asked for so far.
    met: u32,
    kept: Vec<Case>,
    /// Owners with something to find but nothing to ask with.
    silent: usize,
    /// Choices that were held back.
    rows: u64,
}

impl Draw {
    fn new() -> Self {
        Self {
            chance: Chance::new(CASES_SEED),
            met: 0,
            kept: Vec::new(),
            silent: 0,
            rows: 0,
        }
    }

    fn offer(&mut self, case: Case) {
        self.rows += case.relevant.len() as u64;
        match (case.chosen.is_empty(), case.relevant.is_empty()) {
            (_, true) => {}
            (true, false) => self.silent += 1,
            (false, false) => {
                self.met += 1;
                self.keep(case);
            }
        }
    }

    fn keep(&mut self, case: Case) {
        if self.kept.len() < MOST_CASES {
            self.kept.push(case);
            return;
        }
        let place = self.chance.below(self.met) as usize;
        if let Some(kept) = self.kept.get_mut(place) {
            *kept = case;
        }
    }

    /// Choices that were held back, the cases by owner, and how many are left out.
    fn end(mut self) -> (u64, Vec<Case>, usize) {
        self.kept.sort_unstable_by_key(|case| case.owner);
        let left_out = self.silent + self.met as usize - self.kept.len();
        (self.rows, self.kept, left_out)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn threads() -> NonZeroUsize {
        NonZeroUsize::MIN
    }

    fn baskets(held: &[Vec<u32>]) -> Baskets {
        let numbered = (0..).zip(held);
        let pairs =
            numbered.flat_map(|(basket, held)| held.iter().map(move |item| (basket, *item)));
        Baskets::from_pairs(12, held.len() as u32, pairs.collect(), threads())
    }

    fn held() -> impl Strategy<Value = Vec<Vec<u32>>> {
        let items = prop::collection::btree_set(0..12_u32, 1..9);
        let items = items.prop_map(|items| items.into_iter().collect());
        prop::collection::vec(items, 1..30)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn what_is_held_out_and_what_is_left_are_all(
            held in held(),
            split in prop::sample::select(vec![Split::Owners, Split::Items]),
        ) {
            let all = baskets(&held);
            let ages: Vec<f64> = (0..all.len()).map(f64::from).collect();
            let trial = || Trial::held_out(&all, split, 0.25, 1, Some(ages.clone()), threads());
            let tried = trial();
            prop_assert_eq!(&tried.cases, &trial().cases);
            let record = tried.split;
            prop_assert_eq!(record.training_rows + record.test_rows, all.choices());
            prop_assert_eq!(record.training_rows, tried.baskets.choices());
            prop_assert_eq!(tried.cases.len(), record.cases);
            let ages = tried.ages.as_deref().unwrap();
            for case in &tried.cases {
                let mut both = [case.chosen.clone(), case.relevant.clone()].concat();
                both.sort_unstable();
                prop_assert_eq!(&both, &held[case.owner as usize]);
                prop_assert!(!case.relevant.is_empty() && !case.chosen.is_empty());
                // Its basket is still there, with what is left, as old as it was.
                let is_its = |age: &f64| *age as u32 == case.owner;
                let basket = ages.iter().position(is_its).unwrap();
                prop_assert_eq!(tried.baskets.items_of(basket as u32), &case.chosen[..]);
            }
        }

        #[test]
        fn a_quarter_of_each_is_held_out(held in held()) {
            let all = baskets(&held);
            let quarter = |of: usize| match of {
                0 | 1 => 0,
                of => ((of as f64 / 4.0).round() as usize).max(1),
            };
            let by = |split| Trial::held_out(&all, split, 0.25, 1, None, threads());
            let owners = by(Split::Owners);
            for case in &owners.cases {
                prop_assert_eq!(case.relevant.len(), quarter(held[case.owner as usize].len()));
            }
            let items = by(Split::Items);
            for item in 0..12 {
                let hidden = all.total(item) - items.baskets.total(item);
                prop_assert_eq!(hidden as usize, quarter(all.total(item) as usize));
            }
        }
    }

    #[test]
    fn in_time_owners_are_asked_for_what_is_new_to_them() {
        let cutoff = DateTime::from_timestamp(1_000, 0).unwrap();
        let histories: [(u32, &[u32], &[u32]); 4] = [
            (7, &[3, 1, 3], &[5, 1, 4, 5]),
            (2, &[], &[1]),
            (3, &[2], &[2]),
            (1, &[2], &[9]),
        ];
        let training = baskets(&[vec![1, 3], vec![2]]);
        let trial = Trial::in_time(training, histories, cutoff, 2, None, threads());
        let case = |owner, chosen: &[u32], relevant: &[u32]| Case {
            owner,
            chosen: chosen.to_vec(),
            relevant: relevant.to_vec(),
        };
        let expected = [case(1, &[2], &[9]), case(7, &[1, 3], &[4, 5])];
        assert_eq!(trial.cases, expected);
        let record = SplitRecord {
            split: Split::Time,
            share: 4.0 / 7.0,
            training_rows: 3,
            test_rows: 4,
            cutoff: Some(cutoff),
            cases: 2,
            cases_left_out: 1,
        };
        assert_eq!(trial.split, record);
    }

    #[test]
    fn more_cases_than_there_is_time_for_are_drawn() {
        let many = MOST_CASES as u32 + 5_000;
        let pairs =
            (0..many).flat_map(|basket| [(basket, basket % 12), (basket, (basket + 1) % 12)]);
        let all = Baskets::from_pairs(12, many, pairs.collect(), threads());
        let trial = Trial::held_out(&all, Split::Owners, 0.25, 1, None, threads());
        assert_eq!(trial.cases.len(), MOST_CASES);
        assert_eq!(trial.split.cases_left_out, 5_000);
        assert_eq!(trial.split.test_rows, u64::from(many));
        // As many of the last as of the first.
        let late = trial
            .cases
            .iter()
            .filter(|case| case.owner >= many / 2)
            .count();
        assert!((9_700..10_300).contains(&late), "{late}");
    }
}
