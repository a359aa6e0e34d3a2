//! How somebody wants an upload read: parameters of a page or a form, and what formats take.

use chrono::{DateTime, Utc};

use super::spool::{Reading, Spool, Upload};
use crate::interactions::formats::{Format, Options, Role};

/// The fields that can be mapped, in the order in which people think of them.
pub(super) const FIELDS: [(&str, &str); 7] = [
    ("item_id", "Item"),
    ("user_id", "User"),
    ("basket_id", "Basket"),
    ("kind", "Kind"),
    ("weight", "Weight or rating"),
    ("at", "Time"),
    ("id", "Its own id"),
];

/// What files may be said to be.
pub(super) const FORMATS: [(&str, &str); 5] = [
    ("auto", "Decide by looking"),
    ("interactions", "A table of choices, one a row"),
    ("baskets", "One basket a line"),
    ("online-retail", "Invoice lines (Online Retail)"),
    ("movielens", "Files of MovieLens"),
];

/// The name of the parameter that maps a field.
pub(super) fn parameter(field: &str) -> String {
    format!("map.{field}")
}

impl Reading {
    /// Reads parameters. A field that is there and empty is in no column; one that is not there is
    /// looked for. What maps columns is left out where the format has none to map.
    pub(super) fn parse(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| {
            let pair = pairs.iter().find(|(key, _)| key == name);
            pair.map(|(_, value)| value.as_str())
        };
        let format = value("format").and_then(Format::parse);
        let format = format.unwrap_or(Format::Auto);
        let may_map = matches!(format, Format::Auto | Format::Interactions);
        let map = FIELDS.iter().filter(|_| may_map).filter_map(|(field, _)| {
            let column = value(&parameter(field))?;
            Some(((*field).to_owned(), column.to_owned()))
        });
        Self {
            format: format.as_str().to_owned(),
            map: map.collect(),
        }
    }

    /// What the readers of formats take.
    pub(super) fn options(&self, spool: &Spool, upload: &Upload, now: DateTime<Utc>) -> Options {
        let paths = spool.paths(upload);
        let of = |role| {
            let at = upload.files.iter().position(|file| file.role == role);
            at.map(|at| paths[at].clone())
        };
        Options {
            format: Format::parse(&self.format).unwrap_or(Format::Auto),
            items: of(Role::Items),
            users: of(Role::Users),
            map: self.map.clone(),
            now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Reading {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Reading::parse(&pairs.iter().map(owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_field_in_no_column_is_not_one_that_was_not_asked_about() {
        let reading = parse(&[("map.item_id", "sku"), ("map.kind", "")]);
        let pair = |field: &str, column: &str| (field.to_owned(), column.to_owned());
        assert_eq!(reading.map, [pair("item_id", "sku"), pair("kind", "")]);
        assert_eq!(reading.format, "auto");
    }

    #[test]
    fn formats_without_columns_take_no_mapping_and_unknown_words_none_at_all() {
        let baskets = parse(&[("format", "baskets"), ("map.item_id", "sku")]);
        assert_eq!((baskets.format.as_str(), baskets.map.len()), ("baskets", 0));
        let odd = parse(&[("format", "runes"), ("map.title", "x"), ("else", "y")]);
        assert_eq!((odd.format.as_str(), odd.map.len()), ("auto", 0));
    }
}
