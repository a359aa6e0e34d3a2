//! What leaves the kernel: rows that say where they come from, and the rules that lost.

use super::model_list::Standing;
use super::pins::Pin;
use super::rule::RuleId;

/// Where a row comes from that the model did not give.
///
/// The wider level is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FallbackLevel {
    /// Among the most chosen of the anchors' category.
    Category,
    /// Among the most chosen of the catalog.
    Catalog,
}

/// One row of a list as a person sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ServedRow {
    pub item: u32,
    /// The place in this list, counted from 1 without gaps.
    pub rank: u32,
    /// The place in the model's own order, counted from 1 as [`super::raw`] counts it.
    ///
    /// Absent where the model did not give the item, or gave a pinned one beyond both the
    /// reading that the list needed and [`super::PIN_SEARCH_DEPTH`].
    pub model_rank: Option<u32>,
    /// The model's score, present exactly where the model's rank is.
    pub score: Option<f64>,
    /// The rules that put the row where it is; empty where none did.
    pub rules: Vec<RuleId>,
    /// Set where the row fills a thin list.
    pub fallback: Option<FallbackLevel>,
}

impl ServedRow {
    pub(super) fn from_model(standing: Standing) -> Self {
        Self {
            item: standing.item,
            rank: standing.rank,
            model_rank: Some(standing.rank),
            score: Some(standing.score),
            rules: Vec::new(),
            fallback: None,
        }
    }

    /// Makes a row whose ranks are still to be filled in.
    pub(super) fn from_pin(pin: Pin) -> Self {
        Self {
            item: pin.item,
            rank: 0,
            model_rank: None,
            score: None,
            rules: vec![pin.rule],
            fallback: None,
        }
    }

    /// Makes a row whose rank is still to be filled in.
    pub(super) fn from_fallback(item: u32, level: FallbackLevel) -> Self {
        Self {
            item,
            rank: 0,
            model_rank: None,
            score: None,
            rules: Vec::new(),
            fallback: Some(level),
        }
    }
}

/// A rule that holds for the list and is without effect because another one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shadowed {
    pub rule: RuleId,
    pub by: RuleId,
}

/// A list as it is served.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Served {
    pub rows: Vec<ServedRow>,
    /// The widest level that gave a row; absent where the list needed no fallback.
    pub fallback: Option<FallbackLevel>,
    /// Blocks before pins, each in order of precedence.
    pub shadowed: Vec<Shadowed>,
}

/// Says whether a person would see another list: other items, or the same in another order.
pub fn differs(before: &Served, after: &Served) -> bool {
    !(before.rows.iter().map(|row| row.item)).eq(after.rows.iter().map(|row| row.item))
}
