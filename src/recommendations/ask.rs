//! What a URL asks for.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::lists::types::{Anchor, Ask, MOST_ANCHORS, MOST_ROWS, ROWS, WhatIf};

/// The query of the page and the API alike.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// An item that the list is for; given as often as there are items, in any order, at most 50.
    #[serde(default)]
    #[param(required = false, max_items = 50, explode = true, example = json!(["i02"]))]
    pub item: Vec<String>,
    /// A user whose whole history the list is for.
    pub user: Option<String>,
    /// A basket that the list is for.
    pub basket: Option<String>,
    /// The most rows of the list.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 10, example = 5)]
    pub k: Option<String>,
    /// The place where the list is served: overrides may hold for one surface alone.
    pub surface: Option<String>,
    /// `true` for the model's own order, before any rule.
    #[param(value_type = Option<bool>, default = false)]
    pub raw: Option<String>,
    /// The list that this version of the model would give; nobody can answer it. Without it the
    /// version answers that is in production.
    #[param(value_type = Option<i32>, minimum = 1)]
    pub version: Option<String>,
    /// What if nothing that this user chose counted? Given as often as there are users, at most 50.
    /// The answer is the list that counting everything anew would give; nobody can answer it.
    #[serde(default)]
    #[param(required = false, max_items = 50, explode = true)]
    pub without_user: Vec<String>,
    /// What if this basket did not count? Given as often as there are baskets, at most 50.
    #[serde(default)]
    #[param(required = false, max_items = 50, explode = true)]
    pub without_basket: Vec<String>,
    /// What if one more basket held these items? Given as often as there are items, at most 50.
    #[serde(default)]
    #[param(required = false, max_items = 50, explode = true)]
    pub with: Vec<String>,
}

impl Query {
    /// What is supposed of the choices.
    fn what_if(&self) -> Result<WhatIf, AppError> {
        let given = |field: &'static str, ids: &[String]| {
            let ids = ids.iter().filter(|id| !id.is_empty());
            let mut ids: Vec<String> = ids.cloned().collect();
            ids.sort_unstable();
            ids.dedup();
            if ids.len() > MOST_ANCHORS {
                let message = format!("{} are too many; give at most {MOST_ANCHORS}.", ids.len());
                return Err(AppError::invalid(field, message));
            }
            Ok(ids)
        };
        Ok(WhatIf {
            without_users: given("without_user", &self.without_user)?,
            without_baskets: given("without_basket", &self.without_basket)?,
            with_items: given("with", &self.with)?,
        })
    }

    /// The anchor, if the query has one. Items are a set: their order changes nothing.
    pub fn anchor(&self) -> Result<Option<Anchor>, AppError> {
        let mut items: Vec<String> = self
            .item
            .iter()
            .filter(|id| !id.is_empty())
            .cloned()
            .collect();
        items.sort_unstable();
        items.dedup();
        if items.len() > MOST_ANCHORS {
            return Err(AppError::invalid(
                "item",
                format!(
                    "{} items are too many; give at most {MOST_ANCHORS}.",
                    items.len()
                ),
            ));
        }
        let user = self.user.as_ref().filter(|id| !id.is_empty());
        let basket = self.basket.as_ref().filter(|id| !id.is_empty());
        match (items.is_empty(), user, basket) {
            (true, None, None) => Ok(None),
            (false, None, None) => Ok(Some(Anchor::Items(items))),
            (true, Some(user), None) => Ok(Some(Anchor::User(user.clone()))),
            (true, None, Some(basket)) => Ok(Some(Anchor::Basket(basket.clone()))),
            _ => Err(AppError::invalid(
                "item",
                "Ask for items, for a user or for a basket, not for several of them at once.",
            )),
        }
    }

    /// The whole asking, as far as the actor may ask.
    pub fn ask(&self, actor: &Actor) -> Result<Option<Ask>, AppError> {
        let Some(anchor) = self.anchor()? else {
            return Ok(None);
        };
        let raw = match self.raw.as_deref() {
            None | Some("" | "false") => false,
            Some("true") => true,
            Some(other) => {
                return Err(AppError::invalid(
                    "raw",
                    format!("“raw” is “true” or “false”, not “{other}”."),
                ));
            }
        };
        if raw {
            actor.require(Right::SeeModelOrder)?;
        }
        let for_program = actor.require(Right::Read).is_err();
        if matches!(anchor, Anchor::User(_) | Anchor::Basket(_)) && !for_program {
            actor.require(Right::SeeUsers)?;
        }
        let version = version(self.version.as_deref())?;
        if version.is_some() {
            actor.require(Right::SeeModelOrder)?;
        }
        let what_if = self.what_if()?;
        let names_people = !what_if.without_users.is_empty() || !what_if.without_baskets.is_empty();
        if names_people && !for_program {
            actor.require(Right::SeeUsers)?;
        }
        Ok(Some(Ask {
            anchor,
            k: rows(self.k.as_deref())?,
            surface: self.surface.clone().unwrap_or_default(),
            raw,
            version,
            what_if,
        }))
    }
}

fn version(number: Option<&str>) -> Result<Option<i32>, AppError> {
    let Some(number) = number.filter(|number| !number.is_empty()) else {
        return Ok(None);
    };
    match number.parse() {
        Ok(version @ 1..) => Ok(Some(version)),
        _ => Err(AppError::invalid(
            "version",
            format!("“version” is the number of a version of the model, from 1, not “{number}”."),
        )),
    }
}

fn rows(k: Option<&str>) -> Result<u32, AppError> {
    let Some(k) = k.filter(|k| !k.is_empty()) else {
        return Ok(ROWS);
    };
    match k.parse() {
        Ok(rows @ 1..=MOST_ROWS) => Ok(rows),
        _ => Err(AppError::invalid(
            "k",
            format!("“k” is a number of rows from 1 to {MOST_ROWS}, not “{k}”."),
        )),
    }
}
