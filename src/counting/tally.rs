//! Sums by dense number, for few of many numbers at a time.
//!
//! A dense array makes each addition one indexed load and store; a list of the numbers that
//! were added to makes clearing as cheap as the work that was done. One tally serves a thread
//! for any number of rows. It never hands out a number that nothing was added to.

use std::{mem, ops::AddAssign};

/// Below one number in this many, sorting those that were seen beats walking all of them.
const SPARSE: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Tally<S> {
    /// By number; all of it zero between one [`Tally::drain`] and the next addition.
    sums: Vec<S>,
    seen: Vec<u32>,
}

impl<S: Copy + Default + PartialEq + AddAssign> Tally<S> {
    /// Makes room for the numbers below `len`.
    pub(super) fn grow(&mut self, len: u32) {
        if self.sums.len() < len as usize {
            self.sums.resize(len as usize, S::default());
        }
    }

    /// Adds an amount, which is never zero, to the sum of a number.
    pub(super) fn add(&mut self, number: u32, amount: S) {
        self.add_each([number], amount);
    }

    /// Adds an amount, which is never zero, to the sum of each number.
    pub(super) fn add_each(&mut self, numbers: impl IntoIterator<Item = u32>, amount: S) {
        let Self { sums, seen } = self;
        // Borrowed once: the compiler then keeps it in registers, whatever happens to `seen`.
        let sums = sums.as_mut_slice();
        for number in numbers {
            let sum = &mut sums[number as usize];
            if *sum == S::default() {
                seen.push(number);
            }
            *sum += amount;
        }
    }

    /// Hands over each number with its sum, numbers ascending, and is empty afterwards.
    pub(super) fn drain(&mut self, mut each: impl FnMut(u32, S)) {
        if self.seen.len() < self.sums.len() / SPARSE {
            self.seen.sort_unstable();
            for &number in &self.seen {
                each(number, mem::take(&mut self.sums[number as usize]));
            }
        } else {
            for (number, sum) in (0..).zip(&mut self.sums) {
                if *sum != S::default() {
                    each(number, mem::take(sum));
                }
            }
        }
        self.seen.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drained_tally_is_ascending_and_starts_again_from_zero() {
        let mut tally = Tally::default();
        for len in [4, 1_000] {
            tally.grow(len);
            for number in [3, 0, 3] {
                tally.add(number, 2_u64);
            }
            let mut drained = Vec::new();
            tally.drain(|number, sum| drained.push((number, sum)));
            assert_eq!(drained, [(0, 2), (3, 4)]);
        }
        tally.drain(|number, _| panic!("{number} was left over"));
    }
}
