//! Lines of a file, numbered, decoded, and never longer than the limit.
//!
//! A line ends at `\n`, with or without `\r` before it. A byte-order mark at the start is left
//! out. A line over [`MAX_LINE_BYTES`] is read past without being kept, so that a file without
//! line ends can't fill the memory. Lines that were read ahead can be put back, which is how a
//! quote that is never closed is kept from swallowing the rest of a file.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::WINDOWS_1252;

use super::look::Encoding;
use super::{MAX_LINE_BYTES, MAX_QUARANTINED_CHARS};

const BUFFER_BYTES: usize = 1 << 17;

/// What stands on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// Longer than the limit; its text is only the beginning.
    TooLong,
    /// Bytes that are not text in the file's encoding: a letter cut in the middle.
    NotText,
}

/// One line, without its end.
#[derive(Debug)]
pub(super) struct Line {
    /// Counted from 1.
    pub(super) number: u64,
    pub(super) kind: Kind,
    pub(super) text: String,
}

#[derive(Debug)]
pub(super) struct Lines {
    reader: BufReader<Counted>,
    encoding: Encoding,
    /// The number of the last line read.
    number: u64,
    bytes: Vec<u8>,
    put_back: VecDeque<Line>,
}

impl Lines {
    pub(super) fn new(file: File, encoding: Encoding, bytes_read: Arc<AtomicU64>) -> Self {
        let counted = Counted { file, bytes_read };
        Self {
            reader: BufReader::with_capacity(BUFFER_BYTES, counted),
            encoding,
            number: 0,
            bytes: Vec::new(),
            put_back: VecDeque::new(),
        }
    }

    /// Gives the next line, using the memory of an old one.
    pub(super) fn next(&mut self, memory: String) -> Result<Option<Line>> {
        if let Some(line) = self.put_back.pop_front() {
            return Ok(Some(line));
        }
        self.bytes.clear();
        // One byte more than the limit, and the two of a line end.
        let most = MAX_LINE_BYTES as u64 + 2;
        if (&mut self.reader)
            .take(most)
            .read_until(b'\n', &mut self.bytes)?
            == 0
        {
            return Ok(None);
        }
        self.number += 1;
        let ended = self.bytes.last() == Some(&b'\n');
        let filled = self.bytes.len() as u64 == most;
        let content = without_end(&self.bytes);
        let content = if self.number == 1 {
            content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content)
        } else {
            content
        };
        let mut line = Line {
            number: self.number,
            kind: Kind::Text,
            text: memory,
        };
        if content.len() > MAX_LINE_BYTES || (filled && !ended) {
            line.kind = Kind::TooLong;
            // Four bytes a letter at most, and one letter more so that the cut is visible.
            let shown = &content[..4 * (MAX_QUARANTINED_CHARS + 1)];
            decode(shown, self.encoding, &mut line.text);
            if !ended {
                self.reader.skip_until(b'\n')?;
            }
        } else if !decode(content, self.encoding, &mut line.text) {
            line.kind = Kind::NotText;
        }
        Ok(Some(line))
    }

    /// Puts lines back in front, in their order, to be read again.
    pub(super) fn put_back(&mut self, lines: Vec<Line>) {
        for line in lines.into_iter().rev() {
            self.put_back.push_front(line);
        }
    }
}

fn without_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// Decodes a line over the old text, and says whether all of it is text.
fn decode(bytes: &[u8], encoding: Encoding, text: &mut String) -> bool {
    text.clear();
    match encoding {
        Encoding::Utf8 => {
            if let Ok(sound) = std::str::from_utf8(bytes) {
                text.push_str(sound);
                true
            } else {
                text.push_str(&String::from_utf8_lossy(bytes));
                false
            }
        }
        Encoding::Windows1252 => {
            let (decoded, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            text.push_str(&decoded);
            true
        }
    }
}

/// A file that tells how much of it has been read.
#[derive(Debug)]
struct Counted {
    file: File,
    bytes_read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let read = self.file.read(buffer)?;
        self.bytes_read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
