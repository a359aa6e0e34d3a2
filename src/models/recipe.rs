//! How a version of a model comes about: which form it has, and with which parameters.
//!
//! A recipe and the same choices give the same weights, to the last bit, on any number of threads;
//! so a version can be made again from what is kept of it. Start reading at [`Recipe::train`].

use std::num::NonZeroUsize;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::DAMPING;
use super::neighbours::Neighbours;
use super::ridge::{self, Ridge};
use super::weights::Weights;
use crate::counting::{self, Baskets, PairCounts, score};

/// How a version's weights come about.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Recipe {
    /// The damped cosine of the live table.
    Live,
    /// Nearest neighbours.
    Neighbours(Neighbours),
    /// The ridge on the counts.
    Ridge(Ridge),
}

/// Choices, counted.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    pub baskets: &'a Baskets,
    /// The pairs of these baskets.
    pub pairs: &'a PairCounts,
    /// Items that fewer baskets hold together say nothing for one another.
    pub least_together: u32,
    /// By basket, how many days before the newest it is; none where baskets have no times.
    pub ages: Option<&'a [f64]>,
}

impl Recipe {
    /// What people call it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Live => "damped cosine",
            Self::Neighbours(_) => "neighbours",
            Self::Ridge(_) => "ridge",
        }
    }

    /// Whether every parameter is in its range; else the name of the first that is not, and what
    /// there is to choose from.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        match self {
            Self::Live => Ok(()),
            Self::Neighbours(neighbours) => {
                within("own", neighbours.own, 0.0..=1.0)?;
                within("popularity", neighbours.popularity, 0.0..=1.0)?;
                within("damping", neighbours.damping, 0.0..=1_000.0)?;
                within("basket_size", neighbours.basket_size, 0.0..=1.0)?;
                if let Some(days) = neighbours.half_life_days {
                    above_zero("half_life_days", days, 36_500.0)?;
                }
                enough(neighbours.neighbours)
            }
            Self::Ridge(ridge) => {
                if let Some(rho) = ridge.rho {
                    above_zero("rho", rho, 1e6)?;
                }
                within("gamma", ridge.gamma, 0.0..=1.0)?;
                within("tau", ridge.tau, 0.0..=1.0)?;
                enough(ridge.neighbours)
            }
        }
    }

    /// Learns the weights; those of pairs with too little evidence are left out at the end. `done` is
    /// called once for each item and answers whether the work is still wanted; there is no answer
    /// once it is not.
    pub fn train(
        &self,
        counted: &Counted,
        threads: NonZeroUsize,
        done: &(dyn Fn() -> bool + Sync),
    ) -> Option<Weights> {
        match self {
            Self::Live => live(counted, threads, done),
            Self::Neighbours(neighbours) => neighbours.train(counted, threads, done),
            Self::Ridge(ridge) => {
                let Counted { baskets, pairs, .. } = counted;
                let solved = ridge::solve(baskets, pairs, ridge.penalty(), threads, done)?;
                Some(counted.only_evident(solved.weights(ridge.tau)))
            }
        }
    }
}

impl Counted<'_> {
    /// Weights without those of pairs that too few baskets hold together.
    pub fn only_evident(&self, weights: Weights) -> Weights {
        // Whatever has a weight is together once.
        if self.least_together <= 1 {
            return weights;
        }
        weights.only(|chosen, item| self.pairs.get(chosen, item) >= self.least_together)
    }
}

/// What the live table answers, for all neighbours.
fn live(
    counted: &Counted,
    threads: NonZeroUsize,
    done: &(dyn Fn() -> bool + Sync),
) -> Option<Weights> {
    let baskets = counted.baskets;
    let row = |scratch: &mut counting::Neighbours, item: u32| -> Vec<(u32, f32)> {
        let own = baskets.total(item);
        let row = counted.pairs.neighbours(item, scratch).iter();
        let evident = row.filter(|(_, together)| *together >= counted.least_together);
        let weight = |&(other, together): &(u32, u32)| {
            let weight = score(together, own, baskets.total(other), DAMPING);
            (other, weight as f32)
        };
        evident.map(weight).collect()
    };
    let scratch = counting::Neighbours::default;
    Weights::learn(baskets.item_count(), threads, done, scratch, row)
}

type Checked = Result<(), (&'static str, String)>;

fn within(field: &'static str, value: f64, range: RangeInclusive<f64>) -> Checked {
    if range.contains(&value) {
        return Ok(());
    }
    let (least, most) = (range.start(), range.end());
    Err((field, format!("Choose a number from {least} to {most}.")))
}

fn above_zero(field: &'static str, value: f64, most: f64) -> Checked {
    if value > 0.0 && value <= most {
        return Ok(());
    }
    Err((field, format!("Choose a number above 0, at most {most}.")))
}

fn enough(neighbours: usize) -> Checked {
    if (1..=1_000).contains(&neighbours) {
        return Ok(());
    }
    let sentence = "Choose a whole number from 1 to 1000.";
    Err(("neighbours", sentence.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::counting::count_pairs;

    fn ridge() -> Ridge {
        Ridge {
            rho: Some(5.0),
            gamma: 0.5,
            tau: 0.75,
            neighbours: 20,
        }
    }

    fn neighbours() -> Neighbours {
        Neighbours {
            own: 0.5,
            popularity: 0.5,
            damping: 3.0,
            basket_size: 0.5,
            half_life_days: None,
            neighbours: 15,
        }
    }

    fn recipes() -> [Recipe; 4] {
        let limit = Ridge {
            rho: None,
            ..ridge()
        };
        [
            Recipe::Live,
            Recipe::Neighbours(neighbours()),
            Recipe::Ridge(ridge()),
            Recipe::Ridge(limit),
        ]
    }

    /// Two hundred baskets of sixty items, some far more often.
    fn baskets() -> Baskets {
        let pairs =
            (0..2_000_u32).map(|n| (n % 200, (n * n / 7 + n % 11) % 61 * ((n / 3) % 7) / 7));
        Baskets::from_pairs(61, 200, pairs.collect(), NonZeroUsize::MIN)
    }

    fn with_counted(least_together: u32, see: impl Fn(&Counted)) {
        let baskets = baskets();
        see(&Counted {
            baskets: &baskets,
            pairs: &count_pairs(&baskets, NonZeroUsize::MIN),
            least_together,
            ages: None,
        });
    }

    #[test]
    fn weights_are_the_same_on_any_number_of_threads() {
        // Else a column's sums would depend on how many processors there are.
        assert!(matches!(faer::get_global_parallelism(), faer::Par::Seq));
        with_counted(2, |counted| {
            for recipe in recipes() {
                let on = |threads| {
                    let threads = NonZeroUsize::new(threads).unwrap();
                    recipe.train(counted, threads, &|| true).unwrap().to_bytes()
                };
                assert_eq!(on(1), on(2), "{recipe:?}");
            }
        });
    }

    #[test]
    fn what_has_too_little_evidence_has_no_weight() {
        with_counted(3, |counted| {
            for recipe in recipes() {
                let train = |counted: &Counted| recipe.train(counted, NonZeroUsize::MIN, &|| true);
                let weights = train(counted).unwrap();
                assert!(!weights.is_empty());
                for chosen in 0..counted.baskets.item_count() {
                    for (item, _) in weights.of(chosen) {
                        assert!(counted.pairs.get(chosen, *item) >= 3, "{recipe:?}");
                    }
                }
            }
        });
    }

    #[test]
    fn training_stops_where_it_is_not_wanted() {
        with_counted(1, |counted| {
            for recipe in recipes() {
                let called = std::sync::atomic::AtomicU32::new(0);
                let count = || called.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let alone = NonZeroUsize::MIN;
                assert!(recipe.train(counted, alone, &|| count() < 4).is_none());
                assert_eq!(count(), 5);
                called.store(0, std::sync::atomic::Ordering::Relaxed);
                assert!(recipe.train(counted, alone, &|| count() < 61).is_some());
                assert_eq!(count(), 61, "once for each item");
            }
        });
    }

    #[test]
    fn recipes_are_kept_as_plain_json() {
        assert_eq!(json!(Recipe::Live), json!({ "kind": "live" }));
        let kept =
            json!({ "kind": "ridge", "rho": null, "gamma": 0.5, "tau": 0.75, "neighbours": 20 });
        assert_eq!(json!(recipes()[3]), kept);
        for recipe in recipes() {
            let text = serde_json::to_string(&recipe).unwrap();
            assert_eq!(serde_json::from_str::<Recipe>(&text).unwrap(), recipe);
        }
    }

    #[test]
    fn parameters_out_of_range_are_named() {
        for recipe in recipes() {
            assert_eq!(recipe.check(), Ok(()));
        }
        let of_ridge = |change: fn(&mut Ridge)| {
            let mut ridge = ridge();
            change(&mut ridge);
            Recipe::Ridge(ridge).check().unwrap_err()
        };
        let above = "Choose a number above 0, at most 1000000.".to_owned();
        assert_eq!(
            of_ridge(|ridge| ridge.rho = Some(0.0)),
            ("rho", above.clone())
        );
        assert_eq!(
            of_ridge(|ridge| ridge.rho = Some(f64::INFINITY)),
            ("rho", above)
        );
        let share = "Choose a number from 0 to 1.".to_owned();
        assert_eq!(
            of_ridge(|ridge| ridge.tau = f64::NAN),
            ("tau", share.clone())
        );
        assert_eq!(
            of_ridge(|ridge| ridge.gamma = 1.5),
            ("gamma", share.clone())
        );
        let whole = "Choose a whole number from 1 to 1000.".to_owned();
        assert_eq!(
            of_ridge(|ridge| ridge.neighbours = 0),
            ("neighbours", whole)
        );
        let of_neighbours = |change: fn(&mut Neighbours)| {
            let mut neighbours = neighbours();
            change(&mut neighbours);
            Recipe::Neighbours(neighbours).check().unwrap_err().0
        };
        assert_eq!(of_neighbours(|of| of.own = -0.1), "own");
        assert_eq!(of_neighbours(|of| of.popularity = 1.1), "popularity");
        assert_eq!(of_neighbours(|of| of.damping = f64::INFINITY), "damping");
        assert_eq!(of_neighbours(|of| of.basket_size = 2.0), "basket_size");
        assert_eq!(
            of_neighbours(|of| of.half_life_days = Some(0.0)),
            "half_life_days"
        );
        assert_eq!(of_neighbours(|of| of.neighbours = 1_001), "neighbours");
    }
}
