//! What is measured: the models, and the methods that people would use instead.

use std::num::NonZeroUsize;

use serde_json::{Map, Value, json};

use super::choices::{Choice, Choices};
use crate::counting::{Baskets, Contingency, Measure, Neighbours, PairCounts, in_parallel};
use crate::models::DAMPING;
use crate::models::neighbours::{self, Walk};
use crate::models::recipe::{Counted, Recipe};
use crate::models::weights::Weights;

/// A way to make lists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Method {
    /// The most chosen, for everybody alike.
    Popularity,
    /// How much two items go together, by a measure of their counts, over all neighbours.
    Measure(Measure),
    /// SAR as the recommenders project describes it: a similarity times how much and how lately the
    /// user chose, a rating's weight halving every so many days; none: not at all.
    Sar {
        measure: Measure,
        half_life: Option<f64>,
    },
    /// BM25 weights with K1 = 1.2 and B = 0.75, and the 200 best neighbours, as implicit has them.
    Bm25,
    /// A random walk of three steps, from an item to a user and on to another item, popular ends
    /// passed over: `(Σ_u 1/(c_i·len_u))^α / c_j^β` over the users who chose both (Paudel et al. 2017).
    Walk { alpha: f64, beta: f64 },
    /// A model as it is made for serving.
    Recipe(Recipe),
}

impl Method {
    /// What people call it.
    pub fn name(&self) -> String {
        match self {
            Self::Popularity => "popularity".to_owned(),
            Self::Measure(measure) => measure.name().to_owned(),
            Self::Sar { measure, .. } => format!("SAR, {}", measure.name()),
            Self::Bm25 => "BM25".to_owned(),
            Self::Walk { .. } => "RP3beta".to_owned(),
            Self::Recipe(recipe) => recipe.name().to_owned(),
        }
    }

    pub fn parameters(&self) -> Value {
        let mut all = Map::new();
        match *self {
            Self::Popularity | Self::Measure(_) => {}
            Self::Sar { half_life, .. } => {
                all.insert("half_life_days".to_owned(), json!(half_life));
            }
            Self::Bm25 => {
                all.insert("neighbours".to_owned(), json!(BM25_NEIGHBOURS));
            }
            Self::Walk { alpha, beta } => {
                all.insert("alpha".to_owned(), json!(alpha));
                all.insert("beta".to_owned(), json!(beta));
            }
            Self::Recipe(recipe) => all = of_recipe(recipe),
        }
        Value::Object(all)
    }
}

fn of_recipe(recipe: Recipe) -> Map<String, Value> {
    let parameters = match recipe {
        Recipe::Live => Ok(json!({ "damping": DAMPING })),
        Recipe::Neighbours(neighbours) => serde_json::to_value(neighbours),
        Recipe::Ridge(ridge) => serde_json::to_value(ridge),
    };
    match parameters {
        Ok(Value::Object(all)) => all,
        other => unreachable!("BUG: parameters are plain data, not {other:?}"),
    }
}

const BM25_NEIGHBOURS: usize = 200;
const SECONDS_OF_A_DAY: f64 = 86_400.0;

/// The choices that are learnt from, counted.
pub struct Training<'a> {
    pub choices: &'a Choices,
    pub baskets: &'a Baskets,
    pub pairs: &'a PairCounts,
    pub threads: NonZeroUsize,
}

impl Training<'_> {
    /// As models are made for serving. All pairs count, and no basket is older than another.
    fn counted(&self) -> Counted<'_> {
        Counted {
            baskets: self.baskets,
            pairs: self.pairs,
            least_together: 1,
            ages: None,
        }
    }
}

/// A method that has learnt.
pub struct Learnt<'a> {
    says: Says<'a>,
    affinity: Affinity,
}

enum Says<'a> {
    /// The same for everybody.
    Always(Vec<f64>),
    Weights(Weights),
    Live(Live<'a>),
}

/// The live table, row by row: the weights of all neighbours would take more memory than the table.
struct Live<'a> {
    counted: Counted<'a>,
    /// By item, one over the root of its baskets.
    roots: Vec<f64>,
}

/// What lists are worked out in.
#[derive(Default)]
pub struct Working {
    scores: Vec<f64>,
    row: Neighbours,
}

impl Live<'_> {
    fn add_to(
        &self,
        scores: &mut [f64],
        asks: impl IntoIterator<Item = (u32, f64)>,
        row: &mut Neighbours,
    ) {
        for (chosen, times) in asks {
            let own = times * self.roots[chosen as usize];
            for &(other, together) in self.counted.pairs.neighbours(chosen, row) {
                if together >= self.counted.least_together {
                    let together = f64::from(together);
                    let cosine = together * own * self.roots[other as usize];
                    scores[other as usize] += cosine * together / (together + DAMPING);
                }
            }
        }
    }
}

/// How much a choice speaks.
enum Affinity {
    Once,
    /// By its weight, halving every so many days before the newest.
    Decaying {
        half_life: Option<f64>,
        newest: Option<chrono::DateTime<chrono::Utc>>,
    },
}

impl Affinity {
    fn of(&self, choice: &Choice) -> f64 {
        match *self {
            Self::Once => 1.0,
            Self::Decaying { half_life, newest } => {
                let age = newest.zip(choice.at).map_or(0.0, |(newest, at)| {
                    (newest - at).as_seconds_f64() / SECONDS_OF_A_DAY
                });
                let halvings = half_life.map_or(0.0, |days| age / days);
                choice.weight * (-halvings).exp2()
            }
        }
    }
}

impl<'a> Learnt<'a> {
    pub fn new(method: Method, training: &Training) -> Self {
        let says = match method {
            Method::Popularity => return Self::popularity(training.baskets),
            Method::Measure(measure) | Method::Sar { measure, .. } => {
                Says::Weights(by_measure(training, measure))
            }
            Method::Bm25 => Says::Weights(bm25(training)),
            Method::Walk { alpha, beta } => Says::Weights(walk(training, alpha, beta)),
            Method::Recipe(recipe) => {
                let weights = recipe.train(&training.counted(), training.threads, &|| true);
                Says::Weights(weights.expect("BUG: nobody stopped it"))
            }
        };
        let affinity = match method {
            Method::Sar { half_life, .. } => Affinity::Decaying {
                half_life,
                newest: training.choices.newest(),
            },
            _ => Affinity::Once,
        };
        Self { says, affinity }
    }

    /// From weights that were learnt before.
    pub fn of_weights(weights: Weights) -> Self {
        Self {
            says: Says::Weights(weights),
            affinity: Affinity::Once,
        }
    }

    /// The live table, without learning weights.
    pub fn live(counted: Counted<'a>) -> Self {
        let baskets = counted.baskets;
        let root = |item| 1.0 / f64::from(baskets.total(item)).sqrt();
        Self {
            says: Says::Live(Live {
                counted,
                roots: (0..baskets.item_count()).map(root).collect(),
            }),
            affinity: Affinity::Once,
        }
    }

    /// The most chosen, for everybody alike.
    pub fn popularity(baskets: &Baskets) -> Self {
        let totals = (0..baskets.item_count()).map(|item| f64::from(baskets.total(item)));
        Self {
            says: Says::Always(totals.collect()),
            affinity: Affinity::Once,
        }
    }

    /// Choices, each with how much it speaks.
    pub fn asks(&self, chosen: &[Choice]) -> Vec<(u32, f64)> {
        let asks = chosen.iter();
        asks.map(|choice| (choice.item, self.affinity.of(choice)))
            .collect()
    }

    /// The best `k` items for choices that ask, each so many times, none of those that are `never` to
    /// be listed; items rising among equals. What nothing speaks for is not listed.
    pub fn list(
        &self,
        asks: impl IntoIterator<Item = (u32, f64)>,
        never: &[u32],
        k: usize,
        Working { scores, row }: &mut Working,
    ) -> Vec<u32> {
        scores.clear();
        match &self.says {
            Says::Always(always) => scores.extend_from_slice(always),
            Says::Weights(weights) => {
                scores.resize(weights.items(), 0.0);
                weights.add_to(scores, asks);
            }
            Says::Live(live) => {
                scores.resize(live.roots.len(), 0.0);
                live.add_to(scores, asks, row);
            }
        }
        for item in never {
            scores[*item as usize] = 0.0;
        }
        best(scores, k)
    }
}

/// The numbers of the greatest scores above zero, the greatest first, numbers rising among equals.
fn best(scores: &[f64], k: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..scores.len() as u32)
        .filter(|item| scores[*item as usize] > 0.0)
        .collect();
    let by_score = |one: &u32, other: &u32| {
        let (a, b) = (scores[*one as usize], scores[*other as usize]);
        b.total_cmp(&a).then(one.cmp(other))
    };
    if order.len() > k && k > 0 {
        order.select_nth_unstable_by(k - 1, by_score);
    }
    order.truncate(k);
    order.sort_unstable_by(by_score);
    // Lists of many are kept: none with room for all items.
    order.shrink_to_fit();
    order
}

fn by_measure(training: &Training, measure: Measure) -> Weights {
    let all = u64::from(training.baskets.len());
    by_counts(training, |together, own, other| {
        let [together, own, other] = [together, own, other].map(u64::from);
        measure.rank_key(&Contingency::new(together, own, other, all))
    })
}

/// Weights of all neighbours, from the baskets that hold both, the chosen item and the other.
fn by_counts(training: &Training, weight: impl Fn(u32, u32, u32) -> f64 + Sync) -> Weights {
    let Training {
        baskets,
        pairs,
        threads,
        ..
    } = training;
    let items = 0..baskets.item_count();
    let rows = in_parallel(items, *threads, Neighbours::default, |scratch, item| {
        let own = baskets.total(item);
        let row = pairs.neighbours(item, scratch).iter();
        let weights = row.map(|&(other, together)| {
            let weight = weight(together, own, baskets.total(other));
            (other, weight as f32)
        });
        weights.collect()
    });
    Weights::from_rows(rows)
}

/// Weights of the best `most` neighbours, from the users who chose both, each counting by how many
/// items that user chose; as a function of the sum, the chosen item and the other.
fn by_users(
    training: &Training,
    most: usize,
    of_user: impl Fn(f64) -> f64,
    weight: impl Fn(f64, u32, u32) -> f64 + Sync,
) -> Weights {
    let baskets = training.baskets;
    let chosen = |user| baskets.items_of(user).len() as f64;
    let of_user: Vec<f64> = (0..baskets.len())
        .map(|user| of_user(chosen(user)))
        .collect();
    let row = |walk: &mut Walk, item: u32| {
        let met = walk.from(baskets, &of_user, item);
        let weights = met.map(|met| (met.item, weight(met.weight, item, met.item)));
        let some = weights.filter(|(_, weight)| *weight != 0.0);
        neighbours::best(some.collect(), most)
    };
    let items = 0..baskets.item_count();
    Weights::from_rows(in_parallel(items, training.threads, Walk::default, row))
}

fn walk(training: &Training, alpha: f64, beta: f64) -> Weights {
    let total = |item| f64::from(training.baskets.total(item));
    by_users(
        training,
        usize::MAX,
        |chosen| 1.0 / chosen,
        |sum, own, other| (sum / total(own)).powf(alpha) / total(other).powf(beta),
    )
}

/// `bm25_weight` and the nearest neighbours of implicit 0.7: items are documents of users.
fn bm25(training: &Training) -> Weights {
    const K1: f64 = 1.2;
    const B: f64 = 0.75;
    let baskets = training.baskets;
    let known = (0..baskets.item_count()).filter(|item| baskets.total(*item) > 0);
    let known = known.count() as f64;
    let mean = baskets.choices() as f64 / known;
    let of_item = |item| {
        let length = (1.0 - B) + B * f64::from(baskets.total(item)) / mean;
        (K1 + 1.0) / (K1 * length + 1.0)
    };
    by_users(
        training,
        BM25_NEIGHBOURS,
        |chosen| (known.ln() - chosen.ln_1p()).powi(2),
        |sum, own, other| sum * of_item(own) * of_item(other),
    )
}
