//! What a body may be: a JSON array of objects, or one object a line.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

use super::ROWS_MOST;
use crate::error::AppError;
use crate::interactions::formats::Objects;
use crate::interactions::types::Interaction;
use crate::ui::format::count;

/// A row that can't be taken; the others of its post are.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Rejected {
    /// The row's line, or its place in the array; from 1.
    line: usize,
    /// Which field is at fault, and why.
    reason: String,
}

/// What a body holds.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Body {
    pub(super) rows: Vec<Interaction>,
    pub(super) rejected: Vec<Rejected>,
}

/// Reads a body; refuses one that is neither form, or longer than a post may be.
pub(super) fn read(body: &[u8], now: DateTime<Utc>) -> Result<Body, AppError> {
    let text = std::str::from_utf8(body)
        .map_err(|_| AppError::invalid("body", "The body is not UTF-8 text."))?;
    if text.trim_start().starts_with('[') {
        read_array(text, now)
    } else {
        read_lines(text, now)
    }
}

fn read_array(text: &str, now: DateTime<Utc>) -> Result<Body, AppError> {
    let values: Vec<Value> = serde_json::from_str(text).map_err(|error| {
        AppError::invalid(
            "body",
            format!("The body is not a whole JSON array: {error}."),
        )
    })?;
    check_count(values.len())?;
    let mut body = Body::default();
    let mut objects = Objects::new(now);
    for (place, value) in values.into_iter().enumerate() {
        let row = match &value {
            Value::Object(object) => objects.read(object),
            _ => Err("this is not a JSON object".to_owned()),
        };
        body.add(place + 1, row);
    }
    Ok(body)
}

fn read_lines(text: &str, now: DateTime<Utc>) -> Result<Body, AppError> {
    let lines = text.lines().zip(1..);
    let lines = lines.filter(|(line, _)| !line.trim().is_empty());
    check_count(lines.clone().count())?;
    let mut body = Body::default();
    let mut objects = Objects::new(now);
    for (line, number) in lines {
        let row = serde_json::from_str::<Map<String, Value>>(line)
            .map_err(|error| {
                let at = error.column();
                format!("the line is not a JSON object (at its character {at})")
            })
            .and_then(|object| objects.read(&object));
        body.add(number, row);
    }
    Ok(body)
}

fn check_count(rows: usize) -> Result<(), AppError> {
    let message = match rows {
        0 => {
            "The body holds no row: send a JSON array of objects, or one object a line.".to_owned()
        }
        rows if rows > ROWS_MOST => format!(
            "The body holds {} rows and at most {} are taken at once: send them in parts. \
             Nothing was taken.",
            count(rows as u64),
            count(ROWS_MOST as u64)
        ),
        _ => return Ok(()),
    };
    Err(AppError::invalid("body", message))
}

impl Body {
    fn add(&mut self, line: usize, row: Result<Interaction, String>) {
        match row {
            Ok(row) => self.rows.push(row),
            Err(reason) => self.rejected.push(Rejected { line, reason }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Result<Body, AppError> {
        let now = "2026-06-01T00:00:00Z".parse().expect("a test's own time");
        read(text.as_bytes(), now)
    }

    fn lines(body: &Body) -> Vec<usize> {
        body.rejected.iter().map(|row| row.line).collect()
    }

    #[test]
    fn both_forms_give_the_same_rows_and_name_the_others_by_line() {
        let rows = [
            r#"{"user_id":"u","item_id":"a"}"#,
            r#"{"user_id":"u"}"#,
            "7",
            r#"{"user_id":"v","item_id":"b"}"#,
        ];
        let array = body(&format!(" [{}]", rows.join(","))).expect("an array");
        let ndjson = body(&rows.join("\r\n")).expect("lines");
        assert_eq!(array.rows, ndjson.rows);
        assert_eq!(array.rows.len(), 2);
        assert_eq!((lines(&array), lines(&ndjson)), (vec![2, 3], vec![2, 3]));
        let spaced = body(&rows.join("\n\n")).expect("lines with blank ones");
        assert_eq!(lines(&spaced), [3, 5]);
    }

    #[test]
    fn what_is_no_body_is_refused_whole() {
        for text in ["", " \n ", "[]", r#"[{"user_id":"u","item_id":"a"}"#] {
            assert!(body(text).is_err(), "{text}");
        }
        assert!(read(&[0xff, 0xfe], Utc::now()).is_err());
        let row = "{\"user_id\":\"u\",\"item_id\":\"a\"}\n";
        assert!(body(&row.repeat(ROWS_MOST)).is_ok());
        let long = body(&row.repeat(ROWS_MOST + 1)).expect_err("too many");
        assert!(long.to_string().contains("10,001 rows"), "{long}");
    }
}
