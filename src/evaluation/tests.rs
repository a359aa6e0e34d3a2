//! Figures that were worked out elsewhere, and the rules of an evaluation.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::{env, fs};

use chrono::DateTime;
use faer::Mat;
use faer::linalg::solvers::Solve as _;
use proptest::prelude::*;

use super::choices::{Choice, Choices};
use super::methods::{Learnt, Method, Training, Working};
use super::metrics::{OfUser, Samples, Shares};
use super::trial::Case;
use super::{cases, evaluate, lists, of_users, tune};
use crate::counting::{Baskets, Measure, PairCounts, count_pairs};
use crate::models::recipe::{Counted, Recipe};
use crate::models::ridge::{self, Penalty};

fn threads() -> NonZeroUsize {
    NonZeroUsize::new(2).expect("two are some")
}

/// A part of the split of MovieLens 100k, by its own numbers; nothing, said so, where it is absent.
fn split(part: &str) -> Option<Vec<Choice>> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let directory = env::var_os("TANDEM_SHARED_DATA").map_or_else(beside, PathBuf::from);
    let Ok(text) = fs::read_to_string(directory.join("split-100k").join(part)) else {
        eprintln!("skipped: the shared data directory has no split-100k/{part}");
        return None;
    };
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let seconds = fields[3].parse().expect("a time");
        Choice {
            user: fields[0].parse().expect("a user"),
            item: fields[1].parse().expect("a film"),
            weight: fields[2].parse().expect("a rating"),
            at: DateTime::from_timestamp(seconds, 0),
        }
    };
    Some(text.lines().skip(1).map(row).collect())
}

/// Both parts, numbered by their ids; no user and no film is called 0.
fn movielens() -> Option<(Choices, Choices)> {
    let (train, test) = (split("train.csv")?, split("test.csv")?);
    let choices = |rows| Choices::new(944, 1_683, rows);
    Some((choices(train), choices(test)))
}

#[test]
fn known_methods_have_their_published_figures() {
    let Some((training, test)) = movielens() else {
        return;
    };
    let baskets = training.baskets(threads());
    let pairs = count_pairs(&baskets, threads());
    let counted = Training {
        choices: &training,
        baskets: &baskets,
        pairs: &pairs,
        threads: threads(),
    };
    let cases = cases(&training, &test);
    let shares = Shares::new(&baskets);
    let sar = |measure, half_life| Method::Sar { measure, half_life };
    // By numpy and the recommenders project's metrics; SAR with Jaccard is .3938 in its own table.
    let expected = [
        (Method::Popularity, [0.2524, 0.1132, 0.2287, 0.0560]),
        (
            Method::Measure(Measure::Together),
            [0.3534, 0.1500, 0.3019, 0.0914],
        ),
        (
            Method::Measure(Measure::Cosine),
            [0.4113, 0.1934, 0.3547, 0.1209],
        ),
        (
            Method::Measure(Measure::Jaccard),
            [0.3954, 0.1884, 0.3400, 0.1160],
        ),
        (
            sar(Measure::Cosine, Some(30.0)),
            [0.4078, 0.1904, 0.3506, 0.1194],
        ),
        (
            sar(Measure::Jaccard, Some(30.0)),
            [0.3938, 0.1854, 0.3406, 0.1140],
        ),
        (sar(Measure::Cosine, None), [0.4099, 0.1917, 0.3510, 0.1206]),
        (
            Method::Walk {
                alpha: 0.8,
                beta: 0.4,
            },
            [0.4359, 0.2079, 0.3739, 0.1299],
        ),
        (Method::Bm25, [0.4256, 0.2021, 0.3755, f64::NAN]),
    ];
    for (method, expected) in expected {
        let learnt = Learnt::new(method, &counted);
        let asks = |case: &Case| learnt.asks(training.of(case.owner));
        let lists = lists(&learnt, &cases, asks, 10, threads());
        let means = Samples::new(lists.len(), 0).means(&of_users(&lists, &cases, &shares, 10));
        let found = [means.ndcg, means.recall, means.precision, means.map];
        for (found, expected) in found.iter().zip(expected) {
            let error = (found.value - expected).abs();
            assert!(
                expected.is_nan() || error <= 0.00015,
                "{method:?}: {} is not {expected}",
                found.value
            );
        }
    }
}

#[test]
fn a_list_has_the_figures_worked_by_hand() {
    // Found at ranks 1 and 3 of 4, of three that were to be found.
    let list = OfUser::new(&[7, 2, 5, 9], &[5, 6, 7], 4);
    let gain = |rank: f64| 1.0 / (rank + 1.0).ln();
    let ideal = gain(1.0) + gain(2.0) + gain(3.0);
    assert!((list.ndcg - (gain(1.0) + gain(3.0)) / ideal).abs() < 1e-15);
    assert!((list.recall - 2.0 / 3.0).abs() < 1e-15);
    assert!((list.precision - 0.5).abs() < 1e-15);
    assert!((list.average_precision - (1.0 + 2.0 / 3.0) / 3.0).abs() < 1e-15);
    assert!((list.hit - 1.0).abs() < 1e-15);
    let nothing = OfUser::new(&[1, 2], &[3], 10);
    assert_eq!(nothing, OfUser::default());
    // More to be found than places: the best list is perfect.
    assert!((OfUser::new(&[1, 2], &[1, 2, 3], 2).ndcg - 1.0).abs() < 1e-15);
}

/// The inverse of the counts with their penalties, γ being ½.
fn whole_inverse(baskets: &Baskets, pairs: &PairCounts, chosen: &[u32], rho: f64) -> Mat<f64> {
    let total = |item: u32| f64::from(baskets.total(item));
    let all: f64 = chosen.iter().map(|item| total(*item)).sum();
    let grown: f64 = chosen.iter().map(|item| total(*item).powf(1.5)).sum();
    let lambda = rho * all / f64::from(baskets.len());
    let matrix = Mat::from_fn(chosen.len(), chosen.len(), |row, column| {
        let (a, b) = (chosen[row], chosen[column]);
        if row == column {
            total(a) + lambda * total(a).sqrt() * all / grown
        } else {
            f64::from(pairs.get(a, b))
        }
    });
    let identity = Mat::<f64>::identity(chosen.len(), chosen.len());
    matrix.partial_piv_lu().solve(&identity)
}

/// Few choices of few users.
fn choices() -> impl Strategy<Value = Choices> {
    prop::collection::vec((0..12_u32, 0..15_u32), 20..120).prop_map(|pairs| {
        let choice = |(user, item)| Choice {
            user,
            item,
            weight: 1.0,
            at: None,
        };
        Choices::new(12, 15, pairs.into_iter().map(choice))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    /// With all others for neighbours the ridge is the inverse of the whole matrix.
    #[test]
    fn the_ridge_is_that_of_the_whole_matrix(
        choices in choices(),
        rho in prop::sample::select(vec![0.5, 3.0, 40.0]),
        tau in prop::sample::select(vec![0.5, 1.0]),
    ) {
        let baskets = choices.baskets(threads());
        let pairs = count_pairs(&baskets, threads());
        let chosen: Vec<u32> = (0..15).filter(|item| baskets.total(*item) > 0).collect();
        let inverse = whole_inverse(&baskets, &pairs, &chosen, rho);
        let penalty = Penalty { rho, gamma: 0.5, neighbours: 15 };
        let weights = ridge::solve(&baskets, &pairs, penalty, threads(), &|| true).unwrap().weights(tau);
        for (column, &b) in chosen.iter().enumerate() {
            let others = || chosen.iter().enumerate().filter(|(_, other)| **other != b);
            // Items that are never together are no neighbours.
            if others().any(|(_, other)| pairs.get(b, *other) == 0) {
                continue;
            }
            for (row, &a) in others() {
                let whole = -inverse[(row, column)] * inverse[(column, column)].powf(-tau);
                let found = f64::from(weights.get(a, b));
                prop_assert!((found - whole).abs() <= 1e-5 * whole.abs() + 1e-7, "{found} {whole}");
            }
        }
    }

    /// The live table read row by row lists what its weights would.
    #[test]
    fn the_live_table_is_its_weights(choices in choices(), least_together in 1..3_u32) {
        let baskets = choices.baskets(threads());
        let pairs = count_pairs(&baskets, threads());
        let counted = Counted { baskets: &baskets, pairs: &pairs, least_together, ages: None };
        let weights = Recipe::Live.train(&counted, threads(), &|| true).unwrap();
        let chosen: Vec<(u32, f64)> = choices.of(0).iter().map(|one| (one.item, 1.0)).collect();
        let mut scores = vec![0.0; 15];
        weights.add_to(&mut scores, chosen.iter().copied());
        let live = Learnt::live(counted).list(chosen, &[], 15, &mut Working::default());
        let spoken_for = scores.iter().filter(|score| **score > 0.0).count();
        prop_assert_eq!(live.len(), spoken_for);
        // Weights of 32 bits may put equals in another order.
        let falls = |pair: &[u32]| scores[pair[0] as usize] >= scores[pair[1] as usize] - 1e-6;
        prop_assert!(live.windows(2).all(falls), "{live:?} {scores:?}");
    }

    /// What each choice adds sums to the score, to the last bit.
    #[test]
    fn what_choices_add_sums_to_the_score(choices in choices()) {
        let baskets = choices.baskets(threads());
        let pairs = count_pairs(&baskets, threads());
        let penalty = Penalty { rho: 2.0, gamma: 0.5, neighbours: 5 };
        let weights = ridge::solve(&baskets, &pairs, penalty, threads(), &|| true).unwrap().weights(0.75);
        let chosen: Vec<(u32, f64)> = choices.of(0).iter().map(|one| (one.item, 1.0)).collect();
        let mut scores = vec![0.0; 15];
        weights.add_to(&mut scores, chosen.iter().copied());
        for item in 0..15 {
            let parts = chosen.iter().map(|(one, _)| f64::from(weights.get(*one, item)));
            let sum = parts.fold(0.0, |sum: f64, part| sum + part);
            prop_assert_eq!(sum.to_bits(), scores[item as usize].to_bits());
        }
    }
}

/// The parameters are chosen by the training part alone: another test part changes nothing of them.
#[test]
fn the_test_part_has_no_say_in_the_choice() {
    let choice = |(user, item)| Choice {
        user,
        item,
        weight: 1.0,
        at: None,
    };
    let pairs = (0..400_u32).map(|n| (n % 40, (n * n / 7 + n % 5) % 30));
    let training = Choices::new(40, 30, pairs.map(choice));
    let one = Choices::new(40, 30, [(0, 1)].map(choice));
    let other = Choices::new(40, 30, [(3, 2), (4, 7)].map(choice));
    let measured = |test| evaluate(&training, test, &[], 5, threads(), &|_, _| ());
    let (one, other) = (measured(&one), measured(&other));
    assert_eq!(one.tuning, other.tuning);
    assert_eq!(one.models[0].parameters, other.models[0].parameters);
    let baskets = training.baskets(threads());
    let (ridge, record) = tune::ridge(&baskets, 1, 5, threads(), &|_| true).unwrap();
    let method = Method::Recipe(Recipe::Ridge(ridge));
    assert_eq!(
        (method.parameters(), record),
        (one.models[0].parameters.clone(), one.tuning)
    );
    assert_eq!(
        tune::ridge(&baskets, 1, 5, threads(), &|share| share < 0.5),
        None
    );
}
