//! One look over a whole file before it is read: what it weighs, what it hashes to, how its
//! letters are written, and whether it is text at all.
//!
//! The encoding is decided for a whole file and not line by line, because a line of plain ASCII
//! says nothing: a file that is UTF-8 from end to end is UTF-8, any other is windows-1252, which
//! is what Latin-1 files are in practice. A file may stop in the middle of a letter, as a
//! truncated one does. Compressed files and UTF-16 are refused with what to do about them.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{FormatError, Names};

const CHUNK_BYTES: usize = 1 << 18;

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
    pub(super) sha256: [u8; 32],
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
        let mut hash = Sha256::new();
        let mut letters = Letters::default();
        let mut start = Vec::new();
        let mut bytes = 0;
        let mut file = File::open(path).map_err(unreadable)?;
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            let read = match file.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => &chunk[..read],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(unreadable(error)),
            };
            if bytes == 0 {
                start.extend_from_slice(&read[..read.len().min(4)]);
            }
            bytes += read.len() as u64;
            hash.update(read);
            letters.add(read);
        }
        if let Some((why, advice)) = not_a_table(&start) {
            return Err(FormatError::Refused {
                file: name,
                expected: "a table of choices",
                why: why.to_owned(),
                advice,
            });
        }
        Ok(Self {
            path: path.to_owned(),
            name,
            bytes,
            sha256: hash.finalize().into(),
            encoding: letters.encoding(),
            is_parquet: start == b"PAR1",
        })
    }
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

    fn encoding(&self) -> Encoding {
        if self.other_than_utf8 {
            Encoding::Windows1252
        } else {
            Encoding::Utf8
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_is_recognised_however_the_chunks_cut_it() {
        let text = "Amélie – 千と千尋 🎬";
        for at in 0..=text.len() {
            let mut letters = Letters::default();
            letters.add(&text.as_bytes()[..at]);
            assert_eq!(letters.encoding(), Encoding::Utf8, "truncated at {at}");
            letters.add(&text.as_bytes()[at..]);
            assert_eq!(letters.encoding(), Encoding::Utf8, "cut at {at}");
        }
        let mut one_by_one = Letters::default();
        text.bytes().for_each(|byte| one_by_one.add(&[byte]));
        assert_eq!(one_by_one.encoding(), Encoding::Utf8);
    }

    #[test]
    fn one_latin_1_letter_makes_a_file_windows_1252() {
        let bytes = b"Mis\xe9rables, Les";
        for at in 0..=bytes.len() {
            let mut letters = Letters::default();
            letters.add(&bytes[..at]);
            letters.add(&bytes[at..]);
            assert_eq!(letters.encoding(), Encoding::Windows1252, "cut at {at}");
        }
    }
}
