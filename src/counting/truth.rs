//! Real data sets with known tables. They are not part of the project; the tests look for them
//! in the shared data directory and say so where it is absent.

use std::{collections::BTreeMap, env, fs, num::NonZeroUsize, path::PathBuf};

use super::{Baskets, count_pairs};

/// A file of the shared data directory, or nothing, having said so.
fn shared(path: &str) -> Option<String> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let directory = env::var_os("TANDEM_SHARED_DATA").map_or_else(beside, PathBuf::from);
    let text = fs::read_to_string(directory.join(path)).ok();
    if text.is_none() {
        eprintln!("skipped: the shared data directory has no {path}");
    }
    text
}

/// The leading whole numbers of each line that starts with one.
fn numbers<const N: usize>(text: &str) -> Vec<[u64; N]> {
    let parse = |line: &str| {
        let mut fields = line.split([',', '\t']);
        let mut row = [0; N];
        for value in &mut row {
            *value = fields.next()?.parse().ok()?;
        }
        Some(row)
    };
    text.lines().filter_map(parse).collect()
}

/// Dense numbers for ids, in the order of the ids, and the id of each.
fn dense(ids: impl Iterator<Item = u64>) -> (BTreeMap<u64, u32>, Vec<u64>) {
    let mut numbers: BTreeMap<u64, u32> = ids.map(|id| (id, 0)).collect();
    (0..)
        .zip(numbers.values_mut())
        .for_each(|(number, slot)| *slot = number);
    let ids = numbers.keys().copied().collect();
    (numbers, ids)
}

/// Counts (basket, item) rows and compares with every row of the truth.
fn check(choices: &str, truth: &str, pair_count: u64, checksum: u64) {
    let (Some(choices), Some(truth)) = (shared(choices), shared(truth)) else {
        return;
    };
    let choices = numbers::<2>(&choices);
    let (baskets, _) = dense(choices.iter().map(|row| row[0]));
    let (items, ids) = dense(choices.iter().map(|row| row[1]));
    let pairs = choices
        .iter()
        .map(|[basket, item]| (baskets[basket], items[item]))
        .collect();
    let baskets = Baskets::from_pairs(
        items.len() as u32,
        baskets.len() as u32,
        pairs,
        NonZeroUsize::MIN,
    );
    let pairs = count_pairs(&baskets, NonZeroUsize::MIN.saturating_add(1));

    let id = |item: u32| ids[item as usize];
    let counted = || pairs.iter().map(|(a, b, n)| [id(a), id(b), u64::from(n)]);
    let sum = counted().fold(0_u64, |sum, [a, b, n]| {
        sum.wrapping_add(n.wrapping_mul(a.wrapping_mul(2_654_435_761).wrapping_add(b)))
    });
    assert_eq!((pairs.len(), sum), (pair_count, checksum));
    assert!(
        counted().eq(numbers::<3>(&truth)),
        "the table differs from the truth"
    );
}

#[test]
fn groceries_equal_the_known_table() {
    check(
        "groceries/interactions.csv",
        "truth/groceries_cooc.csv",
        9_634,
        0x0051_23ca_a411_9919,
    );
}

#[test]
fn movielens_100k_equals_the_known_table() {
    check(
        "ml-100k/u.data",
        "truth/ml-100k_cooc.csv",
        983_206,
        0x6392_9250_5548_0816,
    );
}
