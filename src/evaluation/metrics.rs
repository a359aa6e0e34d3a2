//! How good lists are: what a user chose later, where it stands in the user's list, and how much
//! everybody's it is.
//!
//! Every choice that was held back is relevant, whatever its rating. Each figure is the mean over
//! users who have one; its interval is the middle 95 % of what samples of as many users, drawn with
//! replacement, give (Efron 1979). All models are measured on the same samples.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::chance::Chance;
use crate::counting::Baskets;

/// One user's list.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OfUser {
    pub ndcg: f64,
    pub recall: f64,
    pub precision: f64,
    pub average_precision: f64,
    pub hit: f64,
    /// None where nothing is listed.
    pub novelty: Option<f64>,
    /// None where nothing is listed, or nothing is known of what the user chose.
    pub popularity_lift: Option<f64>,
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
            novelty: None,
            popularity_lift: None,
        }
    }

    /// With how popular the list is, for a user who chose some before.
    #[must_use]
    pub fn beside(self, shares: &Shares, list: &[u32], chosen: &[u32]) -> Self {
        Self {
            novelty: shares.novelty(list),
            popularity_lift: shares.popularity_lift(list, chosen),
            ..self
        }
    }
}

/// By item, of the baskets that were learnt from the share that holds it.
pub struct Shares(Vec<f64>);

impl Shares {
    pub fn new(baskets: &Baskets) -> Self {
        let all = f64::from(baskets.len().max(1));
        let share = |item| f64::from(baskets.total(item)) / all;
        Self((0..baskets.item_count()).map(share).collect())
    }

    /// The mean information of what is listed, −log₂ of its share, in bits (Zhou et al. 2010). What is
    /// listed was chosen before.
    fn novelty(&self, list: &[u32]) -> Option<f64> {
        mean(list.iter().map(|item| -self.0[*item as usize].log2()))
    }

    /// By how much the mean share of what is listed is above that of what the user chose, as a part of
    /// the latter (Abdollahpouri et al. 2019).
    fn popularity_lift(&self, list: &[u32], chosen: &[u32]) -> Option<f64> {
        let popularity = |items: &[u32]| mean(items.iter().map(|item| self.0[*item as usize]));
        let own = popularity(chosen).filter(|own| *own > 0.0)?;
        Some((popularity(list)? - own) / own)
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let count = values.len();
    (count > 0).then(|| values.sum::<f64>() / count as f64)
}

/// A mean with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Figure {
    /// The mean.
    pub value: f64,
    /// The lower end; null where nothing was sampled.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

/// The means over some users.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
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
    /// Of the listed items, the mean information, −log₂ of the share of baskets with one, in bits: 0 for
    /// what everybody has, 10 for what one of a thousand has. Over users whose list holds anything.
    pub novelty: Figure,
    /// By how much the listed items are more popular than what the user chose, as a part of the latter:
    /// 0 as popular, 1 twice as popular. Over users whose list holds anything.
    pub popularity_lift: Figure,
}

/// A user's part in a ratio of sums over users.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// The user's place among all that are measured.
    pub user: u32,
    pub sum: f64,
    pub of: f64,
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
        let figure = |of: fn(&OfUser) -> Option<f64>| self.mean(lists.iter().map(of));
        Means {
            ndcg: figure(|list| Some(list.ndcg)),
            recall: figure(|list| Some(list.recall)),
            precision: figure(|list| Some(list.precision)),
            map: figure(|list| Some(list.average_precision)),
            hit_rate: figure(|list| Some(list.hit)),
            novelty: figure(|list| list.novelty),
            popularity_lift: figure(|list| list.popularity_lift),
        }
    }

    /// The mean over users, in their order, who have a value.
    pub fn mean(&self, values: impl Iterator<Item = Option<f64>>) -> Figure {
        let parts = (0..).zip(values).filter_map(|(user, value)| {
            let part = |sum| Part { user, sum, of: 1.0 };
            value.map(part)
        });
        self.ratio(&parts.collect::<Vec<_>>())
    }

    /// What the parts sum to; 0 of nothing. A sample with nobody who has a part says nothing.
    pub fn ratio(&self, parts: &[Part]) -> Figure {
        let sampled = self
            .draws
            .iter()
            .filter_map(|drawn| quotient(parts, |part| f64::from(drawn[part.user as usize])));
        let mut ratios: Vec<f64> = sampled.collect();
        ratios.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| {
            let place = (share * ratios.len() as f64) as usize;
            ratios
                .get(place.min(ratios.len().saturating_sub(1)))
                .copied()
        };
        Figure {
            value: quotient(parts, |_| 1.0).unwrap_or(0.0),
            low: at(0.025),
            high: at(0.975),
        }
    }
}

/// What the parts, each so many times, sum to; nothing of nothing.
fn quotient(parts: &[Part], times: impl Fn(&Part) -> f64) -> Option<f64> {
    let (mut sum, mut of) = (0.0, 0.0);
    for part in parts {
        let times = times(part);
        sum += times * part.sum;
        of += times * part.of;
    }
    (of > 0.0).then(|| sum / of)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;

    #[test]
    fn novelty_and_popularity_are_those_worked_by_hand() {
        // Of four baskets item 0 is in all, 1 in two and 2 in one; nobody chose 3.
        let pairs = vec![(0, 0), (1, 0), (2, 0), (3, 0), (0, 1), (1, 1), (0, 2)];
        let shares = Shares::new(&Baskets::from_pairs(4, 4, pairs, NonZeroUsize::MIN));
        let of = |list, chosen| OfUser::default().beside(&shares, list, chosen);
        // (0 + 1 + 2) / 3 bits; (1 + ½ + ¼) / 3 beside ½.
        let found = of(&[0, 1, 2], &[1]);
        assert_eq!(found.novelty, Some(1.0));
        let lift = found.popularity_lift.unwrap();
        assert!((lift - (1.75 / 3.0 - 0.5) / 0.5).abs() < 1e-15);
        assert_eq!(
            of(&[2], &[0, 1]).popularity_lift,
            Some((0.25 - 0.75) / 0.75)
        );
        let nothing = of(&[], &[1]);
        assert_eq!((nothing.novelty, nothing.popularity_lift), (None, None));
        assert_eq!(of(&[1], &[3]).popularity_lift, None);
    }

    #[test]
    fn a_ratio_is_of_sums_and_its_interval_around_it() {
        let part = |user, sum, of| Part { user, sum, of };
        let samples = Samples::new(40, 500);
        let parts: Vec<Part> = (0..40)
            .map(|user| part(user, f64::from(user % 2), 2.0))
            .collect();
        let ratio = samples.ratio(&parts);
        assert!((ratio.value - 0.25).abs() < 1e-15);
        let (low, high) = (ratio.low.unwrap(), ratio.high.unwrap());
        assert!(
            (0.15..0.2).contains(&low) && (0.3..0.35).contains(&high),
            "{ratio:?}"
        );
        let nobody = Figure {
            value: 0.0,
            low: None,
            high: None,
        };
        assert_eq!(samples.ratio(&[]), nobody);
        // Those without a value are not in the mean.
        let values = [Some(1.0), None, Some(2.0)];
        assert!((Samples::new(3, 0).mean(values.into_iter()).value - 1.5).abs() < 1e-15);
    }
}
