//! What a body may be: a JSON array of objects, or one object a line.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::ROWS_MOST;
use crate::error::AppError;
use crate::ui::format::count;
use crate::wire::read::not_json;

/// A row that can't be taken; the others of its post are.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(in crate::interactions) struct Rejected {
    /// The row's line, or its place in the array; from 1.
    line: usize,
    /// Which field is at fault, and why.
    reason: String,
}

/// What a body holds.
#[derive(Debug, PartialEq)]
pub(in crate::interactions) struct Body<T> {
    pub(in crate::interactions) rows: Vec<T>,
    pub(in crate::interactions) rejected: Vec<Rejected>,
}

/// An object of a body, as JSON has it.
pub(in crate::interactions) type Object = Map<String, Value>;

/// Reads a body, object by object; refuses one that is neither form, or longer than a post may be.
pub(in crate::interactions) fn read<T>(
    body: &[u8],
    each: impl FnMut(&Object) -> Result<T, String>,
) -> Result<Body<T>, AppError> {
    let text = std::str::from_utf8(body)
        .map_err(|_| AppError::unreadable("The body is not UTF-8 text. Nothing was taken."))?;
    if text.trim_start().starts_with('[') {
        read_array(text, each)
    } else {
        read_lines(text, each)
    }
}

fn read_array<T>(
    text: &str,
    mut each: impl FnMut(&Object) -> Result<T, String>,
) -> Result<Body<T>, AppError> {
    let values: Vec<Value> = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    check_count(values.len())?;
    let mut body = Body::new();
    for (place, value) in values.into_iter().enumerate() {
        let row = match &value {
            Value::Object(object) => each(object),
            _ => Err("this is not a JSON object".to_owned()),
        };
        body.add(place + 1, row);
    }
    Ok(body)
}

fn read_lines<T>(
    text: &str,
    mut each: impl FnMut(&Object) -> Result<T, String>,
) -> Result<Body<T>, AppError> {
    let lines = text.lines().zip(1..);
    let lines = lines.filter(|(line, _)| !line.trim().is_empty());
    check_count(lines.clone().count())?;
    let mut body = Body::new();
    for (line, number) in lines {
        let row = serde_json::from_str::<Object>(line)
            .map_err(|error| {
                let at = error.column();
                format!("the line is not a JSON object (at its character {at})")
            })
            .and_then(|object| each(&object));
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

impl<T> Body<T> {
    fn new() -> Self {
        Self {
            rows: Vec::new(),
            rejected: Vec::new(),
        }
    }

    fn add(&mut self, line: usize, row: Result<T, String>) {
        match row {
            Ok(row) => self.rows.push(row),
            Err(reason) => self.rejected.push(Rejected { line, reason }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Result<Body<Object>, AppError> {
        read(text.as_bytes(), |object| match object.get("item_id") {
            Some(_) => Ok(object.clone()),
            None => Err("item_id: the id is missing".to_owned()),
        })
    }

    fn lines(body: &Body<Object>) -> Vec<usize> {
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
        assert!(read(&[0xff, 0xfe], |_| Ok(())).is_err());
        let row = "{\"user_id\":\"u\",\"item_id\":\"a\"}\n";
        assert!(body(&row.repeat(ROWS_MOST)).is_ok());
        let long = body(&row.repeat(ROWS_MOST + 1)).expect_err("too many");
        assert!(long.to_string().contains("10,001 rows"), "{long}");
    }
}
