//! The first two steps: who may be in the list at all.
//!
//! Every candidate passes here, whether the model, a pin or a fallback brings it. Nothing else
//! in the kernel may decide that an item is served.

use std::collections::{HashMap, HashSet};

use super::request::{Item, Request, SameCategory};
use super::row::Shadowed;
use super::rule::{Action, Rule, RuleId, category};

/// The blocks that hold for one list, and its filters.
pub(super) struct Admission<'a> {
    items: &'a [Item],
    same_category: SameCategory,
    anchor_categories: HashSet<u32>,
    refused: HashSet<u32>,
    blocks: HashMap<u32, RuleId>,
    shadowed: Vec<Shadowed>,
}

impl<'a> Admission<'a> {
    /// Reads the blocks from `rules`, which hold for the list and stand in order of precedence.
    pub(super) fn new(request: &Request, items: &'a [Item], rules: &[&Rule]) -> Self {
        let anchors = request.anchors.iter().copied();
        let mut admission = Self {
            items,
            same_category: request.same_category,
            anchor_categories: anchors.filter_map(|a| category(items, a)).collect(),
            refused: (request.refused_anchors())
                .chain(request.exclude.iter().copied())
                .collect(),
            blocks: HashMap::new(),
            shadowed: Vec::new(),
        };
        for rule in rules.iter().filter(|rule| rule.action == Action::Block) {
            let by = *admission.blocks.entry(rule.item).or_insert(rule.id);
            if by != rule.id {
                admission.shadowed.push(Shadowed { rule: rule.id, by });
            }
        }
        admission
    }

    /// Says whether the item may be served in this list.
    pub(super) fn admits(&self, item: u32) -> bool {
        self.block_of(item).is_none() && self.passes_filters(item)
    }

    /// Finds the block with precedence among those of the item.
    pub(super) fn block_of(&self, item: u32) -> Option<RuleId> {
        self.blocks.get(&item).copied()
    }

    /// Gives the blocks that another block of the same item shadows.
    pub(super) fn shadowed(&self) -> &[Shadowed] {
        &self.shadowed
    }

    fn passes_filters(&self, item: u32) -> bool {
        let Some(facts) = self.items.get(item as usize) else {
            return false;
        };
        let shares = || (facts.category).is_some_and(|c| self.anchor_categories.contains(&c));
        let fits = match self.same_category {
            SameCategory::Any => true,
            SameCategory::Only => shares(),
            SameCategory::Exclude => !shares(),
        };
        facts.available && fits && !self.refused.contains(&item)
    }
}
