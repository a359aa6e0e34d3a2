//! What can be said of a table without the order of its pairs: how many have which counts.
//!
//! Many pairs have the same three counts: in how many baskets both stand, and each. Measures are
//! functions of those, so that there are far fewer different values than pairs: 163 thousand of 13
//! million for the ratings of 610 people, 12.5 of 130 million for ten million choices. Items with
//! the same total are taken together, and what is the same among their rows is counted where it stays
//! in the cache; one large map of all takes three times as long, for
//! ten million choices eight times.

use std::{collections::BTreeMap, num::NonZeroUsize};

use rustc_hash::FxHashMap;

use super::super::{baskets::Baskets, parallel};
use super::PairCounts;
use super::ranks::NONE;

/// How many rows are read in one task: few enough that threads finish together.
const TASK: usize = 32;

/// How many pairs have the same counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alike {
    /// Baskets with both items of each pair.
    pub together: u32,
    /// Baskets with the one and with the other.
    pub totals: [u32; 2],
    pub pairs: u64,
}

impl PairCounts {
    /// What `of` gives for each different three counts that occur, in any order, some in two parts;
    /// on at most `threads` threads.
    pub fn alike<A: Send>(
        &self,
        baskets: &Baskets,
        threads: NonZeroUsize,
        of: impl Fn(Alike) -> A + Sync,
    ) -> Vec<A> {
        let classes = Classes::new(self, baskets);
        let work = || (Vec::new(), Same::default());
        let tasks = 0..classes.ranks.len();
        let of_classes = parallel::map(tasks, threads, work, |(row, same), class| {
            let total = classes.totals[class];
            same.clear(classes.totals.len(), total);
            for &rank in &classes.ranks[class] {
                self.of_rank(rank as usize).before(rank as usize, 1, row);
                for &(other, together) in &*row {
                    same.add(classes.of_rank[other as usize], together);
                }
            }
            let alike = same.iter().map(|(other, together, pairs)| Alike {
                together,
                totals: [total, classes.totals[other as usize]],
                pairs,
            });
            alike.map(&of).collect::<Vec<A>>()
        });
        of_classes.into_iter().flatten().collect()
    }

    /// Each count that occurs, with the number of pairs that have it.
    pub fn frequencies(&self, threads: NonZeroUsize) -> BTreeMap<u32, u64> {
        // Most counts are small; a map would be asked for them millions of times.
        const SMALL: usize = 1 << 10;
        let tasks = (0..self.ranks.len()).step_by(TASK);
        let count = |few: &mut Vec<u64>, first: usize| {
            let mut many: BTreeMap<u32, u64> = BTreeMap::new();
            few.clear();
            few.resize(SMALL, 0);
            for rank in first..self.ranks.len().min(first + TASK) {
                self.of_rank(rank).frequencies(|together, pairs| {
                    match few.get_mut(together as usize) {
                        Some(few) => *few += pairs,
                        None => *many.entry(together).or_default() += pairs,
                    }
                });
            }
            let few = (0..).zip(few.iter().copied());
            let few = few.filter(|(_, pairs)| *pairs > 0);
            few.chain(many).collect::<Vec<(u32, u64)>>()
        };
        let mut frequencies: BTreeMap<u32, u64> = BTreeMap::new();
        for (together, pairs) in parallel::map(tasks, threads, Vec::new, count)
            .into_iter()
            .flatten()
        {
            *frequencies.entry(together).or_default() += pairs;
        }
        // Each pair was met in the rows of both its items.
        for pairs in frequencies.values_mut() {
            *pairs /= 2;
        }
        frequencies
    }

    /// The pairs in at least so many baskets, as (a, b, together), a < b: the count falling, then
    /// the items rising.
    pub fn most_frequent(&self, least: u32, threads: NonZeroUsize) -> Vec<(u32, u32, u32)> {
        let tasks = (0..self.ranks.len()).step_by(TASK);
        let find = |row: &mut Vec<(u32, u32)>, first: usize| {
            let mut found = Vec::new();
            for rank in first..self.ranks.len().min(first + TASK) {
                self.find_frequent(rank, least, row, &mut found);
            }
            found
        };
        let found = parallel::map(tasks, threads, Vec::new, find);
        let mut by_count: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
        for (pair, together) in found.into_iter().flatten() {
            by_count.entry(together).or_default().push(pair);
        }
        let tasks = by_count.into_iter().collect::<Vec<_>>().into_iter();
        let sorted = parallel::map(
            tasks,
            threads,
            || (),
            |(), (together, mut pairs)| {
                pairs.sort_unstable();
                (together, pairs)
            },
        );
        let falling = sorted.into_iter().rev();
        falling
            .flat_map(|(together, pairs)| {
                let apart = move |pair| ((pair >> 32) as u32, pair as u32, together);
                pairs.into_iter().map(apart)
            })
            .collect()
    }

    /// Pairs as one number, the smaller item above.
    fn find_frequent(
        &self,
        rank: usize,
        least: u32,
        row: &mut Vec<(u32, u32)>,
        found: &mut Vec<(u64, u32)>,
    ) {
        let counts = self.of_rank(rank);
        let item = self.ranks.item(rank);
        counts.before(rank, least, row);
        for &(other, together) in &*row {
            if together >= least {
                let other = self.ranks.item(other as usize);
                let (a, b) = (item.min(other), item.max(other));
                found.push((u64::from(a) << 32 | u64::from(b), together));
            }
        }
    }
}

/// The pairs of one class of items, by the class of the other and the baskets with both.
#[derive(Default)]
struct Same {
    /// How many counts a class needs where all find room in a dense array; 0 where they do not.
    counts: usize,
    dense: Vec<u64>,
    sparse: FxHashMap<(u32, u32), u64>,
}

impl Same {
    /// What fits a processor's second cache.
    const ROOM: usize = 1 << 16;

    /// Ready for pairs with so many classes, none of them in more than `most` baskets.
    fn clear(&mut self, classes: usize, most: u32) {
        let counts = most as usize + 1;
        self.counts = if counts * classes <= Self::ROOM {
            counts
        } else {
            0
        };
        self.dense.clear();
        self.dense.resize(self.counts * classes, 0);
        self.sparse.clear();
    }

    fn add(&mut self, class: u32, together: u32) {
        if self.counts > 0 {
            self.dense[class as usize * self.counts + together as usize] += 1;
        } else {
            *self.sparse.entry((class, together)).or_default() += 1;
        }
    }

    /// The class of the other, the baskets with both, and how many pairs have them.
    fn iter(&self) -> impl Iterator<Item = (u32, u32, u64)> {
        let place = |at: usize| ((at / self.counts) as u32, (at % self.counts) as u32);
        let dense = self
            .dense
            .iter()
            .enumerate()
            .filter(|(_, pairs)| **pairs > 0);
        let dense = dense.map(move |(at, &pairs)| (place(at).0, place(at).1, pairs));
        let sparse = self.sparse.iter();
        dense.chain(sparse.map(|(&(class, together), &pairs)| (class, together, pairs)))
    }
}

/// Items by their totals.
struct Classes {
    /// By class, rising.
    totals: Vec<u32>,
    ranks: Vec<Vec<u32>>,
    of_rank: Vec<u32>,
}

impl Classes {
    fn new(pairs: &PairCounts, baskets: &Baskets) -> Self {
        let total = |rank: u32| match pairs.ranks.item(rank as usize) {
            NONE => 0,
            item => baskets.total(item),
        };
        let mut ranks: Vec<u32> = (0..pairs.ranks.len() as u32).collect();
        ranks.sort_unstable_by_key(|&rank| (total(rank), rank));
        let ranks: Vec<Vec<u32>> = ranks
            .chunk_by(|one, other| total(*one) == total(*other))
            .map(<[u32]>::to_vec)
            .collect();
        let mut of_rank = vec![0; pairs.ranks.len()];
        for (class, ranks) in (0..).zip(&ranks) {
            for rank in ranks {
                of_rank[*rank as usize] = class;
            }
        }
        Self {
            totals: ranks.iter().map(|ranks| total(ranks[0])).collect(),
            ranks,
            of_rank,
        }
    }
}
