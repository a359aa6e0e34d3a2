//! Counting what arrives and what is taken back, pair by pair.
//!
//! An item that comes into a basket stands together once more with each of those that are there.
//! Both rows of each pair are changed where they are: a bit in the lowest plane, and on average
//! one more. The row of the item itself stays in the nearest cache; of the others one line each
//! comes from further away, all of them at the same time.

use std::hint::black_box;

use super::PairCounts;
use super::planes::Change;
use super::shared::Shared;

/// How many rows are looked at before they are changed.
const AHEAD: usize = 32;

impl PairCounts {
    /// Makes room for the items below `items`; those that are new are with none.
    pub fn grow(&mut self, items: u32) {
        self.ranks.grow(items);
    }

    /// Counts one basket more that holds `item` with each of the others, which are distinct.
    ///
    /// Takes time in proportion to how many others there are.
    pub fn add(&mut self, item: u32, others: &[u32]) {
        self.change(item, others, Change::More);
    }

    /// Counts one basket less, the opposite of [`PairCounts::add`].
    ///
    /// # Panics
    /// When they are not together in any basket.
    pub fn subtract(&mut self, item: u32, others: &[u32]) {
        self.change(item, others, Change::Less);
    }

    /// The same table once more. Both share every row until one of them changes it, so that it
    /// costs a few nanoseconds an item.
    #[must_use]
    pub fn share(&mut self) -> Self {
        Self {
            ranks: self.ranks.clone(),
            frequent: self.frequent.iter_mut().map(Shared::share).collect(),
            rare: self.rare.share(),
            len: self.len,
            together_sum: self.together_sum,
            vectors: self.vectors,
        }
    }

    fn change(&mut self, item: u32, others: &[u32], change: Change) {
        let rank = self.ranks.rank(item);
        for others in others.chunks(AHEAD) {
            self.fetch(rank, others);
            for &other in others {
                assert_ne!(item, other, "BUG: an item is no pair with itself");
                self.change_pair(rank, self.ranks.rank(other), change);
            }
        }
    }

    /// Looks at what is to be changed, so that all of it is on its way at the same time.
    fn fetch(&self, rank: usize, others: &[u32]) {
        let peek = |other: &u32| {
            let row = self.frequent.get(self.ranks.rank(*other));
            row.map_or(0, |row| row.peek(rank))
        };
        black_box(others.iter().map(peek).fold(0, u64::wrapping_add));
    }

    fn change_pair(&mut self, rank: usize, other: usize, change: Change) {
        self.change_row(other, rank, change);
        self.change_row(rank, other, change);
        let together = self.together(rank, other);
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

    fn change_row(&mut self, rank: usize, other: usize, change: Change) {
        let frequent = self.frequent.len();
        match self.frequent.get_mut(rank) {
            Some(row) if other < frequent => row.make_own().change(other, change),
            _ => self.rare.change(rank, other, change),
        }
    }

    fn together(&self, rank: usize, other: usize) -> u32 {
        match self.frequent.get(rank) {
            Some(row) if other < self.frequent.len() => row.get(other),
            _ => self.rare.get(rank, other),
        }
    }
}
