//! The ridge on the counts: what is left of a count when everything else is taken into account.
//!
//! A count says how often two items are chosen together, and says it of a film and its sequel as of
//! a film and whatever everybody saw. A regression asks more: of all that somebody chose, what
//! speaks for this item when the others have had their say? Its solution needs nothing but the
//! counts (Ning and Karypis 2011; Steck 2019, *Embarrassingly shallow autoencoders*).
//!
//! With C the counts, the items' totals c on its diagonal, U users and S = Σ c, and for each item j
//! with its neighbours N:
//!
//! ```text
//! λ   = ρ·S/U
//! d_i = λ·c_i^γ·S / Σ c^(1+γ)          the penalty of item i; its mean over choices is λ
//! x   = (C_NN + diag(d_N))⁻¹·C_Nj
//! p   = 1 / (c_j + d_j − C_jN·x)       an element of the inverse's diagonal
//! x_i·p^(1−τ)                          the weight of a chosen i for j
//! ```
//!
//! γ = ½ gives rare items, of which little is known, less of a penalty than their counts would and
//! frequent ones more. τ = 1 is the regression itself; below it, items that the others say much
//! about are put before those they say little about. ρ = ∞ is the limit: a neighbour form,
//! `C_ij / (c_i^γ·c_j^(γ(1−τ)))`, which data with little structure wants.
//!
//! The neighbours are the `neighbours` items with the largest `C_ij/√c_i`. With all of them it is the
//! exact inverse; two hundred lose one part in a hundred at most on the sets that were measured and
//! gain on sparse ones, take memory in proportion to the items alone and make each item a task of its
//! own. So there is one form for every size of catalog.

use std::num::NonZeroUsize;

use faer::linalg::solvers::Solve as _;
use faer::{Mat, Side};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::weights::{Weights, of_items};
use crate::counting::{Baskets, PairCounts, Totals};

/// The ridge with all its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ridge {
    /// ρ: the mean penalty in mean basket lengths, above 0; null for infinity, the neighbour form.
    pub rho: Option<f64>,
    /// γ: how the penalty grows with how often an item is chosen, 0 to 1.
    pub gamma: f64,
    /// τ: at 1 the regression itself; below it, well-explained items come first; 0 to 1.
    pub tau: f64,
    /// How many neighbours each item's regression has, 1 to 1,000.
    pub neighbours: usize,
}

impl Ridge {
    /// All but τ: what takes time to solve.
    pub fn penalty(&self) -> Penalty {
        Penalty {
            rho: self.rho.unwrap_or(f64::INFINITY),
            gamma: self.gamma,
            neighbours: self.neighbours,
        }
    }
}

/// How much is asked of the data before it is believed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Penalty {
    /// ρ: the mean penalty in mean basket lengths; infinite for the neighbour form.
    pub rho: f64,
    /// γ: how the penalty grows with how often an item is chosen.
    pub gamma: f64,
    /// How many neighbours each item's regression has.
    pub neighbours: usize,
}

/// What the regressions of all items give, before τ is chosen.
pub struct Solved {
    penalty: Penalty,
    totals: Vec<u32>,
    columns: Vec<Column>,
}

/// One item's regression.
struct Column {
    /// Neighbours, rising, with x.
    weights: Vec<(u32, f64)>,
    /// p.
    inverse: f64,
}

/// What is the same for every item.
struct Problem<'a> {
    baskets: &'a Baskets,
    pairs: &'a PairCounts,
    totals: Totals,
    penalty: Penalty,
    /// Each item's penalty.
    penalties: Vec<f64>,
}

/// Solves the regression of every item. `done` is called each time one is and answers whether the
/// work is still wanted; there is no answer once it is not. Takes time in proportion to the items and
/// the cube of the neighbours. Each regression is solved on one thread, so that the answer does not
/// depend on how many there are.
pub fn solve(
    baskets: &Baskets,
    pairs: &PairCounts,
    penalty: Penalty,
    threads: NonZeroUsize,
    done: &(dyn Fn() -> bool + Sync),
) -> Option<Solved> {
    let items = baskets.item_count();
    let problem = Problem {
        baskets,
        pairs,
        totals: pairs.totals(baskets),
        penalty,
        penalties: penalties(baskets, penalty),
    };
    let column = |(): &mut (), item| problem.column(item);
    Some(Solved {
        penalty,
        totals: (0..items).map(|item| baskets.total(item)).collect(),
        columns: of_items(0..items, threads, done, || (), column)?,
    })
}

/// Each item's penalty; nothing where the neighbour form is asked for.
fn penalties(baskets: &Baskets, penalty: Penalty) -> Vec<f64> {
    let totals = (0..baskets.item_count()).map(|item| f64::from(baskets.total(item)));
    let choices: f64 = totals.clone().sum();
    let lambda = penalty.rho * choices / f64::from(baskets.len().max(1));
    let grown: f64 = totals
        .clone()
        .map(|total| total.powf(1.0 + penalty.gamma))
        .sum();
    let of = |total: f64| lambda * total.powf(penalty.gamma) * choices / grown;
    totals.map(of).collect()
}

impl Problem<'_> {
    fn column(&self, item: u32) -> Column {
        let neighbours = self.neighbours(item);
        let together = |other: u32| f64::from(self.pairs.get(item, other));
        if self.penalty.rho.is_infinite() || neighbours.is_empty() {
            let weights = neighbours.iter().map(|&other| (other, together(other)));
            return Column {
                weights: weights.collect(),
                inverse: 1.0,
            };
        }
        let counts = Mat::from_fn(neighbours.len(), neighbours.len(), |row, column| {
            let (a, b) = (neighbours[row], neighbours[column]);
            if row == column {
                f64::from(self.baskets.total(a)) + self.penalties[a as usize]
            } else {
                f64::from(self.pairs.get(a, b))
            }
        });
        let wanted = Mat::from_fn(neighbours.len(), 1, |row, _| together(neighbours[row]));
        let factor = counts
            .llt(Side::Lower)
            .expect("BUG: counts with a penalty are positive definite");
        let solved = factor.solve(&wanted);
        let explained: f64 = (0..neighbours.len())
            .map(|row| wanted[(row, 0)] * solved[(row, 0)])
            .sum();
        let own = f64::from(self.baskets.total(item)) + self.penalties[item as usize];
        Column {
            inverse: 1.0 / (own - explained),
            weights: (0..)
                .zip(&neighbours)
                .map(|(row, &other)| (other, solved[(row, 0)]))
                .collect(),
        }
    }

    /// The neighbours that an item's regression has, rising.
    fn neighbours(&self, item: u32) -> Vec<u32> {
        let near = |together: u32, total: u32| f64::from(together) / f64::from(total).sqrt();
        let best = self.pairs.best(item, self.baskets, &self.totals, 1, near);
        let best = best.take(self.penalty.neighbours);
        let mut neighbours: Vec<u32> = best.map(|(other, _)| other).collect();
        neighbours.sort_unstable();
        neighbours
    }
}

impl Solved {
    /// The weights at a τ.
    pub fn weights(&self, tau: f64) -> Weights {
        let gamma = self.penalty.gamma;
        let total = |item: usize| f64::from(self.totals[item]);
        let scale = |item: usize| {
            if self.penalty.rho.is_infinite() {
                total(item).powf(-gamma * (1.0 - tau))
            } else {
                self.columns[item].inverse.powf(1.0 - tau)
            }
        };
        let own = |chosen: u32| {
            if self.penalty.rho.is_infinite() {
                total(chosen as usize).powf(-gamma)
            } else {
                1.0
            }
        };
        let columns: Vec<Vec<(u32, f32)>> = (0..)
            .zip(&self.columns)
            .map(|(item, column): (usize, &Column)| {
                let scale = scale(item);
                let weights = column.weights.iter();
                let weights = weights
                    .map(|&(chosen, weight)| (chosen, (weight * own(chosen) * scale) as f32));
                weights.collect()
            })
            .collect();
        Weights::from_columns(&columns)
    }
}
