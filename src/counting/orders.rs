//! Pairs with their place by every measure, so that a page of a table is read and not computed.
//!
//! A table is read a page at a time, in any of a dozen orders, mostly of pairs that some baskets
//! hold: of 13 million pairs among 9,742 films only 434 thousand are held by ten users. Those
//! pairs stand here by falling count, so that "at least so many" is the beginning of the list,
//! and beside each stands its place by each measure, a whole number. Reading a page is one pass
//! over that beginning, which compares places and computes nothing.
//!
//! Equal values share one place and ties go by the items, so that the order is the one that
//! sorting by the value itself gives, bit for bit. Places are computed when an order is first asked
//! for, once for each different three counts, of which there are far fewer than pairs.
//!
//! Memory: 16 bytes for each pair that is kept and four more for each order that was asked for, 32
//! for each different three counts, and eight for each different value of a measure. How many are
//! kept is up to the caller; rarer pairs are not here, and [`Orders::page`] says nothing where they
//! could matter.

use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BinaryHeap};
use std::num::NonZeroUsize;
use std::sync::OnceLock;

use super::{
    baskets::Baskets,
    measures::{Contingency, Measure},
    pairs::PairCounts,
};

/// Pairs in at least so many baskets, and their places.
#[derive(Debug)]
pub struct Orders {
    /// The least baskets that hold both items of every pair here.
    least: u32,
    /// Items a < b and the baskets that hold both; the count falling, then the items rising.
    pairs: Vec<(u32, u32, u32)>,
    /// The three counts that occur among them, each once, and which of them each pair has.
    different: Vec<Contingency>,
    of_pair: Vec<u32>,
    /// By [`Measure::ALL`], made for the first who asks.
    rankings: [OnceLock<Ranking>; Measure::ALL.len()],
    /// Each count that occurs in the whole table with the pairs that have it or a greater one.
    at_least: BTreeMap<u32, u64>,
    /// What no pair that is missing here exceeds by the log-likelihood ratio's signed root.
    missing_llr: f64,
}

#[derive(Debug)]
struct Ranking {
    /// Each value once, ascending.
    keys: Vec<f64>,
    /// By pair: where its value stands among the keys.
    places: Vec<u32>,
}

/// The order of rows; ties go by the items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The items alone.
    Items,
    Falling(Measure),
    Rising(Measure),
}

/// The row after which a page begins: the value it is ordered by, and its items.
#[derive(Clone, Copy, Debug)]
pub struct After {
    pub value: f64,
    pub a: u32,
    pub b: u32,
}

/// One page of rows, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Top {
    /// (a, b, together); one more than the limit where there are more.
    pub pairs: Vec<(u32, u32, u32)>,
    /// Rows that fit, on all pages.
    pub total: u64,
    /// Rows that fit and are not after [`After`].
    pub before: u64,
}

/// A pair's place, its items, and where it stands among the pairs; the lesser comes first.
type Standing = (u32, u32, u32, u32);

impl Orders {
    /// Orders as many of the most frequent pairs as there is room for, whole counts only; on at
    /// most `threads` threads.
    pub fn new(baskets: &Baskets, counts: &PairCounts, room: u64, threads: NonZeroUsize) -> Self {
        let at_least = at_least(counts, threads);
        let least = least(&at_least, room);
        let pairs = counts.most_frequent(least, threads);
        let (different, of_pair) = different(baskets, &pairs);
        Self {
            least,
            pairs,
            different,
            of_pair,
            rankings: Default::default(),
            at_least,
            missing_llr: missing_llr(least, u64::from(baskets.len())),
        }
    }

    fn ranking(&self, measure: Measure) -> &Ranking {
        let place = Measure::ALL.iter().position(|one| *one == measure);
        let ranking = &self.rankings[place.expect("BUG: every measure is among all of them")];
        ranking.get_or_init(|| Ranking::new(measure, &self.different, &self.of_pair))
    }

    /// The rows after a row, or the first, of the pairs that `least` baskets hold and that fit.
    ///
    /// `None` where pairs that are not kept here could be among the rows or have to be counted;
    /// `all_fit` says that `fits` holds for every pair, so that they need not be looked at.
    pub fn page(
        &self,
        by: By,
        least: u32,
        limit: usize,
        after: Option<After>,
        all_fit: bool,
        fits: impl Fn(u32, u32) -> bool,
    ) -> Option<Top> {
        let top = self.top(by, least.max(self.least), limit, after, fits);
        if least >= self.least {
            return Some(top);
        }
        // What is missing comes after every pair that is here; it is enough that these fill the
        // page, and that how many there are is known.
        let filled = top.pairs.len() > limit && self.missing_come_after(by, top.pairs[limit]);
        (filled && all_fit).then(|| Top {
            total: self.count(least),
            ..top
        })
    }

    /// How many pairs of the whole table at least so many baskets hold.
    pub fn count(&self, least: u32) -> u64 {
        let found = self.at_least.range(least..).next();
        found.map_or(0, |(_, pairs)| *pairs)
    }

    fn missing_come_after(&self, by: By, (a, b, together): (u32, u32, u32)) -> bool {
        match by {
            By::Falling(Measure::Together | Measure::Support) => true,
            By::Falling(Measure::Llr) => {
                let ranking = self.ranking(Measure::Llr);
                self.find(a, b, together)
                    .is_some_and(|at| ranking.value(at) > self.missing_llr)
            }
            _ => false,
        }
    }

    fn find(&self, a: u32, b: u32, together: u32) -> Option<usize> {
        let sought = (std::cmp::Reverse(together), a, b);
        let key = |pair: &(u32, u32, u32)| (std::cmp::Reverse(pair.2), pair.0, pair.1);
        self.pairs.binary_search_by_key(&sought, key).ok()
    }

    fn top(
        &self,
        by: By,
        least: u32,
        limit: usize,
        after: Option<After>,
        fits: impl Fn(u32, u32) -> bool,
    ) -> Top {
        let end = self.pairs.partition_point(|pair| pair.2 >= least);
        match by {
            By::Items => {
                let after = after.and_then(|after| match after.value.total_cmp(&0.0) {
                    std::cmp::Ordering::Less => None,
                    std::cmp::Ordering::Equal => Some((0, after.a, after.b, u32::MAX)),
                    std::cmp::Ordering::Greater => Some(LAST),
                });
                self.select(end, limit, after, |_| 0, fits)
            }
            By::Rising(measure) => {
                let ranking = self.ranking(measure);
                let after = after.and_then(|after| ranking.rising(after));
                self.select(end, limit, after, |at| ranking.places[at], fits)
            }
            By::Falling(measure) => {
                let ranking = self.ranking(measure);
                let after = after.and_then(|after| ranking.falling(after));
                self.select(end, limit, after, |at| u32::MAX - ranking.places[at], fits)
            }
        }
    }

    /// One pass over the first `end` pairs that keeps the least of those after a standing.
    fn select(
        &self,
        end: usize,
        limit: usize,
        after: Option<Standing>,
        place: impl Fn(usize) -> u32,
        fits: impl Fn(u32, u32) -> bool,
    ) -> Top {
        let (mut total, mut before) = (0, 0);
        // The greatest that is kept is on top and goes first.
        let mut kept: BinaryHeap<Standing> = BinaryHeap::with_capacity(limit + 2);
        let mut bound = u32::MAX;
        for (at, &(a, b, _)) in self.pairs[..end].iter().enumerate() {
            if !fits(a, b) {
                continue;
            }
            total += 1;
            let place = place(at);
            if place > bound && after.is_none() {
                continue;
            }
            let standing = (place, a, b, at as u32);
            if after.is_some_and(|after| standing <= after) {
                before += 1;
                continue;
            }
            if kept.len() > limit {
                if kept.peek().is_some_and(|last| standing > *last) {
                    continue;
                }
                kept.pop();
            }
            kept.push(standing);
            if kept.len() > limit {
                bound = kept.peek().map_or(u32::MAX, |last| last.0);
            }
        }
        let rows = kept.into_sorted_vec();
        Top {
            pairs: rows.iter().map(|row| self.pairs[row.3 as usize]).collect(),
            total,
            before,
        }
    }
}

/// After every row.
const LAST: Standing = (u32::MAX, u32::MAX, u32::MAX, u32::MAX);

impl Ranking {
    fn new(measure: Measure, different: &[Contingency], of_pair: &[u32]) -> Self {
        let values: Vec<f64> = different.iter().map(|one| measure.rank_key(one)).collect();
        let mut keys = values.clone();
        keys.sort_unstable_by(f64::total_cmp);
        keys.dedup_by(|one, other| one.total_cmp(other).is_eq());
        keys.shrink_to_fit();
        let place = |value: &f64| keys.partition_point(|key| key.total_cmp(value).is_lt()) as u32;
        let places: Vec<u32> = values.iter().map(place).collect();
        Self {
            places: of_pair.iter().map(|one| places[*one as usize]).collect(),
            keys,
        }
    }

    fn value(&self, at: usize) -> f64 {
        self.keys[self.places[at] as usize]
    }

    /// The keys below a value, and whether the next one equals it.
    fn search(&self, value: f64) -> (usize, bool) {
        let below = self
            .keys
            .partition_point(|key| key.total_cmp(&value).is_lt());
        let equal = self.keys.get(below);
        (
            below,
            equal.is_some_and(|key| key.total_cmp(&value).is_eq()),
        )
    }

    /// The last standing, in rising order, that is not after a row; none where all are.
    fn rising(&self, after: After) -> Option<Standing> {
        match self.search(after.value) {
            (below, true) => Some((below as u32, after.a, after.b, u32::MAX)),
            (0, false) => None,
            (below, false) => Some((below as u32 - 1, u32::MAX, u32::MAX, u32::MAX)),
        }
    }

    /// The same in falling order, where places count down from the greatest number.
    fn falling(&self, after: After) -> Option<Standing> {
        match self.search(after.value) {
            (below, true) => Some((u32::MAX - below as u32, after.a, after.b, u32::MAX)),
            (below, false) if below == self.keys.len() => None,
            (below, false) => Some((u32::MAX - below as u32, u32::MAX, u32::MAX, u32::MAX)),
        }
    }
}

fn at_least(counts: &PairCounts, threads: NonZeroUsize) -> BTreeMap<u32, u64> {
    let mut at_least = counts.frequencies(threads);
    let mut sum = 0;
    for (_, pairs) in at_least.iter_mut().rev() {
        sum += *pairs;
        *pairs = sum;
    }
    at_least
}

/// The least count whose pairs, with those of all greater ones, find room.
fn least(at_least: &BTreeMap<u32, u64>, room: u64) -> u32 {
    let first_too_many = at_least.iter().rev().find(|(_, pairs)| **pairs > room);
    first_too_many.map_or(1, |(together, _)| together + 1)
}

/// The three counts that occur, each once, and which of them each pair has.
fn different(baskets: &Baskets, pairs: &[(u32, u32, u32)]) -> (Vec<Contingency>, Vec<u32>) {
    let all = u64::from(baskets.len());
    let mut numbers: FxHashMap<[u32; 3], u32> = FxHashMap::default();
    let mut different = Vec::new();
    let of_pair = pairs
        .iter()
        .map(|&(a, b, together)| {
            let counts = [together, baskets.total(a), baskets.total(b)];
            *numbers.entry(counts).or_insert_with(|| {
                let [together, a, b] = counts.map(u64::from);
                different.push(Contingency::new(together, a, b, all));
                different.len() as u32 - 1
            })
        })
        .collect();
    (different, of_pair)
}

/// The greatest signed root of the log-likelihood ratio that fewer than `least` baskets can give.
///
/// With the baskets that hold both given, each further basket with one of the items alone takes
/// from the ratio for as long as the pair is more frequent than chance: its share of twice
/// ln(P(not b | a) / P(not b | not a)) is negative then. So two items that are never apart have
/// the most, and a pair that is rarer than chance has a negative root.
fn missing_llr(least: u32, all: u64) -> f64 {
    (1..u64::from(least))
        .take_while(|together| *together <= all)
        .map(|together| Contingency::new(together, together, together, all).llr_signed_root())
        .fold(f64::NEG_INFINITY, f64::max)
}
