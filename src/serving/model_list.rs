//! A model's order, read lazily and remembered as far as it was read.

use std::collections::{HashMap, HashSet};

use super::request::{Candidate, Request};

/// Where the model has an item.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    pub(super) item: u32,
    /// Counted from 1, anchors and repetitions left out.
    pub(super) rank: u32,
    pub(super) score: f64,
}

/// Gives each candidate with its rank; the anchors and repeated items have none and are left out.
pub(super) struct ModelList<M> {
    candidates: M,
    refused: HashSet<u32>,
    read: HashMap<u32, Standing>,
}

impl<M: Iterator<Item = Candidate>> ModelList<M> {
    pub(super) fn new(
        request: &Request,
        candidates: impl IntoIterator<Item = Candidate, IntoIter = M>,
    ) -> Self {
        Self {
            candidates: candidates.into_iter(),
            refused: request.refused_anchors().collect(),
            read: HashMap::new(),
        }
    }

    /// Finds an item among what was read so far.
    pub(super) fn standing(&self, item: u32) -> Option<Standing> {
        self.read.get(&item).copied()
    }

    /// Reads on until every one of `items` was met, `depth` ranks were read, or the list ends.
    pub(super) fn look_for(&mut self, items: impl Iterator<Item = u32>, depth: u32) {
        let mut missing: Vec<u32> = items.filter(|i| !self.read.contains_key(i)).collect();
        while !missing.is_empty() && self.depth() < depth {
            let Some(next) = self.next() else { break };
            missing.retain(|&item| item != next.item);
        }
    }

    /// Tells how many ranks were read.
    fn depth(&self) -> u32 {
        self.read.len() as u32
    }
}

impl<M: Iterator<Item = Candidate>> Iterator for ModelList<M> {
    type Item = Standing;

    fn next(&mut self) -> Option<Standing> {
        let candidate = self.candidates.by_ref().find(|candidate| {
            !self.refused.contains(&candidate.item) && !self.read.contains_key(&candidate.item)
        })?;
        let standing = Standing {
            item: candidate.item,
            rank: self.depth() + 1,
            score: candidate.score,
        };
        self.read.insert(standing.item, standing);
        Some(standing)
    }
}
