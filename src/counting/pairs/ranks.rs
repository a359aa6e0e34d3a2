//! Items by how many baskets hold them, the most frequent first.
//!
//! Frequent items are met together everywhere and rare ones hardly anywhere. In this order the
//! counts of a line are alike, so that they need few planes, and all the rest is at the end.

use super::super::baskets::Baskets;

/// The order, both ways round.
#[derive(Clone, Debug)]
pub(super) struct Ranks {
    items: Vec<u32>,
    ranks: Vec<u32>,
}

impl Ranks {
    pub(super) fn new(baskets: &Baskets) -> Self {
        let mut items: Vec<u32> = (0..baskets.item_count()).collect();
        items.sort_unstable_by_key(|&item| (std::cmp::Reverse(baskets.total(item)), item));
        let mut ranks = vec![0; items.len()];
        for (rank, &item) in (0..).zip(&items) {
            ranks[item as usize] = rank;
        }
        Self { items, ranks }
    }

    /// Makes room for the items below `items`; new ones are rarer than all others.
    pub(super) fn grow(&mut self, items: u32) {
        for item in self.items.len() as u32..items {
            self.items.push(item);
            self.ranks.push(item);
        }
    }

    /// Number of items.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn bytes(&self) -> usize {
        2 * self.items.len() * size_of::<u32>()
    }

    pub(super) fn item(&self, rank: usize) -> u32 {
        self.items[rank]
    }

    /// The items by rank.
    pub(super) fn items(&self) -> &[u32] {
        &self.items
    }

    /// The ranks of the items from one on, in the order of the items.
    pub(super) fn from(&self, item: u32) -> &[u32] {
        &self.ranks[item as usize..]
    }

    pub(super) fn rank(&self, item: u32) -> usize {
        self.ranks[item as usize] as usize
    }
}
