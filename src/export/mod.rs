//! Tables as files: CSV, JSON, XLSX and Parquet, the same cells in each.
//!
//! A table is its columns and its rows, which come one at a time, so that a file of any length
//! is written in the same memory. Every format carries the same float64: CSV, JSON and XLSX as the
//! digits that read back as it, Parquet as its bits. Nothing is cut: a file holds all the rows that
//! were asked for, or is refused before it begins. What a file is of stands in its [`Manifest`],
//! whose [`Digest`] is the same for the same rows in every format.

mod blocks;
mod csv;
mod digest;
mod json;
pub mod parquet;
mod xlsx;

use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::io::{self, BufWriter, Write};
use utoipa::ToSchema;

pub use blocks::in_order;
pub use csv::{cell as csv_cell, text, writer as csv_writer};
pub use digest::Digest;

/// The most rows of a table as XLSX: what a sheet holds, less the line of headings.
pub const XLSX_MOST_ROWS: u64 = 1_048_575;

/// Bytes of a file that are handed on at a time.
const PIECE: usize = 1 << 16;

/// One cell of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    Text(Cow<'a, str>),
    Count(u64),
    Figure(f64),
    Absent,
}

impl<'a> Cell<'a> {
    pub fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    pub fn some_text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Absent, Self::text)
    }

    pub fn some_figure(figure: Option<f64>) -> Self {
        figure.map_or(Self::Absent, Self::Figure)
    }
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Count(count) => serializer.serialize_u64(*count),
            Self::Figure(figure) => serializer.serialize_f64(*figure),
            Self::Absent => serializer.serialize_none(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Count,
    Figure,
}

/// What the cells of a column are; in one that `may_lack`, some are absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub may_lack: bool,
}

impl Column {
    pub const fn text(name: &'static str) -> Self {
        Self::new(name, Kind::Text)
    }

    pub const fn count(name: &'static str) -> Self {
        Self::new(name, Kind::Count)
    }

    pub const fn figure(name: &'static str) -> Self {
        Self::new(name, Kind::Figure)
    }

    const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            may_lack: false,
        }
    }

    #[must_use]
    pub const fn or_absent(self) -> Self {
        Self {
            may_lack: true,
            ..self
        }
    }
}

/// What a file is of, and what its rows are.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Manifest {
    /// The catalog's id.
    pub catalog: String,
    /// The parameters that chose the rows, as a URL names them.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub filters: serde_json::Map<String, serde_json::Value>,
    /// The table's version.
    pub version: String,
    /// The number of the change up to which it is counted.
    pub watermark: i64,
    /// Baskets that were counted.
    pub baskets: u64,
    /// The columns of a row, in their order.
    pub columns: Vec<&'static str>,
    /// How many rows there are.
    pub rows: u64,
    /// Over the canonical rows, as [`Digest`] says; not over the file's bytes.
    pub sha256: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Json,
    Xlsx,
    Parquet,
}

impl Format {
    pub const ALL: [Self; 4] = [Self::Csv, Self::Xlsx, Self::Parquet, Self::Json];

    /// The name in a URL and on the command line, which is also the ending of a file's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// Why a table of so many rows can't be written in this format; none where it can.
    pub fn refuses(self, rows: u64) -> Option<String> {
        (self == Self::Xlsx && rows > XLSX_MOST_ROWS).then(|| {
            format!(
                "The table has {rows} rows and a sheet holds {XLSX_MOST_ROWS} below its headings. \
                 Take CSV or Parquet, which hold all of them, or choose fewer rows."
            )
        })
    }

    /// Begins a file. What is written comes in large pieces.
    pub fn begin<'w>(
        self,
        columns: &'static [Column],
        to: impl Write + Send + 'w,
    ) -> io::Result<Box<dyn WriteRows + 'w>> {
        let to = BufWriter::with_capacity(PIECE, to);
        Ok(match self {
            Self::Csv => Box::new(csv::Csv::begin(columns, to)?),
            Self::Json => Box::new(json::Json::begin(columns, to)?),
            Self::Xlsx => Box::new(xlsx::Xlsx::begin(columns, to)?),
            Self::Parquet => Box::new(parquet::Parquet::begin(columns, to)?),
        })
    }
}

/// A file that is being written.
pub trait WriteRows {
    /// Writes one row: a cell for every column, in their order.
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()>;

    /// Ends the file; without this it is broken. The manifest goes where the format has a place
    /// for it: CSV has none.
    fn end(self: Box<Self>, manifest: Option<&Manifest>) -> io::Result<()>;
}

#[cfg(test)]
mod tests;
