//! What items say for one another: a sparse matrix of weights.
//!
//! A score is the sum of the weights of what somebody chose, so that each choice's part in it is
//! exact. Weights are kept in 32 bits and summed in 64, in the order of the choices, so that the
//! parts sum to the score to the last bit.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::counting::in_parallel;

/// Items whose weights are learnt before they are put beside the others.
const BLOCK: u32 = 512;

/// By chosen item, what it says for others.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Weights {
    /// Where each item's weights begin, and at the end where the last one's stop.
    starts: Vec<usize>,
    /// Other items, rising, with their weights.
    entries: Vec<(u32, f32)>,
}

impl Weights {
    /// From the weights of each item; other items rising, each once.
    pub fn from_rows(rows: impl IntoIterator<Item = Vec<(u32, f32)>>) -> Self {
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for row in rows {
            entries.extend_from_slice(&row);
            starts.push(entries.len());
        }
        Self { starts, entries }
    }

    /// Learns the weights of each item, some items after the other, so that no weight is held twice.
    /// `done` as in [`of_items`].
    pub(super) fn learn<S>(
        items: u32,
        threads: NonZeroUsize,
        done: &(dyn Fn() -> bool + Sync),
        scratch: impl Fn() -> S + Sync,
        row: impl Fn(&mut S, u32) -> Vec<(u32, f32)> + Sync,
    ) -> Option<Self> {
        let mut weights = Self::from_rows([]);
        for first in (0..items).step_by(BLOCK as usize) {
            let block = first..(first + BLOCK).min(items);
            for row in of_items(block, threads, done, &scratch, &row)? {
                weights.entries.extend_from_slice(&row);
                weights.starts.push(weights.entries.len());
            }
        }
        Some(weights)
    }

    /// From what is said for each item: for each one the chosen items, with their weights.
    pub fn from_columns(columns: &[Vec<(u32, f32)>]) -> Self {
        let mut starts = vec![0; columns.len() + 1];
        for (chosen, _) in columns.iter().flatten() {
            starts[*chosen as usize + 1] += 1;
        }
        for item in 0..columns.len() {
            starts[item + 1] += starts[item];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0.0); starts[columns.len()]];
        for (item, column) in (0..).zip(columns) {
            for &(chosen, weight) in column {
                entries[next[chosen as usize]] = (item, weight);
                next[chosen as usize] += 1;
            }
        }
        Self { starts, entries }
    }

    /// Number of items.
    pub fn items(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of weights.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What a chosen item says for others, rising.
    pub fn of(&self, chosen: u32) -> &[(u32, f32)] {
        let chosen = chosen as usize;
        &self.entries[self.starts[chosen]..self.starts[chosen + 1]]
    }

    /// What a chosen item says for one other; 0 where nothing.
    pub fn get(&self, chosen: u32, item: u32) -> f32 {
        let row = self.of(chosen);
        let found = row.binary_search_by_key(&item, |(other, _)| *other);
        found.map_or(0.0, |at| row[at].1)
    }

    /// Adds what chosen items say, each so many times, to the scores of all items.
    pub fn add_to(&self, scores: &mut [f64], chosen: impl IntoIterator<Item = (u32, f64)>) {
        for (chosen, times) in chosen {
            for &(item, weight) in self.of(chosen) {
                scores[item as usize] += times * f64::from(weight);
            }
        }
    }

    /// Without the weights that are not to be kept, of a chosen item and what it speaks for.
    #[must_use]
    pub fn only(&self, is_kept: impl Fn(u32, u32) -> bool) -> Self {
        let kept = |chosen: u32| {
            let row = self.of(chosen).iter().copied();
            row.filter(|(item, _)| is_kept(chosen, *item)).collect()
        };
        Self::from_rows((0..self.items() as u32).map(kept))
    }

    /// As bytes, little-endian: how many items there are, how many weights each has, then each
    /// weight as the other item and a 32-bit float.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(4 + 4 * self.items() + WEIGHT * self.len());
        bytes.extend((self.items() as u32).to_le_bytes());
        for row in self.starts.windows(2) {
            bytes.extend(((row[1] - row[0]) as u32).to_le_bytes());
        }
        for (item, weight) in &self.entries {
            bytes.extend(item.to_le_bytes());
            bytes.extend(weight.to_le_bytes());
        }
        bytes
    }

    /// From what [`Weights::to_bytes`] gave; nothing where bytes are missing or left over, an item is
    /// out of range or not above the one before it in its row, or a weight is not finite.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (items, rest) = bytes.split_first_chunk()?;
        let items = u32::from_le_bytes(*items);
        let (lengths, rest) =
            rest.split_at_checked(usize::try_from(items).ok()?.checked_mul(4)?)?;
        let mut starts = vec![0];
        for length in words(lengths) {
            let start = starts.last()? + usize::try_from(length).ok()?;
            starts.push(start);
        }
        if Some(rest.len()) != starts.last()?.checked_mul(WEIGHT) {
            return None;
        }
        let mut fields = words(rest);
        let mut entries = Vec::with_capacity(rest.len() / WEIGHT);
        while let Some(item) = fields.next() {
            entries.push((item, f32::from_bits(fields.next()?)));
        }
        let weights = Self { starts, entries };
        weights.is_sound().then_some(weights)
    }

    fn is_sound(&self) -> bool {
        let items = self.items() as u32;
        let is_right = |(item, weight): &(u32, f32)| *item < items && weight.is_finite();
        let rises = |chosen| self.of(chosen).is_sorted_by(|one, next| one.0 < next.0);
        self.entries.iter().all(is_right) && (0..items).all(rises)
    }
}

/// Bytes of a weight: the other item, and a float.
const WEIGHT: usize = 8;

/// The little-endian numbers in bytes.
fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let (words, _) = bytes.as_chunks();
    words.iter().map(|word| u32::from_le_bytes(*word))
}

/// What is learnt of each item, in their order, on at most `threads` threads. `done` is called each
/// time an item is done and answers whether the work is still wanted; once it is not, nothing more
/// is begun and there is no answer.
pub(super) fn of_items<S, A: Send>(
    items: Range<u32>,
    threads: NonZeroUsize,
    done: &(dyn Fn() -> bool + Sync),
    scratch: impl Fn() -> S + Sync,
    learn: impl Fn(&mut S, u32) -> A + Sync,
) -> Option<Vec<A>> {
    let is_wanted = AtomicBool::new(true);
    let learnt = in_parallel(items, threads, scratch, |scratch, item| {
        if !is_wanted.load(Ordering::Relaxed) {
            return None;
        }
        let learnt = learn(scratch, item);
        if !done() {
            is_wanted.store(false, Ordering::Relaxed);
        }
        Some(learnt)
    });
    let learnt: Option<Vec<A>> = learnt.into_iter().collect();
    learnt.filter(|_| is_wanted.into_inner())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn weights() -> impl Strategy<Value = Weights> {
        let row = prop::collection::btree_map(0..9_u32, -1e6_f32..1e6, 0..9);
        prop::collection::vec(row, 9).prop_map(|rows| {
            Weights::from_rows(rows.into_iter().map(|row| row.into_iter().collect()))
        })
    }

    proptest! {
        #[test]
        fn bytes_give_the_weights_back(weights in weights()) {
            let bytes = weights.to_bytes();
            prop_assert_eq!(Weights::from_bytes(&bytes), Some(weights));
        }

        #[test]
        fn bytes_that_are_cut_short_or_go_on_are_refused(
            weights in weights(),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut bytes = weights.to_bytes();
            prop_assert_eq!(Weights::from_bytes(&bytes[..cut.index(bytes.len())]), None);
            bytes.push(0);
            prop_assert_eq!(Weights::from_bytes(&bytes), None);
        }

        /// Whatever is taken is sound: it gives its own bytes, and each row can be read.
        #[test]
        fn garbled_bytes_are_refused_or_sound(
            weights in weights(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        ) {
            let mut bytes = weights.to_bytes();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Some(taken) = Weights::from_bytes(&bytes) {
                let mut scores = vec![0.0; taken.items()];
                taken.add_to(&mut scores, (0..taken.items() as u32).map(|item| (item, 1.0)));
                prop_assert!(scores.iter().all(|score| score.is_finite()));
                prop_assert_eq!(taken.to_bytes(), bytes);
            }
        }
    }

    #[test]
    fn malformed_bytes_are_refused() {
        let of = |words: &[u32]| {
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            Weights::from_bytes(&bytes)
        };
        let one = 1.0_f32.to_bits();
        assert!(of(&[2, 1, 1, 1, one, 0, one]).is_some());
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[u32::MAX]), None, "lengths that are not there");
        assert_eq!(
            of(&[2, u32::MAX, u32::MAX]),
            None,
            "weights that are not there"
        );
        assert_eq!(of(&[2, 1, 0, 2, one]), None, "an item out of range");
        assert_eq!(of(&[2, 2, 0, 1, one, 0, one]), None, "items that fall");
        assert_eq!(of(&[2, 2, 0, 1, one, 1, one]), None, "an item twice");
        assert_eq!(of(&[2, 1, 0, 1, f32::NAN.to_bits()]), None, "no number");
        assert_eq!(of(&[0]).map(|none| none.items()), Some(0));
    }

    #[test]
    fn what_is_not_wanted_stops() {
        let begun = std::sync::atomic::AtomicU32::new(0);
        let learn = |(): &mut (), _| begun.fetch_add(1, Ordering::Relaxed);
        let two = NonZeroUsize::new(2).unwrap();
        assert_eq!(of_items(0..1_000, two, &|| false, || (), learn), None);
        assert!(begun.load(Ordering::Relaxed) <= 2);
        assert_eq!(
            of_items(0..1, two, &|| true, || (), |(), item| item),
            Some(vec![0])
        );
    }
}
