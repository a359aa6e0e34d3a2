//! What makes two files of the same rows recognisable, whatever their format.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::Cell;

/// How much is summed at a time, in bytes.
const PORTION: usize = 1 << 20;

/// SHA-256 over canonical rows.
///
/// A row is a line: its cells with a tab between them and a line feed after the last. Text is
/// UTF-8 as it is, with a backslash before each backslash and `\t`, `\n`, `\r` for a tab, a line
/// feed and a carriage return; a count is its decimal digits; a figure is the sixteen hexadecimal
/// digits of its float64, the highest first; an absent cell is `\N`. There is no line of headings.
///
/// Gigabytes are summed on a thread of its own, beside the writing of the file.
#[derive(Default)]
pub struct Digest {
    lines: String,
    rows: u64,
    /// Once there is more than one portion.
    summing: Option<Summing>,
}

struct Summing {
    portions: SyncSender<String>,
    thread: JoinHandle<Sha256>,
}

impl Summing {
    fn start() -> Self {
        let (portions, coming) = sync_channel::<String>(2);
        let thread = thread::spawn(move || {
            let mut sum = Sha256::new();
            for portion in coming {
                sum.update(&portion);
            }
            sum
        });
        Self { portions, thread }
    }
}

impl Digest {
    pub fn row(&mut self, cells: &[Cell<'_>]) {
        for cell in cells {
            add(&mut self.lines, cell);
            self.lines.push('\t');
        }
        self.lines.pop();
        self.lines.push('\n');
        self.rows += 1;
        if self.lines.len() >= PORTION {
            let portion = std::mem::replace(&mut self.lines, String::with_capacity(PORTION + 4096));
            let summing = self.summing.get_or_insert_with(Summing::start);
            let sent = summing.portions.send(portion);
            sent.expect("BUG: the thread that sums has ended");
        }
    }

    /// The number of rows and the digest's hexadecimal digits.
    pub fn end(self) -> (u64, String) {
        let mut sum = match self.summing {
            Some(Summing { portions, thread }) => {
                drop(portions);
                thread.join().expect("BUG: summing panicked")
            }
            None => Sha256::new(),
        };
        sum.update(&self.lines);
        let digits = sum
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        (self.rows, digits)
    }
}

fn add(line: &mut String, cell: &Cell<'_>) {
    match cell {
        Cell::Text(text) => escape(line, text),
        Cell::Count(count) => {
            write!(line, "{count}").expect("BUG: writing to memory does not fail");
        }
        Cell::Figure(figure) => add_bits(line, figure.to_bits()),
        Cell::Absent => line.push_str("\\N"),
    }
}

/// Sixteen digits by hand: the formatter takes five times as long, and a table has millions.
fn add_bits(line: &mut String, bits: u64) {
    let digits = (0..16).rev().map(|place| {
        let digit = (bits >> (4 * place)) as u32 & 0xf;
        char::from_digit(digit, 16).expect("BUG: four bits are a digit")
    });
    line.extend(digits);
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
