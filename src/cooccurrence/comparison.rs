//! What differs between two parts of a catalog: two periods, or two groups of users. Pure.
//!
//! A pair is compared by the share of each side's baskets that hold both. Pairs are matched by
//! their ids, because each part numbers its items itself. The order is that of what can be told:
//! the pairs whose least difference is greatest come first, and those that may be chance last.

use std::cmp::Ordering;

use super::filter::Level;
use crate::counting::{Contingency, Difference};
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

    /// The greater least difference first, then the greater difference, then the ids.
    fn order(&self, other: &Self) -> Ordering {
        let least = |change: &Self| change.difference.least();
        let size = |change: &Self| change.difference.value.abs();
        least(other)
            .total_cmp(&least(self))
            .then_with(|| size(other).total_cmp(&size(self)))
            .then_with(|| (&self.a, &self.b).cmp(&(&other.a, &other.b)))
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
        let mut changes = Vec::new();
        for (here, there) in [(0, 1), (1, 0)] {
            let (own, other) = (&sides[here], &sides[there]);
            own.each(least, |a, b, together| {
                let found = other.numbers(own, a, b);
                let beside = found.map_or(0, |(a, b)| other.together(a, b));
                // The pairs of both sides were taken from the left one already.
                if here == 1 && beside >= least {
                    return;
                }
                let own_part = own.part(Some((a, b)), together);
                let other_part = other.part(found, beside);
                let (left_part, right_part) = if here == 0 {
                    (own_part, other_part)
                } else {
                    (other_part, own_part)
                };
                changes.push(Change {
                    a: own.name(a).to_owned(),
                    b: own.name(b).to_owned(),
                    difference: Difference::new(
                        (u64::from(left_part.together), sides[0].baskets()),
                        (u64::from(right_part.together), sides[1].baskets()),
                    ),
                    left: left_part,
                    right: right_part,
                });
            });
        }
        let compared = changes.len();
        let told = changes.iter().filter(|change| change.difference.is_told());
        let told = told.count();
        if compared > most {
            changes.select_nth_unstable_by(most, Change::order);
            changes.truncate(most);
        }
        changes.sort_unstable_by(Change::order);
        Self {
            changes,
            compared,
            told,
        }
    }
}

/// The pairs of one side at a level.
struct Side<'a> {
    snapshot: &'a Snapshot,
    level: Level,
}

impl<'a> Side<'a> {
    fn new(snapshot: &'a Snapshot, level: Level) -> Self {
        Self { snapshot, level }
    }

    fn baskets(&self) -> u64 {
        u64::from(self.snapshot.baskets.len())
    }

    fn name(&self, number: u32) -> &'a str {
        match self.level {
            Level::Item => &self.snapshot.items[number as usize].id,
            Level::Category => &self.snapshot.categories[number as usize],
        }
    }

    /// The pair of another side by this side's numbers; none where it does not know one of them.
    fn numbers(&self, other: &Self, a: u32, b: u32) -> Option<(u32, u32)> {
        let find = |name: &str| match self.level {
            Level::Item => self.snapshot.find_item(name),
            Level::Category => self.snapshot.find_category(name),
        };
        Some((find(other.name(a))?, find(other.name(b))?))
    }

    fn together(&self, a: u32, b: u32) -> u32 {
        match self.level {
            Level::Item => self.snapshot.pairs().get(a, b),
            Level::Category => self.snapshot.category_table().pairs.get(a, b),
        }
    }

    fn total(&self, number: u32) -> u32 {
        match self.level {
            Level::Item => self.snapshot.baskets.total(number),
            Level::Category => self.snapshot.category_table().baskets.total(number),
        }
    }

    fn part(&self, pair: Option<(u32, u32)>, together: u32) -> Part {
        let totals = pair.map(|(a, b)| (self.total(a), self.total(b)));
        let chosen = totals.filter(|(a, b)| *a > 0 && *b > 0);
        let lift = chosen.map(|(a, b)| {
            let [together, a, b] = [together, a, b].map(u64::from);
            Contingency::new(together, a, b, self.baskets()).lift()
        });
        Part { together, lift }
    }

    fn each(&self, least: u32, mut each: impl FnMut(u32, u32, u32)) {
        let count = self.snapshot.categories.len() as u32;
        let enough = |pair: &(u32, u32, u32)| pair.2 >= least;
        match self.level {
            Level::Item => {
                let pairs = self.snapshot.pairs().iter().filter(enough);
                pairs.for_each(|(a, b, together)| each(a, b, together));
            }
            // Items without a category form the group past the end, which has no name.
            Level::Category => {
                let pairs = self.snapshot.category_table().pairs.iter().filter(enough);
                let named = pairs.filter(|pair| pair.1 < count);
                named.for_each(|(a, b, together)| each(a, b, together));
            }
        }
    }
}
