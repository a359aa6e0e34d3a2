//! Rows of any table: the one shape that readers see, whatever the file is made of.

use std::fs::File;
use std::io::{self, Result};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::delimited::{Delimited, Dialect};
use super::lines::Lines;
use super::look::Looked;
use super::ndjson::Ndjson;
use super::parquet_rows::ParquetRows;
use super::plain::{Id, PlainRows, Wanted};
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

/// A piece of a file that is read on its own.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// Where its rows begin, in bytes, or in row groups of Parquet; a row may end behind it.
    pub(super) range: Range<u64>,
    /// The columns that are known before it; none where the file begins with it.
    pub(super) columns: Option<Vec<String>>,
}

impl Piece {
    pub(super) fn whole() -> Self {
        Self {
            range: 0..u64::MAX,
            columns: None,
        }
    }
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
        Self::open_piece(file, shape, &Piece::whole(), bytes_read)
    }

    pub(super) fn open_piece(
        file: &Looked,
        shape: Shape,
        piece: &Piece,
        bytes_read: Arc<AtomicU64>,
    ) -> Result<Self> {
        let opened = File::open(&file.path)?;
        if opened.metadata()?.len() != file.bytes {
            return Err(io::Error::other("its size has changed since it was opened"));
        }
        if shape == Shape::Parquet {
            return Ok(Self::Parquet(ParquetRows::new(
                opened,
                piece.range.clone(),
                file.bytes,
                bytes_read,
            )?));
        }
        let lines = Lines::new(opened, piece.range.clone(), file.encoding, bytes_read)?;
        let columns = piece.columns.clone();
        Ok(match shape {
            Shape::Delimited(dialect) => Self::Delimited(match columns {
                Some(columns) => Delimited::with_columns(lines, dialect, columns),
                None => Delimited::with_header(lines, dialect)?,
            }),
            Shape::Headless(dialect, names) => {
                let columns = names.iter().map(|&name| name.to_owned()).collect();
                Self::Delimited(Delimited::with_columns(lines, dialect, columns))
            }
            Shape::Ragged(dialect) => Self::Delimited(Delimited::ragged(lines, dialect)),
            Shape::Ndjson | Shape::Parquet => Self::Ndjson(Ndjson::new(lines, columns)),
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

    /// Where the next row begins, or in Parquet the next piece.
    pub(super) fn place(&self) -> u64 {
        match self {
            Self::Delimited(rows) => rows.lines().place(),
            Self::Ndjson(rows) => rows.lines().place(),
            Self::Parquet(rows) => rows.place(),
        }
    }

    /// How many lines of the piece are behind us; in Parquet, rows.
    pub(super) fn line(&self) -> u64 {
        match self {
            Self::Delimited(rows) => rows.lines().number(),
            Self::Ndjson(rows) => rows.lines().number(),
            Self::Parquet(rows) => rows.row(),
        }
    }

    /// How rows are told that are plainly taken; none where no row is.
    pub(super) fn plain(&self, wanted: Wanted) -> Option<PlainRows> {
        match self {
            Self::Delimited(rows) => rows.plain(wanted),
            Self::Ndjson(_) | Self::Parquet(_) => None,
        }
    }

    /// Hands on the plain rows that come next, as far as they have been read from the file.
    pub(super) fn take_plain(&mut self, plain: &mut PlainRows, take: impl FnMut(Id<'_>, Id<'_>)) {
        if let Self::Delimited(rows) = self {
            rows.take_plain(plain, take);
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
