//! Ids as dense numbers, in the order in which they come.

use rustc_hash::FxHashMap;

use crate::interactions::formats::plain::Id;

/// The numbers of ids, from 0 without gaps.
#[derive(Debug, Default)]
pub(super) struct Ids {
    short: FxHashMap<u64, u32>,
    long: FxHashMap<Box<str>, u32>,
}

impl Ids {
    pub(super) fn len(&self) -> usize {
        self.short.len() + self.long.len()
    }

    /// The number of an id, which is a new one where the id is.
    #[inline]
    pub(super) fn number(&mut self, id: Id<'_>) -> u32 {
        let next = self.len() as u32;
        match id {
            Id::Short(id) => *self.short.entry(id).or_insert(next),
            Id::Long(id) => match self.long.get(id) {
                Some(&number) => number,
                None => *self.long.entry(id.into()).or_insert(next),
            },
        }
    }

    /// Forgets all ids but the first so many.
    pub(super) fn truncate(&mut self, len: usize) {
        self.short.retain(|_, number| (*number as usize) < len);
        self.long.retain(|_, number| (*number as usize) < len);
    }

    /// Takes over the ids of another, and gives the new number of each of its numbers.
    pub(super) fn absorb(&mut self, other: Self) -> Vec<u32> {
        let mut numbers = vec![0; other.len()];
        for (id, number) in other.short {
            numbers[number as usize] = self.number(Id::Short(id));
        }
        for (id, number) in other.long {
            numbers[number as usize] = self.number(Id::Long(&id));
        }
        numbers
    }

    /// The ids in their order as bytes, and the place in it of each number.
    pub(super) fn sorted(self) -> (Vec<String>, Vec<u32>) {
        let mut places = vec![0; self.len()];
        let short = self.short.into_iter().map(|(id, at)| (text(id), at));
        let long = self.long.into_iter().map(|(id, at)| (id.into(), at));
        let mut ids: Vec<(String, u32)> = short.chain(long).collect();
        ids.sort_unstable();
        for (place, (_, number)) in (0..).zip(&ids) {
            places[*number as usize] = place;
        }
        (ids.into_iter().map(|(id, _)| id).collect(), places)
    }
}

fn text(short: u64) -> String {
    let bytes = short.to_le_bytes();
    let text = str::from_utf8(&bytes).expect("BUG: an id is not text");
    text.trim_end_matches('\0').to_owned()
}
