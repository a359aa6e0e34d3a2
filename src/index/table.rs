//! The co-occurrence table of what is held, followed from snapshot to snapshot.
//!
//! The first snapshot's table is counted when somebody asks for it. From the first change on, each
//! snapshot has the table of the one before with what came and went counted into it, which costs as
//! much as the pairs that were touched. Both tables share the rows of items that did not change.
//! Items have numbers in the order of their ids, which change when an item comes or goes; what is
//! counted is therefore renumbered to the numbers that were handed out, which never do, and back.

use std::sync::{Arc, OnceLock};

use super::names::Places;
use super::snapshot::threads;
use crate::counting::{Arrival, Baskets, PairCounts, count_pairs};

/// Counting everything anew takes about a hundredth of the time for a pair that changing a table
/// takes. Where more than one in so many pairs was touched since, it is done: so it never costs more
/// than the changes did, and items are ranked anew, by how often they are chosen now.
const TOUCHED: u64 = 64;

/// The table of one snapshot.
pub(super) struct Table {
    counts: Arc<OnceLock<PairCounts>>,
    /// By the snapshot's numbers of items, the numbers that were handed out.
    numbers: Vec<u32>,
    /// Pairs that were touched since everything was counted.
    touched: u64,
}

impl Table {
    /// A table that is counted when somebody asks.
    pub(super) fn uncounted(items: &Places) -> Self {
        Self {
            counts: Arc::default(),
            numbers: items.numbers.clone(),
            touched: 0,
        }
    }

    #[cfg(test)]
    pub(super) fn touched(&self) -> u64 {
        self.touched
    }

    /// What the snapshot reads.
    pub(super) fn counts(&self) -> Arc<OnceLock<PairCounts>> {
        self.counts.clone()
    }

    /// The table of the next snapshot, whose baskets are these, counted.
    pub(super) fn follow(&self, moves: &Moves, items: &Places, baskets: &Baskets) -> Self {
        let touched = self.touched + moves.pairs();
        let known = self.counts.get();
        let known = known.filter(|known| touched.saturating_mul(TOUCHED) <= known.together_sum());
        let (counts, touched) = match known {
            Some(known) => (self.changed(known, moves, items), touched),
            None => (count_pairs(baskets, threads()), 0),
        };
        Self {
            counts: Arc::new(counts.shared().into()),
            numbers: items.numbers.clone(),
            touched,
        }
    }

    fn changed(&self, known: &PairCounts, moves: &Moves, items: &Places) -> PairCounts {
        let mut counts = known.renumbered(&self.numbers, items.place.len() as u32);
        moves.count_into(&mut counts);
        counts
            .shared()
            .renumbered(&items.place, items.names.len() as u32)
    }
}

/// Which items came into baskets and which left them, by the numbers that were handed out.
#[derive(Default)]
pub(super) struct Moves {
    came: Vec<Moved>,
    left: Vec<Moved>,
}

/// The items of a basket that stay there, and behind them those that come or leave.
struct Moved {
    items: Vec<u32>,
    stay: usize,
}

impl Moves {
    /// Notes what a basket held, and what it holds now; both ascending.
    pub(super) fn note(&mut self, before: &[u32], after: &[u32]) {
        let (stay, left): (Vec<u32>, Vec<u32>) = before
            .iter()
            .partition(|item| after.binary_search(item).is_ok());
        let came = after
            .iter()
            .filter(|item| before.binary_search(item).is_err());
        let moved = |items: Vec<u32>| Moved {
            stay: stay.len(),
            items: stay.iter().copied().chain(items).collect(),
        };
        let came: Vec<u32> = came.copied().collect();
        if !came.is_empty() {
            self.came.push(moved(came));
        }
        if !left.is_empty() {
            self.left.push(moved(left));
        }
    }

    /// Counts what left out of a table, and what came into it.
    pub(super) fn count_into(&self, counts: &mut PairCounts) {
        counts.subtract(&arrivals(&self.left));
        counts.add(&arrivals(&self.came));
    }

    /// How many pairs are touched.
    fn pairs(&self) -> u64 {
        let moved = self.came.iter().chain(&self.left);
        moved
            .flat_map(Moved::arrivals)
            .map(|(_, others)| others.len() as u64)
            .sum()
    }
}

impl Moved {
    /// Each item that moves, with those that are there when it does.
    fn arrivals(&self) -> impl Iterator<Item = Arrival<'_>> {
        (self.stay..self.items.len()).map(|at| (self.items[at], &self.items[..at]))
    }
}

fn arrivals(moved: &[Moved]) -> Vec<Arrival<'_>> {
    moved.iter().flat_map(Moved::arrivals).collect()
}
