//! XLSX: the table on the first sheet, the manifest on the second.
//!
//! Rows go to a temporary file as they come and are packed at the end, so that memory holds one row
//! and each distinct text.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::io::{self, Write};

use super::{Cell, Column, Kind, Manifest, WriteRows};

const TABLE: usize = 0;
const MANIFEST: usize = 1;

pub(super) struct Xlsx<W> {
    book: Workbook,
    to: W,
    next: u32,
}

impl<W: Write + Send> Xlsx<W> {
    pub(super) fn begin(columns: &[Column], to: W) -> io::Result<Self> {
        let book = open(columns).map_err(io::Error::other)?;
        Ok(Self { book, to, next: 1 })
    }
}

fn open(columns: &[Column]) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    // Without this the file would say when it was made, and two of the same rows would differ.
    let never = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&never));
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet_with_low_memory()?;
    sheet.set_name("Table")?.set_freeze_panes(1, 0)?;
    for (place, column) in (0..).zip(columns) {
        sheet.write_string_with_format(0, place, column.name, &bold)?;
        let width = match column.kind {
            Kind::Text => 24.0,
            Kind::Count | Kind::Figure => 13.0,
        };
        sheet.set_column_width(place, width)?;
    }
    book.add_worksheet().set_name("Manifest")?;
    Ok(book)
}

impl<W: Write + Send> WriteRows for Xlsx<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let written = self.book.worksheet_from_index(TABLE);
        let written = written.and_then(|sheet| write_row(sheet, self.next, cells));
        self.next += 1;
        written.map_err(io::Error::other)
    }

    fn end(mut self: Box<Self>, manifest: Option<&Manifest>) -> io::Result<()> {
        if let Some(manifest) = manifest {
            let written = self.book.worksheet_from_index(MANIFEST);
            let written = written.and_then(|sheet| write_manifest(sheet, manifest));
            written.map_err(io::Error::other)?;
        }
        let saved = self.book.save_to_writer(&mut self.to);
        saved.map_err(io::Error::other)?;
        self.to.flush()
    }
}

fn write_row(sheet: &mut Worksheet, row: u32, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(cells) {
        match cell {
            Cell::Text(text) => sheet.write_string(row, column, text.as_ref())?,
            Cell::Count(count) => sheet.write_number(row, column, *count as f64)?,
            Cell::Figure(figure) => sheet.write_number(row, column, *figure)?,
            Cell::Absent => continue,
        };
    }
    Ok(())
}

fn write_manifest(sheet: &mut Worksheet, manifest: &Manifest) -> Result<(), XlsxError> {
    sheet.set_column_width(0, 20)?.set_column_width(1, 70)?;
    let filters = manifest.filters.iter();
    let filters = filters.map(|(name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        (format!("filter {name}"), value)
    });
    let facts = [
        ("catalog", manifest.catalog.clone()),
        ("version", manifest.version.clone()),
        ("watermark", manifest.watermark.to_string()),
        ("baskets", manifest.baskets.to_string()),
        ("rows", manifest.rows.to_string()),
        ("sha256", manifest.sha256.clone()),
    ];
    let facts = facts.map(|(name, value)| (name.to_owned(), value));
    for (row, (name, value)) in (0..).zip(facts.into_iter().chain(filters)) {
        sheet.write_string(row, 0, name)?;
        sheet.write_string(row, 1, value)?;
    }
    Ok(())
}
