//! Tables by every border, with all vector units, on any number of threads.

use std::{cmp::Reverse, collections::BTreeMap, num::NonZeroUsize};

use proptest::prelude::*;

use super::super::{Ranked, baskets::Baskets, naive, score, vectors::Vectors};
use super::line::LINE;
use super::ranks::Ranks;
use super::{
    Arrival, Neighbours, PairCounts, blocks::NOTHING, count, count_pairs, passes::within, plan,
};

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).expect("at least one thread")
}

fn baskets(item_count: u32, choices: &[Vec<u32>]) -> Baskets {
    let numbered = (0..).zip(choices);
    let pairs = numbered.flat_map(|(n, items)| items.iter().map(move |&item| (n, item)));
    Baskets::from_pairs(
        item_count,
        choices.len() as u32,
        pairs.collect(),
        threads(2),
    )
}

fn with_border(
    baskets: &Baskets,
    border: usize,
    threads: NonZeroUsize,
    vectors: Vectors,
) -> PairCounts {
    let ranks = Ranks::new(baskets);
    count(baskets, &ranks, border.min(ranks.len()), threads, vectors)
}

/// Everything that a table says must be what the baskets say.
fn check(pairs: &PairCounts, items: u32, choices: &[Vec<u32>]) -> Result<(), TestCaseError> {
    let expected = naive::pairs(&naive::baskets(choices));
    let listed: Vec<_> = expected.iter().map(|(&(a, b), &n)| (a, b, n)).collect();
    prop_assert_eq!(pairs.iter().collect::<Vec<_>>(), listed);
    prop_assert_eq!(pairs.len(), expected.len() as u64);
    let sum: u64 = expected.values().map(|&together| u64::from(together)).sum();
    prop_assert_eq!(pairs.together_sum(), sum);
    let mut scratch = Neighbours::default();
    for a in (0..items).step_by(1 + items as usize / 90) {
        prop_assert_eq!(pairs.neighbours(a, &mut scratch), naive::row(&expected, a));
        prop_assert_eq!(
            pairs.row(a).collect::<Vec<_>>(),
            pairs.later(a, &mut scratch)
        );
        for b in (0..items).step_by(1 + items as usize / 70).chain([a]) {
            let together = expected.get(&(a.min(b), a.max(b))).copied().unwrap_or(0);
            prop_assert_eq!(pairs.get(a, b), together);
        }
    }
    check_whole(pairs, &expected, items, choices)
}

/// What is said of all pairs whatever their order.
fn check_whole(
    pairs: &PairCounts,
    expected: &BTreeMap<(u32, u32), u32>,
    items: u32,
    choices: &[Vec<u32>],
) -> Result<(), TestCaseError> {
    let mut frequencies: BTreeMap<u32, u64> = BTreeMap::new();
    for together in expected.values() {
        *frequencies.entry(*together).or_default() += 1;
    }
    prop_assert_eq!(&pairs.frequencies(threads(2)), &frequencies);
    for least in [1, 2, frequencies.keys().last().map_or(1, |most| most / 2)] {
        let enough = expected.iter().filter(|(_, together)| **together >= least);
        let mut enough: Vec<_> = enough
            .map(|(&(a, b), &together)| (a, b, together))
            .collect();
        enough.sort_by_key(|&(.., together)| Reverse(together));
        prop_assert_eq!(pairs.most_frequent(least, threads(2)), enough);
    }
    let choices: Vec<Vec<u32>> = choices
        .iter()
        .filter(|held| !held.is_empty())
        .cloned()
        .collect();
    let baskets = baskets(items, &choices);
    let sorted = |mut totals: [u32; 2]| {
        totals.sort_unstable();
        totals
    };
    let mut alike: BTreeMap<(u32, [u32; 2]), u64> = BTreeMap::new();
    for same in pairs.alike(&baskets, threads(2), |alike| alike) {
        *alike
            .entry((same.together, sorted(same.totals)))
            .or_default() += same.pairs;
    }
    let mut expected_alike: BTreeMap<(u32, [u32; 2]), u64> = BTreeMap::new();
    for (&(a, b), &together) in expected {
        let totals = sorted([baskets.total(a), baskets.total(b)]);
        *expected_alike.entry((together, totals)).or_default() += 1;
    }
    prop_assert_eq!(alike, expected_alike);
    Ok(())
}

fn borrowed(arrivals: &[(u32, Vec<u32>)]) -> Vec<Arrival<'_>> {
    let arrivals = arrivals.iter();
    arrivals
        .map(|(item, others)| (*item, others.as_slice()))
        .collect()
}

/// More items than two lines have, some of them far more frequent than others.
fn choices() -> impl Strategy<Value = (u32, Vec<Vec<u32>>)> {
    (1..1_300_u32).prop_flat_map(|items| {
        let item = (0..items, 0..items, 0..items).prop_map(|(a, b, c)| a.min(b).min(c));
        let basket = prop::collection::vec(item, 1..60);
        (Just(items), prop::collection::vec(basket, 0..80))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn every_border_gives_the_table_of_the_baskets(
        (items, choices) in choices(),
        border in prop::sample::select(vec![0, 1, 100, LINE, LINE + 1, 2 * LINE, usize::MAX]),
        thread_count in 1..4_usize,
    ) {
        let baskets = baskets(items, &choices);
        let pairs = with_border(&baskets, border, threads(thread_count), Vectors::detect());
        check(&pairs, items, &choices)?;
    }

    #[test]
    fn the_best_come_first_whatever_was_not_looked_at(
        (items, choices) in choices(),
        border in prop::sample::select(vec![0, 100, LINE, usize::MAX]),
        least in 0..4_u32,
        damping in prop::sample::select(vec![0.0, 3.0]),
        read in 0..40_usize,
    ) {
        let baskets = baskets(items, &choices);
        let pairs = with_border(&baskets, border, threads(2), Vectors::detect());
        let totals = pairs.totals(&baskets);
        let mut scratch = Neighbours::default();
        for item in (0..items).step_by(1 + items as usize / 20) {
            let own = baskets.total(item);
            let score = |together, total| score(together, own, total, damping);
            let row = pairs.neighbours(item, &mut scratch).iter();
            let enough = row.filter(|pair| pair.1 >= least);
            let scored = enough.map(|&(other, together)| (other, score(together, baskets.total(other))));
            let expected: Vec<(u32, f64)> = Ranked::new(scored).take(read).collect();
            let best = pairs.best(item, &baskets, &totals, least, score).take(read);
            prop_assert_eq!(best.collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn passes_hand_over_the_rows_of_the_table(
        (items, choices) in choices(),
        border in prop::sample::select(vec![0, 100, LINE, usize::MAX]),
        memory in prop::sample::select(vec![20_000_000, 60_000_000, usize::MAX]),
    ) {
        let baskets = baskets(items, &choices);
        let ranks = Ranks::new(&baskets);
        let border = border.min(ranks.len());
        let whole = count(&baskets, &ranks, border, threads(2), Vectors::detect());
        let mut rows = Vec::new();
        let within = within(&baskets, &ranks, border, threads(2), memory, |a, row| {
            rows.extend(row.iter().map(|&(b, together)| (a, b, together)));
        });
        let within = within.expect("that is enough for hundreds of items");
        prop_assert_eq!(rows, whole.iter().collect::<Vec<_>>());
        prop_assert_eq!((within.len, within.together_sum), (whole.len(), whole.together_sum()));
    }

    #[test]
    fn what_came_and_went_leaves_the_table_of_what_is_there(
        (items, choices) in choices(),
        border in prop::sample::select(vec![0, 3, LINE, usize::MAX]),
        known in 0..40_usize,
        gone in prop::collection::vec(any::<prop::sample::Index>(), 0..300),
        at_once in prop::sample::select(vec![1, 7, 10_000]),
    ) {
        // A few of the items and baskets are counted at once, all others arrive.
        let known = known.min(choices.len());
        let few = choices[..known].iter().flatten().max().map_or(1, |item| item + 1);
        let mut pairs = with_border(&baskets(few, &choices[..known]), border, threads(1), Vectors::detect());
        let before = pairs.clone();
        let same: Vec<u32> = (0..few).collect();
        pairs = pairs.shared().renumbered(&same, items);
        let mut held: Vec<Vec<u32>> = choices[..known].to_vec();
        for basket in &mut held {
            basket.sort_unstable();
            basket.dedup();
        }
        let mut arrivals = Vec::new();
        for basket in &choices[known..] {
            let mut there: Vec<u32> = Vec::new();
            for &item in basket {
                if !there.contains(&item) {
                    arrivals.push((item, there.clone()));
                    there.push(item);
                }
            }
            held.push(there);
        }
        let mut departures = Vec::new();
        for gone in gone {
            let Some(basket) = held.get_mut(gone.index(choices.len().max(1))) else {
                break;
            };
            let Some(item) = basket.pop() else { continue };
            departures.push((item, basket.clone()));
        }
        for some in arrivals.chunks(at_once) {
            pairs.add(&borrowed(some));
        }
        for some in departures.chunks(at_once) {
            pairs.subtract(&borrowed(some));
        }
        check(&pairs, items, &held)?;
        check(&before, few, &choices[..known])?;
    }

    #[test]
    fn a_table_under_other_numbers_counts_on(
        (items, choices) in choices(),
        border in prop::sample::select(vec![0, 3, LINE, usize::MAX]),
        (new, turn) in (0..40_u32, 0..700_u32),
        all_arrive in any::<bool>(),
    ) {
        let pairs = with_border(&baskets(items, &choices), border, threads(1), Vectors::detect()).shared();
        // Items that are with none go, the others are turned round, and new ones come.
        let mut to = vec![u32::MAX; items as usize];
        let mut left = 0;
        for item in (0..items).map(|at| (at + turn) % items) {
            if pairs.row(item).len() + pairs.neighbours(item, &mut Neighbours::default()).len() > 0 {
                to[item as usize] = left;
                left += 1;
            }
        }
        let mut turned = pairs.renumbered(&to, left + new);
        let name = |item: &u32| to[*item as usize];
        let mut held: Vec<Vec<u32>> = choices
            .iter()
            .map(|basket| basket.iter().map(name).filter(|item| *item != u32::MAX).collect())
            .collect();
        check(&turned, left + new, &held)?;
        for (basket, item) in held.iter_mut().zip(left..left + new) {
            basket.sort_unstable();
            basket.dedup();
            turned.add(&[(item, basket.as_slice())]);
            basket.push(item);
        }
        if all_arrive {
            held.push((left..left + new).collect());
            for item in left..left + new {
                let others: Vec<u32> = (left..item).collect();
                turned.add(&[(item, others.as_slice())]);
            }
        }
        check(&turned, left + new, &held)?;
        check(&pairs, items, &choices)?;
        let back: Vec<u32> = (0..left + new).rev().collect();
        let turned = turned.shared().renumbered(&back, left + new);
        for basket in &mut held {
            for item in basket {
                *item = back[*item as usize];
            }
        }
        check(&turned, left + new, &held)?;
    }

    #[test]
    fn all_vector_units_give_the_same_table((items, choices) in choices()) {
        let baskets = baskets(items, &choices);
        for vectors in Vectors::all() {
            let pairs = with_border(&baskets, usize::MAX, threads(2), vectors);
            check(&pairs, items, &choices)?;
        }
    }
}

/// Baskets of two blocks and a bit, and counts that need more planes than one group of lines.
#[test]
fn counts_go_on_from_block_to_block() {
    let choices: Vec<Vec<u32>> = (0..2 * NOTHING as u32 + 100)
        .map(|basket| {
            let mut items = vec![0, 1 + basket % 2, 3 + basket % 701];
            items.extend((basket % 16_000 == 7).then_some(704));
            items
        })
        .collect();
    let baskets = baskets(705, &choices);
    for vectors in Vectors::all() {
        let pairs = with_border(&baskets, usize::MAX, threads(2), vectors);
        check(&pairs, 705, &choices).unwrap();
        assert_eq!(pairs.get(0, 1) + pairs.get(2, 0), baskets.len());
    }
}

/// More rows than one task sums.
#[test]
fn many_items_are_counted_in_segments() {
    let items = 9_000;
    let choices: Vec<Vec<u32>> = (0..600_u32)
        .map(|basket| {
            (0..40)
                .map(|at| (basket * 37 + at * at * 101) % items)
                .collect()
        })
        .collect();
    let baskets = baskets(items, &choices);
    let pairs = with_border(&baskets, usize::MAX, threads(2), Vectors::detect());
    check(&pairs, items, &choices).unwrap();
}

#[test]
fn what_finds_no_room_is_refused_and_says_what_would_do() {
    let choices: Vec<Vec<u32>> = (0..2_000_u32)
        .map(|basket| vec![basket, basket + 1])
        .collect();
    let baskets = baskets(2_001, &choices);
    let ranks = Ranks::new(&baskets);
    for border in [0, 2_001] {
        let count = |memory| within(&baskets, &ranks, border, threads(4), memory, |_, _| ());
        let refused = count(1_000).unwrap_err();
        assert!(refused.to_string().contains("at least"), "{refused}");
        assert!(count(refused.least - 1).is_err());
        assert_eq!(count(refused.least).unwrap().len, 2_000);
    }
}

#[test]
fn the_border_follows_the_density() {
    let border = |baskets: &Baskets| plan::frequent(baskets, &Ranks::new(baskets));
    // Everybody chose half of everything: lines are full.
    let dense: Vec<Vec<u32>> = (0..500_u32)
        .map(|basket| {
            (0..700)
                .filter(|item| (basket * 7 + item * 13) % 2 == 0)
                .collect()
        })
        .collect();
    assert_eq!(border(&baskets(700, &dense)), 700);
    // Pairs among a great many items: lines would hold nothing.
    let sparse: Vec<Vec<u32>> = (0..40_000_u32)
        .map(|basket| vec![basket, basket + 1])
        .collect();
    assert_eq!(border(&baskets(40_001, &sparse)), 0);
    let none = baskets(0, &[]);
    assert_eq!(border(&none), 0);
    assert!(count_pairs(&none, threads(4)).is_empty());
}
