//! Choices as dense numbers: which items each basket holds, and which baskets hold each item.
//!
//! Both directions are kept, because counting a row walks from an item to its baskets and on to
//! their items. Eight bytes per choice and eight per basket and item, nothing more. Baskets are
//! sets: what was chosen twice is held once, so that every count downstream is a count of
//! baskets. There is no way to change one, and no basket without an item: such a basket has
//! nothing to say about what is chosen together and would only thin every share.

use std::{collections::BTreeMap, num::NonZeroUsize};

use super::{lists::Lists, tally::Tally};

/// Baskets that are not counted because they hold too many items, and what they hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    pub baskets: u64,
    /// Distinct pairs of such a basket and an item.
    pub choices: u64,
}

/// The choices of one catalog, both ways round.
#[derive(Debug, Clone)]
pub struct Baskets {
    items: Lists<u32>,
    baskets: Lists<u32>,
}

impl Baskets {
    /// Builds from (basket, item) pairs in any order, on at most `threads` threads; pairs that are
    /// equal collapse into one.
    ///
    /// Linear in time where baskets come in one piece and sorted; while it works it holds the
    /// pairs and the choices once more.
    ///
    /// # Panics
    /// When a number is not below its count, or a basket holds no item: `basket_count` is the
    /// number of baskets that hold at least one item, and the caller numbers only those.
    pub fn from_pairs(
        item_count: u32,
        basket_count: u32,
        pairs: Vec<(u32, u32)>,
        threads: NonZeroUsize,
    ) -> Self {
        let part = pairs.len().div_ceil(threads.get());
        let items = Lists::gather(basket_count, threads, |number| {
            let all = pairs.len();
            pairs[all.min(number * part)..all.min((number + 1) * part)]
                .iter()
                .copied()
        });
        drop(pairs);
        Self::from_baskets(item_count, items.into_sets(threads), threads)
    }

    /// The baskets that hold at most so many items, numbered anew in their order, and what the others
    /// were.
    #[must_use]
    pub fn at_most(&self, items: u32, threads: NonZeroUsize) -> (Self, LeftOut) {
        let is_large = |held: &&[u32]| held.len() > items as usize;
        let large = self.items.iter().filter(is_large);
        let left_out = LeftOut {
            baskets: large.clone().count() as u64,
            choices: large.map(|held| held.len() as u64).sum(),
        };
        let kept = self.items.iter().filter(|held| !is_large(held));
        (self.holding(kept, threads), left_out)
    }

    /// What this would be if some baskets, by their numbers, held other items and there were more of
    /// them: items ascending, each once. A basket that would hold nothing is not there; the others
    /// keep their order, and what is more comes last.
    #[must_use]
    pub fn changed(
        &self,
        changes: &BTreeMap<u32, Vec<u32>>,
        more: &[Vec<u32>],
        threads: NonZeroUsize,
    ) -> Self {
        let held = (0..).zip(self.items.iter());
        let held = held.map(|(basket, held)| changes.get(&basket).map_or(held, Vec::as_slice));
        let held = held.chain(more.iter().map(Vec::as_slice));
        self.holding(held.filter(|held| !held.is_empty()), threads)
    }

    /// Other baskets of the same items.
    fn holding<'a>(&self, held: impl Iterator<Item = &'a [u32]>, threads: NonZeroUsize) -> Self {
        let mut items = Lists::new();
        for held in held {
            assert!(
                held.is_sorted_by(|one, next| one < next),
                "BUG: items are not ascending"
            );
            for item in held {
                items.push(*item);
            }
            items.close();
        }
        items.shrink();
        Self::from_baskets(self.item_count(), items, threads)
    }

    /// Number of baskets; each holds at least one item.
    pub fn len(&self) -> u32 {
        self.items.len() as u32
    }

    /// Whether there is no basket.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of items, those in no basket included.
    pub fn item_count(&self) -> u32 {
        self.baskets.len() as u32
    }

    /// Number of choices: distinct pairs of a basket and an item in it.
    pub fn choices(&self) -> u64 {
        self.items.members().len() as u64
    }

    /// What a basket holds: distinct items, ascending.
    pub fn items_of(&self, basket: u32) -> &[u32] {
        self.items.list(basket as usize)
    }

    /// The baskets that hold an item: distinct, ascending.
    pub fn baskets_of(&self, item: u32) -> &[u32] {
        self.baskets.list(item as usize)
    }

    /// Number of baskets that hold an item.
    pub fn total(&self, item: u32) -> u32 {
        self.baskets_of(item).len() as u32
    }

    /// The items that share a basket with `item`, ascending, each with the number of baskets
    /// that hold both.
    ///
    /// Counted from the item's baskets alone, so that one row costs what one row is worth. The
    /// scratch may come from any other call, for other baskets too.
    pub fn row<'row>(&self, item: u32, scratch: &'row mut Row) -> &'row [(u32, u32)] {
        let Row { tally, neighbours } = scratch;
        tally.grow(self.item_count());
        for &basket in self.baskets_of(item) {
            tally.add_each(self.items_of(basket).iter().copied(), 1);
        }
        neighbours.clear();
        tally.drain(|other, together| {
            if other != item {
                neighbours.push((other, together));
            }
        });
        neighbours
    }

    /// The same baskets one level up: a basket holds a group once, however many of the group's
    /// items it holds. Groups take the place of items; baskets keep their numbers.
    ///
    /// # Panics
    /// When `group_of_item` is not as long as there are items, or names a group out of range.
    #[must_use]
    pub fn grouped(&self, group_of_item: &[u32], group_count: u32) -> Self {
        assert_eq!(
            group_of_item.len(),
            self.baskets.len(),
            "BUG: each item has one group"
        );
        let alone = NonZeroUsize::MIN;
        let held = |_| {
            let numbered = (0..).zip(self.items.iter());
            numbered.flat_map(|(basket, items)| {
                let groups = items.iter().map(|&item| group_of_item[item as usize]);
                groups.map(move |group| (basket, group))
            })
        };
        let groups = Lists::gather(self.len(), alone, held);
        Self::from_baskets(group_count, groups.into_sets(alone), alone)
    }

    /// From the items of each basket, ascending and distinct.
    fn from_baskets(item_count: u32, items: Lists<u32>, threads: NonZeroUsize) -> Self {
        assert!(
            items.iter().all(|held| !held.is_empty()),
            "BUG: a basket holds no item"
        );
        let baskets = items.transposed(item_count, threads);
        Self { items, baskets }
    }
}

/// What [`Baskets::row`] works in, to be used again for the next row: four bytes per item, and
/// the neighbours of the row it holds.
#[derive(Debug, Default)]
pub struct Row {
    tally: Tally<u32>,
    neighbours: Vec<(u32, u32)>,
}
