//! The pins of one list, after they have been settled among themselves.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;

use super::admission::Admission;
use super::row::Shadowed;
use super::rule::{Action, Rule, RuleId};

/// An item that a rule puts in its place.
#[derive(Clone, Copy)]
pub(super) struct Pin {
    pub(super) item: u32,
    pub(super) rule: RuleId,
}

/// One pin a position and one position an item, by position.
#[derive(Default)]
pub(super) struct Pins {
    by_position: BTreeMap<NonZeroU32, Pin>,
    by_item: HashMap<u32, RuleId>,
    shadowed: Vec<Shadowed>,
}

impl Pins {
    /// Settles the pins among `rules`, which hold for the list and stand in order of precedence.
    ///
    /// A pin that lost takes neither its position nor its item from the pins after it.
    pub(super) fn settle(rules: &[&Rule], admission: &Admission) -> Self {
        let mut pins = Self::default();
        for rule in rules {
            if let Action::Pin { position } = rule.action {
                pins.settle_one(rule, position, admission);
            }
        }
        pins
    }

    fn settle_one(&mut self, rule: &Rule, position: NonZeroU32, admission: &Admission) {
        let pin = Pin {
            item: rule.item,
            rule: rule.id,
        };
        if let Some(by) = admission.block_of(pin.item) {
            self.shadowed.push(Shadowed { rule: pin.rule, by });
        } else if admission.admits(pin.item) {
            let on_item = self.by_item.get(&pin.item);
            let on_position = self.by_position.get(&position).map(|winner| &winner.rule);
            if let Some(&by) = on_item.or(on_position) {
                self.shadowed.push(Shadowed { rule: pin.rule, by });
            } else {
                self.by_item.insert(pin.item, pin.rule);
                self.by_position.insert(position, pin);
            }
        }
    }

    /// Says whether a pin takes the item out of the model's order.
    pub(super) fn hold(&self, item: u32) -> bool {
        self.by_item.contains_key(&item)
    }

    /// Gives the pins that a block or another pin shadows.
    pub(super) fn shadowed(&self) -> &[Shadowed] {
        &self.shadowed
    }

    /// Gives the pinned items.
    pub(super) fn items(&self) -> impl Iterator<Item = u32> {
        self.by_position.values().map(|pin| pin.item)
    }

    /// Counts the places among the first `k` that no pin takes.
    pub(super) fn free_places(&self, k: usize) -> usize {
        let taken = (self.by_position.keys()).take_while(|place| place.get() as usize <= k);
        k - taken.count()
    }

    /// Takes the pin of this place, if it has one.
    pub(super) fn take(&mut self, place: u32) -> Option<Pin> {
        self.by_position.remove(&NonZeroU32::new(place)?)
    }

    /// Takes the pin with the first position among those not taken.
    pub(super) fn take_first(&mut self) -> Option<Pin> {
        Some(self.by_position.pop_first()?.1)
    }
}
