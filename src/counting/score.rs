//! The first model: which neighbour of an item comes first.
//!
//! The score is the cosine, which asks how much of both items' baskets they share and so favours
//! neither the popular nor the rare, damped where there is little evidence. [`Ranked`] puts
//! scores in order. It neither filters nor cuts: what is served, and what is not, is decided
//! elsewhere.

use std::{cmp::Ordering, collections::BinaryHeap, iter::FusedIterator};

/// Scores a neighbour: cosine × together / (together + damping), 0 to 1.
///
/// Two items that were each chosen once, by the same chance, have a cosine of 1, the best there
/// is. The damping is how many baskets of evidence it takes for a cosine to count half; at 0 it
/// counts in full.
///
/// # Panics
/// When an item is in no basket, or the damping is negative or not finite.
pub fn score(together: u32, baskets_a: u32, baskets_b: u32, damping: f64) -> f64 {
    assert!(
        damping >= 0.0 && damping.is_finite(),
        "BUG: a damping of {damping}"
    );
    assert!(
        baskets_a.min(baskets_b) >= together.max(1),
        "BUG: {together} together of {baskets_a} and {baskets_b} is impossible"
    );
    if together == 0 {
        return 0.0;
    }
    let together = f64::from(together);
    let cosine = together / (f64::from(baskets_a) * f64::from(baskets_b)).sqrt();
    cosine * together / (together + damping)
}

/// Items best first: the score falling, and among equal scores the item number rising, so that
/// the order depends on nothing else.
///
/// Lazy: making it takes linear time and each item logarithmic time, because a list shows ten of
/// thousands of neighbours and does not know beforehand how many of them it may show.
#[derive(Clone, Debug)]
pub struct Ranked {
    heap: BinaryHeap<Candidate>,
}

impl Ranked {
    /// Ranks (item, score) pairs.
    ///
    /// # Panics
    /// When a score is NaN.
    pub fn new(scored: impl IntoIterator<Item = (u32, f64)>) -> Self {
        let candidates: Vec<_> = scored.into_iter().map(Candidate::new).collect();
        Self {
            heap: candidates.into(),
        }
    }
}

impl Iterator for Ranked {
    type Item = (u32, f64);

    fn next(&mut self) -> Option<Self::Item> {
        self.heap.pop().map(|best| (best.item, best.score))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.heap.len(), Some(self.heap.len()))
    }
}

impl ExactSizeIterator for Ranked {}

impl FusedIterator for Ranked {}

/// Greater is better. Equality is that of the order, so that the two never contradict.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    score: f64,
    item: u32,
}

impl Candidate {
    fn new((item, score): (u32, f64)) -> Self {
        assert!(!score.is_nan(), "BUG: item {item} has no score");
        // Adding 0 makes −0 the same score as 0, which the total order would tell apart.
        Self {
            score: score + 0.0,
            item,
        }
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score
            .total_cmp(&other.score)
            .then_with(|| other.item.cmp(&self.item))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Candidate {}
