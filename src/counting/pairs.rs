//! The co-occurrence table: for each pair of items, the number of baskets that hold both.
//!
//! For each item `a` the later items of its baskets are added up in a dense array, four bytes
//! per item, that stays in the processor's nearest caches; only the upper triangle (a < b) is
//! ever counted or kept. Threads take blocks of items from a shared counter until none is left,
//! and a block is counted by one thread alone, so that nothing is merged and the result does
//! not depend on how many there are.
//!
//! Memory: eight bytes per pair that occurs, eight per item, and per thread the dense array and
//! its block in the making, which may take twice what it will hold. No pair that does not
//! occur takes any room.

use std::{
    iter,
    num::NonZeroUsize,
    sync::atomic::{AtomicU32, Ordering},
    thread,
};

use super::{baskets::Baskets, lists::Lists, tally::Tally};

/// Few enough that threads finish together, enough that a block's own room does not matter.
const BLOCK_ITEMS: u32 = 32;

/// For each item of a block the later items that occur with it, ascending, with their counts.
type Block = Lists<(u32, u32)>;

/// The pairs of items that share at least one basket, with the number of those baskets.
#[derive(Debug)]
pub struct PairCounts {
    blocks: Vec<Block>,
    len: u64,
    together_sum: u64,
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

    /// The items after `a` that share a basket with it, ascending, as (b, together).
    pub fn row(&self, a: u32) -> impl ExactSizeIterator<Item = (u32, u32)> {
        self.later(a).iter().copied()
    }

    /// Every pair that occurs as (a, b, together), a < b, in the order of (a, b).
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32, u32)> {
        let rows = self.blocks.iter().flat_map(Lists::iter);
        (0..)
            .zip(rows)
            .flat_map(|(a, row)| row.iter().map(move |&(b, together)| (a, b, together)))
    }

    /// The number of baskets that hold both items, in either order; 0 for an item with itself,
    /// which is no pair.
    pub fn get(&self, a: u32, b: u32) -> u32 {
        let later = self.later(a.min(b));
        later
            .binary_search_by_key(&a.max(b), |&(item, _)| item)
            .map_or(0, |found| later[found].1)
    }

    fn later(&self, a: u32) -> &[(u32, u32)] {
        self.blocks[(a / BLOCK_ITEMS) as usize].list((a % BLOCK_ITEMS) as usize)
    }
}

/// Counts every pair of items in every basket, on at most `threads` threads.
///
/// Takes time in proportion to [`PairCounts::together_sum`].
pub fn count_pairs(baskets: &Baskets, threads: NonZeroUsize) -> PairCounts {
    let block_count = baskets.item_count().div_ceil(BLOCK_ITEMS);
    let next = AtomicU32::new(0);
    let work = || {
        let mut tally = Tally::default();
        tally.grow(baskets.item_count());
        let take = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|&b| b < block_count);
        iter::from_fn(take)
            .map(|block| (block, count_block(baskets, block, &mut tally)))
            .collect::<Vec<_>>()
    };
    let mut counted: Vec<(u32, Block)> = thread::scope(|scope| {
        let threads = threads.get().min(block_count as usize);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let finished = workers.into_iter().map(thread::ScopedJoinHandle::join);
        finished
            .flat_map(|blocks| blocks.expect("BUG: a counting thread panicked"))
            .collect()
    });
    assert_eq!(
        counted.len(),
        block_count as usize,
        "BUG: each block is counted once"
    );
    counted.sort_unstable_by_key(|&(block, _)| block);
    let blocks: Vec<Block> = counted.into_iter().map(|(_, block)| block).collect();
    let len = blocks
        .iter()
        .map(|block| block.members().len() as u64)
        .sum();
    let counts = blocks.iter().flat_map(Block::members);
    let together_sum = counts.map(|&(_, together)| u64::from(together)).sum();
    PairCounts {
        blocks,
        len,
        together_sum,
    }
}

fn count_block(baskets: &Baskets, block: u32, tally: &mut Tally<u32>) -> Block {
    let first = block * BLOCK_ITEMS;
    let last = baskets.item_count().min(first + BLOCK_ITEMS);
    let mut rows = Lists::new();
    for a in first..last {
        for &basket in baskets.baskets_of(a) {
            // From the end back to `a`: looking for where `a` stands would cost more than the
            // comparisons do, because most of a basket is far from any cache.
            let later = baskets
                .items_of(basket)
                .iter()
                .rev()
                .take_while(|&&b| b > a);
            tally.add_each(later.copied(), 1);
        }
        tally.drain(|b, together| rows.push((b, together)));
        rows.close();
    }
    rows.shrink();
    rows
}
