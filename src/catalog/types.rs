//! A catalog and its settings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What one basket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BasketRule {
    /// The basket id that the data gave: an order or a session. Rows without one are not counted.
    Basket,
    /// Everything one user chose. Rows without a user are not counted.
    User,
}

impl BasketRule {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Basket, Self::User]
            .into_iter()
            .find(|rule| rule.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Basket => "basket",
            Self::User => "user",
        }
    }
}

/// How the categories of suggestions relate to the anchor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SameCategory {
    Any,
    Only,
    Exclude,
}

impl SameCategory {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "any" => Some(Self::Any),
            "only" => Some(Self::Only),
            "exclude" => Some(Self::Exclude),
            _ => None,
        }
    }
}

/// Whether a text can be the id of a catalog; the database has the same rule.
pub fn is_id(text: &str) -> bool {
    let of_id = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= 63
        && text.bytes().next().is_some_and(of_id)
        && text
            .bytes()
            .all(|byte| of_id(byte) || matches!(byte, b'-' | b'_'))
}

/// One catalog: its id, its name and the rules by which it is counted and served.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Catalog {
    /// Lower-case letters, digits, `-` and `_`; at most 63 of them.
    pub id: String,
    /// What people read.
    pub name: String,
    /// What one basket is.
    pub basket_rule: BasketRule,
    /// Interactions with a weight below this are kept and not counted.
    pub least_weight: Option<f64>,
    /// A list with fewer rows from the model is thin, and is filled openly.
    pub least_rows: u32,
    /// A pair in fewer baskets than this is no evidence for a recommendation.
    pub least_together: u32,
    /// Whether a user's list leaves out what the user already chose.
    pub hide_chosen: bool,
    /// How the categories of suggestions relate to the anchor's.
    pub same_category: SameCategory,
    /// The number of the newest visible change; 0 before the first.
    pub last_change: i64,
}
