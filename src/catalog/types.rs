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
    /// What one user chose within one window. Rows without a user or a time are not counted.
    UserWindow,
}

impl BasketRule {
    pub const ALL: [Self; 3] = [Self::Basket, Self::User, Self::UserWindow];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Basket => "basket",
            Self::User => "user",
            Self::UserWindow => "user_window",
        }
    }
}

/// How long a window is in which a user's choices are one basket: a part of the calendar in the
/// catalog's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// From midnight to midnight.
    Day,
    /// From Monday on.
    Week,
    /// Of the calendar.
    Month,
}

impl Window {
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|window| window.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
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
    pub const ALL: [Self; 3] = [Self::Any, Self::Only, Self::Exclude];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Only => "only",
            Self::Exclude => "exclude",
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
    /// The window of [`BasketRule::UserWindow`]; `None` under every other rule.
    pub basket_window: Option<Window>,
    /// The kinds of interactions that count, in byte order; `None` for all.
    pub kinds: Option<Vec<String>>,
    /// Interactions with a weight below this are kept and not counted.
    pub least_weight: Option<f64>,
    /// Baskets with more different items than this are kept and not counted.
    pub most_items: Option<u32>,
    /// In which windows begin and end; a name of the time zone database, such as `Europe/Paris`.
    pub time_zone: String,
    /// A list with fewer rows from the model is thin, and is filled openly.
    pub least_rows: u32,
    /// A pair in fewer baskets than this is no evidence for a recommendation.
    pub least_together: u32,
    /// Whether a user's list leaves out what the user already chose.
    pub hide_chosen: bool,
    /// How the categories of suggestions relate to the anchor's.
    pub same_category: SameCategory,
    /// The number after which the catalog's own changes begin: above 0 where an earlier catalog of
    /// the same id was deleted.
    #[serde(skip)]
    pub first_change: i64,
    /// The number of the newest visible change; 0 before the first.
    pub last_change: i64,
}

impl Catalog {
    /// Whether two states of a catalog count the same rows into the same baskets.
    pub fn counts_like(&self, other: &Self) -> bool {
        self.id == other.id && self.counting_rule() == other.counting_rule()
    }

    /// Everything that decides which rows count and into which baskets, as text. The time zone is
    /// part of it only where there are windows.
    pub fn counting_rule(&self) -> String {
        let mut text = format!("{}\n{:?}", self.basket_rule.as_str(), self.least_weight);
        if let Some(window) = self.basket_window {
            text += &format!("\n{}\n{}", window.as_str(), self.time_zone);
        }
        if let Some(kinds) = &self.kinds {
            text += &format!("\n{kinds:?}");
        }
        if let Some(most) = self.most_items {
            text += &format!("\nat most {most} items");
        }
        text
    }
}
