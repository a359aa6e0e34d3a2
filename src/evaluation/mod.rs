//! How good recommendations are: models measured on choices that they did not learn from.
//!
//! [`trial`] holds back choices and says who is asked for, [`choices`] holds two parts that somebody
//! else made, [`methods`] what is compared, [`tune`] chooses parameters by the training part alone,
//! [`metrics`] says how good the lists are, with intervals, and [`report`] is what is kept with a
//! version of a model. Everything is drawn by fixed seeds: the same choices give the same figures.
//! Start reading at [`evaluate`] for two files and at [`report::report`] for a version.

pub mod choices;
pub mod groups;
pub mod methods;
pub mod metrics;
pub mod report;
pub mod trial;
pub mod tune;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::num::NonZeroUsize;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use self::choices::{Choice, Choices};
use self::methods::{Learnt, Method, Training, Working};
use self::metrics::{Figure, Means, OfUser, Samples, Shares};
use self::trial::Case;
use crate::counting::{Baskets, count_pairs, in_parallel};
use crate::models::recipe::Recipe;

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
/// the same numbers in both parts. `progress` is told, on any of the threads, what is done and how much
/// of it, from 0 to 1.
pub fn evaluate(
    training: &Choices,
    test: &Choices,
    methods: &[Method],
    k: usize,
    threads: NonZeroUsize,
    progress: &(dyn Fn(&str, f64) + Sync),
) -> Evaluation {
    let baskets = training.baskets(threads);
    let (default, tuning) = tune::ridge(&baskets, 1, k, threads, &|share| {
        progress("choosing parameters", share);
        true
    })
    .expect("BUG: nobody stopped it");
    let default = Method::Recipe(Recipe::Ridge(default));
    let pairs = count_pairs(&baskets, threads);
    let counted = Training {
        choices: training,
        baskets: &baskets,
        pairs: &pairs,
        threads,
    };
    let cases = cases(training, test);
    let samples = Samples::new(cases.len(), SAMPLES);
    let shares = Shares::new(&baskets);
    let all = methods.iter().copied().chain([default]);
    let count = methods.len() + 1;
    let models = all.enumerate().map(|(number, method)| {
        let started = std::time::Instant::now();
        let learnt = Learnt::new(method, &counted);
        let seconds = started.elapsed().as_secs_f64();
        let asks = |case: &Case| learnt.asks(training.of(case.owner));
        let lists = lists(&learnt, &cases, asks, k, threads);
        progress("measuring", (number + 1) as f64 / count as f64);
        Measured {
            name: method.name(),
            parameters: method.parameters(),
            means: samples.means(&of_users(&lists, &cases, &shares, k)),
            coverage: coverage(&lists, &baskets),
            seconds,
        }
    });
    Evaluation {
        users: cases.len(),
        k,
        models: models.collect(),
        default: default.name(),
        tuning,
    }
}

/// All users with something to find in a part that somebody else held back; what they chose in both
/// parts is to be found, too, though no list can hold it.
fn cases(training: &Choices, test: &Choices) -> Vec<Case> {
    let items = |chosen: &[Choice]| chosen.iter().map(|choice| choice.item).collect();
    let users = (0..test.users()).filter(|user| !test.of(*user).is_empty());
    let case = |user| Case {
        owner: user,
        chosen: items(training.of(user)),
        relevant: items(test.of(user)),
    };
    users.map(case).collect()
}

/// The list of each case, the best first, for what asks; nothing that its owner chose is in it.
pub fn lists(
    learnt: &Learnt,
    cases: &[Case],
    asks: impl Fn(&Case) -> Vec<(u32, f64)> + Sync,
    k: usize,
    threads: NonZeroUsize,
) -> Vec<Vec<u32>> {
    in_parallel(cases.iter(), threads, Working::default, |working, case| {
        learnt.list(asks(case), &case.chosen, k, working)
    })
}

/// How good each list is.
pub fn of_users(lists: &[Vec<u32>], cases: &[Case], shares: &Shares, k: usize) -> Vec<OfUser> {
    let of_user = |(list, case): (&Vec<u32>, &Case)| {
        OfUser::new(list, &case.relevant, k).beside(shares, list, &case.chosen)
    };
    lists.iter().zip(cases).map(of_user).collect()
}

/// Of the items that were chosen before, the share that stands in some list.
fn coverage(lists: &[Vec<u32>], baskets: &Baskets) -> Figure {
    let chosen = (0..baskets.item_count()).filter(|item| baskets.total(*item) > 0);
    let listed: HashSet<u32> = lists.iter().flatten().copied().collect();
    Figure {
        value: listed.len() as f64 / chosen.count().max(1) as f64,
        low: None,
        high: None,
    }
}
