//! What makes two files of the same rows recognisable, whatever their format.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

use super::Cell;

/// SHA-256 over canonical rows.
///
/// A row is a line: its cells with a tab between them and a line feed after the last. Text is
/// UTF-8 as it is, with a backslash before each backslash and `\t`, `\n`, `\r` for a tab, a line
/// feed and a carriage return; a count is its decimal digits; a figure is the sixteen hexadecimal
/// digits of its float64, the highest first; an absent cell is `\N`. There is no line of headings.
#[derive(Default)]
pub struct Digest {
    sum: Sha256,
    line: String,
    rows: u64,
}

impl Digest {
    pub fn row(&mut self, cells: &[Cell<'_>]) {
        self.line.clear();
        for cell in cells {
            add(&mut self.line, cell);
            self.line.push('\t');
        }
        self.line.pop();
        self.line.push('\n');
        self.sum.update(&self.line);
        self.rows += 1;
    }

    /// The number of rows and the digest's hexadecimal digits.
    pub fn end(self) -> (u64, String) {
        let sum = self.sum.finalize();
        let digits = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        (self.rows, digits)
    }
}

fn add(line: &mut String, cell: &Cell<'_>) {
    let written = match cell {
        Cell::Text(text) => {
            escape(line, text);
            Ok(())
        }
        Cell::Count(count) => write!(line, "{count}"),
        Cell::Figure(figure) => write!(line, "{:016x}", figure.to_bits()),
        Cell::Absent => write!(line, "\\N"),
    };
    written.expect("BUG: writing to memory does not fail");
}

fn escape(line: &mut String, text: &str) {
    for part in text.split_inclusive(['\\', '\t', '\n', '\r']) {
        let plain = part.trim_end_matches(['\\', '\t', '\n', '\r']);
        line.push_str(plain);
        line.push_str(match &part[plain.len()..] {
            "\\" => "\\\\",
            "\t" => "\\t",
            "\n" => "\\n",
            "\r" => "\\r",
            _ => "",
        });
    }
}
