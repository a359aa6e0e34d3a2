//! Rows of a delimited file: CSV, TSV and their like.
//!
//! A cell in quotes may hold separators, doubled quotes and line breaks. Common readers of CSV
//! take everything up to the next quote, so one quote too many silently swallows good rows. Here
//! a row goes over several lines only if it then is a whole row: quotes closed, exactly as many
//! cells as the header, no line break where an id, a number or a time stands. Otherwise the line
//! with the quote is at fault alone and reading goes on with the next one.
//!
//! A row with fewer cells than the header, or with more that are not empty, is at fault: nobody
//! can tell which cell is missing or too many.

use std::io::Result;

use super::lines::{Kind, Line, Lines};
use super::plain::{Id, PlainRows, Wanted};
use super::row::{Fault, Row};
use super::rows::Step;

/// The most lines and bytes that one row in quotes may go over.
const MAX_JOINED_LINES: usize = 64;
const MAX_JOINED_BYTES: usize = 1 << 16;

/// How the cells of a row are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) separator: &'static str,
    /// Whether quotes can enclose a cell; where not, they are letters like others.
    pub(super) quotes: bool,
}

#[derive(Debug)]
pub(super) struct Delimited {
    lines: Lines,
    dialect: Dialect,
    /// The names in the header; none where every row has its own width, as baskets have.
    columns: Option<Vec<String>>,
    /// The columns that can't hold a line break; none where a row can't go over several lines.
    short_columns: Option<Vec<usize>>,
}

/// How the quotes of a row come out.
#[derive(Debug, PartialEq, Eq)]
enum Quotes {
    Closed,
    /// The last cell opens a quote and does not close it.
    Open,
    /// Text follows a closing quote, in the cell with this number from 0.
    Stray(usize),
}

impl Delimited {
    /// Reads rows without a header, each as wide as it is.
    pub(super) fn ragged(lines: Lines, dialect: Dialect) -> Self {
        Self {
            lines,
            dialect,
            columns: None,
            short_columns: None,
        }
    }

    /// Reads rows of a table whose columns are known beforehand.
    pub(super) fn with_columns(lines: Lines, dialect: Dialect, columns: Vec<String>) -> Self {
        Self {
            columns: Some(columns),
            ..Self::ragged(lines, dialect)
        }
    }

    /// Reads the header, the first line that is not blank; a file without one has no columns.
    pub(super) fn with_header(lines: Lines, dialect: Dialect) -> Result<Self> {
        let mut rows = Self::ragged(lines, dialect);
        let mut row = Row::default();
        let columns = match rows.next(&mut row)? {
            Step::Row => row.cells().map(|name| name.trim().to_owned()).collect(),
            Step::Fault(_) | Step::End => Vec::new(),
        };
        rows.columns = Some(columns);
        Ok(rows)
    }

    pub(super) fn columns(&self) -> &[String] {
        self.columns.as_deref().unwrap_or_default()
    }

    /// Lets rows go over several lines, with line breaks in all columns but these.
    pub(super) fn allow_line_breaks(&mut self, short_columns: Vec<usize>) {
        self.short_columns = Some(short_columns);
    }

    pub(super) fn lines(&self) -> &Lines {
        &self.lines
    }

    pub(super) fn plain(&self, wanted: Wanted) -> Option<PlainRows> {
        PlainRows::new(wanted, self.dialect, self.columns().len())
    }

    /// Hands on the plain rows that wait to be read.
    pub(super) fn take_plain(&mut self, plain: &mut PlainRows, take: impl FnMut(Id<'_>, Id<'_>)) {
        let (bytes, rows) = plain.read(self.lines.waiting(), take);
        self.lines.skip(bytes, rows);
    }

    pub(super) fn next(&mut self, row: &mut Row) -> Result<Step> {
        loop {
            let Some(line) = self.lines.next(std::mem::take(&mut row.text))? else {
                return Ok(Step::End);
            };
            row.line = line.number;
            row.text = line.text;
            match line.kind {
                Kind::TooLong => {
                    row.start_in_text();
                    return Ok(Step::Fault(Fault::of_row(
                        "the line is longer than 1 MiB: check its line ends",
                    )));
                }
                Kind::NotText => {
                    row.start_in_text();
                    return Ok(Step::Fault(Fault::of_row(
                        "the line stops in the middle of a letter: check that the file is whole",
                    )));
                }
                Kind::Text if row.text.trim().is_empty() => {}
                Kind::Text => return self.split_checked(row),
            }
        }
    }

    fn split_checked(&mut self, row: &mut Row) -> Result<Step> {
        match self.dialect.split(row) {
            Quotes::Closed => {}
            Quotes::Stray(column) => {
                return Ok(Step::Fault(Fault {
                    column: Some(column),
                    reason: "text follows a closing quote: double the quotes inside a cell"
                        .to_owned(),
                }));
            }
            Quotes::Open => {
                if !self.join_lines(row)? {
                    return Ok(Step::Fault(Fault::of_row(
                        "a quote is opened and never closed: close it or double it",
                    )));
                }
            }
        }
        Ok(self.width_fault(row).map_or(Step::Row, Step::Fault))
    }

    /// Reads on where a quote is open; false leaves the row and the lines after it as they were.
    fn join_lines(&mut self, row: &mut Row) -> Result<bool> {
        let first_line_bytes = row.text.len();
        let mut ahead: Vec<Line> = Vec::new();
        while self.short_columns.is_some() && ahead.len() + 1 < MAX_JOINED_LINES {
            let Some(line) = self.lines.next_beyond(String::new())? else {
                break;
            };
            let readable =
                line.kind == Kind::Text && row.text.len() + line.text.len() < MAX_JOINED_BYTES;
            if readable {
                row.text.push('\n');
                row.text.push_str(&line.text);
            }
            ahead.push(line);
            if !readable {
                break;
            }
            match self.dialect.split(row) {
                Quotes::Open => {}
                Quotes::Closed if self.is_whole(row) => return Ok(true),
                Quotes::Closed | Quotes::Stray(_) => break,
            }
        }
        self.lines.put_back(ahead);
        row.text.truncate(first_line_bytes);
        Ok(false)
    }

    /// Whether a row of several lines is one that its writer meant.
    fn is_whole(&self, row: &Row) -> bool {
        let mut short = self.short_columns.iter().flatten();
        row.width() == self.columns().len() && short.all(|&column| !row.cell(column).contains('\n'))
    }

    fn width_fault(&self, row: &Row) -> Option<Fault> {
        let expected = self.columns.as_ref()?.len();
        if row.width() < expected {
            let missing = format!("the row has {} of {expected} columns", row.width());
            return Some(Fault::of_row(missing));
        }
        let extra = row
            .cells()
            .skip(expected)
            .any(|cell| !cell.trim().is_empty());
        extra.then(|| {
            Fault::of_row(format!(
                "the row has {} columns and the header {expected}: put quotes around a cell that \
                 holds the separator",
                row.width()
            ))
        })
    }
}

impl Dialect {
    /// Splits the text of a row into cells.
    fn split(self, row: &mut Row) -> Quotes {
        if self.quotes && row.text.contains('"') {
            return self.split_quoted(row);
        }
        row.start_in_text();
        let text = std::mem::take(&mut row.text);
        let mut start = 0;
        while let Some(length) = self.cell_bytes(&text[start..]) {
            row.push_range(start..start + length);
            start += length + self.separator.len();
        }
        row.push_range(start..text.len());
        row.text = text;
        Quotes::Closed
    }

    /// The bytes before the next separator. To look for one byte is much faster than for a text.
    fn cell_bytes(self, text: &str) -> Option<usize> {
        match self.separator.as_bytes() {
            &[byte] => text.bytes().position(|other| other == byte),
            _ => text.find(self.separator),
        }
    }

    fn split_quoted(self, row: &mut Row) -> Quotes {
        row.start_anew();
        let text = std::mem::take(&mut row.text);
        let outcome = self.write_cells(&text, row);
        row.text = text;
        outcome
    }

    fn write_cells(self, text: &str, row: &mut Row) -> Quotes {
        let mut rest = text;
        loop {
            if let Some(quoted) = rest.strip_prefix('"') {
                match unquote(quoted, row) {
                    Some(after) => rest = after,
                    None => return Quotes::Open,
                }
            } else {
                let end = self.cell_bytes(rest).unwrap_or(rest.len());
                row.write(&rest[..end]);
                rest = &rest[end..];
            }
            row.end_cell();
            if rest.is_empty() {
                return Quotes::Closed;
            }
            match rest.strip_prefix(self.separator) {
                Some(after) => rest = after,
                None => return Quotes::Stray(row.width() - 1),
            }
        }
    }
}

/// Writes a cell up to its closing quote and gives what follows; none where it never closes.
fn unquote<'a>(mut quoted: &'a str, row: &mut Row) -> Option<&'a str> {
    loop {
        let (before, after) = quoted.split_once('"')?;
        row.write(before);
        match after.strip_prefix('"') {
            Some(more) => {
                row.write("\"");
                quoted = more;
            }
            None => return Some(after),
        }
    }
}
