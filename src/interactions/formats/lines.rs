//! Lines of a file, numbered, decoded, and never longer than the limit.
//!
//! A line ends at `\n`, with or without `\r` before it. A byte-order mark at the start is left
//! out. A line over [`MAX_LINE_BYTES`] is read past without being kept, so that a file without
//! line ends can't fill the memory. Lines that were read ahead can be put back, which is how a
//! quote that is never closed is kept from swallowing the rest of a file.
//!
//! A file may be read in pieces that begin and end where lines do. The lines of a piece are counted
//! from its own beginning, because nobody knows how many are before it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Result, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::WINDOWS_1252;

use super::look::Encoding;
use super::{MAX_LINE_BYTES, MAX_QUARANTINED_CHARS};

/// The bytes that are read at a time.
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
    /// Where it begins in the file.
    place: u64,
    pub(super) kind: Kind,
    pub(super) text: String,
}

#[derive(Debug)]
pub(super) struct Lines {
    reader: BufReader<Counted>,
    encoding: Encoding,
    /// The number of the last line read.
    number: u64,
    /// Where the next line begins that was not read yet.
    place: u64,
    /// Where the piece ends that is read.
    end: u64,
    bytes: Vec<u8>,
    put_back: VecDeque<Line>,
}

impl Lines {
    /// Reads the lines that begin in a piece.
    pub(super) fn new(
        mut file: File,
        piece: Range<u64>,
        encoding: Encoding,
        bytes_read: Arc<AtomicU64>,
    ) -> Result<Self> {
        file.seek(SeekFrom::Start(piece.start))?;
        let counted = Counted { file, bytes_read };
        Ok(Self {
            reader: BufReader::with_capacity(BUFFER_BYTES, counted),
            encoding,
            number: 0,
            place: piece.start,
            end: piece.end,
            bytes: Vec::new(),
            put_back: VecDeque::new(),
        })
    }

    /// Where the next line begins.
    pub(super) fn place(&self) -> u64 {
        self.put_back.front().map_or(self.place, |line| line.place)
    }

    /// The number of the last line that was given.
    pub(super) fn number(&self) -> u64 {
        let put_back = self.put_back.front();
        put_back.map_or(self.number, |line| line.number - 1)
    }

    /// Gives the next line, using the memory of an old one; none at the end of the piece.
    pub(super) fn next(&mut self, memory: String) -> Result<Option<Line>> {
        if self.place() >= self.end {
            return Ok(None);
        }
        self.next_beyond(memory)
    }

    /// As [`Lines::next`], also over the end of the piece: for rows that began before it.
    pub(super) fn next_beyond(&mut self, memory: String) -> Result<Option<Line>> {
        if let Some(line) = self.put_back.pop_front() {
            return Ok(Some(line));
        }
        self.bytes.clear();
        // One byte more than the limit, and the two of a line end.
        let most = MAX_LINE_BYTES as u64 + 2;
        let mut limited = (&mut self.reader).take(most);
        let read = limited.read_until(b'\n', &mut self.bytes)? as u64;
        if read == 0 {
            return Ok(None);
        }
        let place = self.place;
        self.place += read;
        self.number += 1;
        let ended = self.bytes.last() == Some(&b'\n');
        let filled = self.bytes.len() as u64 == most;
        let content = without_end(&self.bytes);
        let content = if place == 0 {
            content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content)
        } else {
            content
        };
        let mut line = Line {
            number: self.number,
            place,
            kind: Kind::Text,
            text: memory,
        };
        if content.len() > MAX_LINE_BYTES || (filled && !ended) {
            line.kind = Kind::TooLong;
            // Four bytes a letter at most, and one letter more so that the cut is visible.
            let shown = &content[..4 * (MAX_QUARANTINED_CHARS + 1)];
            decode(shown, self.encoding, &mut line.text);
            if !ended {
                self.place += self.reader.skip_until(b'\n')? as u64;
            }
        } else if !decode(content, self.encoding, &mut line.text) {
            line.kind = Kind::NotText;
        }
        Ok(Some(line))
    }

    /// The bytes of the piece that wait to be read, from the beginning of a line; none where lines
    /// were put back.
    pub(super) fn waiting(&self) -> &[u8] {
        if !self.put_back.is_empty() {
            return &[];
        }
        let bytes = self.reader.buffer();
        let most = usize::try_from(self.end.saturating_sub(self.place)).unwrap_or(usize::MAX);
        &bytes[..bytes.len().min(most)]
    }

    /// Goes on after whole lines that were waiting.
    pub(super) fn skip(&mut self, bytes: usize, lines: u64) {
        self.reader.consume(bytes);
        self.place += bytes as u64;
        self.number += lines;
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
