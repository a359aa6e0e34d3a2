//! Which column holds which field, by the contract's names, by obvious synonyms, or by `--map`.
//!
//! Names compare without case, spaces, `_` and `-`, so `userId`, `user_id` and `User ID` are one.
//! Of several columns that could be a field the contract's own name wins, then the synonyms in
//! their order. A column in `--map` wins over all. In a file of interactions it must be there; in
//! a table of items or users it may be, since both may call `item_id` differently. A field that is
//! mapped to no name is in no column of the interactions, whatever they are called.

/// A field and the names it goes by, already without case and signs.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) field: &'static str,
    names: &'static [&'static str],
}

const fn known(field: &'static str, names: &'static [&'static str]) -> Known {
    Known { field, names }
}

const ITEM_NAMES: &[&str] = &["itemid", "item", "movieid", "productid", "product", "sku"];
const USER_NAMES: &[&str] = &["userid", "user", "customerid", "customer"];

pub(super) const USER_ID: Known = known("user_id", USER_NAMES);
pub(super) const BASKET_ID: Known = known(
    "basket_id",
    &[
        "basketid",
        "basket",
        "orderid",
        "invoiceid",
        "transactionid",
        "sessionid",
    ],
);
pub(super) const ITEM_ID: Known = known("item_id", ITEM_NAMES);
pub(super) const KIND: Known = known("kind", &["kind", "event", "eventtype"]);
pub(super) const WEIGHT: Known = known("weight", &["weight", "rating", "quantity"]);
pub(super) const AT: Known = known("at", &["at", "timestamp", "time", "datetime", "date"]);
pub(super) const EXTERNAL_ID: Known = known("id", &["id", "interactionid", "eventid"]);

/// In a table of items, where a bare `id` can only be the item's.
pub(super) const ITEMS_ITEM_ID: Known = known(
    "item_id",
    &[
        "itemid",
        "item",
        "movieid",
        "productid",
        "product",
        "sku",
        "id",
    ],
);
pub(super) const TITLE: Known = known("title", &["title", "name", "description"]);
pub(super) const CATEGORY: Known = known("category", &["category"]);
pub(super) const CATEGORIES: Known = known("categories", &["categories", "genres"]);
pub(super) const AVAILABLE: Known = known("available", &["available"]);
pub(super) const IMAGE: Known = known("image", &["image", "imageurl"]);
pub(super) const LINK: Known = known("link", &["link", "url"]);

/// In a table of users, where a bare `id` can only be the user's.
pub(super) const USERS_USER_ID: Known = known(
    "user_id",
    &["userid", "user", "customerid", "customer", "id"],
);

pub(super) const INVOICE: Known = known("InvoiceNo", &["invoiceno", "invoice"]);
pub(super) const STOCK_CODE: Known = known("StockCode", &["stockcode"]);
pub(super) const DESCRIPTION: Known = known("Description", &["description"]);
pub(super) const QUANTITY: Known = known("Quantity", &["quantity"]);
pub(super) const INVOICE_DATE: Known = known("InvoiceDate", &["invoicedate"]);
pub(super) const CUSTOMER: Known = known("CustomerID", &["customerid"]);

pub(super) const INTERACTION_FIELDS: [&Known; 7] = [
    &USER_ID,
    &BASKET_ID,
    &ITEM_ID,
    &KIND,
    &WEIGHT,
    &AT,
    &EXTERNAL_ID,
];
pub(super) const ITEM_FIELDS: [&Known; 7] = [
    &ITEMS_ITEM_ID,
    &TITLE,
    &CATEGORY,
    &CATEGORIES,
    &AVAILABLE,
    &IMAGE,
    &LINK,
];

/// The columns of one table with the mapping that was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns<'a> {
    pub(super) names: &'a [String],
    pub(super) map: &'a [(String, String)],
    /// Whether a field in the mapping is nowhere else to be found.
    pub(super) map_binds: bool,
}

impl Columns<'_> {
    /// The number of the column that holds a field.
    pub(super) fn find(&self, known: &Known) -> Option<usize> {
        let mapped = self.map.iter().find(|(field, _)| field == known.field);
        if let Some((_, name)) = mapped.filter(|(_, name)| !name.is_empty() || self.map_binds) {
            if name.is_empty() {
                return None;
            }
            let column = self.names.iter().position(|column| column == name);
            if column.is_some() || self.map_binds {
                return column;
            }
        }
        let plain: Vec<String> = self.names.iter().map(|name| plain(name)).collect();
        known
            .names
            .iter()
            .find_map(|name| plain.iter().position(|column| column == name))
    }

    /// As [`Columns::find`], for a field without which the table says nothing.
    pub(super) fn need(&self, known: &Known) -> Result<usize, String> {
        self.find(known).ok_or_else(|| {
            let mapped = self.map.iter().find(|(field, _)| field == known.field);
            match mapped {
                Some((_, name)) if !name.is_empty() => {
                    format!("it has no column `{name}` ({})", self.listed())
                }
                _ => format!("it has no column for {} ({})", known.field, self.listed()),
            }
        })
    }

    /// Refuses a chosen name that stands over two columns.
    pub(super) fn once(&self, chosen: &[usize]) -> Result<(), String> {
        for name in chosen.iter().filter_map(|&column| self.names.get(column)) {
            if self.names.iter().filter(|other| *other == name).count() > 1 {
                return Err(format!("it has two columns called `{name}`"));
            }
        }
        Ok(())
    }

    /// The columns there are, for a message.
    pub(super) fn listed(&self) -> String {
        let shown: Vec<&str> = self.names.iter().take(12).map(String::as_str).collect();
        let more = if self.names.len() > shown.len() {
            ", …"
        } else {
            ""
        };
        let listed = format!("its columns are: {}{more}", shown.join(", "));
        super::row::shortened(&listed)
    }
}

/// Whether the cells of a line look like the names of columns: one is an id's, or all are known.
pub(super) fn look_like_names<'a>(mut cells: impl Iterator<Item = &'a str> + Clone) -> bool {
    let ids = [&USER_ID, &BASKET_ID, &ITEM_ID, &INVOICE, &STOCK_CODE];
    let is_one_of = |cell: &str, fields: &[&Known]| {
        let cell = plain(cell);
        fields
            .iter()
            .any(|known| known.names.contains(&cell.as_str()))
    };
    cells.clone().any(|cell| is_one_of(cell, &ids))
        || cells.all(|cell| is_one_of(cell, &INTERACTION_FIELDS) || is_one_of(cell, &ITEM_FIELDS))
}

/// Whether a column calls its numbers ratings.
pub(super) fn is_rating(name: &str) -> bool {
    plain(name) == "rating"
}

/// Whether a field stands in tables of items and nowhere else.
pub(super) fn is_of_items_alone(name: &str) -> bool {
    is_field(name) && !INTERACTION_FIELDS.iter().any(|known| known.field == name)
}

/// Whether a field may be mapped at all.
pub(super) fn is_field(name: &str) -> bool {
    INTERACTION_FIELDS
        .iter()
        .chain(&ITEM_FIELDS)
        .any(|known| known.field == name)
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(|letter| !matches!(letter, ' ' | '_' | '-' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect()
}
