//! Choosing a model's parameters by the training rows alone.
//!
//! A tenth of the training rows is hidden at random; every candidate learns from the others and is
//! measured on what was hidden; then the best learns from all of them. It is a tenth and not a
//! quarter, because what is left should be about as dense as what the model will learn from:
//! thinner data wants more of a penalty. Where rows are few, three parts are hidden one after the
//! other and the figures averaged.

use std::num::NonZeroUsize;

use serde::Serialize;
use utoipa::ToSchema;

use super::choices::Choices;
use super::methods::{Learnt, Method};
use super::{lists, of_users};
use crate::chance::Chance;
use crate::counting::count_pairs;
use crate::models::ridge::{self, Penalty};

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
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Record {
    /// Rows that the models could learn from.
    pub training_rows: usize,
    /// Rows of them that were hidden each time.
    pub hidden_rows: usize,
    /// How often.
    pub folds: usize,
    pub tried: Vec<Tried>,
}

/// One candidate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Tried {
    /// Null for infinity, the neighbour form.
    pub rho: Option<f64>,
    pub tau: f64,
    /// Mean nDCG over the folds.
    pub ndcg: f64,
}

/// Chooses the ridge's parameters. `done` is told how much of the work is, from 0 to 1.
pub fn ridge(
    training: &Choices,
    k: usize,
    threads: NonZeroUsize,
    mut done: impl FnMut(f64),
) -> (Method, Record) {
    let folds = if training.len() < FEW { FOLDS } else { 1 };
    let parts = parts(training.len());
    let mut tried: Vec<Tried> = Vec::new();
    let mut hidden_rows = 0;
    let steps = (folds * RHOS.len()) as f64;
    for fold in 0..folds {
        let mut row = 0;
        let (left, hidden) = training.split(|_| {
            row += 1;
            parts[row - 1] as usize == fold
        });
        hidden_rows = hidden.len();
        let baskets = left.baskets(threads);
        let pairs = count_pairs(&baskets, threads);
        for (at, rho) in RHOS.into_iter().enumerate() {
            let solved = ridge::solve(&baskets, &pairs, penalty(rho), threads, || ());
            for (number, tau) in TAUS.into_iter().enumerate() {
                let learnt = Learnt::of_weights(solved.weights(tau));
                let lists = lists(&learnt, &left, &hidden, k, threads);
                let users = of_users(&lists, &hidden, k);
                let sum: f64 = users.iter().map(|list| list.ndcg).sum();
                let ndcg = sum / users.len().max(1) as f64;
                match tried.get_mut(at * TAUS.len() + number) {
                    Some(tried) => tried.ndcg += ndcg / folds as f64,
                    None => tried.push(Tried {
                        rho: rho.is_finite().then_some(rho),
                        tau,
                        ndcg: ndcg / folds as f64,
                    }),
                }
            }
            done((fold * RHOS.len() + at + 1) as f64 / steps);
        }
    }
    // The first of equals: the smaller penalty.
    let better = |best: Tried, next: &Tried| if next.ndcg > best.ndcg { *next } else { best };
    let best = tried.iter().skip(1).fold(tried[0], better);
    let method = Method::Ridge {
        penalty: penalty(best.rho.unwrap_or(f64::INFINITY)),
        tau: best.tau,
    };
    let record = Record {
        training_rows: training.len(),
        hidden_rows,
        folds,
        tried,
    };
    (method, record)
}

fn penalty(rho: f64) -> Penalty {
    Penalty {
        rho,
        gamma: GAMMA,
        neighbours: NEIGHBOURS,
    }
}

/// By row, the tenth it is in.
fn parts(rows: usize) -> Vec<u8> {
    let mut parts: Vec<u8> = (0..rows).map(|row| (row % HIDDEN) as u8).collect();
    Chance::new(SEED).shuffle(&mut parts);
    parts
}
