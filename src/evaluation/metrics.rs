//! How good lists are: what a user chose later, and where it stands in the user's list.
//!
//! Every choice that was held back is relevant, whatever its rating. Each figure is the mean over
//! users who have one; its interval is the middle 95 % of what samples of as many users, drawn with
//! replacement, give (Efron 1979). All models are measured on the same samples.

use serde::Serialize;
use utoipa::ToSchema;

use crate::chance::Chance;

/// One user's list.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OfUser {
    pub ndcg: f64,
    pub recall: f64,
    pub precision: f64,
    pub average_precision: f64,
    pub hit: f64,
}

impl OfUser {
    /// Of a list of at most `k` items, best first, for a user to whom `relevant` ones, at least one,
    /// were held back; ascending.
    ///
    /// nDCG has gain 1 and discount log(1 + rank) (Järvelin and Kekäläinen 2002); its ideal has as
    /// many relevant items as a list holds at most. Precision is of `k` places, filled or not;
    /// average precision is divided by the number of relevant items.
    pub fn new(list: &[u32], relevant: &[u32], k: usize) -> Self {
        let ranks = (1..).zip(list.iter().take(k));
        let hits: Vec<u32> = ranks
            .filter(|(_, item)| relevant.binary_search(item).is_ok())
            .map(|(rank, _)| rank)
            .collect();
        let gain = |rank: u32| 1.0 / f64::from(rank + 1).ln();
        let ideal: f64 = (1..=relevant.len().min(k) as u32).map(gain).sum();
        let precisions = (1..)
            .zip(&hits)
            .map(|(hits, rank)| f64::from(hits) / f64::from(*rank));
        let found = hits.len() as f64;
        Self {
            ndcg: hits.iter().copied().map(gain).sum::<f64>() / ideal,
            recall: found / relevant.len() as f64,
            precision: found / k as f64,
            average_precision: precisions.sum::<f64>() / relevant.len() as f64,
            hit: f64::from(u8::from(!hits.is_empty())),
        }
    }
}

/// A mean with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Figure {
    pub value: f64,
    /// The lower end; null where nothing was sampled.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

/// The means over some users.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Means {
    /// Normalised discounted cumulative gain.
    pub ndcg: Figure,
    /// Of what a user chose later, the share in the list.
    pub recall: Figure,
    /// Of the places of a list, the share with what the user chose later.
    pub precision: Figure,
    /// Mean average precision.
    pub map: Figure,
    /// Of the lists, the share that held something that the user chose later.
    pub hit_rate: Figure,
}

/// Samples of users, the same for every model.
pub struct Samples {
    /// How often each user was drawn, by sample.
    draws: Vec<Vec<u32>>,
}

const SEED: u64 = 95;
/// Samples are fewer where there are more users than this many draws allow.
const MOST_DRAWS: usize = 50_000_000;

impl Samples {
    /// As many samples as there is time for, at most `most`.
    pub fn new(users: usize, most: usize) -> Self {
        let mut chance = Chance::new(SEED);
        let samples = most.min(MOST_DRAWS / users.max(1));
        let draw = |_| {
            let mut drawn = vec![0; users];
            for _ in 0..users {
                drawn[chance.below(users as u32) as usize] += 1;
            }
            drawn
        };
        Self {
            draws: (0..samples).map(draw).collect(),
        }
    }

    pub fn means(&self, lists: &[OfUser]) -> Means {
        let figure = |of: fn(&OfUser) -> f64| self.mean(lists, of);
        Means {
            ndcg: figure(|list| list.ndcg),
            recall: figure(|list| list.recall),
            precision: figure(|list| list.precision),
            map: figure(|list| list.average_precision),
            hit_rate: figure(|list| list.hit),
        }
    }

    fn mean(&self, lists: &[OfUser], of: fn(&OfUser) -> f64) -> Figure {
        let users = lists.len().max(1) as f64;
        let values: Vec<f64> = lists.iter().map(of).collect();
        let mut means: Vec<f64> = self
            .draws
            .iter()
            .map(|drawn| {
                let sum = drawn.iter().zip(&values);
                sum.map(|(times, value)| f64::from(*times) * value)
                    .sum::<f64>()
                    / users
            })
            .collect();
        means.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| {
            let place = (share * means.len() as f64) as usize;
            means.get(place.min(means.len().saturating_sub(1))).copied()
        };
        Figure {
            value: values.iter().sum::<f64>() / users,
            low: at(0.025),
            high: at(0.975),
        }
    }
}
