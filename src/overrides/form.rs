//! From the editor's form to a draft, and to an override that is saved.

use chrono::{DateTime, Duration, Utc};

use super::api::Form;
use super::types::{COMMENT_MOST, DAYS, Draft, For, NewOverride, Scope};
use super::{preview, store};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::services::Services;

/// The most days that the editor takes: ten years.
pub const DAYS_MOST: i64 = 3_650;

/// Saves what the form says for whoever sent it; the new override's id.
pub async fn save(catalog_id: &str, form: &Form) -> Result<i64, AppError> {
    let actor = Actor::current()?;
    actor.require_in(catalog_id, Right::OverrideForMe)?;
    let services = Services::current();
    let snapshot = services.index.current(catalog_id)?;
    let now = Utc::now();
    let new = NewOverride::parse(form.draft(&snapshot, now)?, &actor, now)?;
    preview::rule(&snapshot, &new, now)?;
    Ok(store::insert(&services.db, &actor, catalog_id, &new, now).await?)
}

impl Form {
    /// The form as far as an address can carry it: no more words than a comment may have.
    #[must_use]
    pub fn cut(&self) -> Self {
        let cut = |text: &str| text.chars().take(COMMENT_MOST).collect();
        Self {
            kind: cut(&self.kind),
            item: cut(&self.item),
            anchor: cut(&self.anchor),
            scope: cut(&self.scope),
            position: cut(&self.position),
            holds_for: cut(&self.holds_for),
            reason: cut(&self.reason),
            comment: cut(&self.comment),
            days: cut(&self.days),
        }
    }

    /// Reads the fields. The category pair is that of the anchor and the item.
    pub fn draft(&self, snapshot: &Snapshot, now: DateTime<Utc>) -> Result<Draft, AppError> {
        let position = match self.position.trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| {
                AppError::invalid(
                    "position",
                    format!("A pin's place is a whole number from 1 to 100, not “{text}”."),
                )
            })?),
        };
        Ok(Draft {
            kind: self.kind.clone(),
            item_id: self.item.clone(),
            position,
            scope: self.scope(snapshot)?,
            holds_for: match self.holds_for.as_str() {
                "all" => For::All,
                _ => For::Me,
            },
            reason: self.reason.clone(),
            comment: self.comment.clone(),
            priority: 0,
            starts_at: None,
            ends_at: Some(self.ends_at(now)?),
        })
    }

    fn scope(&self, snapshot: &Snapshot) -> Result<Scope, AppError> {
        match self.scope.as_str() {
            "item" => Ok(Scope::Item {
                item_id: self.anchor.clone(),
            }),
            "category_pair" => {
                let category = |id: &str| -> Result<String, AppError> {
                    let item = snapshot.item(id)?;
                    let name = snapshot.category_name(item).map(ToOwned::to_owned);
                    name.ok_or_else(|| {
                        AppError::invalid("scope", format!("The item “{id}” has no category."))
                    })
                };
                Ok(Scope::CategoryPair {
                    anchor_category: category(&self.anchor)?,
                    item_category: category(&self.item)?,
                })
            }
            _ => Ok(Scope::Catalog),
        }
    }

    fn ends_at(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, AppError> {
        let days = match self.days.trim() {
            "none" => return Ok(None),
            "" => DAYS,
            text => match text.parse() {
                Ok(days @ 1..=DAYS_MOST) => days,
                _ => {
                    return Err(AppError::invalid(
                        "days",
                        format!("The days are a whole number from 1 to {DAYS_MOST}, not “{text}”."),
                    ));
                }
            },
        };
        Ok(Some(now + Duration::days(days)))
    }
}
