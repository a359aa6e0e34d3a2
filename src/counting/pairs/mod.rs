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
//! a rare item take sixteen bytes. Where a table finds no room, [`passes`] gives its rows block by
//! block and keeps none. What arrives later changes the rows where they are ([`update`]), and the
//! best neighbours of an item are found without looking at all of them ([`best`]). What a whole table
//! says, whatever the order of its pairs, is read row by row on all threads ([`alike`]).
//!
//! # What was tried and not kept
//!
//! On ten million choices of 100,000 users among 20,000 items, 988 million pair events, in seconds
//! of processor time:
//!
//! - adding up one by one in a dense array, items as they are numbered: 5.8; what is here: 0.5;
//! - lines of all items for each basket, without tiles: 0.75 to 1.0, for a line comes from far away
//!   as often as it is summed; the vector units make no difference there;
//! - lines for the 8,192 most frequent items and the rest one by one: 1.1;
//! - counting the ones in two items' sets of baskets: a pair of items costs a step for each 512
//!   baskets there are, a sum of lines one for each basket of the item and 512 items at once, so that
//!   sets only win where an item is in most baskets;
//! - leaving items to be added up one by one where their lines hold little: a row of pairs that
//!   stand together once costs seven nanoseconds a pair to make, so that lines win until they hold
//!   about one item in five hundred; with a fifth of that price, five million choices in baskets of
//!   25 took three times as long (0.59 s instead of 0.19);
//! - tiles of 8,191 or 32,767 baskets instead of 16,383: 20 % and 5 % slower;
//! - pages of two mebibytes: no difference that could be measured.

mod alike;
mod best;
mod blocks;
mod frequent;
mod line;
mod passes;
mod plan;
mod planes;
mod ranks;
mod rare;
mod row;
mod shared;
mod update;

use std::num::NonZeroUsize;

use super::{baskets::Baskets, vectors::Vectors};
use frequent::Frequent;
use planes::{Planes, Sums};
use ranks::Ranks;
use rare::{Rare, Walk};
use row::Counts;
use shared::Shared;

pub use alike::Alike;
pub use best::{Best, Totals};
pub use passes::{TooLittle, Within, count_within};
pub use row::Neighbours;
pub use update::Arrival;

/// The pairs of items that share at least one basket, with the number of those baskets.
#[derive(Clone, Debug)]
pub struct PairCounts {
    ranks: Ranks,
    /// By rank, the counts of frequent items with frequent items.
    frequent: Vec<Shared<Planes>>,
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
    count(baskets, &ranks, frequent, threads, Vectors::detect())
}

/// The same with a border that is given.
fn count(
    baskets: &Baskets,
    ranks: &Ranks,
    border: usize,
    threads: NonZeroUsize,
    vectors: Vectors,
) -> PairCounts {
    let walk = Walk::new(baskets, ranks, border, threads);
    let frequent = Frequent::new(baskets, ranks, border, threads, vectors);
    PairCounts::assemble(&walk, &frequent, ranks.clone(), threads)
}

impl PairCounts {
    fn assemble(walk: &Walk<'_>, frequent: &Frequent, ranks: Ranks, threads: NonZeroUsize) -> Self {
        let vectors = frequent.vectors();
        let rare = walk.table(threads);
        let frequent = frequent.table(threads);
        let (few, of_few) = rare.sums();
        let (many, of_many) = vectors.run(Sums(&frequent));
        let frequent = frequent.into_iter().map(Shared::new).collect();
        // Each pair stands in the rows of both its items.
        Self {
            len: u64::midpoint(few, many),
            together_sum: u64::midpoint(of_few, of_many),
            ranks,
            frequent,
            rare,
            vectors,
        }
    }

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
        let len = scratch.read(&self.of(item), 0);
        &scratch.row[..len]
    }

    /// The same, of the items after `a` alone.
    pub fn later<'row>(&self, a: u32, scratch: &'row mut Neighbours) -> &'row [(u32, u32)] {
        let len = scratch.read(&self.of(a), a + 1);
        &scratch.row[..len]
    }

    /// The items after `a` that share a basket with it, ascending, as (b, together).
    pub fn row(&self, a: u32) -> impl ExactSizeIterator<Item = (u32, u32)> {
        let mut scratch = Neighbours::default();
        let len = scratch.read(&self.of(a), a + 1);
        scratch.row.into_iter().take(len)
    }

    /// Every pair that occurs as (a, b, together), a < b, in the order of (a, b).
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32, u32)> {
        let mut scratch = Neighbours::default();
        let (mut a, mut at, mut len) = (0, 0, 0);
        std::iter::from_fn(move || {
            while at == len {
                if a as usize == self.ranks.items_len() {
                    return None;
                }
                (at, len) = (0, scratch.read(&self.of(a), a + 1));
                a += 1;
            }
            let (b, together) = scratch.row[at];
            at += 1;
            Some((a - 1, b, together))
        })
    }

    fn of(&self, item: u32) -> Counts<'_> {
        self.of_rank(self.ranks.rank(item))
    }

    fn of_rank(&self, rank: usize) -> Counts<'_> {
        Counts {
            ranks: &self.ranks,
            frequent: self.frequent.get(rank).map(|row| &**row),
            rare: self.rare.row(rank),
            vectors: self.vectors,
        }
    }
}

#[cfg(test)]
mod tests;
