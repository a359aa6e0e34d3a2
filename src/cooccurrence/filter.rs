//! Which part of a table is asked for, in which order.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::counting::Measure;
use crate::error::AppError;
use crate::export::Format;
use crate::index::Index;
use crate::index::load::Slice;

/// The most rows of one page of a table.
pub const MOST_ROWS: u32 = 1_000;
/// The rows of a page where nothing else is asked for.
pub const ROWS: u32 = 100;
/// The `limit` of who wants all rows.
pub const ALL: &str = "all";

/// The query as it comes from a URL; every field may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// `item` for pairs of items, `category` for pairs of categories.
    #[param(default = "item", pattern = "^(item|category)$")]
    pub level: Option<String>,
    /// Pairs with this item, on either side.
    pub item: Option<String>,
    /// With `item`: the pair of the two alone.
    pub other_item: Option<String>,
    /// Pairs with an item of this category, on either side.
    pub category: Option<String>,
    /// With `category`: pairs of an item of the one and an item of the other.
    pub other_category: Option<String>,
    /// Pairs that at least so many baskets hold.
    #[param(value_type = Option<u32>, minimum = 1, default = 1, example = 2)]
    pub min_together: Option<String>,
    /// The measure whose order is wanted, falling, where `sort` says nothing: `support`,
    /// `confidence`, `lift`, `jaccard`, `cosine`, `npmi` or `llr`. Rows have all measures anyway.
    #[param(default = "llr")]
    pub measure: Option<String>,
    /// The order: a measure (falling), a measure with `:asc` (rising), or `ids` (as bytes).
    #[param(example = "lift")]
    pub sort: Option<String>,
    /// Interactions at or after this day (UTC) or moment (RFC 3339) alone.
    pub from: Option<String>,
    /// Interactions at or before the end of this day (UTC) or this moment (RFC 3339) alone.
    pub to: Option<String>,
    /// Users with this value of a field of theirs alone, as `field:value`.
    pub segment: Option<String>,
    /// The version of a table that was read before; without it the newest.
    pub version: Option<String>,
    /// The most rows of a page, or `all`.
    #[param(default = "100", pattern = "^([1-9][0-9]{0,3}|all)$", example = "5")]
    pub limit: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// What the answer is written as.
    #[param(default = "json", pattern = "^(json|csv|xlsx|parquet)$")]
    pub format: Option<String>,
    /// `true` for what a file of these rows says of itself, instead of the rows.
    #[param(value_type = Option<bool>, default = false)]
    pub manifest: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Item,
    Category,
}

impl Level {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Category => "category",
        }
    }
}

/// The order of rows. Ties stand in the order of the ids, so that every order is total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By `item_a`, then `item_b` (or the categories), as bytes.
    Ids,
    Falling(Measure),
    Rising(Measure),
}

impl Order {
    /// How a URL names the order: `lift`, `lift:asc`, `ids`.
    pub fn code(self) -> String {
        match self {
            Self::Ids => "ids".to_owned(),
            Self::Falling(measure) => measure.name().to_owned(),
            Self::Rising(measure) => format!("{}:asc", measure.name()),
        }
    }
}

/// The rows that are asked for, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    pub level: Level,
    /// Pairs with this item, on either side.
    pub item: Option<String>,
    /// With `item`: the pair of the two alone.
    pub other_item: Option<String>,
    /// Pairs with an item of this category, on either side.
    pub category: Option<String>,
    /// With `category`: pairs of an item of the one and an item of the other.
    pub other_category: Option<String>,
    pub min_together: u32,
    pub order: Order,
}

/// Where the next page begins: after a row of a pinned version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub change: i64,
    /// The sort key's bits, so that it reads back exactly.
    pub key: u64,
    pub a: u32,
    pub b: u32,
}

impl Cursor {
    pub fn write(self) -> String {
        let bytes = serde_json::to_vec(&self).expect("BUG: a cursor is plain data");
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub fn read(text: &str) -> Result<Self, AppError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| {
                AppError::invalid(
                    "cursor",
                    "The cursor can't be read; start again from the first page.",
                )
            })
    }
}

impl Query {
    pub fn filter(&self) -> Result<Filter, AppError> {
        let level = match self.level.as_deref() {
            None | Some("" | "item") => Level::Item,
            Some("category") => Level::Category,
            Some(other) => {
                return Err(AppError::invalid(
                    "level",
                    format!("“level” is “item” or “category”, not “{other}”."),
                ));
            }
        };
        let filter = Filter {
            level,
            item: given(&self.item),
            other_item: given(&self.other_item),
            category: given(&self.category),
            other_category: given(&self.other_category),
            min_together: number("min_together", &self.min_together, 1, u32::MAX)?.unwrap_or(1),
            order: self.order()?,
        };
        if level == Level::Category && filter.item.is_some() {
            return Err(AppError::invalid(
                "item",
                "A table of categories has no single items; leave “item” out or use level=item.",
            ));
        }
        for (name, first, other) in [
            ("item", &filter.item, &filter.other_item),
            ("category", &filter.category, &filter.other_category),
        ] {
            if first.is_none() && other.is_some() {
                return Err(AppError::invalid(
                    format!("other_{name}"),
                    format!("“other_{name}” is the second of two; name the first as “{name}”."),
                ));
            }
        }
        Ok(filter)
    }

    /// `sort`, or else falling by `measure`, or else by the log-likelihood ratio.
    fn order(&self) -> Result<Order, AppError> {
        if let Some(sort) = given(&self.sort) {
            if sort == "ids" {
                return Ok(Order::Ids);
            }
            return Ok(match sort.strip_suffix(":asc") {
                Some(name) => Order::Rising(measure("sort", name)?),
                None => Order::Falling(measure("sort", sort.trim_start_matches('-'))?),
            });
        }
        match given(&self.measure) {
            Some(name) => Ok(Order::Falling(measure("measure", &name)?)),
            None => Ok(Order::Falling(Measure::Llr)),
        }
    }

    /// Whether one page is asked for, and not all rows.
    pub fn page_alone(&self) -> bool {
        let limit = given(&self.limit);
        limit.map_or(given(&self.cursor).is_some(), |limit| limit != ALL)
    }

    /// The format of a file; none where a page is asked for, as JSON.
    pub fn file_format(&self) -> Result<Option<Format>, AppError> {
        let format = match given(&self.format) {
            None => Format::Json,
            Some(name) => Format::parse(&name).ok_or_else(|| {
                let names = Format::ALL.map(Format::name).join(", ");
                AppError::invalid(
                    "format",
                    format!("“{name}” is not a format; choose one of {names}."),
                )
            })?,
        };
        let is_whole = given(&self.limit).is_some_and(|limit| limit == ALL);
        Ok((format != Format::Json || is_whole).then_some(format))
    }

    pub fn wants_manifest(&self) -> Result<bool, AppError> {
        match self.manifest.as_deref() {
            None | Some("" | "false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(AppError::invalid(
                "manifest",
                format!("“manifest” is “true” or “false”, not “{other}”."),
            )),
        }
    }

    /// What chooses the rows, by the names that a URL gives it.
    pub fn given(&self) -> serde_json::Map<String, serde_json::Value> {
        let chooses_rows = |name: &str| !matches!(name, "format" | "manifest");
        let all = serde_json::to_value(self).ok();
        let all = all.and_then(|all| all.as_object().cloned());
        let all = all.expect("BUG: a query is an object").into_iter();
        let is_given =
            |value: &serde_json::Value| value.as_str().is_some_and(|text| !text.is_empty());
        all.filter(|(name, value)| chooses_rows(name) && is_given(value))
            .collect()
    }

    pub fn rows(&self) -> Result<u32, AppError> {
        Ok(number("limit", &self.limit, 1, MOST_ROWS)?.unwrap_or(ROWS))
    }

    pub fn cursor(&self) -> Result<Option<Cursor>, AppError> {
        given(&self.cursor)
            .map(|text| Cursor::read(&text))
            .transpose()
    }

    /// The version and the window of choices that are to be counted.
    pub fn slice(&self, index: &Index, catalog_id: &str) -> Result<Slice, AppError> {
        let cursor = self.cursor()?;
        let change = match (cursor, given(&self.version)) {
            (Some(cursor), _) => cursor.change,
            (None, Some(version)) => change_of(&version)?,
            (None, None) => index.current(catalog_id)?.change,
        };
        let slice = Slice {
            catalog_id: catalog_id.to_owned(),
            change,
            from: time("from", &self.from, NaiveTime::MIN)?,
            to: time("to", &self.to, END_OF_DAY)?,
            segment: segment(&self.segment)?,
        };
        if let (Some(from), Some(to)) = (slice.from, slice.to)
            && from > to
        {
            return Err(AppError::invalid(
                "from",
                "The window ends before it starts; exchange “from” and “to”.",
            ));
        }
        Ok(slice)
    }
}

const END_OF_DAY: NaiveTime =
    NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).expect("BUG: the end of a day is a time");

fn given(field: &Option<String>) -> Option<String> {
    field.clone().filter(|text| !text.is_empty())
}

/// A measure by the name that a URL gives it.
pub fn measure(field: &str, name: &str) -> Result<Measure, AppError> {
    Measure::parse(name).ok_or_else(|| {
        let names = Measure::ALL.map(Measure::name).join(", ");
        AppError::invalid(
            field,
            format!("“{name}” is not a measure; choose one of {names}."),
        )
    })
}

fn number(
    name: &str,
    field: &Option<String>,
    least: u32,
    most: u32,
) -> Result<Option<u32>, AppError> {
    let Some(text) = given(field) else {
        return Ok(None);
    };
    match text.trim().parse::<u32>() {
        Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
        _ => Err(AppError::invalid(
            name,
            format!("“{name}” is a whole number from {least} to {most}, not “{text}”."),
        )),
    }
}

/// A moment (RFC 3339) or a day; a day means its start or its end in UTC.
fn time(
    name: &str,
    field: &Option<String>,
    of_day: NaiveTime,
) -> Result<Option<DateTime<Utc>>, AppError> {
    let Some(text) = given(field) else {
        return Ok(None);
    };
    if let Ok(moment) = DateTime::parse_from_rfc3339(&text) {
        return Ok(Some(moment.with_timezone(&Utc)));
    }
    match text.parse::<NaiveDate>() {
        Ok(day) => Ok(Some(day.and_time(of_day).and_utc())),
        Err(_) => Err(AppError::invalid(
            name,
            format!("“{name}” is a day (2026-03-01) or a moment (RFC 3339), not “{text}”."),
        )),
    }
}

fn segment(field: &Option<String>) -> Result<Option<(String, String)>, AppError> {
    let Some(text) = given(field) else {
        return Ok(None);
    };
    match text.split_once(':') {
        Some((name, value)) if !name.is_empty() => Ok(Some((name.to_owned(), value.to_owned()))),
        _ => Err(AppError::invalid(
            "segment",
            format!("A segment is a field and a value, as in “country:France”, not “{text}”."),
        )),
    }
}

/// A version begins with the number of its change.
fn change_of(version: &str) -> Result<i64, AppError> {
    let number = version.split('-').next().unwrap_or_default();
    number.parse().map_err(|_| {
        AppError::invalid(
            "version",
            format!("“{version}” is not a version of a table; a table names its own."),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_reads_back_from_its_code() {
        for order in [
            Order::Ids,
            Order::Falling(Measure::Lift),
            Order::Rising(Measure::Npmi),
        ] {
            let query = Query {
                sort: Some(order.code()),
                ..Query::default()
            };
            assert_eq!(query.order(), Ok(order));
        }
    }

    #[test]
    fn bad_parameters_are_named() {
        let query = |fields: &[(&str, &str)]| -> Query {
            let fields: serde_json::Map<_, _> = fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).into()))
                .collect();
            serde_json::from_value(fields.into()).unwrap()
        };
        let rows: [(&[(&str, &str)], &str); 8] = [
            (&[("level", "user")], "level"),
            (&[("sort", "beauty")], "sort"),
            (&[("measure", "beauty")], "measure"),
            (&[("min_together", "0")], "min_together"),
            (&[("min_together", "-1")], "min_together"),
            (&[("level", "category"), ("item", "1")], "item"),
            (&[("other_item", "1")], "other_item"),
            (&[("other_category", "Food")], "other_category"),
        ];
        for (fields, expected) in rows {
            let refused = query(fields).filter();
            assert!(
                matches!(&refused, Err(AppError::Invalid { field, .. }) if field == expected),
                "{fields:?}: {refused:?}"
            );
        }
        assert!(query(&[("limit", "1001")]).rows().is_err());
        assert!(query(&[("cursor", "x")]).cursor().is_err());
        assert!(query(&[("format", "pdf")]).file_format().is_err());
        assert!(query(&[("manifest", "1")]).wants_manifest().is_err());
    }

    #[test]
    fn a_day_is_its_start_or_its_end() {
        let day = Some("2026-03-01".to_owned());
        let start = time("from", &day, NaiveTime::MIN).unwrap().unwrap();
        let end = time("to", &day, END_OF_DAY).unwrap().unwrap();
        assert_eq!(start.to_rfc3339(), "2026-03-01T00:00:00+00:00");
        assert_eq!(end.to_rfc3339(), "2026-03-01T23:59:59.999999+00:00");
        assert!(time("to", &Some("soon".to_owned()), END_OF_DAY).is_err());
    }
}
