//! A flag, and making one from what a person or a program sends.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::index::Index;
use crate::lists::receipt::{Receipt, SigningKey};
use crate::lists::resolve;
use crate::lists::types::{Anchor, List};
use crate::overrides::types::{Reason, comment};

/// What a flag is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// What is sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    pub list_id: String,
    pub item_id: String,
    pub reason: String,
    pub scope: String,
    #[serde(default)]
    pub comment: String,
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
        db: &PgPool,
        index: &Index,
        key: &SigningKey,
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
        let receipt = Receipt::read_for(&draft.list_id, key, catalog_id)?;
        let list = resolve::rebuild(db, index, key, &receipt).await?;
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
    let seen = json!({
        "row": row,
        "model": list.model,
        "table": list.table,
        "fallback": list.fallback,
    });
    Ok((seen, pair))
}

/// A flag as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flag {
    pub id: i64,
    /// Null where the reader may not see whose list it was: the id says it.
    pub list_id: Option<String>,
    pub item_id: String,
    pub anchor: Value,
    pub reason: Reason,
    pub scope: Scope,
    pub comment: String,
    pub expected_item_id: Option<String>,
    /// `open` or `withdrawn`.
    pub state: &'static str,
    pub author: String,
    pub created_at: DateTime<Utc>,
    /// What was on the screen: the row, the model and the table.
    pub seen: Value,
    #[serde(skip)]
    pub author_key: String,
}

impl Flag {
    /// The flag as the reader may see it: to who may not see users, a flag on the list of a user or
    /// a basket does not say whose it was, nor what they chose.
    #[must_use]
    pub fn as_seen_by(mut self, reader: &Actor) -> Self {
        let of_somebody = ["user", "basket"]
            .into_iter()
            .find(|kind| self.anchor.get(kind).is_some());
        if let Some(kind) = of_somebody.filter(|_| !reader.may(Right::SeeUsers)) {
            self.anchor = json!({ kind: null });
            self.list_id = None;
            self.seen["row"]["contributions"] = json!([]);
        }
        self
    }
}
