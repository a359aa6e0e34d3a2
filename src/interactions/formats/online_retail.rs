//! Invoice lines as UCI's Online Retail has them, and its second edition's column names.
//!
//! A basket is an invoice. `StockCode` is taken as it is written: the data holds `85123A` beside
//! `85123a`, and its known figures count them as two items. The title of an item is the first
//! description that is not empty, in the order of the file. `CustomerID` may be missing, and loses
//! the `.0` that spreadsheets put behind it. Times have no zone and are read as UTC. Cancelled
//! invoices (`C…`) and quantities of zero or less are skipped: they take a choice back.

use std::collections::{HashSet, VecDeque};

use chrono::{DateTime, Utc};

use super::columns::{self, Columns};
use super::plain::{Rule, Wanted};
use super::reading::{RowReader, Verdict, required_id};
use super::row::{Fault, Row};
use super::{Record, values};
use crate::interactions::types::{BasketRule, Interaction, ItemRecord};

/// The first letter of a cancelled invoice.
const CANCELLED: [u8; 2] = *b"Cc";

#[derive(Debug)]
pub(super) struct OnlineRetail {
    invoice: usize,
    stock_code: usize,
    quantity: usize,
    description: Option<usize>,
    invoice_date: Option<usize>,
    customer: Option<usize>,
    /// The items whose title has been given; grows with the number of different items.
    titled: HashSet<String>,
    now: DateTime<Utc>,
}

impl OnlineRetail {
    /// Finds the columns; `titles` says whether the descriptions are to name the items.
    pub(super) fn new(columns: Columns, titles: bool, now: DateTime<Utc>) -> Result<Self, String> {
        let description = columns.find(&columns::DESCRIPTION);
        let reader = Self {
            invoice: columns.need(&columns::INVOICE)?,
            stock_code: columns.need(&columns::STOCK_CODE)?,
            quantity: columns.need(&columns::QUANTITY)?,
            description: description.filter(|_| titles),
            invoice_date: columns.find(&columns::INVOICE_DATE),
            customer: columns.find(&columns::CUSTOMER),
            titled: HashSet::new(),
            now,
        };
        columns.once(&reader.short_columns())?;
        Ok(reader)
    }

    /// The item's record, the first time that a line describes it.
    fn item(&mut self, row: &Row, item_id: &str) -> Result<Option<ItemRecord>, Fault> {
        if self.titled.contains(item_id) {
            return Ok(None);
        }
        let title = row.read_optional(self.description, values::text)?;
        Ok(title.map(|title| {
            self.titled.insert(item_id.to_owned());
            ItemRecord {
                item_id: item_id.to_owned(),
                title: Some(title),
                category: None,
                categories: Vec::new(),
                available: true,
                image: None,
                link: None,
            }
        }))
    }
}

impl RowReader for OnlineRetail {
    fn read(&mut self, row: &Row, records: &mut VecDeque<Record>) -> Result<Verdict, Fault> {
        let invoice = required_id(row, self.invoice)?;
        if invoice.starts_with(CANCELLED.map(char::from)) {
            return Ok(Verdict::Skipped("the invoice is cancelled"));
        }
        let quantity = row.read(self.quantity, |cell| {
            values::number(cell)?.ok_or_else(|| "the quantity is missing".to_owned())
        })?;
        if quantity <= 0.0 {
            return Ok(Verdict::Skipped("the quantity is zero or less"));
        }
        let interaction = Interaction {
            user_id: row.read_optional(self.customer, values::id)?.map(whole),
            basket_id: Some(invoice),
            item_id: required_id(row, self.stock_code)?,
            kind: "purchase".to_owned(),
            weight: Some(quantity),
            at: row.read_optional(self.invoice_date, |cell| values::time(cell, self.now))?,
            external_id: None,
        };
        let item = self.item(row, &interaction.item_id)?;
        records.extend(item.map(Record::Item));
        records.push_back(Record::Interaction(interaction));
        Ok(Verdict::Taken)
    }

    fn plain(&self, _rule: BasketRule) -> Option<Wanted> {
        // A description may name the item.
        if self.description.is_some() {
            return None;
        }
        let optional = [
            (self.customer, Rule::Id),
            (self.invoice_date, Rule::Time(self.now)),
        ];
        let optional = optional
            .into_iter()
            .filter_map(|(column, rule)| Some((column?, rule)));
        Some(Wanted {
            owner: self.invoice,
            item: self.stock_code,
            checks: optional.chain([(self.quantity, Rule::Quantity)]).collect(),
            apart: &CANCELLED,
        })
    }

    fn short_columns(&self) -> Vec<usize> {
        [self.invoice_date, self.customer]
            .into_iter()
            .flatten()
            .chain([self.invoice, self.stock_code, self.quantity])
            .collect()
    }
}

/// Takes the `.0` off a number that a spreadsheet made of an id.
fn whole(mut id: String) -> String {
    let digits = id.len().saturating_sub(2);
    if id.ends_with(".0") && id.as_bytes()[..digits].iter().all(u8::is_ascii_digit) {
        id.truncate(digits);
    }
    id
}
