//! The form of settings as it stands in an address, and what it asks for.

use serde::Deserialize;

use super::types::Patch;
use crate::catalog::types::{BasketRule, Catalog, SameCategory, Window};
use crate::error::AppError;

/// What the fields hold, as they were typed. A field that is absent is as the catalog has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Form {
    pub name: Option<String>,
    pub basket_rule: Option<String>,
    pub basket_window: Option<String>,
    /// `all`, or `some` of those ticked.
    pub kinds: Option<String>,
    pub kind: Vec<String>,
    pub least_weight: Option<String>,
    pub most_items: Option<String>,
    pub time_zone: Option<String>,
    pub hide_chosen: Option<String>,
    pub same_category: Option<String>,
    pub least_rows: Option<String>,
    pub least_together: Option<String>,
}

impl Form {
    /// The form that says what a catalog has.
    pub fn of(catalog: &Catalog) -> Self {
        let kinds = if catalog.kinds.is_some() {
            "some"
        } else {
            "all"
        };
        let weight = catalog.least_weight.map(|weight| weight.to_string());
        let most = catalog.most_items.map(|items| items.to_string());
        Self {
            name: Some(catalog.name.clone()),
            basket_rule: Some(catalog.basket_rule.as_str().to_owned()),
            basket_window: catalog
                .basket_window
                .map(|window| window.as_str().to_owned()),
            kinds: Some(kinds.to_owned()),
            kind: catalog.kinds.clone().unwrap_or_default(),
            least_weight: Some(weight.unwrap_or_default()),
            most_items: Some(most.unwrap_or_default()),
            time_zone: Some(catalog.time_zone.clone()),
            hide_chosen: Some(yes_or_no(catalog.hide_chosen).to_owned()),
            same_category: Some(catalog.same_category.as_str().to_owned()),
            least_rows: Some(catalog.least_rows.to_string()),
            least_together: Some(catalog.least_together.to_string()),
        }
    }

    /// This form, with what a catalog has where nothing is typed.
    #[must_use]
    pub fn or(self, catalog: &Catalog) -> Self {
        let now = Self::of(catalog);
        let kind = if self.kinds.is_some() {
            self.kind
        } else {
            now.kind
        };
        Self {
            name: self.name.or(now.name),
            basket_rule: self.basket_rule.or(now.basket_rule),
            basket_window: self.basket_window.or(now.basket_window),
            kinds: self.kinds.or(now.kinds),
            kind,
            least_weight: self.least_weight.or(now.least_weight),
            most_items: self.most_items.or(now.most_items),
            time_zone: self.time_zone.or(now.time_zone),
            hide_chosen: self.hide_chosen.or(now.hide_chosen),
            same_category: self.same_category.or(now.same_category),
            least_rows: self.least_rows.or(now.least_rows),
            least_together: self.least_together.or(now.least_together),
        }
    }

    /// Every field that is there, by name.
    pub fn fields(&self) -> Vec<(&'static str, &str)> {
        let one = [
            ("name", &self.name),
            ("basket_rule", &self.basket_rule),
            ("basket_window", &self.basket_window),
            ("kinds", &self.kinds),
            ("least_weight", &self.least_weight),
            ("most_items", &self.most_items),
            ("time_zone", &self.time_zone),
            ("hide_chosen", &self.hide_chosen),
            ("same_category", &self.same_category),
            ("least_rows", &self.least_rows),
            ("least_together", &self.least_together),
        ];
        let one = one
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)));
        let kinds = self.kind.iter().map(|kind| ("kind", kind.as_str()));
        one.chain(kinds).collect()
    }

    /// What the form asks for.
    pub fn patch(&self) -> Result<Patch, AppError> {
        let rule = choice(
            "basket_rule",
            self.basket_rule.as_deref(),
            BasketRule::parse,
        )?;
        // The field stands there under every rule, and means something under one.
        let window = match rule {
            Some(BasketRule::UserWindow) => choice(
                "basket_window",
                self.basket_window.as_deref(),
                Window::parse,
            )?
            .map(Some),
            Some(_) => Some(None),
            None => None,
        };
        let kinds = self.kinds.as_deref().map(|which| match which {
            "some" => Some(self.kind.clone()),
            _ => None,
        });
        let weight = self.least_weight.as_deref().map(str::trim);
        let weight = match weight {
            Some("") => Some(None),
            Some(text) => Some(Some(number("least_weight", text)?)),
            None => None,
        };
        let most = match self.most_items.as_deref().map(str::trim) {
            Some("") => Some(None),
            text => whole("most_items", text)?.map(Some),
        };
        Ok(Patch {
            name: self.name.clone(),
            basket_rule: rule,
            basket_window: window,
            kinds,
            least_weight: weight,
            most_items: most,
            time_zone: self.time_zone.clone(),
            hide_chosen: self.hide_chosen.as_deref().map(|hide| hide == "yes"),
            same_category: choice(
                "same_category",
                self.same_category.as_deref(),
                SameCategory::parse,
            )?,
            least_rows: whole("least_rows", self.least_rows.as_deref())?,
            least_together: whole("least_together", self.least_together.as_deref())?,
        })
    }
}

pub(super) fn yes_or_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

/// One of the words of a field.
pub(in crate::catalog) fn choice<T>(
    field: &'static str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, AppError> {
    let Some(text) = text else {
        return Ok(None);
    };
    match parse(text) {
        Some(value) => Ok(Some(value)),
        None => Err(AppError::invalid(
            field,
            format!("“{field}”: “{text}” is none of its choices."),
        )),
    }
}

fn number(field: &'static str, text: &str) -> Result<f64, AppError> {
    let number = text.replace(',', ".").parse::<f64>();
    number
        .ok()
        .filter(|n| n.is_finite())
        .ok_or_else(|| AppError::invalid(field, format!("“{field}”: “{text}” is not a number.")))
}

fn whole(field: &'static str, text: Option<&str>) -> Result<Option<u32>, AppError> {
    let Some(text) = text else {
        return Ok(None);
    };
    let number = text.trim().replace(',', "").parse();
    number.map(Some).map_err(|_| {
        AppError::invalid(
            field,
            format!("“{field}”: “{text}” is not a whole number above 0."),
        )
    })
}
