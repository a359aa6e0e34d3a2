//! Rows of NDJSON: one object a line, its keys are the columns.
//!
//! Keys may come and go from line to line, so the list of columns grows as they appear; a column
//! never changes its number. `null` is an empty cell. A list of texts is joined by `|`, as tables
//! of items write several categories; where one value is wanted, a list is at fault.

use std::collections::HashMap;
use std::io::Result;

use serde_json::{Map, Value};

use super::lines::{Kind, Lines};
use super::row::{Fault, Row};
use super::rows::Step;

/// Keys after this many different ones are not read: data has no such width, damage has.
const MAX_COLUMNS: usize = 1_000;

/// From here on a floating-point number no longer tells neighbouring whole numbers apart.
const FIRST_INEXACT: f64 = 9_007_199_254_740_992.0;

#[derive(Debug)]
pub(super) struct Ndjson {
    lines: Lines,
    columns: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Ndjson {
    /// Reads rows below others that had these columns, if there were any.
    pub(super) fn new(lines: Lines, columns: Option<Vec<String>>) -> Self {
        let columns = columns.unwrap_or_default();
        let numbers = columns.iter().cloned().zip(0..).collect();
        Self {
            lines,
            columns,
            numbers,
        }
    }

    pub(super) fn lines(&self) -> &Lines {
        &self.lines
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn next(&mut self, row: &mut Row) -> Result<Step> {
        loop {
            let Some(line) = self.lines.next(std::mem::take(&mut row.text))? else {
                return Ok(Step::End);
            };
            row.line = line.number;
            row.text = line.text;
            row.start_anew();
            match line.kind {
                Kind::TooLong => return Ok(fault("the line is longer than 1 MiB")),
                Kind::NotText => return Ok(fault("the line stops in the middle of a letter")),
                Kind::Text if row.text.trim().is_empty() => {}
                Kind::Text => {
                    return Ok(
                        match serde_json::from_str::<Map<String, Value>>(&row.text) {
                            Ok(object) => self.write_cells(&object, row),
                            Err(error) => fault(format!(
                                "the line is not a JSON object (at its character {})",
                                error.column()
                            )),
                        },
                    );
                }
            }
        }
    }

    fn write_cells(&mut self, object: &Map<String, Value>, row: &mut Row) -> Step {
        for key in object.keys() {
            if !self.numbers.contains_key(key) {
                if self.columns.len() == MAX_COLUMNS {
                    return fault("the object brings one key more than the 1,000 that are read");
                }
                self.numbers.insert(key.clone(), self.columns.len());
                self.columns.push(key.clone());
            }
        }
        for column in &self.columns {
            match object.get(column) {
                None => row.end_cell(),
                Some(value) => write_value(value, row),
            }
        }
        Step::Row
    }
}

fn fault(reason: impl Into<String>) -> Step {
    Step::Fault(Fault::of_row(reason))
}

pub(super) fn write_value(value: &Value, row: &mut Row) {
    match value {
        Value::Null => row.end_cell(),
        Value::String(text) => {
            row.write(text);
            row.end_cell();
        }
        Value::Bool(truth) => {
            row.write(if *truth { "true" } else { "false" });
            row.end_cell();
        }
        Value::Number(number) => {
            row.write(&number.to_string());
            // Such a number has lost digits on the way, so it names nothing.
            let inexact = number.is_f64()
                && number
                    .as_f64()
                    .is_some_and(|float| float.abs() >= FIRST_INEXACT);
            if inexact {
                row.end_nested_cell();
            } else {
                row.end_cell();
            }
        }
        Value::Array(values) if values.iter().all(Value::is_string) => {
            for (at, text) in values.iter().filter_map(Value::as_str).enumerate() {
                row.write(if at == 0 { "" } else { "|" });
                row.write(text);
            }
            row.end_nested_cell();
        }
        Value::Array(_) | Value::Object(_) => row.end_nested_cell(),
    }
}
