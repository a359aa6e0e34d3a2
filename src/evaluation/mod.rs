//! How good recommendations are: models measured on choices that they did not learn from.
//!
//! [`choices`] holds the two parts, [`methods`] what is compared, [`tune`] chooses parameters by the
//! training part alone, and [`metrics`] says how good the lists are, with intervals. Everything is
//! drawn by fixed seeds: the same files give the same figures. Start reading at [`evaluate`].

pub mod choices;
pub mod methods;
pub mod metrics;
pub mod tune;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::num::NonZeroUsize;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use self::choices::Choices;
use self::methods::{Learnt, Method, Training};
use self::metrics::{Figure, Means, OfUser, Samples};
use crate::counting::{count_pairs, in_parallel};

/// Samples of users behind an interval.
const SAMPLES: usize = 1_000;

/// How good one model is.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Measured {
    /// What people call it.
    pub name: String,
    /// What it was told.
    #[schema(value_type = Object)]
    pub parameters: Value,
    #[serde(flatten)]
    pub means: Means,
    /// Of the items that were chosen before, the share that stands in some list.
    pub coverage: Figure,
    /// Seconds of learning.
    pub seconds: f64,
}

/// What an evaluation found.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Evaluation {
    /// Users with something to find.
    pub users: usize,
    /// Places of a list.
    pub k: usize,
    /// The model that was chosen by the training part alone.
    pub default: String,
    pub models: Vec<Measured>,
    /// How the default's parameters were chosen.
    pub tuning: tune::Record,
}

/// Measures methods, and the ridge with parameters chosen by the training part. Users and items have
/// the same numbers in both parts.
pub fn evaluate(
    training: &Choices,
    test: &Choices,
    methods: &[Method],
    k: usize,
    threads: NonZeroUsize,
    mut progress: impl FnMut(&str, f64),
) -> Evaluation {
    let (default, tuning) = tune::ridge(training, k, threads, |done| {
        progress("choosing parameters", done);
    });
    let baskets = training.baskets(threads);
    let pairs = count_pairs(&baskets, threads);
    let counted = Training {
        choices: training,
        baskets: &baskets,
        pairs: &pairs,
        threads,
    };
    let users = (0..test.users()).filter(|user| !test.of(*user).is_empty());
    let users = users.count();
    let samples = Samples::new(users, SAMPLES);
    let chosen = (0..training.items()).filter(|item| baskets.total(*item) > 0);
    let chosen = chosen.count().max(1);
    let all = methods.iter().copied().chain([default]);
    let count = methods.len() + 1;
    let models = all.enumerate().map(|(number, method)| {
        let started = std::time::Instant::now();
        let learnt = Learnt::new(method, &counted);
        let seconds = started.elapsed().as_secs_f64();
        let lists = lists(&learnt, training, test, k, threads);
        progress("measuring", (number + 1) as f64 / count as f64);
        let found: HashSet<u32> = lists.iter().flat_map(|list| &list.items).copied().collect();
        Measured {
            name: method.name(),
            parameters: method.parameters(),
            means: samples.means(&of_users(&lists, test, k)),
            coverage: Figure {
                value: found.len() as f64 / chosen as f64,
                low: None,
                high: None,
            },
            seconds,
        }
    });
    Evaluation {
        users,
        k,
        models: models.collect(),
        default: default.name(),
        tuning,
    }
}

/// The list of one user.
pub struct List {
    pub user: u32,
    /// The best first.
    pub items: Vec<u32>,
}

/// The lists of all users with something to find, none of it in their training part.
pub fn lists(
    learnt: &Learnt,
    training: &Choices,
    test: &Choices,
    k: usize,
    threads: NonZeroUsize,
) -> Vec<List> {
    let users = (0..test.users()).filter(|user| !test.of(*user).is_empty());
    let users: Vec<u32> = users.collect();
    in_parallel(users.into_iter(), threads, Vec::new, |scores, user| List {
        user,
        items: learnt.list(training.of(user), k, scores, training.items()),
    })
}

/// How good each list is.
pub fn of_users(lists: &[List], test: &Choices, k: usize) -> Vec<OfUser> {
    let of_user = |list: &List| {
        let relevant: Vec<u32> = test
            .of(list.user)
            .iter()
            .map(|choice| choice.item)
            .collect();
        OfUser::new(&list.items, &relevant, k)
    };
    lists.iter().map(of_user).collect()
}
