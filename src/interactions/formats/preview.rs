//! A look at how files will be read, before anything is: their columns, what was found in which,
//! and what becomes of their first rows.
//!
//! The rows go through the readers that an import uses, so that what is shown is what happens. A
//! file that fits no format is shown as far as cells can be told apart, so that somebody can say
//! which column holds what.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::columns::{Columns, INTERACTION_FIELDS, Known};
use super::delimited::Dialect;
use super::look::{Encoding, Looked};
use super::reading::Verdict;
use super::replay::Role;
use super::row::{Row, shortened};
use super::rows::{Piece, Rows, Shape, Step};
use super::source::{Current, Part, Table};
use super::{FormatError, Names, Options, Record, Source, shape};

/// One file and what becomes of its first rows.
#[derive(Debug)]
pub struct Preview {
    pub file: String,
    pub role: Role,
    /// How its cells and letters are told apart, in words for people.
    pub shape: String,
    pub columns: Vec<String>,
    /// The fields of interactions with the column that holds each; none for other tables.
    pub fields: Vec<(&'static str, Option<String>)>,
    /// The same without any mapping.
    found: Vec<(&'static str, Option<String>)>,
    /// The first rows.
    pub rows: Vec<PreviewRow>,
    /// The first rows that can't be taken, among all that were looked at.
    pub faults: Vec<PreviewRow>,
    /// How many rows were looked at, and what became of them.
    pub looked_at: u64,
    pub taken: u64,
    pub skipped: u64,
    pub quarantined: u64,
}

/// One row, as it came and as it is read.
#[derive(Debug, Clone)]
pub struct PreviewRow {
    pub line: u64,
    pub cells: Vec<String>,
    pub outcome: Outcome,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Taken(Vec<Record>),
    Skipped(String),
    Quarantined {
        column: Option<String>,
        reason: String,
        text: String,
    },
    /// Nobody knows yet how to read it.
    Unread,
}

impl Source {
    /// How each file is read, by its first rows.
    pub fn preview(&self, rows: usize) -> io::Result<Vec<Preview>> {
        self.parts
            .iter()
            .map(|part| look_at(self, part, rows))
            .collect()
    }
}

/// The first rows of a file that fits no format, in the shape that it most looks like.
pub fn glance(
    path: &Path,
    names: &Names,
    options: &Options,
    rows: usize,
) -> Result<Preview, FormatError> {
    let file = Looked::at(path, names)?;
    let unreadable = |source| FormatError::Unreadable {
        file: file.name.clone(),
        source,
    };
    let shape = likely_shape(&file).map_err(unreadable)?;
    let mut preview = Preview::new(&file, Role::Choices, shape);
    let mut reader = Rows::open(&file, shape, Arc::default()).map_err(unreadable)?;
    let mut row = Row::default();
    while preview.rows.len() < rows {
        match reader.next(&mut row).map_err(unreadable)? {
            Step::End => break,
            Step::Row | Step::Fault(_) => preview.rows.push(PreviewRow {
                line: row.line,
                cells: row.cells().map(shortened).collect(),
                outcome: Outcome::Unread,
            }),
        }
    }
    preview.set_columns(reader.columns(), &options.map);
    Ok(preview)
}

/// The separator that stands most often in the first line tells the cells apart.
fn likely_shape(file: &Looked) -> io::Result<Shape> {
    if file.is_parquet {
        return Ok(Shape::Parquet);
    }
    let first = shape::first_line(file)?;
    if first.starts_with('{') {
        return Ok(Shape::Ndjson);
    }
    let widest = Dialect::LIKELY
        .into_iter()
        .rev()
        .max_by_key(|dialect| first.matches(dialect.separator).count());
    Ok(Shape::Delimited(widest.unwrap_or(Dialect::quoted(","))))
}

fn look_at(source: &Source, part: &Part, most: usize) -> io::Result<Preview> {
    let mut preview = Preview::new(&part.file, part.table.role(), part.shape);
    let whole = Piece::whole();
    let mut current = Current::open(
        part.clone(),
        &whole,
        &source.map,
        source.now,
        &Arc::default(),
    )?;
    let mut row = Row::default();
    while preview.looked_at < shape::SAMPLE_ROWS as u64 {
        let mut records = VecDeque::new();
        let verdict = match current.rows.next(&mut row)? {
            Step::End => break,
            Step::Fault(fault) => Err(fault),
            Step::Row => current.read(&row, &source.map, source.now, &mut records),
        };
        let outcome = match verdict {
            Ok(Verdict::Taken) => Outcome::Taken(records.into()),
            Ok(Verdict::Skipped(reason)) => Outcome::Skipped(reason.to_owned()),
            Err(fault) => Outcome::Quarantined {
                column: fault
                    .column
                    .and_then(|column| current.rows.columns().get(column).cloned()),
                reason: fault.reason,
                text: shortened(&row.text),
            },
        };
        preview.add(&row, outcome, most);
    }
    preview.set_columns(current.rows.columns(), &source.map);
    if part.table != Table::Interactions {
        preview.fields.clear();
    }
    Ok(preview)
}

impl Preview {
    fn new(file: &Looked, role: Role, shape: Shape) -> Self {
        Self {
            file: file.name.clone(),
            role,
            shape: in_words(shape, file.encoding),
            columns: Vec::new(),
            fields: Vec::new(),
            found: Vec::new(),
            rows: Vec::new(),
            faults: Vec::new(),
            looked_at: 0,
            taken: 0,
            skipped: 0,
            quarantined: 0,
        }
    }

    fn add(&mut self, row: &Row, outcome: Outcome, most: usize) {
        self.looked_at += 1;
        let is_fault = matches!(outcome, Outcome::Quarantined { .. });
        match outcome {
            Outcome::Taken(_) => self.taken += 1,
            Outcome::Skipped(_) => self.skipped += 1,
            Outcome::Quarantined { .. } | Outcome::Unread => self.quarantined += 1,
        }
        if self.rows.len() >= most && !(is_fault && self.faults.len() < most) {
            return;
        }
        let shown = PreviewRow {
            line: row.line,
            cells: row.cells().map(shortened).collect(),
            outcome,
        };
        if is_fault && self.faults.len() < most {
            self.faults.push(shown.clone());
        }
        if self.rows.len() < most {
            self.rows.push(shown);
        }
    }

    /// The column that holds a field of interactions.
    pub fn column_of(&self, field: &str) -> Option<&str> {
        column_of(&self.fields, field)
    }

    /// The column that would hold it without any mapping.
    pub fn found(&self, field: &str) -> Option<&str> {
        column_of(&self.found, field)
    }

    fn set_columns(&mut self, names: &[String], map: &[(String, String)]) {
        let fields = |map| {
            let columns = Columns {
                names,
                map,
                map_binds: true,
            };
            let field = |known: &&'static Known| {
                let column = columns.find(known).map(|column| names[column].clone());
                (known.field, column)
            };
            INTERACTION_FIELDS.iter().map(field).collect()
        };
        self.fields = fields(map);
        self.found = fields(&[]);
        self.columns = names.to_vec();
    }
}

fn column_of<'a>(fields: &'a [(&str, Option<String>)], field: &str) -> Option<&'a str> {
    let (_, column) = fields.iter().find(|(name, _)| *name == field)?;
    column.as_deref()
}

fn in_words(shape: Shape, encoding: Encoding) -> String {
    let dialect = match shape {
        Shape::Parquet => return "Parquet".to_owned(),
        Shape::Ndjson => None,
        Shape::Delimited(dialect) | Shape::Headless(dialect, _) | Shape::Ragged(dialect) => {
            Some(dialect)
        }
    };
    let cells = match dialect.map(|dialect| dialect.separator) {
        None => "one JSON object a line",
        Some(",") => "cells separated by commas",
        Some("\t") => "cells separated by tabs",
        Some(";") => "cells separated by semicolons",
        Some("|") => "cells separated by upright bars",
        Some(_) => "cells separated by double colons",
    };
    let letters = match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Windows1252 => "not UTF-8, read as windows-1252",
    };
    format!("{cells}, {letters}")
}
