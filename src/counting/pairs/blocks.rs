//! The baskets of frequent items, in blocks whose lines fit the cache next to the processor.
//!
//! A block is 16,383 baskets and one that holds nothing. In it a basket is a number of fourteen
//! bits, half the room of a number among all baskets, and a line for each of them takes one
//! mebibyte. Each item's baskets come in groups of sixteen, as they are summed; the last group
//! is filled up with the basket that holds nothing.

use std::num::NonZeroUsize;

use super::super::{baskets::Baskets, parallel};
use super::line::GROUP;
use super::ranks::Ranks;

/// Lines of a block.
pub(super) const BLOCK: usize = 1 << 14;
/// The basket of every block that holds nothing.
pub(super) const NOTHING: usize = BLOCK - 1;

pub(super) type Group = [u16; GROUP];

/// Some of the baskets: by rank the groups of those that hold the item.
#[derive(Debug)]
pub(super) struct Block {
    starts: Vec<u32>,
    groups: Vec<Group>,
}

impl Block {
    /// The baskets of a block that hold an item, in groups.
    #[inline]
    pub(super) fn groups(&self, rank: usize) -> &[Group] {
        &self.groups[self.starts[rank] as usize..self.starts[rank + 1] as usize]
    }

    pub(super) fn bytes(&self) -> usize {
        self.starts.capacity() * size_of::<u32>() + self.groups.capacity() * size_of::<Group>()
    }

    fn new(number: usize, baskets: &Baskets, ranks: &Ranks, frequent: usize) -> Self {
        let from = (number * NOTHING) as u32;
        let until = from.saturating_add(NOTHING as u32);
        let mut block = Self {
            starts: Vec::with_capacity(frequent + 1),
            groups: Vec::new(),
        };
        block.starts.push(0);
        for &item in &ranks.items()[..frequent] {
            let all = baskets.baskets_of(item);
            let first = all.partition_point(|&basket| basket < from);
            let here = all[first..].partition_point(|&basket| basket < until);
            block.add(&all[first..first + here], from);
        }
        block.groups.shrink_to_fit();
        block
    }

    fn add(&mut self, baskets: &[u32], from: u32) {
        let (whole, rest) = baskets.as_chunks::<GROUP>();
        let number = |basket: u32| (basket - from) as u16;
        self.groups
            .extend(whole.iter().map(|group| group.map(number)));
        if !rest.is_empty() {
            let mut last = [NOTHING as u16; GROUP];
            for (place, &basket) in last.iter_mut().zip(rest) {
                *place = number(basket);
            }
            self.groups.push(last);
        }
        self.starts.push(self.groups.len() as u32);
    }
}

/// The baskets of the most frequent items, block by block.
pub(super) fn blocks(
    baskets: &Baskets,
    ranks: &Ranks,
    frequent: usize,
    threads: NonZeroUsize,
) -> Vec<Block> {
    let count = number_of_blocks(baskets);
    parallel::map(
        0..count,
        threads,
        || (),
        |(), number| Block::new(number, baskets, ranks, frequent),
    )
}

pub(super) fn number_of_blocks(baskets: &Baskets) -> usize {
    (baskets.len() as usize).div_ceil(NOTHING)
}
