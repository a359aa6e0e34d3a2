//! Nearest neighbours: how much two items are chosen together, for what each is chosen alone.
//!
//! ```text
//! w_b  = len_b^(−basket_size) · 2^(−age_b / half_life_days)       what a basket counts for
//! W_ij = Σ w_b over the baskets with both,  W_i = Σ w_b over those with i,  n_ij = their number
//! weight of a chosen i for j = W_ij / (W_i^own · W_j^popularity) · n_ij / (n_ij + damping)
//! ```
//!
//! One form for what the field calls by many names. `own` = `popularity` = ½ is the cosine (Salton);
//! `own` = 1 with `popularity` below it is the conditional probability with popular items damped
//! (Karypis 2001; Deshpande and Karypis 2004). `damping` is significance weighting, the baskets of
//! evidence that it takes to count half (Herlocker et al. 1999 for its need, Bell and Koren 2007 for
//! its form). `basket_size` lets long baskets, which say little about each of their pairs, count less:
//! at 1 a basket's pairs weigh for its length together, as in a random walk (Paudel et al. 2017). A
//! half-life lets old baskets count less (Ding and Li 2005).
//!
//! Each chosen item speaks for its own `neighbours` best, as is the custom of the field: so a list
//! for one item has that many to choose from, and weights take memory in proportion to the items.
//!
//! Where every basket counts the same, counted pairs are enough; else all baskets are walked.

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::recipe::Counted;
use super::weights::Weights;
use crate::counting::{self, Baskets};

/// Nearest neighbours with their parameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Neighbours {
    /// How far a chosen item's frequency is divided out, 0 to 1.
    pub own: f64,
    /// How far the frequency of what it speaks for is divided out, 0 to 1: the more, the rarer what is
    /// listed.
    pub popularity: f64,
    /// How many baskets of evidence it takes for a weight to count half, 0 to 1,000; 0: it always
    /// counts in full.
    pub damping: f64,
    /// How much less a long basket counts, 0 to 1; 0: not at all.
    pub basket_size: f64,
    /// In how many days a basket comes to count half, above 0 and at most 36,500; null: it never
    /// does. Where baskets have no ages, each counts as the newest.
    pub half_life_days: Option<f64>,
    /// How many others each chosen item speaks for, 1 to 1,000.
    pub neighbours: usize,
}

/// What serves lists for one item well: found on films, groceries and an invented shop, where it is
/// ahead of the live table on each (docs/quality.md).
pub const FOR_ONE_ITEM: Neighbours = Neighbours {
    own: 0.5,
    popularity: 0.3,
    damping: 3.0,
    basket_size: 0.5,
    half_life_days: None,
    neighbours: 200,
};

impl Neighbours {
    /// Learns the weights. `done` is called once for each item and answers whether the work is still
    /// wanted; there is no answer once it is not.
    pub fn train(
        &self,
        counted: &Counted,
        threads: NonZeroUsize,
        done: &(dyn Fn() -> bool + Sync),
    ) -> Option<Weights> {
        let baskets = counted.baskets;
        let of_baskets = self.of_baskets(counted);
        let totals: Vec<f64> = (0..baskets.item_count())
            .map(|item| total(baskets, of_baskets.as_deref(), item))
            .collect();
        let power = |of: f64| totals.iter().map(|total| total.powf(of)).collect();
        let (own, popular): (Vec<f64>, Vec<f64>) = (power(self.own), power(self.popularity));
        let row = |scratch: &mut Scratch, item: u32| {
            let met = scratch.met(counted, of_baskets.as_deref(), item);
            let met = met.filter(|met| met.item != item && met.together >= counted.least_together);
            let weights = met.map(|met| {
                let together = f64::from(met.together);
                let evidence = together / (together + self.damping);
                let apart = own[item as usize] * popular[met.item as usize];
                (met.item, met.weight / apart * evidence)
            });
            best(weights.collect(), self.neighbours)
        };
        Weights::learn(baskets.item_count(), threads, done, Scratch::default, row)
    }

    /// What each basket counts for; nothing where each counts the same.
    fn of_baskets(&self, counted: &Counted) -> Option<Vec<f64>> {
        let ages = counted.ages.zip(self.half_life_days);
        if self.basket_size == 0.0 && ages.is_none() {
            return None;
        }
        let of = |basket: u32| {
            let length = counted.baskets.items_of(basket).len() as f64;
            let halvings = ages.map_or(0.0, |(ages, days)| ages[basket as usize] / days);
            length.powf(-self.basket_size) * (-halvings).exp2()
        };
        Some((0..counted.baskets.len()).map(of).collect())
    }
}

/// Of the baskets with an item, what they count for.
fn total(baskets: &Baskets, of_baskets: Option<&[f64]>, item: u32) -> f64 {
    match of_baskets {
        None => f64::from(baskets.total(item)),
        Some(of) => {
            let held = baskets.baskets_of(item).iter();
            held.map(|&basket| of[basket as usize]).sum()
        }
    }
}

/// What an item has in common with another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Met {
    /// The other one.
    pub item: u32,
    /// The baskets with both.
    pub together: u32,
    /// What they count for.
    pub weight: f64,
}

/// What rows are worked out in.
#[derive(Default)]
struct Scratch {
    counts: counting::Neighbours,
    walk: Walk,
}

impl Scratch {
    /// What an item has in common with others, from the counted pairs where that is enough.
    fn met<'a>(
        &'a mut self,
        counted: &'a Counted,
        of_baskets: Option<&'a [f64]>,
        item: u32,
    ) -> Box<dyn Iterator<Item = Met> + 'a> {
        match of_baskets {
            None => {
                let row = counted.pairs.neighbours(item, &mut self.counts).iter();
                Box::new(row.map(|&(item, together)| Met {
                    item,
                    together,
                    weight: f64::from(together),
                }))
            }
            Some(of) => Box::new(self.walk.from(counted.baskets, of, item)),
        }
    }
}

/// A walk from an item over its baskets to their items.
#[derive(Debug, Default)]
pub struct Walk {
    /// By item.
    met: Vec<Met>,
    /// Which were met, in the order they were.
    order: Vec<u32>,
}

impl Walk {
    /// What an item has in common with every item of its baskets, itself among them, in no particular
    /// order; `of_baskets` is what each basket counts for. The sums go through baskets in their order.
    pub fn from(
        &mut self,
        baskets: &Baskets,
        of_baskets: &[f64],
        item: u32,
    ) -> impl Iterator<Item = Met> {
        let nothing = |item| Met {
            item,
            together: 0,
            weight: 0.0,
        };
        self.met.clear();
        self.met.extend((0..baskets.item_count()).map(nothing));
        self.order.clear();
        for &basket in baskets.baskets_of(item) {
            let weight = of_baskets[basket as usize];
            for &other in baskets.items_of(basket) {
                let met = &mut self.met[other as usize];
                if met.together == 0 {
                    self.order.push(other);
                }
                met.together += 1;
                met.weight += weight;
            }
        }
        self.order.iter().map(|&other| self.met[other as usize])
    }
}

/// The best `most` of a row, items rising; the lower item of equals.
pub fn best(mut row: Vec<(u32, f64)>, most: usize) -> Vec<(u32, f32)> {
    if row.len() > most {
        row.select_nth_unstable_by(most, |one, other| {
            other.1.total_cmp(&one.1).then(one.0.cmp(&other.0))
        });
        row.truncate(most);
    }
    row.sort_unstable_by_key(|(item, _)| *item);
    let weights = row.into_iter();
    weights
        .map(|(item, weight)| (item, weight as f32))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::counting::{count_pairs, score};
    use crate::models::DAMPING;
    use crate::models::recipe::Recipe;

    const ITEMS: u32 = 10;
    const NO_MORE_THAN_COUNTS: Neighbours = Neighbours {
        own: 0.0,
        popularity: 0.0,
        damping: 0.0,
        basket_size: 0.0,
        half_life_days: None,
        neighbours: 1_000,
    };

    fn threads() -> NonZeroUsize {
        NonZeroUsize::new(2).unwrap()
    }

    fn held() -> impl Strategy<Value = Vec<Vec<u32>>> {
        let items = prop::collection::btree_set(0..ITEMS, 1..6);
        let items = items.prop_map(|items| items.into_iter().collect());
        prop::collection::vec(items, 1..25)
    }

    fn trained(held: &[Vec<u32>], neighbours: Neighbours, least: u32, ages: &[f64]) -> Weights {
        let numbered = (0..).zip(held);
        let pairs =
            numbered.flat_map(|(basket, held)| held.iter().map(move |item| (basket, *item)));
        let baskets = Baskets::from_pairs(ITEMS, held.len() as u32, pairs.collect(), threads());
        let counted = Counted {
            baskets: &baskets,
            pairs: &count_pairs(&baskets, threads()),
            least_together: least,
            ages: Some(ages),
        };
        let recipe = Recipe::Neighbours(neighbours);
        let weights = recipe.train(&counted, threads(), &|| true).unwrap();
        let alone = recipe.train(&counted, NonZeroUsize::MIN, &|| true).unwrap();
        assert_eq!(alone.to_bytes(), weights.to_bytes());
        weights
    }

    /// The formula as it stands in the head of this file, each sum by itself.
    fn naive(held: &[Vec<u32>], of: Neighbours, least: u32, ages: &[f64]) -> Vec<Vec<(u32, f64)>> {
        let weight = |basket: usize| {
            let age = of
                .half_life_days
                .map_or(1.0, |days| 0.5_f64.powf(ages[basket] / days));
            age / (held[basket].len() as f64).powf(of.basket_size)
        };
        let with = |items: &[u32]| -> Vec<usize> {
            let holds = |basket: &usize| items.iter().all(|item| held[*basket].contains(item));
            (0..held.len()).filter(holds).collect()
        };
        let sum = |items: &[u32]| with(items).into_iter().map(weight).sum::<f64>();
        let row = |chosen: u32| {
            let others = (0..ITEMS).filter(|other| *other != chosen);
            let others = others.filter(|&other| with(&[chosen, other]).len() >= least as usize);
            let mut row: Vec<(u32, f64)> = others
                .map(|other| {
                    let together = with(&[chosen, other]).len() as f64;
                    let apart = sum(&[chosen]).powf(of.own) * sum(&[other]).powf(of.popularity);
                    let evidence = together / (together + of.damping);
                    (other, sum(&[chosen, other]) / apart * evidence)
                })
                .collect();
            row.sort_by(|one, other| other.1.total_cmp(&one.1));
            row
        };
        (0..ITEMS).map(row).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn weights_are_those_of_the_formula(
            held in held(),
            (own, popularity, basket_size) in (0.0..=1.0, 0.0..=1.0, prop::sample::select(vec![0.0, 0.5, 1.0])),
            damping in prop::sample::select(vec![0.0, 3.0]),
            half_life_days in prop::option::of(1.0..90.0),
            neighbours in 1..8_usize,
            least in 1..3_u32,
        ) {
            let of = Neighbours { own, popularity, damping, basket_size, half_life_days, neighbours };
            let ages: Vec<f64> = (0..held.len()).map(|basket| basket as f64 * 3.5).collect();
            let weights = trained(&held, of, least, &ages);
            for (chosen, row) in (0..).zip(naive(&held, of, least, &ages)) {
                let found = weights.of(chosen);
                prop_assert_eq!(found.len(), row.len().min(neighbours));
                let mut values: Vec<f64> = found.iter().map(|(_, weight)| f64::from(*weight)).collect();
                values.sort_by(|one, other| other.total_cmp(one));
                for (found, (_, best)) in values.iter().zip(&row) {
                    prop_assert!((found - best).abs() <= 1e-6 * best, "{found} is not {best}");
                }
                for (item, weight) in found {
                    let (_, all) = row.iter().find(|(other, _)| other == item).unwrap();
                    prop_assert!((f64::from(*weight) - all).abs() <= 1e-6 * all);
                }
            }
        }

        /// Halves are the cosine; with a damping of three it is what answers live.
        #[test]
        fn the_cosine_and_the_live_model_are_such_forms(held in held()) {
            let ages = vec![0.0; held.len()];
            let total = |item: u32| held.iter().filter(|held| held.contains(&item)).count() as u32;
            for damping in [0.0, DAMPING] {
                let halves = Neighbours { own: 0.5, popularity: 0.5, damping, ..NO_MORE_THAN_COUNTS };
                let weights = trained(&held, halves, 1, &ages);
                for chosen in 0..ITEMS {
                    for &(other, weight) in weights.of(chosen) {
                        let both = |held: &&Vec<u32>| held.contains(&chosen) && held.contains(&other);
                        let together = held.iter().filter(both).count() as u32;
                        let expected = score(together, total(chosen), total(other), damping);
                        prop_assert!((f64::from(weight) - expected).abs() <= 1e-6 * expected);
                    }
                }
            }
        }

        /// Where every basket counts the same, walking gives what counting does.
        #[test]
        fn counting_is_walking_where_baskets_count_the_same(held in held()) {
            let of = Neighbours { own: 0.7, popularity: 0.3, damping: 2.0, ..NO_MORE_THAN_COUNTS };
            let ages = vec![0.0; held.len()];
            let walked = Neighbours { half_life_days: Some(30.0), ..of };
            prop_assert_eq!(trained(&held, of, 1, &ages), trained(&held, walked, 1, &ages));
        }
    }

    #[test]
    fn the_lower_of_equals_is_kept() {
        let row = vec![(4, 1.0), (2, 1.0), (9, 3.0), (1, 0.5)];
        assert_eq!(best(row, 2), [(2, 1.0), (9, 3.0)]);
    }
}
