//! A list, its rows and their evidence: what the API gives and a page shows.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::models::ModelName;

/// The most rows that a list may have.
pub const MOST_ROWS: u32 = 100;
/// The rows of a list where nothing else is asked for.
pub const ROWS: u32 = 10;
/// The most items that may be given as anchors; a user's history has no such limit.
pub const MOST_ANCHORS: usize = 50;

/// The surface of lists for one item.
pub const ITEM: &str = "item";
/// The surface of lists for a basket or several items.
pub const BASKET: &str = "basket";
/// The surface of lists for a user.
pub const USER: &str = "user";
/// Every surface that has no version of its own.
pub const EVERYWHERE: &str = "";

/// What a list is for, by the catalog's own ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    Items(Vec<String>),
    User(String),
    Basket(String),
}

/// Choices that count otherwise than they came, to see what would be then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WhatIf {
    /// Nothing that these users chose counts.
    pub without_users: Vec<String>,
    /// These baskets do not count.
    pub without_baskets: Vec<String>,
    /// One more basket holds these items.
    pub with_items: Vec<String>,
}

impl WhatIf {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// One asking for a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    pub anchor: Anchor,
    /// The most rows wanted, 1 to [`MOST_ROWS`].
    pub k: u32,
    /// The place where the list is served; empty where none is named.
    pub surface: String,
    /// The model's own order, before any rule.
    pub raw: bool,
    /// The version whose lists are looked at; none for the one that answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
    /// What is supposed of the choices; nothing in a list that is served.
    #[serde(default, skip_serializing_if = "WhatIf::is_nothing")]
    pub what_if: WhatIf,
}

impl Anchor {
    /// The surface of lists for anchors of its kind.
    pub fn surface(&self) -> &'static str {
        match self {
            Self::Items(ids) if ids.len() == 1 => ITEM,
            Self::Items(_) | Self::Basket(_) => BASKET,
            Self::User(_) => USER,
        }
    }
}

impl Ask {
    /// The surfaces whose version may answer: the named one, the one of the anchor's kind, and the
    /// empty one, which every catalog has.
    pub fn surfaces(&self) -> Vec<String> {
        let of_anchor = self.anchor.surface();
        let named = (!self.surface.is_empty()).then(|| self.surface.clone());
        let others = [of_anchor, EVERYWHERE].map(str::to_owned);
        named.into_iter().chain(others).collect()
    }

    /// Whether it is a list that somebody is served, who can answer it.
    pub fn is_served(&self) -> bool {
        self.what_if.is_nothing() && self.version.is_none()
    }
}

/// Which table the figures of a list come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TableVersion)]
pub struct Table {
    /// Names what was counted: the change, and a digest of the rule.
    pub version: String,
    /// The number of the change up to which everything was counted.
    pub watermark: i64,
    /// Baskets that were counted.
    pub baskets: u32,
}

/// Where a row comes from that the model did not give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// The most chosen of the anchors' category.
    Category,
    /// The most chosen of the catalog.
    Catalog,
}

/// A served list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct List {
    /// A signed receipt: cite it in feedback and flags.
    pub list_id: String,
    /// What ranked.
    pub model: ModelName,
    /// What the figures come from.
    pub table: Table,
    /// The widest fallback that gave a row; null where none did.
    pub fallback: Option<Fallback>,
    /// The suggestions, by rank.
    pub items: Vec<Row>,
}

/// One suggestion.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Recommendation)]
pub struct Row {
    /// From 1, without gaps.
    pub rank: u32,
    /// The place in the model's own order; null for a fallback, and for a pin the model has not
    /// among its first thousand.
    pub model_rank: Option<u32>,
    /// The suggested item.
    pub item_id: String,
    /// Its title, or its id where the data gave none.
    pub title: String,
    /// Its primary category.
    pub category: Option<String>,
    /// The model's score; not a probability, comparable within one list only.
    pub score: Option<f64>,
    /// The figures of the pair of this item and the anchor that speaks most for it; null where
    /// the two were never chosen together.
    pub evidence: Option<Evidence>,
    /// What each anchor adds to the score, the most first.
    pub contributions: Vec<Contribution>,
    /// The overrides that put it here.
    pub overrides: Vec<AppliedRule>,
    /// Where the row comes from; null where from the model.
    pub fallback: Option<Fallback>,
    /// The evidence in one sentence.
    pub why: String,
}

/// The two-by-two table of an anchor and a suggestion, and every measure on it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Evidence {
    /// The anchor these figures are about.
    pub anchor_id: String,
    /// Baskets that hold both.
    pub together: u32,
    /// Baskets that hold the anchor.
    pub baskets_anchor: u32,
    /// Baskets that hold the item.
    pub baskets_item: u32,
    /// All baskets.
    pub baskets: u32,
    /// Of the baskets with the anchor, the share that hold the item, with its 95 % Wilson interval.
    #[schema(minimum = 0, maximum = 1)]
    pub confidence: f64,
    /// The lower end of its interval.
    #[schema(minimum = 0, maximum = 1)]
    pub confidence_low: f64,
    /// The upper end.
    #[schema(minimum = 0, maximum = 1)]
    pub confidence_high: f64,
    /// How many times as often as chance, with its 95 % interval on the log scale.
    #[schema(minimum = 0)]
    pub lift: f64,
    /// The lower end of its interval; null where there is none.
    #[schema(minimum = 0)]
    pub lift_low: Option<f64>,
    /// The upper end; null where there is none.
    #[schema(minimum = 0)]
    pub lift_high: Option<f64>,
    /// Of the baskets with either, the share with both.
    #[schema(minimum = 0, maximum = 1)]
    pub jaccard: f64,
    /// Baskets with both over the root of the product of each one's (Ochiai).
    #[schema(minimum = 0, maximum = 1)]
    pub cosine: f64,
    /// Normalised pointwise mutual information.
    #[schema(minimum = -1, maximum = 1)]
    pub npmi: f64,
    /// Dunning's G² of the two-by-two table.
    #[schema(minimum = 0)]
    pub llr: f64,
    /// The decimal logarithm of its p-value, which itself would underflow.
    #[schema(maximum = 0)]
    pub log10_p: f64,
}

/// One anchor's share of a score.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Contribution {
    /// The anchor.
    pub item_id: String,
    /// What it adds to the score.
    pub score: f64,
}

/// A rule that put a row where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AppliedRule {
    /// The override's id.
    pub id: i64,
    /// `block` or `pin`.
    pub kind: &'static str,
}
