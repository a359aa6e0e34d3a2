//! A model on one snapshot: it ranks the snapshot's items.

use std::sync::Arc;

use super::trained::Trained;
use super::{Model, Ranks, live};
use crate::counting::Ranked;
use crate::index::renumbering::Renumbering;
use crate::index::snapshot::{Scratch, Snapshot};

/// A model on one snapshot. Items that came after a model was trained have no weights: nothing is
/// said for them, and nothing by them.
pub struct Ranker<'a> {
    snapshot: &'a Snapshot,
    ranks: On,
}

enum On {
    Live,
    Trained(Arc<Trained>, Arc<Renumbering>),
}

/// One anchor's part in a suggestion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    pub anchor: u32,
    /// The baskets that hold the anchor and the item.
    pub together: u32,
    /// What the anchor adds to the item's score; below zero it speaks against it.
    pub score: f64,
}

impl Model {
    /// The model on a snapshot. The first time it takes as long as reading the ids of its items.
    pub fn on<'a>(&self, snapshot: &'a Snapshot) -> Ranker<'a> {
        let ranks = match &self.ranks {
            Ranks::Live => On::Live,
            Ranks::Trained(trained) => {
                let numbers = snapshot.renumbering(trained.version_id, &trained.item_ids);
                On::Trained(trained.clone(), numbers)
            }
        };
        Ranker { snapshot, ranks }
    }
}

impl<'a> Ranker<'a> {
    /// What it ranks.
    pub fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    /// Ranks every item that the anchors, ascending, speak for.
    pub fn rank(&self, anchors: &[u32], scratch: &mut Scratch) -> Ranked {
        let On::Trained(trained, numbers) = &self.ranks else {
            return live::rank(self.snapshot, anchors, scratch);
        };
        // One place more than there are items: for those that are gone.
        let mut scores = vec![0.0; self.snapshot.items.len() + 1];
        for anchor in anchors.iter().filter_map(|anchor| numbers.theirs(*anchor)) {
            for &(item, weight) in trained.weights.of(anchor) {
                scores[numbers.ours_or_end(item)] += f64::from(weight);
            }
        }
        scores.pop();
        Ranked::new((0..).zip(scores).filter(|(_, score)| *score > 0.0))
    }

    /// Ranks for one anchor, and only as much as is read: what work over all anchors needs.
    pub fn rank_alone<'s>(
        &'s self,
        anchor: u32,
        scratch: &mut Scratch,
    ) -> Box<dyn Iterator<Item = (u32, f64)> + 's> {
        let On::Trained(trained, numbers) = &self.ranks else {
            return live::rank_alone(self.snapshot, anchor, scratch);
        };
        let row = numbers
            .theirs(anchor)
            .map_or(&[][..], |anchor| trained.weights.of(anchor));
        let row = row.iter().filter(|(_, weight)| *weight > 0.0);
        let known =
            row.filter_map(|&(item, weight)| Some((numbers.ours(item)?, f64::from(weight))));
        Box::new(Ranked::new(known))
    }

    /// What each anchor adds to an item's score, the most first; an anchor that says nothing of the
    /// item is left out.
    pub fn shares(&self, anchors: &[u32], item: u32, scratch: &mut Scratch) -> Vec<Share> {
        let On::Trained(trained, numbers) = &self.ranks else {
            return live::shares(self.snapshot, anchors, item, scratch);
        };
        let Some(theirs) = numbers.theirs(item) else {
            return Vec::new();
        };
        let neighbours = self.snapshot.row(item, scratch);
        let together = |anchor: u32| {
            let found = neighbours.binary_search_by_key(&anchor, |&(other, _)| other);
            found.map_or(0, |at| neighbours[at].1)
        };
        let mut shares: Vec<Share> = anchors
            .iter()
            .filter_map(|&anchor| {
                let weight = trained.weights.get(numbers.theirs(anchor)?, theirs);
                (weight != 0.0).then(|| Share {
                    anchor,
                    together: together(anchor),
                    score: f64::from(weight),
                })
            })
            .collect();
        shares.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.anchor.cmp(&b.anchor)));
        shares
    }
}
