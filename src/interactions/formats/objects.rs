//! Interactions from JSON objects with the contract's own names for fields, as programs post them.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::columns::Columns;
use super::ndjson::write_value;
use super::reading::Interactions;
use super::row::Row;
use crate::interactions::types::Interaction;

/// The fields an object may have.
const FIELDS: [&str; 7] = [
    "user_id",
    "basket_id",
    "item_id",
    "kind",
    "weight",
    "at",
    "id",
];

/// Reads one object after another.
pub struct Objects {
    reader: Interactions,
    row: Row,
}

impl Objects {
    /// A time more than a day after `now` is in the future, and refused.
    pub fn new(now: DateTime<Utc>) -> Self {
        let columns = Columns {
            names: &FIELDS.map(str::to_owned),
            map: &[],
            map_binds: false,
        };
        let reader = Interactions::new(columns, now);
        Self {
            reader: reader.expect("BUG: the contract's fields make no interaction"),
            row: Row::default(),
        }
    }

    /// Reads one, or says which field is at fault and why.
    pub fn read(&mut self, object: &Map<String, Value>) -> Result<Interaction, String> {
        if let Some(unknown) = object.keys().find(|key| !FIELDS.contains(&key.as_str())) {
            return Err(format!(
                "{unknown}: there is no such field (there are: {})",
                FIELDS.join(", ")
            ));
        }
        self.row.start_anew();
        for field in FIELDS {
            write_value(object.get(field).unwrap_or(&Value::Null), &mut self.row);
        }
        self.reader
            .interaction(&self.row)
            .map_err(|fault| match fault.column {
                Some(column) => format!("{}: {}", FIELDS[column], fault.reason),
                None => fault.reason,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(object: &Value) -> Result<Interaction, String> {
        let now = "2026-06-01T00:00:00Z".parse().expect("a test's own time");
        let object = object.as_object().expect("a test's own object");
        Objects::new(now).read(object)
    }

    #[test]
    fn an_object_is_read_with_all_its_fields() {
        let object = json!({
            "user_id": 7, "basket_id": "b", "item_id": " i ", "kind": "rating",
            "weight": -1.5, "at": 964_982_703, "id": "e1",
        });
        let expected = Interaction {
            user_id: Some("7".to_owned()),
            basket_id: Some("b".to_owned()),
            item_id: "i".to_owned(),
            kind: "rating".to_owned(),
            weight: Some(-1.5),
            at: Some("2000-07-30T18:45:03Z".parse().expect("a test's own time")),
            external_id: Some("e1".to_owned()),
        };
        assert_eq!(read(&object), Ok(expected));
        let least = read(&json!({"user_id": "u", "item_id": "i", "at": null})).expect("sound");
        assert_eq!(least.kind, "choice");
    }

    #[test]
    fn a_fault_names_its_field() {
        for (object, reason) in [
            (json!({"user_id": "u"}), "item_id: the id is missing"),
            (
                json!({"item_id": "i"}),
                "the row has neither a user nor a basket",
            ),
            (
                json!({"user_id": "u", "item_id": ["i"]}),
                "item_id: one text or number is wanted here",
            ),
            (
                json!({"user_id": "u", "item_id": "i", "weight": -2}),
                "weight: the weight is negative, which only a rating may be",
            ),
            (
                json!({"user_id": "u", "item_id": "i", "at": "2027-01-01"}),
                "at: the time is in the future",
            ),
        ] {
            assert_eq!(read(&object), Err(reason.to_owned()), "{object}");
        }
        let unknown = read(&json!({"user_id": "u", "item_id": "i", "rating": 3}));
        assert!(unknown.is_err_and(|reason| reason.starts_with("rating: there is no such field")));
    }
}
