//! The row of an item, in the order of the items.

use super::super::vectors::Vectors;
use super::line::{self, LINE};
use super::planes::{Expand, Planes, Present};
use super::ranks::Ranks;

/// The counts of one item, by rank, as they are kept.
pub(super) struct Counts<'a> {
    pub(super) ranks: &'a Ranks,
    /// With frequent items; none where the item is rare.
    pub(super) frequent: Option<&'a Planes>,
    /// All others.
    pub(super) rare: &'a [(u32, u32)],
    pub(super) vectors: Vectors,
}

impl Counts<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.rare.is_empty() && self.frequent.is_none_or(Planes::is_empty)
    }
}

impl Counts<'_> {
    /// The neighbours of ranks below one, ascending; those with fewer baskets than `least` may be
    /// among them.
    pub(super) fn before(&self, rank: usize, least: u32, into: &mut Vec<(u32, u32)>) {
        into.clear();
        if let Some(row) = self.frequent {
            self.vectors.run(Present {
                row,
                before: rank,
                least,
                into,
            });
        }
        let end = self
            .rare
            .partition_point(|(other, _)| (*other as usize) < rank);
        into.extend_from_slice(&self.rare[..end]);
    }

    /// Each count that occurs, and for how many neighbours; a count may come several times.
    pub(super) fn frequencies(&self, mut each: impl FnMut(u32, u64)) {
        for planes in self.frequent.into_iter().flat_map(Planes::runs) {
            line::frequencies(planes, &mut each);
        }
        for &(_, together) in self.rare {
            each(together, 1);
        }
    }
}

/// What [`super::PairCounts::neighbours`] works in, to be used again for the next row: twelve
/// bytes per item.
#[derive(Debug, Default)]
pub struct Neighbours {
    /// By rank.
    together: Vec<u32>,
    /// As many as there are items; the row is at the beginning.
    pub(super) row: Vec<(u32, u32)>,
}

impl Neighbours {
    /// Reads the neighbours of an item from an item on; answers how many there are.
    pub(super) fn read(&mut self, counts: &Counts<'_>, from: u32) -> usize {
        let items = counts.ranks.items_len();
        self.row.resize(self.row.len().max(items), (0, 0));
        match counts.frequent {
            Some(row) => self.read_frequent(counts, row, from),
            None => self.read_rare(counts, from),
        }
    }

    /// Most items are neighbours: all are looked at, in order.
    fn read_frequent(&mut self, counts: &Counts<'_>, row: &Planes, from: u32) -> usize {
        let lines = row.len() * LINE;
        self.together.clear();
        self.together.resize(counts.ranks.len().max(lines), 0);
        counts.vectors.run(Expand {
            row,
            into: self.together[..lines].as_chunks_mut().0,
        });
        for &(other, together) in counts.rare {
            self.together[other as usize] = together;
        }
        let mut len = 0;
        for (other, rank) in (from..).zip(counts.ranks.from(from)) {
            let together = self.together[*rank as usize];
            // Written in any case: a processor is bad at guessing who is a neighbour.
            self.row[len] = (other, together);
            len += usize::from(together > 0);
        }
        len
    }

    fn read_rare(&mut self, counts: &Counts<'_>, from: u32) -> usize {
        let mut len = 0;
        for &(other, together) in counts.rare {
            let other = counts.ranks.item(other as usize);
            if other >= from {
                self.row[len] = (other, together);
                len += 1;
            }
        }
        self.row[..len].sort_unstable_by_key(|&(other, _)| other);
        len
    }
}
