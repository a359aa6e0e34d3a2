//! Counting what arrives and what is taken back, pair by pair.
//!
//! An item that comes into a basket stands together once more with each of those that are there.
//! Both rows of each pair are changed where they are: a bit in the lowest plane, and on average
//! one more. What costs time is not the change but the way to the row, so that many arrivals are
//! sorted by row first and each row is visited once.

use std::{hint::black_box, num::NonZeroUsize};

use super::super::lists::Lists;
use super::PairCounts;
use super::planes::Change;
use super::ranks::{NONE, Ranks};
use super::shared::Shared;

/// How many rows are looked at before they are changed.
const AHEAD: usize = 32;

/// An item that comes into a basket or leaves it, and the others that the basket holds, distinct.
pub type Arrival<'a> = (u32, &'a [u32]);

impl PairCounts {
    /// The same table with the items numbered otherwise, and with room for new ones: `to` gives by
    /// old number the new one, below `items`, or `u32::MAX` for an item that is gone. Both tables
    /// share every row until one of them changes it.
    ///
    /// Takes a few nanoseconds an item where the table was made [`PairCounts::shared`].
    ///
    /// # Panics
    /// When two items get one number, or one is gone that is still together with another.
    #[must_use]
    pub fn renumbered(&self, to: &[u32], items: u32) -> Self {
        let gone = (0..).zip(to).filter(|(_, to)| **to == NONE);
        for (item, _) in gone {
            assert!(
                self.of(item).is_empty(),
                "BUG: an item is gone that is there"
            );
        }
        let ranks = self.ranks.renumbered(to, items);
        assert!(
            to.iter()
                .zip(0..)
                .all(|(to, item)| *to == NONE || ranks.rank(*to) == self.ranks.rank(item)),
            "BUG: two items have one number"
        );
        Self {
            ranks,
            ..self.clone()
        }
    }

    /// The same table, ready to share its rows with others.
    #[must_use]
    pub fn shared(mut self) -> Self {
        self.frequent.iter_mut().for_each(Shared::share);
        self.rare.share();
        self
    }

    /// Counts items that came into baskets, one after the other.
    ///
    /// Takes time in proportion to how many others there are.
    pub fn add(&mut self, arrivals: &[Arrival<'_>]) {
        self.change(arrivals, Change::More);
    }

    /// Counts items that left baskets, the opposite of [`PairCounts::add`].
    ///
    /// # Panics
    /// When a pair is in no basket.
    pub fn subtract(&mut self, departures: &[Arrival<'_>]) {
        self.change(departures, Change::Less);
    }

    fn change(&mut self, arrivals: &[Arrival<'_>], change: Change) {
        let pairs: usize = arrivals.iter().map(|(_, others)| others.len()).sum();
        if pairs < self.ranks.len() {
            for &(item, others) in arrivals {
                self.change_pairs(item, others, change);
            }
            return;
        }
        let both_rows = |_| {
            let ranks = &self.ranks;
            arrivals.iter().flat_map(move |&(item, others)| {
                others.iter().flat_map(move |&other| {
                    let (rank, other) = pair(ranks, item, other);
                    [(rank, other), (other, rank)]
                })
            })
        };
        let sorted = Lists::gather(self.ranks.len() as u32, NonZeroUsize::MIN, both_rows);
        for (row, others) in (0..).zip(sorted.iter()) {
            for &other in others {
                self.change_row(row, other, change);
            }
        }
    }

    /// Changes both rows of an item's pairs, one after the other.
    fn change_pairs(&mut self, item: u32, others: &[u32], change: Change) {
        for others in others.chunks(AHEAD) {
            let rank = self.ranks.rank(item);
            // Looked at first, so that all of them are on their way at the same time.
            let bits = |other: &u32| {
                let row = self.frequent.get(self.ranks.rank(*other));
                row.map_or(0, |row| row.peek(rank))
            };
            black_box(others.iter().map(bits).fold(0, u64::wrapping_add));
            for &other in others {
                let (rank, other) = pair(&self.ranks, item, other);
                self.change_row(rank, other, change);
                self.change_row(other, rank, change);
            }
        }
    }

    fn change_row(&mut self, row: u32, other: u32, change: Change) {
        let (rank, place) = (row as usize, other as usize);
        let frequent = self.frequent.len();
        match self.frequent.get_mut(rank) {
            Some(row) if place < frequent => row.make_own().change(place, change),
            _ => self.rare.change(rank, place, change),
        }
        // Each pair is met in two rows and counted in one.
        if row > other {
            return;
        }
        let together = match self.frequent.get(rank) {
            Some(row) if place < frequent => row.get(place),
            _ => self.rare.get(rank, place),
        };
        match change {
            Change::More => {
                self.together_sum += 1;
                self.len += u64::from(together == 1);
            }
            Change::Less => {
                self.together_sum -= 1;
                self.len -= u64::from(together == 0);
            }
        }
    }
}

/// The ranks of two items.
fn pair(ranks: &Ranks, item: u32, other: u32) -> (u32, u32) {
    assert_ne!(item, other, "BUG: an item is no pair with itself");
    (ranks.rank(item) as u32, ranks.rank(other) as u32)
}
