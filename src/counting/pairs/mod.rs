//! The co-occurrence table: for each pair of items, the number of baskets that hold both.
//!
//! What bounds the count of all pairs is not arithmetic but how far away the numbers are. Items
//! are therefore ranked by how many baskets hold them ([`ranks`]), and the pairs of frequent
//! items, nearly all of them, are counted 512 at a time as sums of bit lines ([`line`]) in tiles
//! that stay in the nearest cache ([`frequent`]). Where lines would be empty, pairs are added up
//! one by one ([`rare`]); [`plan`] finds the border. All of it gives the same table, bit for bit,
//! on any number of threads, with any vector units, whatever the border.
//!
//! Counts are kept as they come, in planes ([`planes`]): four or five bits a pair where most are
//! small. Both directions are kept, so that the row of an item is read in one piece. Pairs with
//! a rare item take sixteen bytes.

mod blocks;
mod frequent;
mod line;
mod plan;
mod planes;
mod ranks;
mod rare;

use std::num::NonZeroUsize;

use super::{baskets::Baskets, vectors::Vectors};
use line::LINE;
use planes::{Expand, Planes, Sums};
use ranks::Ranks;
use rare::Rare;

/// The pairs of items that share at least one basket, with the number of those baskets.
#[derive(Debug)]
pub struct PairCounts {
    ranks: Ranks,
    /// By rank, the counts of frequent items with frequent items.
    frequent: Vec<Planes>,
    /// All other counts.
    rare: Rare,
    len: u64,
    together_sum: u64,
    vectors: Vectors,
}

/// Counts every pair of items in every basket, on at most `threads` threads.
///
/// Takes at most time in proportion to [`PairCounts::together_sum`], mostly far less.
pub fn count_pairs(baskets: &Baskets, threads: NonZeroUsize) -> PairCounts {
    let ranks = Ranks::new(baskets);
    let frequent = plan::frequent(baskets, &ranks);
    count(baskets, ranks, frequent, threads, Vectors::detect())
}

/// The same with a border that is given.
fn count(
    baskets: &Baskets,
    ranks: Ranks,
    frequent: usize,
    threads: NonZeroUsize,
    vectors: Vectors,
) -> PairCounts {
    let rare = Rare::count(baskets, &ranks, frequent, threads);
    let frequent = frequent::count(baskets, &ranks, frequent, threads, vectors);
    let (few, of_few) = rare.sums();
    let (many, of_many) = vectors.run(Sums(&frequent));
    // Each pair stands in the rows of both its items.
    PairCounts {
        len: u64::midpoint(few, many),
        together_sum: u64::midpoint(of_few, of_many),
        ranks,
        frequent,
        rare,
        vectors,
    }
}

impl PairCounts {
    /// Number of pairs that occur.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether no two items share a basket.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Sum of all pair counts: the pairs of items in each basket, summed over baskets.
    pub fn together_sum(&self) -> u64 {
        self.together_sum
    }

    /// The number of baskets that hold both items, in either order; 0 for an item with itself,
    /// which is no pair.
    pub fn get(&self, a: u32, b: u32) -> u32 {
        let (a, b) = (self.ranks.rank(a), self.ranks.rank(b));
        let (frequent, rare) = (a.min(b), a.max(b));
        match self.frequent.get(rare) {
            Some(row) => row.get(frequent),
            None => self.rare.get(rare, frequent),
        }
    }

    /// The items that share a basket with `item`, ascending, as (other, together).
    pub fn neighbours<'row>(&self, item: u32, scratch: &'row mut Neighbours) -> &'row [(u32, u32)] {
        let len = scratch.read(self, item, 0);
        &scratch.row[..len]
    }

    /// The items after `a` that share a basket with it, ascending, as (b, together).
    pub fn row(&self, a: u32) -> impl ExactSizeIterator<Item = (u32, u32)> {
        let mut scratch = Neighbours::default();
        let len = scratch.read(self, a, a + 1);
        scratch.row.into_iter().take(len)
    }

    /// Every pair that occurs as (a, b, together), a < b, in the order of (a, b).
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32, u32)> {
        let mut scratch = Neighbours::default();
        let (mut a, mut at, mut len) = (0, 0, 0);
        std::iter::from_fn(move || {
            while at == len {
                if a as usize == self.ranks.len() {
                    return None;
                }
                (at, len) = (0, scratch.read(self, a, a + 1));
                a += 1;
            }
            let (b, together) = scratch.row[at];
            at += 1;
            Some((a - 1, b, together))
        })
    }
}

/// What [`PairCounts::neighbours`] works in, to be used again for the next row: twelve bytes per
/// item.
#[derive(Debug, Default)]
pub struct Neighbours {
    /// By rank.
    together: Vec<u32>,
    /// As many as there are items; the row is at the beginning.
    row: Vec<(u32, u32)>,
}

impl Neighbours {
    /// Reads the neighbours of an item from an item on; answers how many there are.
    fn read(&mut self, pairs: &PairCounts, item: u32, from: u32) -> usize {
        let items = pairs.ranks.len();
        self.row.resize(self.row.len().max(items), (0, 0));
        let rank = pairs.ranks.rank(item);
        match pairs.frequent.get(rank) {
            Some(row) => self.read_frequent(pairs, row, rank, from),
            None => self.read_rare(pairs, rank, from),
        }
    }

    /// Most items are neighbours: all are looked at, in order.
    fn read_frequent(&mut self, pairs: &PairCounts, row: &Planes, rank: usize, from: u32) -> usize {
        let frequent = pairs.frequent.len();
        self.together.clear();
        self.together
            .resize(pairs.ranks.len().next_multiple_of(LINE), 0);
        pairs.vectors.run(Expand {
            row,
            into: self.together[..frequent.next_multiple_of(LINE)]
                .as_chunks_mut()
                .0,
        });
        for &(other, together) in pairs.rare.row(rank) {
            self.together[other as usize] = together;
        }
        let mut len = 0;
        for (other, rank) in (from..).zip(pairs.ranks.from(from)) {
            let together = self.together[*rank as usize];
            // Written in any case: a processor is bad at guessing who is a neighbour.
            self.row[len] = (other, together);
            len += usize::from(together > 0);
        }
        len
    }

    fn read_rare(&mut self, pairs: &PairCounts, rank: usize, from: u32) -> usize {
        let mut len = 0;
        for &(other, together) in pairs.rare.row(rank) {
            let other = pairs.ranks.item(other as usize);
            if other >= from {
                self.row[len] = (other, together);
                len += 1;
            }
        }
        self.row[..len].sort_unstable_by_key(|&(other, _)| other);
        len
    }
}

#[cfg(test)]
mod tests;
