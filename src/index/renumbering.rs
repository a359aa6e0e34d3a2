//! Another numbering of the same items, such as the one a model was trained by.

use std::sync::{Arc, PoisonError};

use super::snapshot::Snapshot;

/// Numberings that a snapshot keeps: of the models that answer, and a few that are compared.
const KEPT: usize = 8;

/// How another numbering of items goes with a snapshot's.
#[derive(Debug)]
pub struct Renumbering {
    /// By their number, ours; past the end where the snapshot has no such item.
    ours: Vec<u32>,
    /// By our number, theirs.
    theirs: Vec<Option<u32>>,
}

impl Renumbering {
    /// From ids in the order of their bytes, both.
    fn new<'a>(ours: impl ExactSizeIterator<Item = &'a str>, theirs: &[String]) -> Self {
        let end = ours.len() as u32;
        let mut numbers = Self {
            ours: vec![end; theirs.len()],
            theirs: vec![None; ours.len()],
        };
        let mut rest = (0..).zip(theirs).peekable();
        for (our, id) in (0..).zip(ours) {
            while rest
                .next_if(|(_, their_id)| their_id.as_str() < id)
                .is_some()
            {}
            if let Some((their, _)) = rest.next_if(|(_, their_id)| *their_id == id) {
                numbers.ours[their as usize] = our;
                numbers.theirs[our as usize] = Some(their);
            }
        }
        numbers
    }

    /// Their number of one of our items.
    pub fn theirs(&self, item: u32) -> Option<u32> {
        self.theirs[item as usize]
    }

    /// Our number of one of their items.
    pub fn ours(&self, item: u32) -> Option<u32> {
        let ours = self.ours[item as usize];
        ((ours as usize) < self.theirs.len()).then_some(ours)
    }

    /// Our number of one of their items, or the number of our items where there is none.
    pub fn ours_or_end(&self, item: u32) -> usize {
        self.ours[item as usize] as usize
    }
}

impl Snapshot {
    /// How a numbering, named by `key`, goes with the snapshot's own; made by the first who asks.
    pub fn renumbering(&self, key: i64, item_ids: &[String]) -> Arc<Renumbering> {
        let mut kept = self
            .renumberings
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = kept.iter().find(|(known, _)| *known == key) {
            return known.clone();
        }
        let ours = self.items.iter().map(|item| item.id.as_str());
        let made = Arc::new(Renumbering::new(ours, item_ids));
        kept.truncate(KEPT - 1);
        kept.insert(0, (key, made.clone()));
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_found_both_ways_and_missing_ones_are_missing() {
        let theirs = ["a", "c", "d", "f"].map(str::to_owned);
        let numbers = Renumbering::new(["b", "c", "f"].into_iter(), &theirs);
        let ours: Vec<_> = (0..4).map(|item| numbers.ours(item)).collect();
        assert_eq!(ours, [None, Some(1), None, Some(2)]);
        let back: Vec<_> = (0..3).map(|item| numbers.theirs(item)).collect();
        assert_eq!(back, [None, Some(1), Some(3)]);
        assert_eq!(numbers.ours_or_end(0), 3);
    }
}
