//! One part of a catalog beside others: its pairs, found by the ids that all parts share.

use super::filter::Level;
use crate::counting::Contingency;
use crate::index::snapshot::Snapshot;

/// The pairs of one side at a level.
pub(super) struct Side<'a> {
    snapshot: &'a Snapshot,
    level: Level,
}

impl<'a> Side<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, level: Level) -> Self {
        Self { snapshot, level }
    }

    pub(super) fn baskets(&self) -> u64 {
        u64::from(self.snapshot.baskets.len())
    }

    pub(super) fn name(&self, number: u32) -> &'a str {
        match self.level {
            Level::Item => &self.snapshot.items[number as usize].id,
            Level::Category => &self.snapshot.categories[number as usize],
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<u32> {
        match self.level {
            Level::Item => self.snapshot.find_item(name),
            Level::Category => self.snapshot.find_category(name),
        }
    }

    /// By this side's numbers, those of another; none where it does not know the item.
    pub(super) fn numbers_in(&self, other: &Self) -> Vec<Option<u32>> {
        let count = match self.level {
            Level::Item => self.snapshot.items.len(),
            Level::Category => self.snapshot.categories.len(),
        };
        let numbers = 0..count as u32;
        numbers
            .map(|number| other.find(self.name(number)))
            .collect()
    }

    pub(super) fn together(&self, a: u32, b: u32) -> u32 {
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

    /// The table of a pair by this side's numbers; none where one of the two was never chosen here, and
    /// none for a category with itself, which has counts and no measures.
    pub(super) fn contingency(
        &self,
        pair: Option<(u32, u32)>,
        together: u32,
    ) -> Option<Contingency> {
        let pair = pair.filter(|(a, b)| a != b);
        let totals = pair.map(|(a, b)| (self.total(a), self.total(b)));
        let chosen = totals.filter(|(a, b)| *a > 0 && *b > 0);
        chosen.map(|(a, b)| {
            let [together, a, b] = [together, a, b].map(u64::from);
            Contingency::new(together, a, b, self.baskets())
        })
    }

    pub(super) fn each(&self, least: u32, mut each: impl FnMut(u32, u32, u32)) {
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
