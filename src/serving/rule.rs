//! Rules: what people decided about what is served, and which of two decisions wins.
//!
//! An override, an upheld or suspending flag and a dismissal all arrive here as the same kind of
//! value, so that a list is resolved in one way. Whether a rule is in force now, and whether it
//! concerns the asking account, is decided above: a rule that is passed in is active and is
//! either for everyone or for the one who asks.

use std::cmp::Reverse;
use std::num::NonZeroU32;

use super::request::{Item, Request};

/// The record that a rule comes from.
///
/// The order of the variants is the last word in [`Rule::precedence`]: the greater wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleId {
    Dismissal(i64),
    Flag(i64),
    Override(i64),
}

/// What a rule does to its item, in the order in which the steps are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The item is not served.
    Block,
    /// The item is served at this place, counted from 1.
    Pin { position: NonZeroU32 },
}

/// Where a rule holds, the narrowest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Lists for this anchor.
    Item(u32),
    /// Lists for an anchor in the one category, while the rule's item is in the other.
    CategoryPair { anchor: u32, item: u32 },
    /// Lists for whoever is in this segment, as `field:value`.
    Segment(String),
    /// Lists served at this place.
    Surface(String),
    /// Every list.
    Catalog,
}

/// One decision about one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: RuleId,
    pub action: Action,
    /// The item that is blocked or pinned.
    pub item: u32,
    pub scope: Scope,
    /// Whether the rule is the asking account's own, and not everyone's.
    pub mine: bool,
    /// The higher wins.
    pub priority: i32,
    /// When the rule was made, in microseconds since 1970; the later wins.
    pub created_at_micros: i64,
}

/// A rule's place among the rules of its kind: the lesser wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Precedence(
    u8,
    Reverse<bool>,
    Reverse<i32>,
    Reverse<i64>,
    Reverse<RuleId>,
);

impl Rule {
    /// Places the rule among the others of its kind.
    ///
    /// The narrower scope comes first, then mine before everyone's, then the higher priority,
    /// then the newer, then the greater id. Two rules with different ids never tie.
    pub fn precedence(&self) -> Precedence {
        Precedence(
            self.scope.width(),
            Reverse(self.mine),
            Reverse(self.priority),
            Reverse(self.created_at_micros),
            Reverse(self.id),
        )
    }

    /// Says whether the rule holds for this list.
    pub(super) fn holds(&self, request: &Request, items: &[Item]) -> bool {
        match &self.scope {
            Scope::Item(anchor) => request.anchors.contains(anchor),
            Scope::CategoryPair { anchor, item } => {
                category(items, self.item) == Some(*item)
                    && (request.anchors.iter()).any(|&a| category(items, a) == Some(*anchor))
            }
            Scope::Segment(segment) => request.segments.contains(segment),
            Scope::Surface(surface) => request.surface == surface,
            Scope::Catalog => true,
        }
    }
}

impl Scope {
    fn width(&self) -> u8 {
        match self {
            Self::Item(_) => 0,
            Self::CategoryPair { .. } => 1,
            Self::Segment(_) => 2,
            Self::Surface(_) => 3,
            Self::Catalog => 4,
        }
    }
}

/// Finds an item's category; an unknown item has none.
pub(super) fn category(items: &[Item], item: u32) -> Option<u32> {
    items.get(item as usize)?.category
}
