//! The parts of the counting kernel and of scoring, one by one: `cargo bench --features ssr --bench kernel`.
//!
//! The choices are made here, the same each time: two million of 20,000 users among 20,000 items,
//! with activity and popularity as uneven as in public sets, so that a basket holds as many items as
//! in the set of ten million that `make bench` counts.

use std::num::NonZeroUsize;
use std::sync::LazyLock;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use tandem::counting::{
    Arrival, Baskets, Neighbours, PairCounts, Row, count_pairs, count_within, score,
};
use tandem::models::neighbours;
use tandem::models::recipe::{Counted, Recipe};
use tandem::models::ridge::Ridge;
use tandem::models::weights::Weights;

const USERS: u32 = 20_000;
const ITEMS: u32 = 20_000;
const CHOICES: usize = 2_000_000;

/// Numbers that look random: splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// From 0 to below 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number below `count`; the first ones are drawn most, the `power`th root of their shares.
    fn skewed(&mut self, count: u32, power: f64) -> u32 {
        (self.share().powf(power) * f64::from(count)) as u32
    }
}

static PAIRS: LazyLock<Vec<(u32, u32)>> = LazyLock::new(|| {
    let mut random = Random(7);
    let mut pairs: Vec<(u32, u32)> = (0..USERS).map(|user| (user, user % ITEMS)).collect();
    pairs.extend(
        (pairs.len()..CHOICES).map(|_| (random.skewed(USERS, 1.6), random.skewed(ITEMS, 3.0))),
    );
    pairs
});

static BASKETS: LazyLock<Baskets> =
    LazyLock::new(|| Baskets::from_pairs(ITEMS, USERS, PAIRS.clone(), threads()));

static TABLE: LazyLock<PairCounts> = LazyLock::new(|| count_pairs(&BASKETS, threads()));

fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

fn main() {
    divan::main();
}

/// Sorting choices into baskets, both ways round.
#[divan::bench(args = [1, 2])]
fn baskets(bencher: Bencher, threads: usize) {
    let threads = NonZeroUsize::new(threads).expect("a thread");
    bencher
        .counter(ItemsCount::new(PAIRS.len()))
        .with_inputs(|| PAIRS.clone())
        .bench_values(|pairs| Baskets::from_pairs(ITEMS, USERS, pairs, threads));
}

/// The whole table; its items are pair events.
#[divan::bench(args = [1, 2])]
fn table(bencher: Bencher, threads: usize) {
    let threads = NonZeroUsize::new(threads).expect("a thread");
    bencher
        .counter(ItemsCount::new(TABLE.together_sum()))
        .bench(|| count_pairs(&BASKETS, threads));
}

/// The same in passes, with room for a block a thread.
#[divan::bench]
fn passes(bencher: Bencher) {
    bencher
        .counter(ItemsCount::new(TABLE.together_sum()))
        .bench(|| {
            let counted = count_within(&BASKETS, threads(), 150_000_000, |_, row| {
                black_box(row);
            });
            counted.expect("room for a block")
        });
}

/// Every pair once, in the order of the items.
#[divan::bench]
fn reading(bencher: Bencher) {
    bencher.counter(ItemsCount::new(TABLE.len())).bench(|| {
        TABLE
            .iter()
            .map(|(.., together)| u64::from(together))
            .sum::<u64>()
    });
}

/// The row of an item, by its place among the most chosen, from the table.
#[divan::bench(args = [0, 100, 10_000])]
fn row_of_the_table(bencher: Bencher, item: u32) {
    let mut scratch = Neighbours::default();
    bencher.bench_local(|| black_box(TABLE.neighbours(item, &mut scratch).len()));
}

/// The same row from the item's baskets.
#[divan::bench(args = [0, 100, 10_000])]
fn row_of_the_baskets(bencher: Bencher, item: u32) {
    let mut scratch = Row::default();
    bencher.bench_local(|| black_box(BASKETS.row(item, &mut scratch).len()));
}

/// The ten best of an item by cosine, by its place among the most chosen.
#[divan::bench(args = [0, 100, 10_000])]
fn ten_best(bencher: Bencher, item: u32) {
    let totals = TABLE.totals(&BASKETS);
    let own = BASKETS.total(item);
    bencher.bench_local(|| {
        let by_cosine = |together, total| score(together, own, total, 0.0);
        let best = TABLE.best(item, &BASKETS, &totals, 1, by_cosine);
        best.take(10).map(|(item, _)| item).sum::<u32>()
    });
}

/// All items scored for a history of so many, from weights of 200 neighbours each.
#[divan::bench(args = [10, 500])]
fn scores_of_a_history(bencher: Bencher, chosen: u32) {
    let mut random = Random(5);
    let weights = Weights::from_rows((0..ITEMS).map(|_| {
        let mut others: Vec<u32> = (0..200).map(|_| random.skewed(ITEMS, 1.5)).collect();
        others.sort_unstable();
        others.dedup();
        let weighed = others
            .into_iter()
            .map(|other| (other, 1.0 / (other as f32 + 1.0)));
        weighed.collect()
    }));
    let history: Vec<(u32, f64)> = (0..chosen).map(|item| (item * 37 % ITEMS, 1.0)).collect();
    let mut scores = vec![0.0; ITEMS as usize];
    bencher.bench_local(|| {
        scores.fill(0.0);
        weights.add_to(&mut scores, history.iter().copied());
        black_box(&scores);
    });
}

/// Learning the ridge's weights for all items, 200 neighbours each.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn ridge(bencher: Bencher) {
    let ridge = Ridge {
        rho: Some(5.0),
        gamma: 0.5,
        tau: 0.75,
        neighbours: 200,
    };
    learn(bencher, Recipe::Ridge(ridge));
}

/// Learning nearest neighbours: from the counted pairs, and from a walk over all baskets.
#[divan::bench(args = [0.0, 0.5], sample_count = 3, sample_size = 1)]
fn nearest_neighbours(bencher: Bencher, basket_size: f64) {
    let neighbours = neighbours::Neighbours {
        basket_size,
        ..neighbours::FOR_ONE_ITEM
    };
    learn(bencher, Recipe::Neighbours(neighbours));
}

fn learn(bencher: Bencher, recipe: Recipe) {
    let counted = Counted {
        baskets: &BASKETS,
        pairs: &TABLE,
        least_together: 2,
        ages: None,
    };
    bencher
        .counter(ItemsCount::new(ITEMS as usize))
        .bench_local(|| {
            recipe
                .train(&counted, threads(), &|| true)
                .map(|weights| weights.len())
        });
}

/// Interactions that arrive in baskets as they are, and are taken back: items are touched pairs.
#[divan::bench]
fn arrivals(bencher: Bencher) {
    let mut table = count_pairs(&BASKETS, threads());
    let mut random = Random(11);
    let arrivals: Vec<(u32, Vec<u32>)> = (0..2_000)
        .map(|_| {
            let (user, item) = PAIRS[random.next() as usize % PAIRS.len()];
            let others = BASKETS.items_of(user).iter().copied();
            (item, others.filter(|other| *other != item).collect())
        })
        .collect();
    let arrivals: Vec<Arrival<'_>> = arrivals
        .iter()
        .map(|(item, others)| (*item, others.as_slice()))
        .collect();
    let touched: usize = arrivals.iter().map(|(_, others)| 2 * others.len()).sum();
    bencher.counter(ItemsCount::new(touched)).bench_local(|| {
        table.add(&arrivals);
        table.subtract(&arrivals);
    });
}
