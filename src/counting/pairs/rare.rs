//! Pairs with a rare item: the items of its baskets, one after the other.
//!
//! A rare item has few baskets, so that its neighbours are added up one by one in a dense array
//! that stays in the processor's nearest caches. Each row is counted by itself: a pair of two
//! rare items is counted in both rows, which costs less than turning one into the other.

use std::num::NonZeroUsize;

use super::super::{baskets::Baskets, lists::Lists, parallel, tally::Tally};
use super::ranks::Ranks;

/// Few enough that threads finish together, enough that a block's own room does not matter.
const BLOCK_ITEMS: usize = 32;

/// By rank: for a rare item all its neighbours, for a frequent one those that are rare; ranks
/// ascending, with the counts.
#[derive(Debug)]
pub(super) struct Rare {
    blocks: Vec<Lists<(u32, u32)>>,
}

impl Rare {
    /// Counts on several threads; `frequent` is the first rank that is rare.
    pub(super) fn count(
        baskets: &Baskets,
        ranks: &Ranks,
        frequent: usize,
        threads: NonZeroUsize,
    ) -> Self {
        if frequent == ranks.len() {
            return Self { blocks: Vec::new() };
        }
        let ranked = by_basket(baskets, ranks, threads);
        let rows = Rows {
            baskets,
            ranks,
            ranked,
            frequent,
        };
        let blocks = parallel::map(
            0..ranks.len().div_ceil(BLOCK_ITEMS),
            threads,
            Tally::default,
            |tally, block| rows.count_block(block, tally),
        );
        Self { blocks }
    }

    /// One row.
    pub(super) fn row(&self, rank: usize) -> &[(u32, u32)] {
        self.blocks
            .get(rank / BLOCK_ITEMS)
            .map_or(&[], |block| block.list(rank % BLOCK_ITEMS))
    }

    pub(super) fn get(&self, rank: usize, other: usize) -> u32 {
        let row = self.row(rank);
        row.binary_search_by_key(&(other as u32), |&(other, _)| other)
            .map_or(0, |found| row[found].1)
    }

    /// How many counts there are, and their sum.
    pub(super) fn sums(&self) -> (u64, u64) {
        let counts = self.blocks.iter().flat_map(Lists::members);
        counts.fold((0, 0), |(present, sum), &(_, together)| {
            (present + 1, sum + u64::from(together))
        })
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

struct Rows<'a> {
    baskets: &'a Baskets,
    ranks: &'a Ranks,
    ranked: Lists<u32>,
    frequent: usize,
}

impl Rows<'_> {
    fn count_block(&self, block: usize, tally: &mut Tally<u32>) -> Lists<(u32, u32)> {
        tally.grow(self.ranks.len() as u32);
        let first = block * BLOCK_ITEMS;
        let mut rows = Lists::new();
        for rank in first..self.ranks.len().min(first + BLOCK_ITEMS) {
            let least = if rank < self.frequent {
                self.frequent as u32
            } else {
                0
            };
            for &basket in self.baskets.baskets_of(self.ranks.item(rank)) {
                let items = self.ranked.list(basket as usize);
                // From the end: rare items stand there, and most baskets are far from any cache.
                let wanted = items.iter().rev().take_while(|&&other| other >= least);
                tally.add_each(wanted.copied(), 1);
            }
            tally.drain(|other, together| {
                if other as usize != rank {
                    rows.push((other, together));
                }
            });
            rows.close();
        }
        rows.shrink();
        rows
    }
}
