//! The obvious version of everything that is counted: sets of items, and every pair of every set
//! looked at in turn. It is slow, and short enough to be right by reading it.

use std::collections::{BTreeMap, BTreeSet};

/// Each basket's items; what was chosen twice is there once.
pub(super) fn baskets(choices: &[Vec<u32>]) -> Vec<BTreeSet<u32>> {
    choices
        .iter()
        .map(|basket| basket.iter().copied().collect())
        .collect()
}

/// For each pair a < b the number of baskets that hold both.
pub(super) fn pairs(baskets: &[BTreeSet<u32>]) -> BTreeMap<(u32, u32), u32> {
    let mut pairs = BTreeMap::new();
    for basket in baskets {
        for &a in basket {
            for &b in basket.iter().filter(|&&b| a < b) {
                *pairs.entry((a, b)).or_default() += 1;
            }
        }
    }
    pairs
}

/// The neighbours of one item, from the table of all pairs.
pub(super) fn row(pairs: &BTreeMap<(u32, u32), u32>, item: u32) -> Vec<(u32, u32)> {
    let mut row: Vec<_> = pairs
        .iter()
        .filter(|((a, b), _)| *a == item || *b == item)
        .map(|(&(a, b), &together)| (if a == item { b } else { a }, together))
        .collect();
    row.sort_unstable();
    row
}

/// Each basket's groups.
pub(super) fn grouped(baskets: &[BTreeSet<u32>], group_of_item: &[u32]) -> Vec<BTreeSet<u32>> {
    let group = |&item: &u32| group_of_item[item as usize];
    baskets
        .iter()
        .map(|basket| basket.iter().map(group).collect())
        .collect()
}

/// For each pair of groups a ≤ b the sum of their items' pair counts.
pub(super) fn item_pairs(
    baskets: &[BTreeSet<u32>],
    group_of_item: &[u32],
) -> BTreeMap<(u32, u32), u64> {
    let mut sums = BTreeMap::new();
    for ((a, b), together) in pairs(baskets) {
        let (a, b) = (group_of_item[a as usize], group_of_item[b as usize]);
        *sums.entry((a.min(b), a.max(b))).or_default() += u64::from(together);
    }
    sums
}

/// The number of baskets that hold at least two items of a group.
pub(super) fn baskets_with_two(
    baskets: &[BTreeSet<u32>],
    group_of_item: &[u32],
    group: u32,
) -> u32 {
    let of_group = |item: &&u32| group_of_item[**item as usize] == group;
    baskets
        .iter()
        .filter(|basket| basket.iter().filter(of_group).count() >= 2)
        .count() as u32
}
