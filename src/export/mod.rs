//! Tables as files.
//!
//! For now CSV. Rows come as plain structs whose field names are the columns; figures are written
//! with the digits that read back as the same float64, and text that a spreadsheet would take for a
//! formula is escaped. Nothing is cut: a file holds all the rows that were asked for.

use csv::{Terminator, Writer, WriterBuilder};
use std::borrow::Cow;
use std::io::Write;

/// A CSV writer with a header line and lines that end as RFC 4180 says.
pub fn csv<W: Write>(to: W) -> Writer<W> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_escaped_and_other_text_is_not() {
        for formula in ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"] {
            assert_eq!(text(Cow::Borrowed(formula)), format!("'{formula}"));
        }
        for plain in ["Toy Story", "1", "a=b", "", "'quoted"] {
            assert_eq!(text(Cow::Borrowed(plain)), plain);
        }
    }
}
