//! What a change of settings may say, and what differs between two states of a catalog.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::catalog::types::{BasketRule, Catalog, SameCategory, Window};
use crate::error::AppError;

/// Settings that may be none at all.
const MAY_BE_NONE: [&str; 4] = ["basket_window", "kinds", "least_weight", "most_items"];
pub const NAME_MOST: usize = 100;
/// Kinds that a catalog may name; more are no choice but a list of all.
pub const KINDS_MOST: usize = 50;

/// A change of settings. What is left out stays as it is; `null` means none where it is taken.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[schema(as = Settings, example = json!({"least_together": 3, "hide_chosen": false}))]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// What people call the catalog; the id stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What a basket is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basket_rule: Option<BasketRule>,
    /// The window of the rule `user_window`; null under every other rule.
    #[serde(default, deserialize_with = "given")]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Window>)]
    pub basket_window: Option<Option<Window>>,
    /// The kinds of interactions that count; null for all.
    #[serde(default, deserialize_with = "given")]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub kinds: Option<Option<Vec<String>>>,
    /// Interactions with a weight below this are kept and not counted; null counts all.
    #[serde(default, deserialize_with = "given")]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub least_weight: Option<Option<f64>>,
    /// Baskets with more different items than this are kept and not counted: 1 to 1,000,000; null
    /// counts all.
    #[serde(default, deserialize_with = "given")]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u32>)]
    pub most_items: Option<Option<u32>>,
    /// A name of the time zone database, in which windows begin and end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Whether a user's list leaves out what the user already chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hide_chosen: Option<bool>,
    /// How the categories of suggestions relate to the anchor's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_category: Option<SameCategory>,
    /// A list with fewer rows from the model is thin, and is filled openly: 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_rows: Option<u32>,
    /// A pair in fewer baskets than this is no evidence: 1 to 1,000,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_together: Option<u32>,
}

/// A value that was given, also where it is null.
fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

impl Patch {
    /// Reads a patch from JSON. A value of the wrong kind is refused with the name of its field.
    pub fn read(value: Value) -> Result<Self, AppError> {
        let Value::Object(fields) = &value else {
            return Err(AppError::invalid(
                "body",
                "Settings are a JSON object, such as {\"name\": \"Shop\"}.",
            ));
        };
        for (field, value) in fields {
            let alone = json!({ field: value });
            if let Err(error) = serde_json::from_value::<Self>(alone) {
                return Err(AppError::invalid(field, format!("“{field}”: {error}.")));
            }
            if value.is_null() && !MAY_BE_NONE.contains(&field.as_str()) {
                let message = format!("“{field}”: it can't be null; leave it out to keep it.");
                return Err(AppError::invalid(field, message));
            }
        }
        serde_json::from_value(value)
            .map_err(|error| AppError::invalid("body", format!("The settings: {error}.")))
    }

    /// Reads a patch from JSON text.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        let value = serde_json::from_str(text).map_err(|error| {
            AppError::invalid("body", format!("The settings are not JSON: {error}."))
        })?;
        Self::read(value)
    }

    /// The catalog with these settings. The time zone is taken as it is: only the database knows
    /// them all.
    pub fn apply(&self, catalog: &Catalog) -> Result<Catalog, AppError> {
        let mut after = catalog.clone();
        if let Some(text) = &self.name {
            after.name = name(text)?;
        }
        if let Some(rule) = self.basket_rule {
            after.basket_rule = rule;
        }
        after.basket_window = self.window(&after)?;
        if let Some(some) = &self.kinds {
            after.kinds = some.clone().map(kinds).transpose()?;
        }
        if let Some(weight) = self.least_weight {
            after.least_weight = weight;
        }
        if let Some(items) = self.most_items {
            let items = items.map(|items| within("most_items", items, 1, 1_000_000));
            after.most_items = items.transpose()?;
        }
        if let Some(zone) = &self.time_zone {
            zone.trim().clone_into(&mut after.time_zone);
        }
        if let Some(hide) = self.hide_chosen {
            after.hide_chosen = hide;
        }
        if let Some(rule) = self.same_category {
            after.same_category = rule;
        }
        if let Some(rows) = self.least_rows {
            after.least_rows = within("least_rows", rows, 1, 100)?;
        }
        if let Some(baskets) = self.least_together {
            after.least_together = within("least_together", baskets, 1, 1_000_000)?;
        }
        Ok(after)
    }

    /// The window under the rule of `after`, which still has that of before.
    fn window(&self, after: &Catalog) -> Result<Option<Window>, AppError> {
        let given = self.basket_window.flatten();
        if after.basket_rule == BasketRule::UserWindow {
            let kept = match self.basket_window {
                Some(given) => given,
                None => after.basket_window,
            };
            return kept.map(Some).ok_or_else(|| {
                AppError::invalid(
                    "basket_window",
                    "“basket_window”: the rule user_window needs one: day, week or month.",
                )
            });
        }
        match given {
            None => Ok(None),
            Some(_) => Err(AppError::invalid(
                "basket_window",
                "“basket_window”: only the rule user_window has one.",
            )),
        }
    }

    /// The patch that brings any settings to those of a catalog.
    pub fn to(catalog: &Catalog) -> Self {
        Self {
            name: Some(catalog.name.clone()),
            basket_rule: Some(catalog.basket_rule),
            basket_window: Some(catalog.basket_window),
            kinds: Some(catalog.kinds.clone()),
            least_weight: Some(catalog.least_weight),
            most_items: Some(catalog.most_items),
            time_zone: Some(catalog.time_zone.clone()),
            hide_chosen: Some(catalog.hide_chosen),
            same_category: Some(catalog.same_category),
            least_rows: Some(catalog.least_rows),
            least_together: Some(catalog.least_together),
        }
    }
}

/// A name as it is kept, or the sentence that says why it can't be.
pub fn name(text: &str) -> Result<String, AppError> {
    let name = text.trim();
    let is_name = (1..=NAME_MOST).contains(&name.chars().count());
    if is_name && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    let message = format!("“name”: a catalog's name has 1 to {NAME_MOST} characters, on one line.");
    Err(AppError::invalid("name", message))
}

/// Kinds in byte order, each once.
fn kinds(mut kinds: Vec<String>) -> Result<Vec<String>, AppError> {
    kinds.sort_unstable();
    kinds.dedup();
    let refuse = |message: String| Err(AppError::invalid("kinds", message));
    if kinds.is_empty() {
        return refuse("“kinds”: name at least one kind that counts, or null for all.".to_owned());
    }
    if kinds.len() > KINDS_MOST || kinds.iter().any(|kind| kind.len() > 1_000) {
        return refuse(format!(
            "“kinds”: at most {KINDS_MOST} kinds can be named, of 1,000 bytes each."
        ));
    }
    Ok(kinds)
}

fn within(field: &str, number: u32, least: u32, most: u32) -> Result<u32, AppError> {
    if (least..=most).contains(&number) {
        return Ok(number);
    }
    let message = format!("“{field}”: {number} is not from {least} to {most}.");
    Err(AppError::invalid(field, message))
}

/// One setting that differs between two states of a catalog.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Difference {
    /// What the setting is called in the API.
    pub setting: &'static str,
    /// Its value before.
    pub before: Value,
    /// Its value now.
    pub after: Value,
}

/// What differs, in the order of the page.
pub fn differences(before: &Catalog, after: &Catalog) -> Vec<Difference> {
    values(before)
        .into_iter()
        .zip(values(after))
        .filter(|((_, before), (_, after))| before != after)
        .map(|((setting, before), (_, after))| Difference {
            setting,
            before,
            after,
        })
        .collect()
}

/// Every setting with its value, in the order of the page.
pub fn values(catalog: &Catalog) -> [(&'static str, Value); 11] {
    [
        ("name", json!(catalog.name)),
        ("basket_rule", json!(catalog.basket_rule)),
        ("basket_window", json!(catalog.basket_window)),
        ("kinds", json!(catalog.kinds)),
        ("least_weight", json!(catalog.least_weight)),
        ("most_items", json!(catalog.most_items)),
        ("time_zone", json!(catalog.time_zone)),
        ("hide_chosen", json!(catalog.hide_chosen)),
        ("same_category", json!(catalog.same_category)),
        ("least_rows", json!(catalog.least_rows)),
        ("least_together", json!(catalog.least_together)),
    ]
}
