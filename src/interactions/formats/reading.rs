//! From rows to records: interactions, items, users and baskets.
//!
//! A reader knows in which columns its fields stand and nothing of files. It takes a row whole or
//! not at all: a fault in any used cell keeps the row out.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Utc};

use super::columns::{self, Columns};
use super::plain::{Rule, Wanted};
use super::row::{Fault, Row};
use super::{Record, values};
use crate::interactions::types::{BasketRule, Interaction, ItemRecord, UserRecord};

/// What became of a sound row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Taken,
    /// Left out by the format's own rules.
    Skipped(&'static str),
}

/// Reads the rows of one table.
pub(super) trait RowReader: std::fmt::Debug + Send {
    /// Adds what the row says to `records`.
    fn read(&mut self, row: &Row, records: &mut VecDeque<Record>) -> Result<Verdict, Fault>;

    /// What tells a row that is taken without a second look; none where nothing does.
    fn plain(&self, _rule: BasketRule) -> Option<Wanted> {
        None
    }

    /// The columns whose values must stand on one line; a line break there is a broken quote.
    fn short_columns(&self) -> Vec<usize>;
}

/// A table with an interaction in each row.
#[derive(Debug)]
pub(super) struct Interactions {
    user_id: Option<usize>,
    basket_id: Option<usize>,
    item_id: usize,
    kind: Option<usize>,
    weight: Option<usize>,
    at: Option<usize>,
    external_id: Option<usize>,
    /// The kind of a row that does not say its own.
    default_kind: &'static str,
    now: DateTime<Utc>,
}

impl Interactions {
    /// Finds the columns, or says which is missing.
    pub(super) fn new(columns: Columns, now: DateTime<Utc>) -> Result<Self, String> {
        let weight = columns.find(&columns::WEIGHT);
        let rated = weight.is_some_and(|column| columns::is_rating(&columns.names[column]));
        let reader = Self {
            item_id: columns.need(&columns::ITEM_ID)?,
            user_id: columns.find(&columns::USER_ID),
            basket_id: columns.find(&columns::BASKET_ID),
            kind: columns.find(&columns::KIND),
            weight,
            at: columns.find(&columns::AT),
            external_id: columns.find(&columns::EXTERNAL_ID),
            default_kind: if rated { "rating" } else { "choice" },
            now,
        };
        if reader.user_id.is_none() && reader.basket_id.is_none() {
            return Err(format!(
                "it has no column for user_id and none for basket_id ({})",
                columns.listed()
            ));
        }
        columns.once(&reader.short_columns())?;
        Ok(reader)
    }

    pub(super) fn has_users(&self) -> bool {
        self.user_id.is_some()
    }

    /// Whether a row stands in a basket.
    pub(super) fn in_basket(&self, row: &Row) -> bool {
        self.basket_id
            .is_some_and(|column| !row.cell(column).trim().is_empty())
    }

    pub(super) fn interaction(&self, row: &Row) -> Result<Interaction, Fault> {
        let item_id = required_id(row, self.item_id)?;
        let user_id = row.read_optional(self.user_id, values::id)?;
        let basket_id = row.read_optional(self.basket_id, values::id)?;
        if user_id.is_none() && basket_id.is_none() {
            return Err(Fault::of_row("the row has neither a user nor a basket"));
        }
        let kind = row.read_optional(self.kind, values::id)?;
        let kind = kind.unwrap_or_else(|| self.default_kind.to_owned());
        let weight = row.read_optional(self.weight, |cell| match values::number(cell)? {
            // Some rating scales go below zero; an amount below zero is something else.
            Some(weight) if weight < 0.0 && kind != "rating" => {
                Err("the weight is negative, which only a rating may be".to_owned())
            }
            weight => Ok(weight),
        })?;
        Ok(Interaction {
            user_id,
            basket_id,
            item_id,
            weight,
            at: row.read_optional(self.at, |cell| values::time(cell, self.now))?,
            external_id: row.read_optional(self.external_id, values::id)?,
            kind,
        })
    }
}

impl RowReader for Interactions {
    fn read(&mut self, row: &Row, records: &mut VecDeque<Record>) -> Result<Verdict, Fault> {
        records.push_back(Record::Interaction(self.interaction(row)?));
        Ok(Verdict::Taken)
    }

    fn plain(&self, rule: BasketRule) -> Option<Wanted> {
        let (owner, other) = match rule {
            BasketRule::User => (self.user_id, self.basket_id),
            BasketRule::Basket => (self.basket_id, self.user_id),
            BasketRule::UserWindow => return None,
        };
        let checks = [
            (other, Rule::Id),
            (self.kind, Rule::Id),
            (self.external_id, Rule::Id),
            (self.weight, Rule::Weight),
            (self.at, Rule::Time(self.now)),
        ];
        let checks = checks.into_iter();
        Some(Wanted {
            owner: owner?,
            item: self.item_id,
            checks: checks
                .filter_map(|(column, rule)| Some((column?, rule)))
                .collect(),
            apart: b"",
        })
    }

    fn short_columns(&self) -> Vec<usize> {
        let optional = [
            self.user_id,
            self.basket_id,
            self.kind,
            self.weight,
            self.at,
            self.external_id,
        ];
        optional
            .into_iter()
            .flatten()
            .chain([self.item_id])
            .collect()
    }
}

/// A table with an item in each row.
#[derive(Debug)]
pub(super) struct Items {
    item_id: usize,
    title: Option<usize>,
    category: Option<usize>,
    categories: Option<usize>,
    available: Option<usize>,
    image: Option<usize>,
    link: Option<usize>,
}

impl Items {
    pub(super) fn new(columns: Columns) -> Result<Self, String> {
        let reader = Self {
            item_id: columns.need(&columns::ITEMS_ITEM_ID)?,
            title: columns.find(&columns::TITLE),
            category: columns.find(&columns::CATEGORY),
            categories: columns.find(&columns::CATEGORIES),
            available: columns.find(&columns::AVAILABLE),
            image: columns.find(&columns::IMAGE),
            link: columns.find(&columns::LINK),
        };
        columns.once(&reader.short_columns())?;
        columns.once(&reader.title.into_iter().collect::<Vec<_>>())?;
        Ok(reader)
    }

    /// The primary category first, then the others, each once.
    fn categories(&self, row: &Row) -> Result<Vec<String>, Fault> {
        let primary = row.read_optional(self.category, values::text)?;
        let all = self.categories.map_or("", |column| row.cell(column));
        let separator = if all.contains('|') { '|' } else { ';' };
        let mut categories: Vec<String> = primary.into_iter().collect();
        for category in all.split(separator) {
            let read = values::text(category).map_err(|reason| Fault {
                column: self.categories,
                reason,
            })?;
            // MovieLens writes this where there is none.
            let named = read.filter(|name| name != "(no genres listed)");
            if let Some(name) = named.filter(|name| !categories.contains(name)) {
                categories.push(name);
            }
        }
        Ok(categories)
    }
}

impl RowReader for Items {
    fn read(&mut self, row: &Row, records: &mut VecDeque<Record>) -> Result<Verdict, Fault> {
        let categories = self.categories(row)?;
        records.push_back(Record::Item(ItemRecord {
            item_id: required_id(row, self.item_id)?,
            title: row.read_optional(self.title, values::text)?,
            category: categories.first().cloned(),
            categories,
            available: row
                .read_optional(self.available, values::truth)?
                .unwrap_or(true),
            image: row.read_optional(self.image, values::text)?,
            link: row.read_optional(self.link, values::text)?,
        }));
        Ok(Verdict::Taken)
    }

    fn short_columns(&self) -> Vec<usize> {
        let optional = [
            self.category,
            self.categories,
            self.available,
            self.image,
            self.link,
        ];
        optional
            .into_iter()
            .flatten()
            .chain([self.item_id])
            .collect()
    }
}

/// A table with a user in each row; every column but the id is an attribute.
#[derive(Debug)]
pub(super) struct Users {
    user_id: usize,
    attributes: Vec<(usize, String)>,
}

impl Users {
    pub(super) fn new(columns: Columns) -> Result<Self, String> {
        let user_id = columns.need(&columns::USERS_USER_ID)?;
        let others = columns.names.iter().enumerate();
        let attributes: Vec<_> = others
            .filter(|(column, name)| *column != user_id && !name.is_empty())
            .map(|(column, name)| (column, name.clone()))
            .collect();
        let used: Vec<usize> = attributes.iter().map(|(column, _)| *column).collect();
        columns.once(&used)?;
        columns.once(&[user_id])?;
        Ok(Self {
            user_id,
            attributes,
        })
    }
}

impl RowReader for Users {
    fn read(&mut self, row: &Row, records: &mut VecDeque<Record>) -> Result<Verdict, Fault> {
        let user_id = required_id(row, self.user_id)?;
        let mut attributes = BTreeMap::new();
        for (column, name) in &self.attributes {
            if let Some(value) = row.read(*column, values::text)? {
                attributes.insert(name.clone(), value);
            }
        }
        records.push_back(Record::User(UserRecord {
            user_id,
            attributes,
        }));
        Ok(Verdict::Taken)
    }

    fn short_columns(&self) -> Vec<usize> {
        vec![self.user_id]
    }
}

/// A basket in each row, an item in each cell; empty cells fill rows up and mean nothing.
#[derive(Debug)]
pub(super) struct Baskets {
    /// Begins the ids of the baskets, so that those of another file are others.
    pub(super) prefix: String,
}

impl RowReader for Baskets {
    fn read(&mut self, row: &Row, records: &mut VecDeque<Record>) -> Result<Verdict, Fault> {
        let mut items = Vec::new();
        for (at, cell) in row.cells().enumerate() {
            let item = values::id(cell)
                .map_err(|reason| Fault::of_row(format!("item {}: {reason}", at + 1)))?;
            items.extend(item);
        }
        if items.is_empty() {
            return Err(Fault::of_row("the basket holds no item"));
        }
        let basket_id = format!("{}-{}", self.prefix, row.line);
        records.extend(items.into_iter().map(|item_id| {
            Record::Interaction(Interaction {
                user_id: None,
                basket_id: Some(basket_id.clone()),
                item_id,
                kind: "purchase".to_owned(),
                weight: None,
                at: None,
                external_id: None,
            })
        }));
        Ok(Verdict::Taken)
    }

    fn short_columns(&self) -> Vec<usize> {
        Vec::new()
    }
}

/// Reads an id that the row can't be without.
pub(super) fn required_id(row: &Row, column: usize) -> Result<String, Fault> {
    row.read(column, |cell| {
        values::id(cell)?.ok_or_else(|| "the id is missing".to_owned())
    })
}
