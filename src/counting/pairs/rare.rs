//! Pairs with a rare item: the items of its baskets, one after the other.
//!
//! A rare item has few baskets, so that its neighbours are added up one by one in a dense array
//! that stays in the processor's nearest caches. Each row of a rare item is counted by itself: a
//! pair of two rare items is counted in both rows, which costs less than turning one into the
//! other.

use std::{hint::black_box, num::NonZeroUsize};

use super::super::{baskets::Baskets, lists::Lists, parallel, tally::Tally};
use super::planes::Change;
use super::ranks::Ranks;
use super::shared::Shared;

/// How many rows are counted in one task: few enough that threads finish together.
const TASK: usize = 32;
/// How many baskets are looked at before they are added up.
const AHEAD: usize = 16;

/// By rank: for a rare item all its neighbours, for a frequent one those that are rare; ranks
/// ascending, with the counts. Rows that nobody changed are shared between tables.
#[derive(Clone, Debug)]
pub(super) struct Rare {
    rows: Vec<Shared<Vec<(u32, u32)>>>,
}

impl Rare {
    /// One row.
    pub(super) fn row(&self, rank: usize) -> &[(u32, u32)] {
        self.rows.get(rank).map_or(&[], |row| row.as_slice())
    }

    pub(super) fn get(&self, rank: usize, other: usize) -> u32 {
        let row = self.row(rank);
        row.binary_search_by_key(&(other as u32), |&(other, _)| other)
            .map_or(0, |found| row[found].1)
    }

    /// How many counts there are, and their sum.
    pub(super) fn sums(&self) -> (u64, u64) {
        let counts = self.rows.iter().flat_map(|row| row.iter());
        counts.fold((0, 0), |(present, sum), &(_, together)| {
            (present + 1, sum + u64::from(together))
        })
    }

    pub(super) fn share(&mut self) {
        self.rows.iter_mut().for_each(Shared::share);
    }

    /// Counts one more in a row, or one less.
    ///
    /// # Panics
    /// When it would count less than nothing.
    pub(super) fn change(&mut self, rank: usize, other: usize, change: Change) {
        if rank >= self.rows.len() {
            self.rows.resize_with(rank + 1, Shared::default);
        }
        let row = self.rows[rank].make_own();
        let found = row.binary_search_by_key(&(other as u32), |&(other, _)| other);
        match (found, change) {
            (Ok(at), Change::More) => row[at].1 += 1,
            (Err(at), Change::More) => row.insert(at, (other as u32, 1)),
            (Ok(at), Change::Less) if row[at].1 == 1 => {
                row.remove(at);
            }
            (Ok(at), Change::Less) => row[at].1 -= 1,
            (Err(_), Change::Less) => panic!("BUG: less than nothing was counted"),
        }
    }
}

/// Ready to add up.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    baskets: &'a Baskets,
    ranks: &'a Ranks,
    /// By basket the ranks of its items, ascending; nothing where no item is rare.
    ranked: Option<Lists<u32>>,
    /// The first rank that is rare.
    frequent: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        baskets: &'a Baskets,
        ranks: &'a Ranks,
        frequent: usize,
        threads: NonZeroUsize,
    ) -> Self {
        let some_are_rare = frequent < ranks.len();
        Self {
            baskets,
            ranks,
            ranked: some_are_rare.then(|| by_basket(baskets, ranks, threads)),
            frequent,
        }
    }

    /// Every row. Frequent items have theirs from the rare ones, which have fewer baskets.
    pub(super) fn table(&self, threads: NonZeroUsize) -> Rare {
        if self.ranked.is_none() {
            return Rare { rows: Vec::new() };
        }
        let tasks = (self.frequent..self.ranks.len()).step_by(TASK);
        let count = |tally: &mut Tally<u32>, first: usize| {
            let ranks = first..self.ranks.len().min(first + TASK);
            ranks.map(|rank| self.row(rank, tally)).collect::<Vec<_>>()
        };
        let rare = parallel::map(tasks, threads, Tally::default, count);
        let rare: Vec<Vec<(u32, u32)>> = rare.into_iter().flatten().collect();
        let rows = self.of_frequent(&rare, threads).into_iter().chain(rare);
        Rare {
            rows: rows.map(Shared::new).collect(),
        }
    }

    fn row(&self, rank: usize, tally: &mut Tally<u32>) -> Vec<(u32, u32)> {
        let mut row = Vec::new();
        self.each_of_row(rank, tally, |other, together| row.push((other, together)));
        row.shrink_to_fit();
        row
    }

    /// The rows of rare items turned round.
    fn of_frequent(&self, rare: &[Vec<(u32, u32)>], threads: NonZeroUsize) -> Vec<Vec<(u32, u32)>> {
        let part = rare.len().div_ceil(threads.get());
        let turned = Lists::<u64>::gather(self.frequent as u32, threads, |number| {
            let rows = number * part..rare.len().min((number + 1) * part);
            rows.flat_map(|row| {
                let rank = (self.frequent + row) as u64;
                let frequent = rare[row].iter();
                frequent
                    .take_while(|(other, _)| (*other as usize) < self.frequent)
                    .map(move |&(other, together)| (other, rank << 32 | u64::from(together)))
            })
        });
        let rows = turned.iter().map(|row| {
            let pairs = row.iter().map(|&both| ((both >> 32) as u32, both as u32));
            pairs.collect()
        });
        rows.collect()
    }

    /// Hands over one row.
    pub(super) fn each_of_row(
        &self,
        rank: usize,
        tally: &mut Tally<u32>,
        mut each: impl FnMut(u32, u32),
    ) {
        let Some(ranked) = &self.ranked else {
            return;
        };
        tally.grow(self.ranks.len() as u32);
        let is_frequent = rank < self.frequent;
        let least = if is_frequent { self.frequent as u32 } else { 0 };
        for baskets in self.baskets.baskets_of(self.ranks.item(rank)).chunks(AHEAD) {
            // Looked at first, so that all of them are on their way at the same time.
            let last = |basket: &u32| ranked.list(*basket as usize).last().copied();
            black_box(baskets.iter().filter_map(last).fold(0, u32::wrapping_add));
            for &basket in baskets {
                let items = ranked.list(basket as usize);
                // From the end, where rare items stand.
                let wanted = items.iter().rev().take_while(|&&other| other >= least);
                tally.add_each(wanted.copied(), 1);
            }
        }
        tally.drain(|other, together| {
            if other as usize != rank {
                each(other, together);
            }
        });
    }

    /// What is held, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.ranked.as_ref().map_or(0, Lists::bytes)
    }

    /// More bytes than one thread takes for so many rows.
    pub(super) fn most_of_rows(&self, rows: usize) -> usize {
        // A row grows by doubling.
        let row = self.ranked.as_ref().map_or(0, |_| 2 * self.ranks.len());
        (rows + 1) * row * size_of::<(u32, u32)>()
    }

    /// More bytes than [`Walk::table`] takes.
    pub(super) fn most_of_table(&self) -> usize {
        let baskets = self.ranked.iter().flat_map(Lists::iter);
        let events: usize = baskets
            .map(|ranks| {
                let frequent = ranks.partition_point(|&rank| (rank as usize) < self.frequent);
                let pairs = |items: usize| items * items.saturating_sub(1) / 2;
                pairs(ranks.len()) - pairs(frequent)
            })
            .sum();
        // In both rows, and once more while the rows of frequent items are made of the others.
        events * 3 * size_of::<(u32, u32)>() + self.ranks.len() * 8 * size_of::<usize>()
    }
}

/// By basket the ranks of its items, ascending.
fn by_basket(baskets: &Baskets, ranks: &Ranks, threads: NonZeroUsize) -> Lists<u32> {
    let part = ranks.len().div_ceil(threads.get());
    Lists::gather(baskets.len(), threads, |number| {
        let all = ranks.len();
        (all.min(number * part)..all.min((number + 1) * part)).flat_map(|rank| {
            let holding = baskets.baskets_of(ranks.item(rank)).iter();
            holding.map(move |&basket| (basket, rank as u32))
        })
    })
}
