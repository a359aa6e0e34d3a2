//! One row of a table, whatever the file: cells by column, and the row as it stood in the file.

use std::ops::Range;

use super::MAX_QUARANTINED_CHARS;

/// A row and the memory it is read into; used again for every row of a file.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Where the row begins: a line, or for Parquet the number of the row; from 1.
    pub(super) line: u64,
    /// The row as it stands in the file.
    pub(super) text: String,
    /// Cells that had to be written anew, because of quotes or because the file is not text.
    values: String,
    /// Where the cells are: in `values` if `rewritten`, else in `text`.
    cells: Vec<Range<usize>>,
    rewritten: bool,
    /// Columns that hold a value which is not a single text or number.
    nested: Vec<usize>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The number of the column at fault, from 0; none where the whole row is.
    pub(super) column: Option<usize>,
    pub(super) reason: String,
}

impl Fault {
    /// A fault of the whole row.
    pub(super) fn of_row(reason: impl Into<String>) -> Self {
        Self {
            column: None,
            reason: reason.into(),
        }
    }
}

impl Row {
    /// The text of a cell; empty where the row has none.
    pub(super) fn cell(&self, column: usize) -> &str {
        let source = if self.rewritten {
            &self.values
        } else {
            &self.text
        };
        self.cells
            .get(column)
            .map_or("", |range| &source[range.clone()])
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.cells.len()).map(|column| self.cell(column))
    }

    pub(super) fn width(&self) -> usize {
        self.cells.len()
    }

    /// Reads the value of a cell; the column is at fault where that fails.
    pub(super) fn read<T>(
        &self,
        column: usize,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, Fault> {
        let value = if self.nested.contains(&column) {
            Err("one text or number is wanted here".to_owned())
        } else {
            parse(self.cell(column))
        };
        value.map_err(|reason| Fault {
            column: Some(column),
            reason,
        })
    }

    /// As [`Row::read`], where the table may not have the column.
    pub(super) fn read_optional<T>(
        &self,
        column: Option<usize>,
        parse: impl FnOnce(&str) -> Result<Option<T>, String>,
    ) -> Result<Option<T>, Fault> {
        column.map_or(Ok(None), |column| self.read(column, parse))
    }

    /// Forgets the cells; the next ones lie in `text`.
    pub(super) fn start_in_text(&mut self) {
        self.cells.clear();
        self.nested.clear();
        self.rewritten = false;
    }

    /// Forgets the cells; the next ones are pushed.
    pub(super) fn start_anew(&mut self) {
        self.start_in_text();
        self.values.clear();
        self.rewritten = true;
    }

    pub(super) fn push_range(&mut self, range: Range<usize>) {
        self.cells.push(range);
    }

    /// Adds text to the cell being written.
    pub(super) fn write(&mut self, text: &str) {
        self.values.push_str(text);
    }

    /// Ends the cell being written.
    pub(super) fn end_cell(&mut self) {
        let start = self.cells.last().map_or(0, |range| range.end);
        self.cells.push(start..self.values.len());
    }

    /// Ends the cell being written, which holds a list or an object.
    pub(super) fn end_nested_cell(&mut self) {
        self.nested.push(self.cells.len());
        self.end_cell();
    }
}

/// Cuts a text to what quarantine keeps; `…` says that there was more.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_QUARANTINED_CHARS) {
        None => text.to_owned(),
        Some(_) => text
            .chars()
            .take(MAX_QUARANTINED_CHARS - 1)
            .chain(['…'])
            .collect(),
    }
}
