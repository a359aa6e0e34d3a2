//! Choosing a model's parameters by the training rows alone.
//!
//! A tenth of the training rows is hidden at random; every candidate learns from the others and is
//! measured on what was hidden; then the best learns from all of them. It is a tenth and not a
//! quarter, because what is left should be about as dense as what the model will learn from:
//! thinner data wants more of a penalty. Where rows are few, three parts are hidden one after the
//! other and the figures averaged.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists;
use super::methods::Learnt;
use super::metrics::OfUser;
use super::trial::{Case, Parted};
use crate::chance::Chance;
use crate::counting::{Baskets, count_pairs};
use crate::models::recipe::Counted;
use crate::models::ridge::{self, Ridge};
use crate::models::weights::Weights;

const SEED: u64 = 10;
/// Of so many rows one is hidden.
const HIDDEN: usize = 10;
/// With fewer rows than this, several parts are hidden one after the other.
const FEW: usize = 300_000;
const FOLDS: usize = 3;

/// ρ, in mean basket lengths.
const RHOS: [f64; 8] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 150.0, f64::INFINITY];
const TAUS: [f64; 3] = [0.5, 0.75, 1.0];
const GAMMA: f64 = 0.5;
/// As many while parameters are chosen as afterwards: fewer want another penalty.
const NEIGHBOURS: usize = 200;

/// What was tried, and what was chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Record {
    /// Rows that the models could learn from.
    pub training_rows: usize,
    /// Rows of them that were hidden each time.
    pub hidden_rows: usize,
    /// How often.
    pub folds: usize,
    /// Every candidate.
    pub tried: Vec<Tried>,
}

/// One candidate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Tried {
    /// Null for infinity, the neighbour form.
    pub rho: Option<f64>,
    /// As the ridge has it.
    pub tau: f64,
    /// Mean nDCG over the folds.
    pub ndcg: f64,
}

/// Chooses the ridge's parameters for lists of `k`, by baskets alone; items that fewer than
/// `least_together` of them hold together say nothing for one another. `done` is told, on any of the
/// threads, how much of the work is done, from 0 to 1, and answers whether it is still wanted; there
/// is no answer once it is not.
pub fn ridge(
    baskets: &Baskets,
    least_together: u32,
    k: usize,
    threads: NonZeroUsize,
    done: &(dyn Fn(f64) -> bool + Sync),
) -> Option<(Ridge, Record)> {
    let rows = baskets.choices() as usize;
    let folds = if rows < FEW { FOLDS } else { 1 };
    let parts = parts(rows);
    let mut tried = candidates();
    let mut hidden_rows = 0;
    let steps = (folds * RHOS.len() * baskets.item_count() as usize).max(1) as f64;
    let solved = AtomicUsize::new(0);
    let done = || done((solved.fetch_add(1, Ordering::Relaxed) + 1) as f64 / steps);
    for fold in 0..folds {
        let is_hidden: Vec<bool> = parts.iter().map(|part| *part as usize == fold).collect();
        let parted = Parted::new(baskets, &is_hidden, threads);
        hidden_rows = parted.hidden as usize;
        let counted = Counted {
            baskets: &parted.baskets,
            pairs: &count_pairs(&parted.baskets, threads),
            least_together,
            ages: None,
        };
        for of_rho in tried.chunk_by_mut(|one, next| one.rho == next.rho) {
            let penalty = of_rho[0].ridge().penalty();
            let solved = ridge::solve(counted.baskets, counted.pairs, penalty, threads, &done)?;
            for tried in of_rho {
                let weights = counted.only_evident(solved.weights(tried.tau));
                tried.ndcg += ndcg(weights, &parted.cases, k, threads) / folds as f64;
            }
        }
    }
    // The first of equals: the smaller penalty.
    let better = |best: Tried, next: &Tried| if next.ndcg > best.ndcg { *next } else { best };
    let best = tried.iter().skip(1).fold(tried[0], better);
    let record = Record {
        training_rows: rows,
        hidden_rows,
        folds,
        tried,
    };
    Some((best.ridge(), record))
}

/// All candidates, those of one penalty together.
fn candidates() -> Vec<Tried> {
    let of_rho = |rho: f64| {
        TAUS.map(|tau| Tried {
            rho: rho.is_finite().then_some(rho),
            tau,
            ndcg: 0.0,
        })
    };
    RHOS.into_iter().flat_map(of_rho).collect()
}

impl Tried {
    fn ridge(&self) -> Ridge {
        Ridge {
            rho: self.rho,
            gamma: GAMMA,
            tau: self.tau,
            neighbours: NEIGHBOURS,
        }
    }
}

/// The mean nDCG of a model's lists.
fn ndcg(weights: Weights, cases: &[Case], k: usize, threads: NonZeroUsize) -> f64 {
    let learnt = Learnt::of_weights(weights);
    let lists = lists(&learnt, cases, Case::history, k, threads);
    let of = |(list, case): (&Vec<u32>, &Case)| OfUser::new(list, &case.relevant, k).ndcg;
    lists.iter().zip(cases).map(of).sum::<f64>() / cases.len().max(1) as f64
}

/// By row, the tenth it is in.
fn parts(rows: usize) -> Vec<u8> {
    let mut parts: Vec<u8> = (0..rows).map(|row| (row % HIDDEN) as u8).collect();
    Chance::new(SEED).shuffle(&mut parts);
    parts
}
