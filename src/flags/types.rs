//! A flag, and making one from what a person or a program sends.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::index::Index;
use crate::lists::Lists;
use crate::lists::receipt::Receipt;
use crate::lists::types::{Anchor, Fallback, List, Row, Table};
use crate::models::ModelName;
use crate::overrides::types::{Reason, comment};

/// What a flag is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FlagScope)]
pub enum Scope {
    /// This suggestion in this list.
    Here,
    /// This pair, wherever one is suggested for the other.
    Pair,
    /// This item in every list.
    Item,
    /// The whole list.
    List,
}

impl Scope {
    pub const ALL: [Self; 4] = [Self::Here, Self::Pair, Self::Item, Self::List];

    pub fn parse(code: &str) -> Result<Self, AppError> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.code() == code)
            .ok_or_else(|| {
                AppError::invalid(
                    "scope",
                    format!("“{code}” is not a scope; choose here, pair, item or list."),
                )
            })
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Pair => "pair",
            Self::Item => "item",
            Self::List => "list",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Here => "This suggestion here",
            Self::Pair => "This pair everywhere",
            Self::Item => "This item everywhere",
            Self::List => "The whole list",
        }
    }
}

/// A suggestion that is wrong, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(
    as = NewFlag,
    example = json!({
        "list_id": "the list_id of a list", "item_id": "i02", "reason": "wrong", "scope": "here",
        "comment": "Does not go with it"
    })
)]
pub struct Draft {
    /// The `list_id` of the list in which it stood.
    pub list_id: String,
    /// The suggested item.
    pub item_id: String,
    /// Why it is wrong; `other` needs a comment.
    #[schema(value_type = Reason)]
    pub reason: String,
    /// What the flag is about.
    #[schema(value_type = Scope)]
    pub scope: String,
    /// What is wrong, in words.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub comment: String,
    /// The item that should have stood there.
    #[serde(default)]
    pub expected_item_id: Option<String>,
}

/// A flag that may be saved.
pub struct NewFlag {
    pub list_id: String,
    pub item_id: String,
    pub reason: Reason,
    pub scope: Scope,
    pub comment: String,
    pub expected_item_id: Option<String>,
    pub anchor: Anchor,
    pub pair_item_id: Option<String>,
    /// The row as it was served, with the list's model and table.
    pub seen: Value,
}

impl NewFlag {
    /// Checks what was sent and rebuilds the list that it cites, to keep what was seen.
    pub async fn parse(
        draft: Draft,
        actor: &Actor,
        catalog_id: &str,
        index: &Index,
        lists: &Lists,
    ) -> Result<Self, AppError> {
        actor.require_in(catalog_id, Right::Flag)?;
        let reason = Reason::parse(&draft.reason)?;
        let scope = Scope::parse(&draft.scope)?;
        let comment = comment(draft.comment)?;
        if reason == Reason::Other && comment.is_empty() {
            return Err(AppError::invalid(
                "comment",
                "“Other” needs a few words that say what is wrong.",
            ));
        }
        let expected_item_id = draft.expected_item_id.filter(|id| !id.is_empty());
        if let Some(expected) = &expected_item_id {
            index.current(catalog_id)?.item(expected)?;
        }
        let receipt = Receipt::read_for(&draft.list_id, &lists.key, catalog_id)?;
        let list = lists.rebuild(index, &receipt).await?;
        let mut new = Self::citing(&list, receipt.ask.anchor, draft.item_id, reason, scope)?;
        new.comment = comment;
        new.expected_item_id = expected_item_id;
        Ok(new)
    }

    /// A flag without words on an item of a list, with what is to be seen there.
    pub fn citing(
        list: &List,
        anchor: Anchor,
        item_id: String,
        reason: Reason,
        scope: Scope,
    ) -> Result<Self, AppError> {
        let (seen, pair_item_id) = seen(list, &item_id)?;
        if scope == Scope::Pair && pair_item_id.is_none() {
            return Err(AppError::invalid(
                "scope",
                "This suggestion has no anchor to make a pair with; choose another scope.",
            ));
        }
        Ok(Self {
            list_id: list.list_id.clone(),
            item_id,
            reason,
            scope,
            comment: String::new(),
            expected_item_id: None,
            anchor,
            pair_item_id,
            seen,
        })
    }
}

/// The flagged row with the list's model and table, and the anchor that spoke most for it.
fn seen(list: &List, item_id: &str) -> Result<(Value, Option<String>), AppError> {
    let row = list
        .items
        .iter()
        .find(|row| row.item_id == item_id)
        .ok_or_else(|| {
            AppError::invalid(
                "item_id",
                format!("The item “{item_id}” does not stand in the list that is cited."),
            )
        })?;
    let pair = row.evidence.as_ref().map(|about| about.anchor_id.clone());
    let seen = Seen {
        row: row.clone(),
        model: list.model.clone(),
        table: list.table.clone(),
        fallback: list.fallback,
    };
    Ok((json!(seen), pair))
}

/// What was on the screen, as it was served then.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Seen {
    /// The flagged suggestion.
    row: Row,
    /// What ranked it.
    model: ModelName,
    /// What its figures come from.
    table: Table,
    /// The widest fallback in its list.
    fallback: Option<Fallback>,
}

/// What a flagged list was for. To who may not see users, a user or a basket is null.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlagAnchor {
    /// Items, by id.
    Items(Vec<String>),
    /// A user's history.
    User(Option<String>),
    /// A basket.
    Basket(Option<String>),
}

/// What became of a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FlagState)]
pub enum State {
    /// Kept for review.
    Open,
    /// Somebody who decides flags agreed.
    Upheld,
    /// Somebody who decides flags did not agree.
    Declined,
    /// Its author took it back before it was decided.
    Withdrawn,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Open, Self::Upheld, Self::Declined, Self::Withdrawn];

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The state that a query asks for; none for all.
    pub fn asked(code: Option<&str>) -> Result<Option<Self>, AppError> {
        let Some(code) = code.filter(|code| !code.is_empty()) else {
            return Ok(None);
        };
        Self::parse(code).map(Some).ok_or_else(|| {
            let codes = Self::ALL.map(Self::code).join(", ");
            AppError::invalid(
                "state",
                format!("“{code}” is not a state of a flag; choose one of {codes}."),
            )
        })
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Upheld => "upheld",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Upheld => "Upheld",
            Self::Declined => "Declined",
            Self::Withdrawn => "Taken back",
        }
    }
}

/// What is decided of a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The suggestion is wrong.
    Upheld,
    /// It is not.
    Declined,
}

impl Verdict {
    pub fn parse(code: &str) -> Result<Self, AppError> {
        match code {
            "upheld" => Ok(Self::Upheld),
            "declined" => Ok(Self::Declined),
            _ => Err(AppError::invalid(
                "decision",
                format!("“{code}” is not a decision; choose upheld or declined."),
            )),
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::Declined => "declined",
        }
    }
}

/// A decision as it is sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "decision": "upheld", "comment": "It never went with it" }))]
pub struct NewDecision {
    /// Whether the flag is right.
    #[schema(value_type = Verdict)]
    pub decision: String,
    /// What its author is to read.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub comment: String,
}

impl NewDecision {
    pub fn parse(self) -> Result<(Verdict, String), AppError> {
        Ok((Verdict::parse(&self.decision)?, comment(self.comment)?))
    }
}

/// The decision on a flag.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Decision {
    /// Whether the flag was found right.
    pub decision: Verdict,
    /// What its author is to read; may be empty.
    pub comment: String,
    /// The name of whoever decided.
    pub author: String,
    /// When it was decided.
    pub decided_at: DateTime<Utc>,
}

/// A flag as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Flag {
    /// Its number, under which it is shown, taken back and decided.
    pub id: i64,
    /// The list that was cited. Null where the reader may not see whose list it was: the id says it.
    pub list_id: Option<String>,
    /// The flagged suggestion.
    pub item_id: String,
    /// What the list was for.
    pub anchor: FlagAnchor,
    /// Why it is wrong.
    pub reason: Reason,
    /// What the flag is about.
    pub scope: Scope,
    /// What is wrong, in words; may be empty.
    pub comment: String,
    /// The item that should have stood there.
    pub expected_item_id: Option<String>,
    /// What became of it.
    pub state: State,
    /// The name of whoever sent it.
    pub author: String,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// When its author took it back, and what it hid was shown again; null where that was not.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// What was decided; null as long as nothing was.
    pub decision: Option<Decision>,
    /// What was on the screen, whatever the figures are now.
    #[schema(value_type = Seen)]
    pub seen: Value,
    #[serde(skip)]
    pub author_key: String,
}

impl Flag {
    /// The flag as the reader may see it: to who may not see users, a flag on the list of a user or
    /// a basket does not say whose it was, nor what they chose.
    #[must_use]
    pub fn as_seen_by(mut self, reader: &Actor) -> Self {
        let nobody = match self.anchor {
            FlagAnchor::Items(_) => return self,
            FlagAnchor::User(_) => FlagAnchor::User(None),
            FlagAnchor::Basket(_) => FlagAnchor::Basket(None),
        };
        if !reader.may(Right::SeeUsers) {
            self.anchor = nobody;
            self.list_id = None;
            self.seen["row"]["contributions"] = json!([]);
        }
        self
    }
}
