//! The best neighbours of an item, without looking at all of them.
//!
//! The items of a chunk have totals in a narrow range, and the planes of a row say how often any
//! of them is together with its item at most. So no item of the chunk scores more than a bound that
//! is computed once for 512 of them. Chunks are opened best bound first, and none that could not
//! hold the next best item.

use std::{cmp::Ordering, collections::BinaryHeap, ops::RangeInclusive};

use super::super::baskets::Baskets;
use super::super::vectors::Work;
use super::PairCounts;
use super::line::{LINE, counts, greatest};
use super::planes::Planes;
use super::ranks::NONE;

/// By chunk, the least and the greatest total of its items.
#[derive(Debug)]
pub struct Totals {
    chunks: Vec<RangeInclusive<u32>>,
}

impl PairCounts {
    /// What [`PairCounts::best`] needs to know of the baskets that were counted.
    pub fn totals(&self, baskets: &Baskets) -> Totals {
        let frequent = &self.ranks.items()[..self.frequent.len()];
        let range = |items: &[u32]| {
            let items = items.iter().filter(|item| **item != NONE);
            let totals = items.map(|&item| baskets.total(item));
            let least = totals.clone().min().unwrap_or(0);
            least..=totals.max().unwrap_or(0)
        };
        Totals {
            chunks: frequent.chunks(LINE).map(range).collect(),
        }
    }

    /// The neighbours of an item that at least `least` baskets hold together with it, the best
    /// first, items rising among equals; each with its score.
    ///
    /// A score is of the baskets that hold both and of the neighbour's total. As it is computed, it
    /// must not fall where more baskets hold both, not rise with the total alone, and not fall where
    /// both rise by the same number; cosine and Jaccard are such, and so they are when damped. Lift
    /// is the same for all that are never apart, so that rounding may change their order. Takes
    /// time in proportion to how far it is read.
    pub fn best<'a, S: Fn(u32, u32) -> f64>(
        &'a self,
        item: u32,
        baskets: &'a Baskets,
        totals: &Totals,
        least: u32,
        score: S,
    ) -> Best<'a, S> {
        let rank = self.ranks.rank(item);
        let mut best = Best {
            pairs: self,
            baskets,
            row: self.frequent.get(rank).map(|row| &**row),
            least: least.max(1),
            score,
            next: BinaryHeap::new(),
            counts: Box::new([0; LINE]),
        };
        if let Some(row) = best.row {
            for (chunk, totals) in totals.chunks.iter().enumerate().take(row.len()) {
                best.expect(chunk, greatest(row.of(chunk)), totals);
            }
        }
        for &(other, together) in self.rare.row(rank) {
            best.meet(other as usize, together);
        }
        best
    }
}

/// See [`PairCounts::best`].
pub struct Best<'a, S> {
    pairs: &'a PairCounts,
    baskets: &'a Baskets,
    row: Option<&'a Planes>,
    least: u32,
    score: S,
    next: BinaryHeap<Next>,
    counts: Box<[u32; LINE]>,
}

impl<S: Fn(u32, u32) -> f64> Best<'_, S> {
    /// Puts a chunk where its best item could be.
    fn expect(&mut self, chunk: usize, together: u32, totals: &RangeInclusive<u32>) {
        if together >= self.least {
            let bound = (self.score)(together, together.max(*totals.start()));
            self.next.push(Next {
                score: bound + 0.0,
                what: What::Chunk(chunk),
            });
        }
    }

    fn meet(&mut self, rank: usize, together: u32) {
        if together >= self.least {
            let item = self.pairs.ranks.item(rank);
            // Adding 0 makes −0 the same score as 0, which the total order would tell apart.
            let score = (self.score)(together, self.baskets.total(item)) + 0.0;
            assert!(!score.is_nan(), "BUG: item {item} has no score");
            self.next.push(Next {
                score,
                what: What::Item(item),
            });
        }
    }

    fn open(&mut self, chunk: usize) {
        let Some(row) = self.row else { return };
        self.pairs.vectors.run(Open {
            row,
            chunk,
            into: &mut self.counts,
        });
        for place in 0..LINE {
            if self.counts[place] >= self.least {
                self.meet(chunk * LINE + place, self.counts[place]);
            }
        }
    }
}

impl<S: Fn(u32, u32) -> f64> Iterator for Best<'_, S> {
    type Item = (u32, f64);

    fn next(&mut self) -> Option<(u32, f64)> {
        loop {
            let Next { score, what } = self.next.pop()?;
            match what {
                What::Item(item) => return Some((item, score)),
                What::Chunk(chunk) => self.open(chunk),
            }
        }
    }
}

/// Makes numbers of one run of planes.
struct Open<'a> {
    row: &'a Planes,
    chunk: usize,
    into: &'a mut [u32; LINE],
}

impl Work for Open<'_> {
    type Answer = ();

    #[expect(
        clippy::inline_always,
        reason = "what is not compiled inside the door is not compiled for its registers"
    )]
    #[inline(always)]
    fn run(self) {
        counts(self.row.of(self.chunk), self.into);
    }
}

/// Greater is sooner.
#[derive(Debug)]
struct Next {
    score: f64,
    what: What,
}

#[derive(Debug)]
enum What {
    Chunk(usize),
    Item(u32),
}

impl What {
    /// A chunk comes before items of its bound: it may hold one of a lower number.
    fn order(&self) -> (bool, usize) {
        match self {
            Self::Chunk(chunk) => (false, *chunk),
            Self::Item(item) => (true, *item as usize),
        }
    }
}

impl Ord for Next {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_score = self.score.total_cmp(&other.score);
        by_score.then_with(|| other.what.order().cmp(&self.what.order()))
    }
}

impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Next {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Next {}
