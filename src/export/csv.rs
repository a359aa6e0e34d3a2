//! CSV: a line of headings, lines that end as RFC 4180 says, text that no spreadsheet calculates.

use std::borrow::Cow;
use std::io::{self, Write};

use ::csv::{Terminator, Writer, WriterBuilder};

use super::{Cell, Column, Manifest, WriteRows};

/// A CSV writer with lines that end as RFC 4180 says.
pub fn writer<W: Write>(to: W) -> Writer<W> {
    WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(to)
}

/// Text as a spreadsheet shows it: a cell that begins as a formula does gets an apostrophe first.
pub fn text(cell: Cow<'_, str>) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        cell
    }
}

/// The bytes of a cell of text among others, as a [`writer`] writes them.
pub fn cell(cell: &str) -> io::Result<Vec<u8>> {
    let mut line = writer(Vec::new());
    // A second cell, because one alone is written otherwise where it is empty.
    line.write_record([&text(Cow::Borrowed(cell)), ""])?;
    let mut bytes = line
        .into_inner()
        .map_err(::csv::IntoInnerError::into_error)?;
    bytes.truncate(bytes.len() - ",\r\n".len());
    Ok(bytes)
}

pub(super) struct Csv<W: Write>(Writer<W>);

impl<W: Write> Csv<W> {
    pub(super) fn begin(columns: &[Column], to: W) -> io::Result<Self> {
        let mut writer = writer(to);
        writer.write_record(columns.iter().map(|column| column.name))?;
        Ok(Self(writer))
    }
}

impl<W: Write> WriteRows for Csv<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let is_formula = |cell: &Cell<'_>| match cell {
            Cell::Text(cell) => matches!(text(Cow::Borrowed(cell)), Cow::Owned(_)),
            _ => false,
        };
        if cells.iter().any(is_formula) {
            let escaped: Vec<Cell<'_>> = cells
                .iter()
                .map(|cell| match cell {
                    Cell::Text(cell) => Cell::Text(text(Cow::Borrowed(cell))),
                    other => other.clone(),
                })
                .collect();
            return Ok(self.0.serialize(escaped)?);
        }
        Ok(self.0.serialize(cells)?)
    }

    fn end(mut self: Box<Self>, _: Option<&Manifest>) -> io::Result<()> {
        self.0.flush()
    }
}
