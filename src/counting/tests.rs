//! Counting against the obvious version, on any choices and any number of threads; small tables
//! that can be checked by eye; the edges; and the kernel's purity.

use std::{
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use proptest::prelude::*;

use super::{
    After, Baskets, By, Contingency, GroupPairs, LeftOut, Measure, Orders, PairCounts, QValues,
    Ranked, Row, Top, count_pairs, naive, score,
};

/// Enough for several blocks of items, and for rows both thin and full.
const MOST_ITEMS: u32 = 100;

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).expect("at least one thread")
}

fn baskets(item_count: u32, choices: &[Vec<u32>]) -> Baskets {
    let numbered = (0..).zip(choices);
    let pairs = numbered.flat_map(|(n, items)| items.iter().map(move |&item| (n, item)));
    // Arriving backwards shows that nothing relies on the order.
    let mut pairs: Vec<_> = pairs.collect();
    pairs.reverse();
    Baskets::from_pairs(item_count, choices.len() as u32, pairs, threads(3))
}

/// Each character is an item, each line a basket.
fn read(text: &str) -> Baskets {
    let items = |line: &str| line.bytes().map(|item| u32::from(item - b'a')).collect();
    baskets(6, &text.lines().map(items).collect::<Vec<_>>())
}

fn table(pairs: &PairCounts) -> String {
    let name = |item: u32| char::from(b'a' + item as u8);
    let row = |(a, b, together)| format!("{}{} {together}", name(a), name(b));
    pairs.iter().map(row).collect::<Vec<_>>().join(", ")
}

/// Item count, baskets with duplicates, each item's group.
fn choices() -> impl Strategy<Value = (u32, Vec<Vec<u32>>, Vec<u32>)> {
    (1..=MOST_ITEMS).prop_flat_map(|items| {
        let basket = prop::collection::vec(0..items, 1..40);
        let groups = prop::collection::vec(0..7_u32, items as usize);
        (Just(items), prop::collection::vec(basket, 0..40), groups)
    })
}

fn every_order() -> impl Iterator<Item = By> {
    let measures = Measure::ALL.into_iter();
    let both = measures.flat_map(|measure| [By::Falling(measure), By::Rising(measure)]);
    std::iter::once(By::Items).chain(both)
}

/// The rows with the values they are sorted by, in order.
fn sorted(baskets: &Baskets, by: By, pairs: &[(u32, u32, u32)]) -> Vec<(f64, (u32, u32, u32))> {
    let value = |&(a, b, together): &(u32, u32, u32)| {
        let [a, b, all] = [baskets.total(a), baskets.total(b), baskets.len()].map(u64::from);
        let pair = Contingency::new(u64::from(together), a, b, all);
        match by {
            By::Items => 0.0,
            By::Falling(measure) | By::Rising(measure) => measure.rank_key(&pair),
        }
    };
    let mut rows: Vec<_> = pairs.iter().map(|pair| (value(pair), *pair)).collect();
    // A stable sort leaves equal values in the order of the items.
    rows.sort_by(|x, y| match by {
        By::Falling(_) => y.0.total_cmp(&x.0),
        By::Items | By::Rising(_) => x.0.total_cmp(&y.0),
    });
    rows
}

/// Whether a row comes after a place in the order, which need not be that of a row.
fn later(by: By, (value, (a, b, _)): (f64, (u32, u32, u32)), after: After) -> bool {
    let by_value = match by {
        By::Falling(_) => after.value.total_cmp(&value),
        By::Items | By::Rising(_) => value.total_cmp(&after.value),
    };
    by_value.then((a, b).cmp(&(after.a, after.b))).is_gt()
}

proptest! {
    #[test]
    fn a_table_equals_the_obvious_one_on_any_number_of_threads(
        (items, choices, _) in choices(),
        thread_count in 1..9_usize,
    ) {
        let baskets = baskets(items, &choices);
        let expected = naive::pairs(&naive::baskets(&choices));
        let pairs = count_pairs(&baskets, threads(thread_count));
        let listed: Vec<_> = pairs.iter().collect();
        let expected_list: Vec<_> = expected.iter().map(|(&(a, b), &n)| (a, b, n)).collect();
        prop_assert_eq!(&listed, &expected_list);
        prop_assert_eq!(pairs.len(), expected.len() as u64);
        prop_assert_eq!(pairs.is_empty(), expected.is_empty());
        let together_sum: u64 = expected.values().map(|&n| u64::from(n)).sum();
        prop_assert_eq!(pairs.together_sum(), together_sum);
        for a in (0..items).step_by(3) {
            for b in (0..items).step_by(2).chain([a]) {
                let together = expected.get(&(a.min(b), a.max(b))).copied().unwrap_or(0);
                prop_assert_eq!(pairs.get(a, b), together);
            }
            let later: Vec<_> = listed.iter().filter(|p| p.0 == a).map(|p| (p.1, p.2)).collect();
            prop_assert_eq!(pairs.row(a).len(), later.len());
            prop_assert_eq!(pairs.row(a).collect::<Vec<_>>(), later);
        }
    }

    #[test]
    fn baskets_are_sets_and_agree_both_ways_round((items, choices, _) in choices()) {
        let baskets = baskets(items, &choices);
        let sets = naive::baskets(&choices);
        prop_assert_eq!(baskets.len() as usize, sets.len());
        prop_assert_eq!(baskets.is_empty(), sets.is_empty());
        prop_assert_eq!(baskets.item_count(), items);
        prop_assert_eq!(baskets.choices(), sets.iter().map(|set| set.len() as u64).sum::<u64>());
        for (number, set) in (0..).zip(&sets) {
            prop_assert!(baskets.items_of(number).iter().eq(set));
        }
        for item in 0..items {
            let holding = (0..).zip(&sets).filter(|(_, set)| set.contains(&item));
            let holding: Vec<u32> = holding.map(|(number, _)| number).collect();
            prop_assert_eq!(baskets.total(item) as usize, holding.len());
            prop_assert_eq!(baskets.baskets_of(item), holding);
        }
    }

    #[test]
    fn a_row_alone_equals_the_row_of_the_table((items, choices, _) in choices()) {
        let baskets = baskets(items, &choices);
        let pairs = naive::pairs(&naive::baskets(&choices));
        let mut scratch = Row::default();
        for item in (0..items).step_by(3).chain([0, items - 1]) {
            prop_assert_eq!(baskets.row(item, &mut scratch), naive::row(&pairs, item));
        }
    }

    #[test]
    fn q_values_of_a_table_equal_those_of_all_its_pairs((items, choices, _) in choices()) {
        let baskets = baskets(items, &choices);
        let pairs = count_pairs(&baskets, threads(2));
        let all = u64::from(baskets.len());
        let log10_p = |(a, b, together): (u32, u32, u32)| {
            let total = |item| u64::from(baskets.total(item));
            Contingency::new(u64::from(together), total(a), total(b), all).log10_p()
        };
        let table = QValues::of_table(&baskets, &pairs, threads(2));
        let expected = QValues::from_log10_p(pairs.iter().map(|pair| (log10_p(pair), 1)));
        for pair in pairs.iter() {
            let p = log10_p(pair);
            prop_assert_eq!(table.q(p).to_bits(), expected.q(p).to_bits());
        }
    }

    #[test]
    fn a_page_in_any_order_equals_that_of_a_full_sort(
        (items, choices, groups) in choices(),
        room in 0..200_u64,
        least in 1..6_u32,
        limit in 1..9_usize,
        group in prop::option::of(0..7_u32),
    ) {
        let baskets = baskets(items, &choices);
        let counts = count_pairs(&baskets, threads(2));
        let orders = Orders::new(&baskets, &counts, room, threads(2));
        let in_group = |item: u32| group.is_none_or(|group| groups[item as usize] == group);
        let fits = |a, b| in_group(a) || in_group(b);
        let all: Vec<_> = counts.iter().filter(|p| p.2 >= least && fits(p.0, p.1)).collect();
        for by in every_order() {
            let sorted = sorted(&baskets, by, &all);
            let mut after = None;
            for before in (0..=all.len()).step_by(limit) {
                let page = orders.page(by, least, limit, after, group.is_none(), fits);
                let Some(page) = page else {
                    // Only where rarer pairs than those that found room were asked for.
                    prop_assert!(counts.iter().filter(|p| p.2 >= least).count() as u64 > room);
                    break;
                };
                let until = all.len().min(before + limit + 1);
                let expected = Top {
                    pairs: sorted[before..until].iter().map(|row| row.1).collect(),
                    total: all.len() as u64,
                    before: before as u64,
                };
                prop_assert_eq!(page, expected, "{:?} after {:?}", by, after);
                let Some((value, (a, b, _))) = sorted.get(before + limit - 1) else {
                    break;
                };
                after = Some(After { value: *value, a: *a, b: *b });
            }
        }
        for count in 0..8 {
            let expected = counts.iter().filter(|pair| pair.2 >= count).count() as u64;
            prop_assert_eq!(orders.count(count), expected);
        }
    }

    #[test]
    fn a_page_may_begin_after_a_value_that_no_pair_has(
        (items, choices, _) in choices(),
        value in prop::sample::select(&[f64::NAN, -0.5, -0.0, 0.0, 0.4, 1.7, f64::INFINITY]),
    ) {
        let baskets = baskets(items, &choices);
        let counts = count_pairs(&baskets, threads(2));
        let orders = Orders::new(&baskets, &counts, u64::MAX, threads(1));
        let all: Vec<_> = counts.iter().collect();
        for by in every_order() {
            let after = After { value, a: 3, b: 5 };
            let page = orders.page(by, 1, all.len(), Some(after), true, |_, _| true);
            let expected: Vec<_> = sorted(&baskets, by, &all)
                .into_iter()
                .filter(|row| later(by, *row, after))
                .map(|row| row.1)
                .collect();
            let page = page.expect("every pair found room");
            prop_assert_eq!(page.before as usize + expected.len(), all.len());
            prop_assert_eq!(page.pairs, expected, "{:?}", by);
        }
    }

    #[test]
    fn baskets_of_too_many_items_are_left_out_and_told(
        (items, choices, _) in choices(),
        most in 1..8_u32,
    ) {
        let (kept, left_out) = baskets(items, &choices).at_most(most, threads(2));
        let sets = naive::baskets(&choices);
        let (small, large): (Vec<_>, Vec<_>) =
            sets.iter().partition(|held| held.len() <= most as usize);
        prop_assert_eq!(kept.len() as usize, small.len());
        prop_assert_eq!(kept.item_count(), items);
        for (number, held) in (0..).zip(small) {
            prop_assert_eq!(kept.items_of(number), held.iter().copied().collect::<Vec<_>>());
        }
        let choices = large.iter().map(|held| held.len() as u64).sum();
        prop_assert_eq!(left_out, LeftOut { baskets: large.len() as u64, choices });
    }

    #[test]
    fn categories_equal_the_obvious_ones((items, choices, groups) in choices()) {
        let baskets = baskets(items, &choices);
        let sets = naive::baskets(&choices);
        let grouped = baskets.grouped(&groups, 7);
        prop_assert_eq!(grouped.item_count(), 7);
        prop_assert_eq!(grouped.len(), baskets.len());
        for (number, set) in (0..).zip(naive::grouped(&sets, &groups)) {
            prop_assert!(grouped.items_of(number).iter().eq(&set));
        }
        let pairs: GroupPairs = baskets.group_pairs(&groups, 7);
        let expected = naive::item_pairs(&sets, &groups);
        let expected_list: Vec<_> = expected.iter().map(|(&(a, b), &n)| (a, b, n)).collect();
        prop_assert_eq!(pairs.iter().collect::<Vec<_>>(), expected_list);
        for a in 0..7 {
            let with_two = naive::baskets_with_two(&sets, &groups, a);
            prop_assert_eq!(pairs.baskets_with_two(a), with_two);
            for b in 0..7 {
                let sum = expected.get(&(a.min(b), a.max(b))).copied().unwrap_or(0);
                prop_assert_eq!(pairs.item_pairs(a, b), sum);
            }
        }
    }

    #[test]
    fn a_lazy_ranking_equals_a_full_sort(
        scored in prop::collection::vec(prop::sample::select(&[-1.0, -0.0, 0.0, 0.5, 2.0]), 0..60)
    ) {
        let scored: Vec<(u32, f64)> = (0..).zip(scored).collect();
        let mut sorted = scored.clone();
        // A stable sort leaves equal scores as they are, item numbers rising.
        sorted.sort_by(|x, y| y.1.partial_cmp(&x.1).expect("numbers"));
        let ranked = Ranked::new(scored.into_iter().rev());
        prop_assert_eq!(ranked.len(), sorted.len());
        prop_assert_eq!(ranked.collect::<Vec<_>>(), sorted);
    }
}

#[test]
fn tables_that_can_be_checked_by_eye() {
    let check = |text: &str, expected: &str| {
        for thread_count in 1..=3 {
            let pairs = count_pairs(&read(text), threads(thread_count));
            assert_eq!(table(&pairs), expected, "{text:?}");
        }
    };
    check("", "");
    check("a", "");
    check("aaaa", "");
    check("a\nb\nc", "");
    check("ba", "ab 1");
    check("abab", "ab 1");
    check("abc\nbc\nacb", "ab 2, ac 2, bc 3");
    check("fa\nfa\nfb\nd", "af 2, bf 1");
    check(
        "abcdef",
        "ab 1, ac 1, ad 1, ae 1, af 1, bc 1, bd 1, be 1, bf 1, cd 1, ce 1, cf 1, de 1, df 1, ef 1",
    );
}

#[test]
fn categories_that_can_be_checked_by_eye() {
    // a and b are of one category, c and d of another, e and f of a third.
    let groups = [0, 0, 1, 1, 2, 2];
    let baskets = read("abcd\nac\nab\ne");
    assert_eq!(
        table(&count_pairs(&baskets.grouped(&groups, 3), threads(1))),
        "ab 2"
    );
    let pairs = baskets.group_pairs(&groups, 3);
    assert_eq!(
        pairs.iter().collect::<Vec<_>>(),
        [(0, 0, 2), (0, 1, 5), (1, 1, 1)]
    );
    assert_eq!(
        [0, 1, 2].map(|group| pairs.baskets_with_two(group)),
        [2, 1, 0]
    );
}

#[test]
fn nothing_at_all_is_counted_as_nothing() {
    let nothing = Baskets::from_pairs(0, 0, Vec::new(), threads(2));
    let pairs = count_pairs(&nothing, threads(4));
    assert_eq!(
        (pairs.len(), pairs.together_sum(), pairs.iter().count()),
        (0, 0, 0)
    );
    assert_eq!(nothing.group_pairs(&[], 0).iter().count(), 0);
    assert!(nothing.is_empty() && pairs.is_empty());
}

#[test]
#[should_panic(expected = "a basket holds no item")]
fn a_basket_without_items_is_refused() {
    Baskets::from_pairs(1, 2, vec![(1, 0)], threads(1));
}

#[test]
#[should_panic(expected = "number 5 where there are 5")]
fn an_item_out_of_range_is_refused() {
    Baskets::from_pairs(5, 1, vec![(0, 5)], threads(1));
}

#[test]
#[should_panic(expected = "each item has one group")]
fn items_without_a_group_are_refused() {
    let _ = read("ab").grouped(&[0], 1);
}

#[test]
fn a_score_is_the_cosine_in_full_without_damping_and_half_at_the_damping() {
    let check = |together, a, b, damping, expected: f64| {
        let scored = score(together, a, b, damping);
        assert!(
            (scored - expected).abs() < 1e-15,
            "{scored} is not {expected}"
        );
    };
    check(1, 1, 1, 0.0, 1.0);
    check(6, 9, 16, 0.0, 0.5);
    check(6, 9, 16, 6.0, 0.25);
    check(0, 9, 16, 0.0, 0.0);
    assert!(
        score(1, 1, 1, 10.0) < score(50, 100, 100, 10.0),
        "one coincidence is no evidence"
    );
}

#[test]
fn the_kernel_knows_nothing_but_itself() {
    let kernel = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/counting");
    let sources = sources(&kernel);
    assert!(sources.len() > 12, "{sources:?}");
    for path in sources {
        let source = fs::read_to_string(&path).unwrap();
        for word in [
            "leptos",
            "axum",
            "sqlx",
            "tokio",
            "std::time",
            "std::fs",
            "std::env",
        ] {
            assert!(!source.contains(word), "{} names {word}", path.display());
        }
        let inside = source.replace("crate::counting", "");
        assert!(
            !inside.contains("crate::"),
            "{} reaches outside the kernel",
            path.display()
        );
    }
}

/// All files of a folder but those that only tests use.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let for_tests = ["figures.rs", "naive.rs", "tests.rs", "truth.rs"];
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .filter(|path| !for_tests.iter().any(|name| path.ends_with(name)))
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}
