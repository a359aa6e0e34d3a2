//! The folder of uploads: one folder each, with its files and a list of them.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use nix::unistd::geteuid;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::error::AppError;
use crate::interactions::formats::{Names, Role};

/// The most bytes of one upload, all its files together.
pub const UPLOAD_MOST: u64 = 1_000_000_000;
/// How many uploads a server imports at a time.
const AT_A_TIME: usize = 4;
/// How long an upload that nobody imports is kept.
const KEPT_HOURS: i64 = 24;
/// The list of an upload's files.
const LIST: &str = "upload.json";
/// An upload's id: 128 random bits as hexadecimal digits.
const ID_BYTES: usize = 16;

/// Where a server keeps uploads. Cloning it shares the folder.
#[derive(Debug, Clone)]
pub struct Spool {
    dir: Arc<Path>,
    most_bytes: u64,
    /// A permit for each import that may run.
    pub(super) jobs: Arc<Semaphore>,
}

/// One upload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Upload {
    pub id: String,
    pub catalog_id: String,
    /// Who brought it.
    pub author_name: String,
    pub at: DateTime<Utc>,
    pub files: Vec<UploadedFile>,
    /// How it is read, once its import has begun.
    pub reading: Option<Reading>,
}

/// One file of an upload; it lies under its number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UploadedFile {
    /// What it was called outside, for people and for formats that go by names.
    pub name: String,
    pub role: Role,
    pub bytes: u64,
}

/// What somebody chose: the format and the columns of fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub format: String,
    pub map: Vec<(String, String)>,
}

/// The spool can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{dir} can't hold uploads ({source}): check who owns it and who may write there")]
pub struct SpoolError {
    dir: String,
    #[source]
    source: io::Error,
}

impl Spool {
    /// Makes the folder where it is absent, for its owner's eyes, and clears what is forgotten.
    pub fn open(dir: &Path, most_bytes: u64, now: DateTime<Utc>) -> Result<Self, SpoolError> {
        let fault = |source| SpoolError {
            dir: dir.display().to_string(),
            source,
        };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(fault)?;
        // In a folder that others can write to, somebody may have been here first.
        let owner = fs::symlink_metadata(dir).map_err(fault)?;
        if !owner.is_dir() || owner.uid() != geteuid().as_raw() {
            return Err(fault(io::Error::other("it belongs to somebody else")));
        }
        let spool = Self {
            dir: dir.into(),
            most_bytes,
            jobs: Arc::new(Semaphore::new(AT_A_TIME)),
        };
        spool.sweep(now).map_err(fault)?;
        Ok(spool)
    }

    pub fn most_bytes(&self) -> u64 {
        self.most_bytes
    }

    /// Removes uploads that nobody has wanted for a day.
    pub(super) fn sweep(&self, now: DateTime<Utc>) -> io::Result<()> {
        for entry in fs::read_dir(&self.dir)? {
            let name = entry?.file_name();
            // What is no upload is somebody else's to remove.
            let id = name.to_str().filter(|id| self.dir_of(id).is_some());
            let Some(id) = id else { continue };
            let Ok(about) = fs::metadata(self.dir.join(id)) else {
                // Another server on this folder was quicker.
                continue;
            };
            let changed: DateTime<Utc> = about.modified()?.into();
            if now - changed > TimeDelta::hours(KEPT_HOURS) {
                self.remove(id);
            }
        }
        Ok(())
    }

    /// A new folder that is gone again unless it is kept.
    pub(super) fn begin(&self) -> io::Result<Incoming> {
        let mut bytes = [0_u8; ID_BYTES];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        let id: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let dir = self.dir.join(&id);
        fs::DirBuilder::new().mode(0o700).create(&dir)?;
        Ok(Incoming {
            id,
            dir,
            is_kept: false,
        })
    }

    /// The upload with this id, if it is for this catalog.
    pub fn find(&self, catalog_id: &str, id: &str) -> Result<Option<Upload>, AppError> {
        let Some(dir) = self.dir_of(id) else {
            return Ok(None);
        };
        match fs::read(dir.join(LIST)) {
            Ok(text) => {
                let upload: Upload =
                    serde_json::from_slice(&text).map_err(|error| failed(&error))?;
                Ok(Some(upload).filter(|upload| upload.catalog_id == catalog_id))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Writes an upload's list anew; whole or not at all.
    pub(super) fn keep(&self, upload: &Upload) -> Result<(), AppError> {
        let dir = self.dir_of(&upload.id).ok_or_else(|| gone(&upload.id))?;
        write_list(&dir, upload).map_err(|error| failed(&error))
    }

    /// Removes an upload; one that is gone already is no fault.
    pub fn remove(&self, id: &str) {
        let Some(dir) = self.dir_of(id) else { return };
        if let Err(error) = fs::remove_dir_all(&dir)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(cause = %error, upload.id = id, "an upload could not be removed");
        }
    }

    /// Where the files of an upload lie, in their order.
    pub(super) fn paths(&self, upload: &Upload) -> Vec<PathBuf> {
        let dir = self.dir.join(&upload.id);
        (0..upload.files.len())
            .map(|number| dir.join(number.to_string()))
            .collect()
    }

    /// What the files of an upload are called.
    pub(super) fn names(&self, upload: &Upload) -> Names {
        let names = upload.files.iter().map(|file| file.name.clone());
        self.paths(upload).into_iter().zip(names).collect()
    }

    /// The folder of an id; none for what no id looks like, so that no path comes from outside.
    fn dir_of(&self, id: &str) -> Option<PathBuf> {
        let is_id = id.len() == 2 * ID_BYTES
            && id
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        is_id.then(|| self.dir.join(id))
    }
}

/// What somebody reads whose upload is not here.
pub(super) fn gone(id: &str) -> AppError {
    let shown: String = id.chars().take(8).collect();
    AppError::not_found(format!(
        "The upload {shown}… (an upload is kept for a day, on the server that received it)"
    ))
}

pub(super) fn failed(cause: &(dyn std::error::Error + 'static)) -> AppError {
    crate::error::respond::internal("keeping an upload", cause)
}

fn write_list(dir: &Path, upload: &Upload) -> io::Result<()> {
    let draft = dir.join("upload.json.new");
    fs::write(&draft, serde_json::to_vec(upload)?)?;
    fs::rename(draft, dir.join(LIST))
}

/// An upload that is being received; dropped before it is whole, it leaves nothing.
pub(super) struct Incoming {
    id: String,
    dir: PathBuf,
    is_kept: bool,
}

impl Incoming {
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Where the file with this number goes.
    pub(super) fn path(&self, number: usize) -> PathBuf {
        self.dir.join(number.to_string())
    }

    /// Keeps what came.
    pub(super) fn keep(mut self, upload: &Upload) -> Result<(), AppError> {
        write_list(&self.dir, upload).map_err(|error| failed(&error))?;
        self.is_kept = true;
        Ok(())
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.is_kept
            && let Err(error) = fs::remove_dir_all(&self.dir)
        {
            tracing::warn!(cause = %error, "a broken upload could not be removed");
        }
    }
}
