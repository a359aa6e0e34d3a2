//! What makes two files of the same rows recognisable, whatever their format.

use sha2::{Digest as _, Sha256};
use std::io::Write as _;
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
    lines: Vec<u8>,
    rows: u64,
    /// Once there is more than one portion.
    summing: Option<Summing>,
}

struct Summing {
    portions: SyncSender<Vec<u8>>,
    thread: JoinHandle<Sha256>,
}

impl Summing {
    fn start() -> Self {
        let (portions, coming) = sync_channel::<Vec<u8>>(2);
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
            self.lines.push(b'\t');
        }
        self.lines.pop();
        self.lines.push(b'\n');
        self.rows += 1;
        if self.lines.len() >= PORTION {
            let portion = std::mem::replace(&mut self.lines, Vec::with_capacity(PORTION + 4096));
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

fn add(lines: &mut Vec<u8>, cell: &Cell<'_>) {
    match cell {
        Cell::Text(text) => add_text(lines, text.as_bytes()),
        Cell::Count(count) => {
            write!(lines, "{count}").expect("BUG: writing to memory does not fail");
        }
        Cell::Figure(figure) => add_bits(lines, figure.to_bits()),
        Cell::Absent => lines.extend_from_slice(b"\\N"),
    }
}

/// Sixteen digits by hand: the formatter takes many times as long, and a table has millions.
fn add_bits(lines: &mut Vec<u8>, bits: u64) {
    let digits: [u8; 16] = std::array::from_fn(|place| {
        let digit = (bits >> (60 - 4 * place)) & 0xf;
        b"0123456789abcdef"[digit as usize]
    });
    lines.extend_from_slice(&digits);
}

fn add_text(lines: &mut Vec<u8>, text: &[u8]) {
    let is_plain = |byte: &u8| !matches!(byte, b'\\' | b'\t' | b'\n' | b'\r');
    if text.iter().all(is_plain) {
        return lines.extend_from_slice(text);
    }
    for byte in text {
        match byte {
            b'\\' => lines.extend_from_slice(b"\\\\"),
            b'\t' => lines.extend_from_slice(b"\\t"),
            b'\n' => lines.extend_from_slice(b"\\n"),
            b'\r' => lines.extend_from_slice(b"\\r"),
            plain => lines.push(*plain),
        }
    }
}
