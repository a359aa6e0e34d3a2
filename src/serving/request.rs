//! What a list is resolved from: the asking, the facts about items, and the candidates.
//!
//! Items and categories are the dense numbers of one catalog. Everything here is borrowed and
//! plain; who asks, when and over which wire is known above and stays there.

/// An item that a model suggests, with the model's own score.
///
/// A higher score is better; scores of two models are not comparable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    pub item: u32,
    pub score: f64,
}

/// The facts about an item that decide whether it may be served, found by its number in a slice.
///
/// A number past the slice's end is an unknown item, which is never served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The primary category; an item without one shares its category with nothing.
    pub category: Option<u32>,
    /// Whether the item can be had at all.
    pub available: bool,
}

/// How the categories of the suggestions relate to those of the anchors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameCategory {
    /// Categories play no part.
    #[default]
    Any,
    /// Only items in the category of one of the anchors.
    Only,
    /// No item in the category of any anchor.
    Exclude,
}

/// One asking for a list.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The items that the list is for: one item, a basket, or a user's history.
    ///
    /// They are not suggested themselves, in the raw list neither, unless `suggest_anchors` says so.
    pub anchors: &'a [u32],
    /// Whether an anchor may be suggested again: what a user chose at some time, where choosing a
    /// thing twice makes sense. Never for a basket at hand.
    pub suggest_anchors: bool,
    /// The segments of whom the list is for, each as `field:value`.
    pub segments: &'a [String],
    /// The place where the list is served; empty where none is named.
    pub surface: &'a str,
    /// The most rows that the list may have.
    pub k: usize,
    pub same_category: SameCategory,
    /// Items never to suggest besides the anchors, such as what the user already chose.
    pub exclude: &'a [u32],
}

impl Request<'_> {
    /// The anchors that may not be suggested.
    pub(super) fn refused_anchors(&self) -> impl Iterator<Item = u32> {
        let refused = if self.suggest_anchors {
            &[]
        } else {
            self.anchors
        };
        refused.iter().copied()
    }
}

/// What fills a thin list: the most chosen items, best first, read only when they are needed.
#[derive(Clone, Debug)]
pub struct Fallback<C, A> {
    /// A list with fewer of the model's rows than this is thin; 0 means that no list is.
    ///
    /// A row that the model gave and a rule pinned counts as one of the model's.
    pub minimum: usize,
    /// The most chosen items of the anchors' category.
    pub category: C,
    /// The most chosen items of the whole catalog.
    pub catalog: A,
}
