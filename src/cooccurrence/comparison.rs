//! What differs between two parts of a catalog: two periods, or two groups of users. Pure.
//!
//! A pair is compared by the share of each side's baskets that hold both. Pairs are matched by
//! their ids, because each part numbers its items itself. The order is that of what can be told:
//! the pairs whose least difference is greatest come first, and those that may be chance last.

use std::cmp::Ordering;

use super::filter::Level;
use super::side::Side;
use crate::counting::Difference;
use crate::index::snapshot::Snapshot;

/// A pair on both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The ids of two items, or two categories, in byte order.
    pub a: String,
    pub b: String,
    pub left: Part,
    pub right: Part,
    pub difference: Difference,
}

/// A pair on one side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    pub together: u32,
    /// None where one of the two was never chosen there.
    pub lift: Option<f64>,
}

/// What became of a pair from the left to the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    New,
    More,
    Less,
    Gone,
    /// The difference may be chance.
    Untold,
}

impl Change {
    pub fn verdict(&self) -> Verdict {
        if !self.difference.is_told() {
            Verdict::Untold
        } else if self.left.together == 0 {
            Verdict::New
        } else if self.right.together == 0 {
            Verdict::Gone
        } else if self.difference.value > 0.0 {
            Verdict::More
        } else {
            Verdict::Less
        }
    }
}

pub struct Comparison {
    /// The first, in order.
    pub changes: Vec<Change>,
    /// Pairs that were compared.
    pub compared: usize,
    /// Those whose difference can be told from chance.
    pub told: usize,
}

impl Comparison {
    /// Compares the pairs that at least so many baskets hold on one side. Both sides have baskets.
    pub fn new(left: &Snapshot, right: &Snapshot, level: Level, least: u32, most: usize) -> Self {
        let sides = [Side::new(left, level), Side::new(right, level)];
        let mut candidates = Vec::new();
        for here in [0, 1] {
            gather(&sides, here, least, &mut candidates);
        }
        let compared = candidates.len();
        let told = candidates.iter().filter(|one| one.difference.is_told());
        let told = told.count();
        let order = |one: &Candidate, other: &Candidate| one.cmp(other, &sides);
        if compared > most {
            candidates.select_nth_unstable_by(most, order);
            candidates.truncate(most);
        }
        candidates.sort_unstable_by(order);
        let changes = candidates.iter().map(|one| one.describe(&sides));
        Self {
            changes: changes.collect(),
            compared,
            told,
        }
    }
}

/// A pair by the numbers of one side; the sides may be a million pairs each, so that names and
/// measures wait for those that are shown.
struct Candidate {
    /// The side whose numbers these are.
    here: usize,
    a: u32,
    b: u32,
    /// Left and right.
    together: [u32; 2],
    difference: Difference,
}

impl Candidate {
    fn names<'a>(&self, sides: &[Side<'a>; 2]) -> (&'a str, &'a str) {
        (sides[self.here].name(self.a), sides[self.here].name(self.b))
    }

    /// The greater least difference first, then the greater difference, then the ids.
    fn cmp(&self, other: &Self, sides: &[Side; 2]) -> Ordering {
        let (one, two) = (&self.difference, &other.difference);
        two.least()
            .total_cmp(&one.least())
            .then_with(|| two.value.abs().total_cmp(&one.value.abs()))
            .then_with(|| self.names(sides).cmp(&other.names(sides)))
    }

    fn describe(&self, sides: &[Side; 2]) -> Change {
        let (a, b) = self.names(sides);
        let part = |side: usize| {
            let pair = sides[side].find(a).zip(sides[side].find(b));
            let contingency = sides[side].contingency(pair, self.together[side]);
            Part {
                together: self.together[side],
                lift: contingency.map(|pair| pair.lift()),
            }
        };
        Change {
            left: part(0),
            right: part(1),
            a: a.to_owned(),
            b: b.to_owned(),
            difference: self.difference,
        }
    }
}

/// The pairs of one side that are frequent enough there; those of the left that are so on the
/// right too stand once.
fn gather(sides: &[Side; 2], here: usize, least: u32, candidates: &mut Vec<Candidate>) {
    let (own, other) = (&sides[here], &sides[1 - here]);
    let beside = own.numbers_in(other);
    own.each(least, |a, b, together| {
        let found = beside[a as usize].zip(beside[b as usize]);
        let there = found.map_or(0, |(a, b)| other.together(a, b));
        if here == 1 && there >= least {
            return;
        }
        let together = if here == 0 {
            [together, there]
        } else {
            [there, together]
        };
        let share = |side: usize| (u64::from(together[side]), sides[side].baskets());
        candidates.push(Candidate {
            here,
            a,
            b,
            together,
            difference: Difference::new(share(0), share(1)),
        });
    });
}
