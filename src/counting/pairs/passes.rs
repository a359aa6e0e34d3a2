//! Counting in bounded memory: the rows of some items at a time, none of them kept.
//!
//! Each pass counts the whole rows of as many blocks of 512 items as there are threads with room,
//! and hands them over in the order of the items. A pair is counted twice, once from either side,
//! which is the price of keeping nothing.

use std::{fmt, num::NonZeroUsize, ops::Range};

use super::super::{baskets::Baskets, parallel, tally::Tally, vectors::Vectors};
use super::frequent::{Frequent, Scratch};
use super::line::LINE;
use super::planes::Planes;
use super::ranks::Ranks;
use super::rare::Walk;
use super::row::{Counts, Neighbours};
use super::{PairCounts, plan};

/// What was counted within a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Within {
    /// Number of pairs that occur.
    pub len: u64,
    /// Sum of all pair counts.
    pub together_sum: u64,
    /// How often the baskets were gone through.
    pub passes: usize,
}

/// A limit within which nothing can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLittle {
    /// The least that would do, in bytes.
    pub least: usize,
}

impl fmt::Display for TooLittle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "counting needs at least {} bytes", self.least)
    }
}

impl std::error::Error for TooLittle {}

/// Counts every pair and takes at most `memory` bytes for it, the baskets apart; what can't be counted
/// within it is refused before any pair is. Hands over for
/// each item `a` in order the items after it that share a basket with it, ascending, as
/// (b, together).
///
/// One pass where the whole table finds room; else as many as it takes, on fewer threads where
/// there is little room.
pub fn count_within(
    baskets: &Baskets,
    threads: NonZeroUsize,
    memory: usize,
    each: impl FnMut(u32, &[(u32, u32)]),
) -> Result<Within, TooLittle> {
    let ranks = Ranks::new(baskets);
    let frequent = plan::frequent(baskets, &ranks);
    within(baskets, &ranks, frequent, threads, memory, each)
}

/// The same with a border that is given.
pub(super) fn within(
    baskets: &Baskets,
    ranks: &Ranks,
    frequent: usize,
    threads: NonZeroUsize,
    memory: usize,
    each: impl FnMut(u32, &[(u32, u32)]),
) -> Result<Within, TooLittle> {
    let vectors = Vectors::detect();
    let parts = Parts {
        walk: Walk::new(baskets, ranks, frequent, threads),
        frequent: Frequent::new(baskets, ranks, frequent, threads, vectors),
        ranks,
        vectors,
    };
    let held = parts.held();
    let whole = held + parts.most_of_table();
    if whole <= memory {
        let pairs = PairCounts::assemble(&parts.walk, &parts.frequent, ranks.clone(), threads);
        return Ok(hand_over(&pairs, each));
    }
    let room = memory.saturating_sub(held) / parts.most_of_block();
    let threads = NonZeroUsize::new(room.min(threads.get())).ok_or(TooLittle {
        least: whole.min(held + parts.most_of_block()),
    })?;
    Ok(parts.count(threads, each))
}

fn hand_over(pairs: &PairCounts, mut each: impl FnMut(u32, &[(u32, u32)])) -> Within {
    let mut scratch = Neighbours::default();
    for a in 0..pairs.ranks.items_len() as u32 {
        each(a, pairs.later(a, &mut scratch));
    }
    Within {
        len: pairs.len(),
        together_sum: pairs.together_sum(),
        passes: 1,
    }
}

struct Parts<'a> {
    ranks: &'a Ranks,
    walk: Walk<'a>,
    frequent: Frequent,
    vectors: Vectors,
}

/// The counts of some consecutive items.
struct Block {
    items: Range<u32>,
    /// By item; nothing for a rare one.
    frequent: Vec<Option<Planes>>,
    rare: Vec<Vec<(u32, u32)>>,
}

impl Parts<'_> {
    /// What is held from beginning to end, in bytes.
    fn held(&self) -> usize {
        self.ranks.bytes() + self.walk.bytes() + self.frequent.bytes()
    }

    fn most_of_table(&self) -> usize {
        self.walk.most_of_table() + self.frequent.most_of_table()
    }

    /// More bytes than a block takes, with what its thread works in.
    fn most_of_block(&self) -> usize {
        let row = self.ranks.len() * size_of::<(u32, u32)>();
        self.frequent.most_of_rows() + self.walk.most_of_rows(LINE) + 4 * row
    }

    fn count(&self, threads: NonZeroUsize, mut each: impl FnMut(u32, &[(u32, u32)])) -> Within {
        let mut counted = Within {
            len: 0,
            together_sum: 0,
            passes: 0,
        };
        let mut scratch = Neighbours::default();
        let items = self.ranks.items_len() as u32;
        let pass = LINE * threads.get();
        for first in (0..items).step_by(pass) {
            let blocks = (first..items.min(first + pass as u32)).step_by(LINE);
            let blocks: Vec<Range<u32>> = blocks
                .map(|first| first..items.min(first + LINE as u32))
                .collect();
            let work = || (Scratch::new(), Tally::default());
            let blocks = parallel::map(blocks.into_iter(), threads, work, |scratch, items| {
                self.count_block(items, scratch)
            });
            for (a, row) in blocks.iter().flat_map(|block| block.rows(self)) {
                let len = scratch.read(&row, a + 1);
                let row = &scratch.row[..len];
                counted.len += len as u64;
                counted.together_sum += row.iter().map(|pair| u64::from(pair.1)).sum::<u64>();
                each(a, row);
            }
            counted.passes += 1;
        }
        counted
    }

    fn count_block(
        &self,
        items: Range<u32>,
        (scratch, tally): &mut (Scratch, Tally<u32>),
    ) -> Block {
        let ranks: Vec<usize> = items.clone().map(|item| self.ranks.rank(item)).collect();
        let is_frequent = |rank: &usize| *rank < self.frequent.len();
        let line: Vec<usize> = ranks.iter().copied().filter(is_frequent).collect();
        let mut planes = self.frequent.rows(&line, scratch).into_iter();
        let rare = ranks.iter().map(|&rank| {
            let mut row = Vec::new();
            let push = |other, together| row.push((other, together));
            self.walk.each_of_row(rank, tally, push);
            row
        });
        Block {
            items,
            rare: rare.collect(),
            frequent: ranks
                .iter()
                .map(|rank| is_frequent(rank).then(|| planes.next()).flatten())
                .collect(),
        }
    }
}

impl Block {
    fn rows<'a>(&'a self, parts: &'a Parts<'_>) -> impl Iterator<Item = (u32, Counts<'a>)> {
        let rows = self.frequent.iter().zip(&self.rare);
        self.items
            .clone()
            .zip(rows)
            .map(|(item, (frequent, rare))| {
                let counts = Counts {
                    ranks: parts.ranks,
                    frequent: frequent.as_ref(),
                    rare,
                    vectors: parts.vectors,
                };
                (item, counts)
            })
    }
}
