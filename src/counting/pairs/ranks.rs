//! Items by how many baskets hold them, the most frequent first.
//!
//! Frequent items are met together everywhere and rare ones hardly anywhere. In this order the
//! counts of a line are alike, so that they need few planes, and all the rest is at the end.

use super::super::baskets::Baskets;

/// In place of an item: the rank is free. In place of a new number: the item is gone.
pub(super) const NONE: u32 = u32::MAX;

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

    /// The same ranks when the items are numbered otherwise: by old number the new one, below
    /// `items`, or [`NONE`]. Ranks of items that are gone are free and go to new ones; those that find
    /// no free rank are rarer than all others.
    pub(super) fn renumbered(&self, to: &[u32], items: u32) -> Self {
        let mut by_rank: Vec<u32> = self.items.iter().map(|item| renumber(*item, to)).collect();
        let mut ranks = vec![NONE; items as usize];
        let mut free = Vec::new();
        for (rank, &item) in (0..).zip(&by_rank) {
            match item {
                NONE => free.push(rank),
                item => ranks[item as usize] = rank,
            }
        }
        let mut free = free.into_iter();
        for (item, rank) in (0..).zip(&mut ranks).filter(|(_, rank)| **rank == NONE) {
            *rank = free.next().unwrap_or(by_rank.len() as u32);
            match by_rank.get_mut(*rank as usize) {
                Some(place) => *place = item,
                None => by_rank.push(item),
            }
        }
        Self {
            items: by_rank,
            ranks,
        }
    }

    /// Number of ranks, free ones included.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// Number of items.
    pub(super) fn items_len(&self) -> usize {
        self.ranks.len()
    }

    pub(super) fn bytes(&self) -> usize {
        2 * self.items.len() * size_of::<u32>()
    }

    pub(super) fn item(&self, rank: usize) -> u32 {
        self.items[rank]
    }

    /// The items by rank, [`NONE`] where one is free.
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

fn renumber(item: u32, to: &[u32]) -> u32 {
    match item {
        NONE => NONE,
        item => to[item as usize],
    }
}
