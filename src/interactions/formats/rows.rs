//! Rows of any table: the one shape that readers see, whatever the file is made of.

use std::fs::File;
use std::io::{self, Result};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::delimited::{Delimited, Dialect};
use super::lines::Lines;
use super::look::Looked;
use super::ndjson::Ndjson;
use super::parquet_rows::ParquetRows;
use super::row::{Fault, Row};

/// What a table is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Cells with separators, below a header.
    Delimited(Dialect),
    /// The same without a header, with columns that the format itself names.
    Headless(Dialect, &'static [&'static str]),
    /// The same without a header and without columns: each row as wide as it is.
    Ragged(Dialect),
    /// One JSON object a line.
    Ndjson,
    Parquet,
}

/// What came of asking for the next row.
#[derive(Debug)]
pub(super) enum Step {
    Row,
    /// A row that can't be split into cells; its line and its text are there.
    Fault(Fault),
    End,
}

#[derive(Debug)]
pub(super) enum Rows {
    Delimited(Delimited),
    Ndjson(Ndjson),
    Parquet(ParquetRows),
}

impl Rows {
    pub(super) fn open(file: &Looked, shape: Shape, bytes_read: Arc<AtomicU64>) -> Result<Self> {
        let opened = File::open(&file.path)?;
        if opened.metadata()?.len() != file.bytes {
            return Err(io::Error::other("its size has changed since it was opened"));
        }
        if shape == Shape::Parquet {
            return Ok(Self::Parquet(ParquetRows::new(
                opened, file.bytes, bytes_read,
            )?));
        }
        let lines = Lines::new(opened, file.encoding, bytes_read);
        Ok(match shape {
            Shape::Delimited(dialect) => Self::Delimited(Delimited::with_header(lines, dialect)?),
            Shape::Headless(dialect, names) => {
                let columns = names.iter().map(|&name| name.to_owned()).collect();
                Self::Delimited(Delimited::with_columns(lines, dialect, columns))
            }
            Shape::Ragged(dialect) => Self::Delimited(Delimited::ragged(lines, dialect)),
            Shape::Ndjson | Shape::Parquet => Self::Ndjson(Ndjson::new(lines)),
        })
    }

    /// The columns known so far; NDJSON may come to know more with every row.
    pub(super) fn columns(&self) -> &[String] {
        match self {
            Self::Delimited(rows) => rows.columns(),
            Self::Ndjson(rows) => rows.columns(),
            Self::Parquet(rows) => rows.columns(),
        }
    }

    pub(super) fn next(&mut self, row: &mut Row) -> Result<Step> {
        match self {
            Self::Delimited(rows) => rows.next(row),
            Self::Ndjson(rows) => rows.next(row),
            Self::Parquet(rows) => rows.next(row),
        }
    }

    /// Lets rows go over several lines, with line breaks in all columns but these; only delimited
    /// files need to be told.
    pub(super) fn allow_line_breaks(&mut self, short_columns: Vec<usize>) {
        if let Self::Delimited(rows) = self {
            rows.allow_line_breaks(short_columns);
        }
    }
}
