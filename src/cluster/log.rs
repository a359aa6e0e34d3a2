//! PostgreSQL's messages: into a file that stays small, and the last words remembered.
//!
//! PostgreSQL's own log collector bounds the age of its files but not their size, so its
//! messages come through a pipe. A log that can't be written is given up silently: reading on
//! is what matters, since PostgreSQL would stand still on a full pipe.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::create::says_disk_full;

/// A file of this size moves to `.1`, in place of the one before: the log takes twice this.
const FILE_BYTES: u64 = 10 * 1024 * 1024;
/// A longer message is written in pieces.
const LINE_BYTES: u64 = 64 * 1024;

/// What PostgreSQL said last, for the error that has to quote it.
#[derive(Clone, Default)]
pub(super) struct LastWords(Arc<Mutex<Words>>);

#[derive(Default)]
struct Words {
    fatal: Option<String>,
    last: String,
    disk_full: bool,
}

impl LastWords {
    fn hear(&self, line: &str) {
        let line = line.trim();
        let mut words = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        words.disk_full |= says_disk_full(line);
        if let Some(start) = line.find("FATAL:").or_else(|| line.find("PANIC:")) {
            words.fatal = Some(line[start..].to_owned());
        }
        if !line.is_empty() {
            line.clone_into(&mut words.last);
        }
    }

    /// The last FATAL or PANIC message, else the last line of all.
    pub(super) fn telling(&self) -> String {
        let words = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &words.fatal {
            Some(fatal) => fatal.clone(),
            None if words.last.is_empty() => "nothing".to_owned(),
            None => words.last.clone(),
        }
    }

    pub(super) fn tell_of_a_full_disk(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .disk_full
    }
}

/// Copies messages from PostgreSQL's pipe until its last process has closed it.
pub(super) fn keep(pipe: impl Read, path: PathBuf, words: &LastWords) {
    let mut log = Log::open(path);
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    loop {
        line.clear();
        match pipe.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        words.hear(&String::from_utf8_lossy(&line));
        log.write(&line);
    }
}

struct Log {
    path: PathBuf,
    file: Option<File>,
    bytes: u64,
}

impl Log {
    fn open(path: PathBuf) -> Self {
        let file = open(&path).ok();
        let length = file.as_ref().and_then(|file| file.metadata().ok());
        Self {
            path,
            bytes: length.map_or(0, |metadata| metadata.len()),
            file,
        }
    }

    fn write(&mut self, line: &[u8]) {
        if self.bytes >= FILE_BYTES
            && fs::rename(&self.path, self.path.with_extension("log.1")).is_ok()
        {
            self.file = open(&self.path).ok();
            self.bytes = 0;
        }
        if let Some(file) = &mut self.file
            && file.write_all(line).is_ok()
        {
            self.bytes += line.len() as u64;
        }
    }
}

fn open(path: &std::path::Path) -> io::Result<File> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_fatal_line_is_quoted_even_when_others_follow() {
        let dir = tempfile::tempdir().unwrap();
        let words = LastWords::default();
        assert_eq!(words.telling(), "nothing");
        let said =
            "2026 [1] LOG:  begins\n2026 [1] FATAL:  no\n2026 [1] PANIC:  never\n[1] LOG: x\n";
        keep(said.as_bytes(), dir.path().join("postgres.log"), &words);
        assert_eq!(words.telling(), "PANIC:  never");
        assert!(!words.tell_of_a_full_disk());
        let written = fs::read_to_string(dir.path().join("postgres.log")).unwrap();
        assert_eq!(written, said);
    }

    #[test]
    fn the_log_never_takes_more_than_two_files() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("postgres.log");
        let said = io::repeat(b'a').take(3 * FILE_BYTES + 1);
        keep(said, path.clone(), &LastWords::default());
        assert!(fs::metadata(&path).unwrap().len() <= FILE_BYTES + LINE_BYTES);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }
}
