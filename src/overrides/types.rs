//! An override, and parsing one from what a person or a program sends.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::types::{Actor, Right};
use crate::error::AppError;

/// How long an override lasts where nothing else is chosen.
pub const DAYS: i64 = 30;
/// The most characters of a comment.
pub const COMMENT_MOST: usize = 2_000;

/// Why somebody flags or overrides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Irrelevant,
    Wrong,
    Unsafe,
    OutOfDate,
    Duplicate,
    Offensive,
    Unfair,
    /// A decision of the house, not a fault of the suggestion.
    Business,
    Other,
}

impl Reason {
    pub const ALL: [Self; 9] = [
        Self::Irrelevant,
        Self::Wrong,
        Self::Unsafe,
        Self::OutOfDate,
        Self::Duplicate,
        Self::Offensive,
        Self::Unfair,
        Self::Business,
        Self::Other,
    ];

    pub fn parse(code: &str) -> Result<Self, AppError> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.code() == code)
            .ok_or_else(|| {
                let codes = Self::ALL.map(Self::code).join(", ");
                AppError::invalid(
                    "reason",
                    format!("“{code}” is not a reason; choose one of {codes}."),
                )
            })
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Irrelevant => "irrelevant",
            Self::Wrong => "wrong",
            Self::Unsafe => "unsafe",
            Self::OutOfDate => "out_of_date",
            Self::Duplicate => "duplicate",
            Self::Offensive => "offensive",
            Self::Unfair => "unfair",
            Self::Business => "business",
            Self::Other => "other",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Irrelevant => "Irrelevant",
            Self::Wrong => "Wrong",
            Self::Unsafe => "Unsafe",
            Self::OutOfDate => "Out of date",
            Self::Duplicate => "Duplicate",
            Self::Offensive => "Offensive",
            Self::Unfair => "Unfair",
            Self::Business => "Business reason",
            Self::Other => "Other",
        }
    }
}

/// What an override does. The other kinds of the plan are not built yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OverrideKind)]
pub enum Kind {
    /// The item is in no list of the scope.
    Block,
    /// The item stands at a place of the lists of the scope.
    Pin,
}

impl Kind {
    pub fn parse(text: &str) -> Result<Self, AppError> {
        match text {
            "block" => Ok(Self::Block),
            "pin" => Ok(Self::Pin),
            "boost" | "bury" | "replace" => Err(AppError::invalid(
                "kind",
                format!("“{text}” is not available yet; “block” and “pin” are."),
            )),
            _ => Err(AppError::invalid(
                "kind",
                format!("“{text}” is not a kind of override; choose “block” or “pin”."),
            )),
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Pin => "pin",
        }
    }
}

/// Where an override holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = OverrideScope)]
pub enum Scope {
    /// Every list of the catalog.
    Catalog,
    /// Lists for this anchor item.
    Item {
        /// The anchor.
        #[serde(alias = "anchor", alias = "anchor_id", alias = "id")]
        item_id: String,
    },
    /// Lists for an anchor of one category, while the item is in the other.
    CategoryPair {
        /// The anchor's category.
        #[serde(alias = "anchor", alias = "category_a")]
        anchor_category: String,
        /// The suggestion's category.
        #[serde(alias = "item", alias = "category_b")]
        item_category: String,
    },
    /// Lists that are served at this place.
    Surface {
        /// Its name, as lists are asked for with.
        #[serde(alias = "id", alias = "name")]
        surface: String,
    },
}

impl Scope {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Item { .. } => "item",
            Self::CategoryPair { .. } => "category_pair",
            Self::Surface { .. } => "surface",
        }
    }

    /// The two columns that say more of the scope.
    pub fn parts(&self) -> (Option<&str>, Option<&str>) {
        match self {
            Self::Catalog => (None, None),
            Self::Item { item_id } => (Some(item_id), None),
            Self::CategoryPair {
                anchor_category,
                item_category,
            } => (Some(anchor_category), Some(item_category)),
            Self::Surface { surface } => (Some(surface), None),
        }
    }

    pub fn from_parts(kind: &str, a: Option<String>, b: Option<String>) -> Self {
        match (kind, a, b) {
            ("item", Some(item_id), _) => Self::Item { item_id },
            ("category_pair", Some(anchor_category), Some(item_category)) => Self::CategoryPair {
                anchor_category,
                item_category,
            },
            ("surface", Some(surface), _) => Self::Surface { surface },
            _ => Self::Catalog,
        }
    }
}

/// For whom an override holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OverrideFor)]
pub enum For {
    /// Its author alone.
    Me,
    /// Everyone.
    All,
}

/// What the API is sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(
    as = NewOverride,
    example = json!({
        "kind": "pin", "item_id": "i02", "position": 1, "scope": { "kind": "item", "item_id": "i01" },
        "for": "me", "reason": "business", "comment": "New this week"
    })
)]
pub struct Draft {
    /// What it does.
    #[schema(value_type = Kind)]
    pub kind: String,
    /// The item that it is about.
    pub item_id: String,
    /// For a pin: the place in the list, from 1; the first where it is absent.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    pub position: Option<i64>,
    /// Where it holds.
    pub scope: Scope,
    /// For whom it holds.
    #[serde(rename = "for", default = "for_me")]
    #[schema(required = false)]
    pub holds_for: For,
    /// Why.
    #[schema(value_type = Reason)]
    pub reason: String,
    /// Why, in words.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub comment: String,
    /// Decides between two of equal scope: the greater wins.
    #[serde(default)]
    pub priority: i32,
    /// Absent: at once.
    #[serde(default)]
    pub starts_at: Option<DateTime<Utc>>,
    /// Absent: 30 days after the start. Null: no end.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<DateTime<Utc>>, required = false)]
    pub ends_at: Option<Option<DateTime<Utc>>>,
}

fn for_me() -> For {
    For::Me
}

/// Tells a field that is null from one that is absent.
fn present<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<DateTime<Utc>>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// An override that may be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOverride {
    pub kind: Kind,
    pub item_id: String,
    pub position: Option<i32>,
    pub scope: Scope,
    pub holds_for: For,
    pub reason: Reason,
    pub comment: String,
    pub priority: i32,
    pub starts_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
}

impl NewOverride {
    /// Checks what can be checked without the catalog.
    pub fn parse(draft: Draft, actor: &Actor, now: DateTime<Utc>) -> Result<Self, AppError> {
        let kind = Kind::parse(&draft.kind)?;
        let right = match draft.holds_for {
            For::Me => Right::OverrideForMe,
            For::All => Right::OverrideForAll,
        };
        actor.require(right)?;
        let starts_at = draft.starts_at.unwrap_or(now);
        let ends_at = draft
            .ends_at
            .unwrap_or(Some(starts_at + Duration::days(DAYS)));
        if ends_at.is_none() && !actor.may(Right::OverrideForAll) {
            return Err(AppError::invalid(
                "ends_at",
                "An override without an end needs a curator or admin; give it an end.",
            ));
        }
        if ends_at.is_some_and(|end| end <= starts_at || end <= now) {
            return Err(AppError::invalid(
                "ends_at",
                "The end must be after the start and in the future.",
            ));
        }
        Ok(Self {
            position: position(kind, draft.position)?,
            kind,
            item_id: draft.item_id,
            scope: draft.scope,
            holds_for: draft.holds_for,
            reason: Reason::parse(&draft.reason)?,
            comment: comment(draft.comment)?,
            priority: draft.priority,
            starts_at,
            ends_at,
        })
    }
}

fn position(kind: Kind, position: Option<i64>) -> Result<Option<i32>, AppError> {
    match (kind, position) {
        (Kind::Block, _) => Ok(None),
        (Kind::Pin, None) => Ok(Some(1)),
        (Kind::Pin, Some(position)) => match i32::try_from(position) {
            Ok(position @ 1..=100) => Ok(Some(position)),
            _ => Err(AppError::invalid(
                "position",
                format!("A pin's place must be from 1 to 100, not {position}."),
            )),
        },
    }
}

/// A comment of bounded length, without the NUL that a database can't keep.
pub fn comment(text: String) -> Result<String, AppError> {
    let length = text.chars().count();
    if length > COMMENT_MOST {
        return Err(AppError::invalid(
            "comment",
            format!("The comment has {length} characters; {COMMENT_MOST} are the most."),
        ));
    }
    if text.contains('\0') {
        return Err(AppError::invalid(
            "comment",
            "The comment holds a NUL character; take it out.",
        ));
    }
    Ok(text.trim().to_owned())
}

/// What became of an override.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OverrideState)]
pub enum State {
    /// Its start is still to come.
    Scheduled,
    /// In force.
    Active,
    /// Its end has come.
    Expired,
    /// Somebody undid it.
    Revoked,
}

impl State {
    pub fn words(self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled",
            Self::Active => "In force",
            Self::Expired => "Expired",
            Self::Revoked => "Undone",
        }
    }
}

/// An override as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Override {
    /// Its number, under which it is shown and undone.
    pub id: i64,
    /// What it does.
    pub kind: Kind,
    /// The item that it is about.
    pub item_id: String,
    /// For a pin: its place in the list; else null.
    #[schema(minimum = 1, maximum = 100)]
    pub position: Option<i32>,
    /// Where it holds.
    pub scope: Scope,
    /// For whom it holds.
    #[serde(rename = "for")]
    pub holds_for: For,
    /// Why.
    pub reason: Reason,
    /// Why, in words; may be empty.
    pub comment: String,
    /// Decides between two of equal scope: the greater wins.
    pub priority: i32,
    /// What became of it.
    pub state: State,
    /// The name of whoever saved it.
    pub author: String,
    /// When it was saved.
    pub created_at: DateTime<Utc>,
    /// From when on it holds.
    pub starts_at: DateTime<Utc>,
    /// Until when; null for no end.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was undone; null where it was not.
    pub revoked_at: Option<DateTime<Utc>>,
    /// The name of whoever undid it.
    pub revoked_by: Option<String>,
    /// Who may undo it beside curators; as in the audit trail.
    #[serde(skip)]
    pub author_key: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::types::{ActorId, Role};

    fn actor(role: Role) -> Actor {
        Actor {
            id: ActorId::Account(1),
            name: "ada".to_owned(),
            roles: vec![role],
            catalog_id: None,
        }
    }

    fn draft(json: &str) -> Draft {
        serde_json::from_str(json).unwrap()
    }

    const BLOCK: &str =
        r#"{"kind":"block","item_id":"1","scope":{"kind":"catalog"},"for":"all","reason":"wrong"}"#;

    #[test]
    fn an_override_ends_after_thirty_days_unless_told_otherwise() {
        let now = Utc::now();
        let curator = actor(Role::Curator);
        let new = NewOverride::parse(draft(BLOCK), &curator, now).unwrap();
        assert_eq!(new.ends_at, Some(now + Duration::days(30)));
        let endless = BLOCK.replace(r#""for":"#, r#""ends_at":null,"for":"#);
        let new = NewOverride::parse(draft(&endless), &curator, now).unwrap();
        assert_eq!(new.ends_at, None);
    }

    #[test]
    fn what_a_role_may_not_do_is_refused() {
        let now = Utc::now();
        let refused = NewOverride::parse(draft(BLOCK), &actor(Role::Analyst), now);
        assert!(matches!(refused, Err(AppError::NotAllowed { .. })));
        let endless_for_me = BLOCK
            .replace("all", "me")
            .replace(r#""for":"#, r#""ends_at":null,"for":"#);
        let refused = NewOverride::parse(draft(&endless_for_me), &actor(Role::Analyst), now);
        assert!(matches!(refused, Err(AppError::Invalid { field, .. }) if field == "ends_at"));
    }

    #[test]
    fn bad_fields_are_named() {
        let now = Utc::now();
        let rows = [
            (BLOCK.replace("block", "boost"), "kind"),
            (BLOCK.replace("block", "hide"), "kind"),
            (BLOCK.replace("wrong", "ugly"), "reason"),
            (
                BLOCK
                    .replace("block", "pin")
                    .replace(r#""for""#, r#""position":0,"for""#),
                "position",
            ),
            (
                BLOCK
                    .replace("block", "pin")
                    .replace(r#""for""#, r#""position":101,"for""#),
                "position",
            ),
            (
                BLOCK.replace(r#""for""#, r#""ends_at":"2001-01-01T00:00:00Z","for""#),
                "ends_at",
            ),
            (
                BLOCK.replace(
                    r#""for""#,
                    &format!(r#""comment":"{}","for""#, "x".repeat(2001)),
                ),
                "comment",
            ),
        ];
        for (json, expected) in rows {
            let refused = NewOverride::parse(draft(&json), &actor(Role::Curator), now);
            assert!(
                matches!(&refused, Err(AppError::Invalid { field, .. }) if field == expected),
                "{json}: {refused:?}"
            );
        }
    }
}
