//! One look over a whole file before it is read: what it weighs, how its letters are written, and
//! whether it is text at all.
//!
//! The encoding is decided for a whole file and not line by line, because a line of plain ASCII
//! says nothing: a file that is UTF-8 from end to end is UTF-8, any other is windows-1252, which
//! is what Latin-1 files are in practice. A file may stop in the middle of a letter, as a
//! truncated one does. Compressed files and UTF-16 are refused with what to do about them.
//!
//! All processors look at once, each at a range of the file. What a file hashes to can't be had so,
//! and is worked out only for those who ask.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use sha2::{Digest, Sha256};

use super::{FormatError, Names};

const CHUNK_BYTES: usize = 1 << 18;

/// A range of a file that is worth a thread.
const RANGE_BYTES: u64 = 1 << 22;

/// How the letters of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Windows1252,
}

/// What one look over a file tells.
#[derive(Debug, Clone)]
pub(super) struct Looked {
    pub(super) path: PathBuf,
    /// The name without its folders: what messages and quarantine call the file.
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) encoding: Encoding,
    pub(super) is_parquet: bool,
}

impl Looked {
    /// Refuses a file that is empty, compressed, UTF-16 or not there.
    pub(super) fn at(path: &Path, names: &Names) -> Result<Self, FormatError> {
        let name = name_of(path, names);
        let unreadable = |source| FormatError::Unreadable {
            file: names
                .get(path)
                .map_or_else(|| path.display().to_string(), Clone::clone),
            source,
        };
        let start = beginning(path).map_err(unreadable)?;
        if let Some((why, advice)) = not_a_table(&start) {
            return Err(FormatError::Refused {
                file: name,
                expected: "a table of choices",
                why: why.to_owned(),
                advice,
            });
        }
        let bytes = path.metadata().map_err(unreadable)?.len();
        let is_parquet = start == b"PAR1";
        let encoding = if is_parquet {
            Encoding::Utf8
        } else {
            encoding(path, bytes, bytes / RANGE_BYTES).map_err(unreadable)?
        };
        Ok(Self {
            path: path.to_owned(),
            name,
            bytes,
            encoding,
            is_parquet,
        })
    }

    /// What the file hashes to; reads all of it.
    pub(super) fn sha256(&self) -> Result<[u8; 32], FormatError> {
        let mut hash = Sha256::new();
        let hashed = File::open(&self.path).and_then(|file| {
            each_chunk(file, |chunk| {
                hash.update(chunk);
                true
            })
        });
        match hashed {
            Ok(()) => Ok(hash.finalize().into()),
            Err(source) => Err(FormatError::Unreadable {
                file: self.name.clone(),
                source,
            }),
        }
    }
}

/// The first bytes of a file, four at most.
fn beginning(path: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut start)?;
    Ok(start)
}

/// Hands on what is read, piece by piece, for as long as more is wanted.
fn each_chunk(mut from: impl Read, mut more: impl FnMut(&[u8]) -> bool) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match from.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(read) if more(&chunk[..read]) => {}
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Finds how the letters of a file are written, by at most so many threads.
fn encoding(path: &Path, bytes: u64, threads: u64) -> io::Result<Encoding> {
    let processors = thread::available_parallelism().map_or(1, NonZeroUsize::get) as u64;
    let count = threads.clamp(1, processors);
    let look = |range: u64| {
        let place = |range| (u128::from(bytes) * u128::from(range) / u128::from(count)) as u64;
        is_utf8(path, place(range), place(range + 1), bytes)
    };
    let found: Vec<io::Result<bool>> = thread::scope(|scope| {
        let others: Vec<_> = (1..count)
            .map(|range| scope.spawn(move || look(range)))
            .collect();
        let first = look(0);
        let joined = others
            .into_iter()
            .map(|other| other.join().expect("BUG: looking at a file panicked"));
        std::iter::once(first).chain(joined).collect()
    });
    for is_utf8 in found {
        if !is_utf8? {
            return Ok(Encoding::Windows1252);
        }
    }
    Ok(Encoding::Utf8)
}

/// Whether a range of a file is UTF-8, but for a letter that is cut at the `end` of the file.
fn is_utf8(path: &Path, from: u64, to: u64, end: u64) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let from = first_letter(&mut file, from)?;
    let to = first_letter(&mut file, to)?;
    file.seek(SeekFrom::Start(from))?;
    let mut letters = Letters::default();
    each_chunk(file.take(to.saturating_sub(from)), |chunk| {
        letters.add(chunk);
        !letters.other_than_utf8
    })?;
    Ok(!letters.other_than_utf8 && (to == end || letters.cut.is_empty()))
}

/// Where the first letter begins at or after a place: a letter that a range cuts belongs to the
/// range before. The second to fourth byte of a letter are told by their highest bits.
fn first_letter(file: &mut File, place: u64) -> io::Result<u64> {
    if place == 0 {
        return Ok(0);
    }
    let mut next = Vec::new();
    file.seek(SeekFrom::Start(place))?;
    file.take(3).read_to_end(&mut next)?;
    let of_the_letter = next.iter().take_while(|&&byte| byte & 0xc0 == 0x80);
    Ok(place + of_the_letter.count() as u64)
}

/// What a file is called: what was said, else the last part of its path.
pub(super) fn name_of(path: &Path, names: &Names) -> String {
    if let Some(name) = names.get(path) {
        return name.clone();
    }
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// Says why a file with these first bytes holds no table, and what to do.
fn not_a_table(start: &[u8]) -> Option<(&'static str, &'static str)> {
    match start {
        [] => Some(("it is empty", "check how it was written")),
        [0x1f, 0x8b, ..] => Some(("it is compressed with gzip", "unpack it first (gunzip)")),
        [0x28, 0xb5, 0x2f, 0xfd] => {
            Some(("it is compressed with zstd", "unpack it first (zstd -d)"))
        }
        [b'P', b'K', 3 | 5, _] => Some((
            "it is a ZIP archive or a workbook",
            "unpack it or save it as CSV first",
        )),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            Some(("it is written in UTF-16", "save it as UTF-8"))
        }
        _ => None,
    }
}

/// Follows whether bytes are UTF-8, over chunks that may cut a letter in two.
#[derive(Debug, Default)]
struct Letters {
    /// The first bytes of a letter that the last chunk cut; at most three.
    cut: Vec<u8>,
    other_than_utf8: bool,
}

impl Letters {
    fn add(&mut self, mut bytes: &[u8]) {
        while !self.other_than_utf8 && !self.cut.is_empty() && !bytes.is_empty() {
            self.cut.push(bytes[0]);
            bytes = &bytes[1..];
            match std::str::from_utf8(&self.cut) {
                Ok(_) => self.cut.clear(),
                Err(error) => self.other_than_utf8 = error.error_len().is_some(),
            }
        }
        if self.other_than_utf8 || bytes.is_empty() {
            return;
        }
        if let Err(error) = std::str::from_utf8(bytes) {
            self.other_than_utf8 = error.error_len().is_some();
            self.cut.extend_from_slice(&bytes[error.valid_up_to()..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_utf8_in_chunks(chunks: &[&[u8]]) -> bool {
        let mut letters = Letters::default();
        for chunk in chunks {
            letters.add(chunk);
        }
        !letters.other_than_utf8
    }

    /// As two ranges of one file.
    fn is_utf8_in_ranges(bytes: &[u8], at: usize) -> bool {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("any");
        std::fs::write(&path, bytes).expect("a file for the test");
        let (at, end) = (at as u64, bytes.len() as u64);
        let half = |from, to| is_utf8(&path, from, to, end).expect("a file");
        half(0, at) && half(at, end)
    }

    #[test]
    fn utf8_is_recognised_however_the_chunks_cut_it() {
        let text = "Amélie – 千と千尋 🎬";
        for at in 0..=text.len() {
            let (before, after) = text.as_bytes().split_at(at);
            assert!(is_utf8_in_chunks(&[before]), "truncated at {at}");
            assert!(is_utf8_in_chunks(&[before, after]), "cut at {at}");
            assert!(is_utf8_in_ranges(text.as_bytes(), at), "ranges at {at}");
        }
        let one_by_one: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert!(is_utf8_in_chunks(&one_by_one));
    }

    #[test]
    fn one_latin_1_letter_makes_a_file_windows_1252() {
        for bytes in [
            b"Mis\xe9rables, Les".as_slice(),
            b"a\x80b",
            b"\xf0\x9f\x8e\x80\x80\x80\x80\x80",
            b"\xe5\x8d",
            b"\x80",
        ] {
            let cut_short = std::str::from_utf8(bytes).is_err_and(|e| e.error_len().is_none());
            for at in 0..=bytes.len() {
                let (before, after) = bytes.split_at(at);
                let chunks = is_utf8_in_chunks(&[before, after]);
                assert_eq!(chunks, cut_short, "cut at {at}");
                assert_eq!(is_utf8_in_ranges(bytes, at), cut_short, "ranges at {at}");
            }
        }
    }
}
