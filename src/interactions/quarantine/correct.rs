//! Taking corrected rows in: each is read by itself, then the sound ones are imported together.
//!
//! Rows are read from small files that have the header of the file they came from, by the readers
//! that an import uses. Each is tried alone, so that a quote too many in one can't swallow another.

use std::fs;
use std::io;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgPool;

use super::store::{self, Held};
use crate::accounts::types::Actor;
use crate::audit::store::{Entry, record};
use crate::error::AppError;
use crate::error::respond::{Operation as _, internal};
use crate::interactions::formats::{
    self, Format, Names, Options, Record, Replay, ReplayFile, Role,
};
use crate::interactions::imports::store::Import;
use crate::interactions::intake::{self, CHUNK_RECORDS, ImportError, Order, Run};
use crate::interactions::types::MAX_QUARANTINED_CHARS;

/// A row as somebody corrected it.
#[derive(Debug, Clone)]
pub(super) struct Correction {
    pub(super) quarantine_id: i64,
    pub(super) text: String,
}

/// What came of corrections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Corrected {
    /// Rows that were taken, and the import that brings them.
    pub(super) taken: usize,
    pub(super) child_id: Option<i64>,
    /// Rows that are still wrong.
    pub(super) left: usize,
}

/// Takes corrected rows of one import.
pub(super) async fn correct(
    db: &PgPool,
    actor: &Actor,
    import: &Import,
    corrections: Vec<Correction>,
    now: DateTime<Utc>,
) -> Result<Corrected, AppError> {
    let replay = store::replay(db, import.batch_id).await?.ok_or_else(|| {
        AppError::conflict(
            "This import was made before its rows could be corrected here: mend the file and \
             import it again.",
        )
    })?;
    let rows = with_corrections(db, import.batch_id, corrections).await?;
    let trying = {
        let replay = replay.clone();
        move || sort(&replay, rows, now)
    };
    let (sound, faulty) = tokio::task::spawn_blocking(trying)
        .await
        .expect("BUG: reading corrected rows panicked")
        .map_err(|error| failed(&error))?;
    let child_id = if sound.is_empty() {
        None
    } else {
        Some(import_rows(db, actor, import, &replay, &sound, now).await?)
    };
    let corrected = Corrected {
        taken: sound.len(),
        child_id,
        left: faulty.len(),
    };
    settle(db, actor, import, &sound, &faulty, &corrected).await?;
    Ok(corrected)
}

/// The rows with their corrected texts; those that were left empty or are cut stay as they are.
async fn with_corrections(
    db: &PgPool,
    batch_id: i64,
    corrections: Vec<Correction>,
) -> Result<Vec<Held>, AppError> {
    let ids: Vec<i64> = corrections.iter().map(|row| row.quarantine_id).collect();
    let mut rows = store::by_id(db, batch_id, &ids).await?;
    rows.retain_mut(|row| {
        let correction = corrections
            .iter()
            .find(|correction| correction.quarantine_id == row.quarantine_id);
        // A form writes line ends as no file of ours has them.
        let text = correction.map(|correction| correction.text.replace("\r\n", "\n"));
        let text = text.filter(|text| !text.trim().is_empty() && !row.is_cut());
        let Some(text) = text else { return false };
        text.trim_end_matches('\n').clone_into(&mut row.row_text);
        true
    });
    if rows.is_empty() {
        return Err(AppError::invalid(
            "text",
            "There is no corrected row to take.",
        ));
    }
    Ok(rows)
}

/// Tells sound rows from those that are still wrong, which get the new reason.
fn sort(
    replay: &Replay,
    rows: Vec<Held>,
    now: DateTime<Utc>,
) -> io::Result<(Vec<Held>, Vec<Held>)> {
    let (mut sound, mut faulty) = (Vec::new(), Vec::new());
    for mut row in rows {
        match fault(replay, &row, now)? {
            None => sound.push(row),
            Some((column, reason)) => {
                row.column_name = column;
                row.reason = reason;
                faulty.push(row);
            }
        }
    }
    Ok((sound, faulty))
}

type Fault = (Option<String>, String);

/// What is still wrong with a row.
fn fault(replay: &Replay, row: &Held, now: DateTime<Utc>) -> io::Result<Option<Fault>> {
    let of_whole = |reason: String| Ok(Some((None, reason)));
    let alike = replay.files.iter().filter(|file| file.name == row.file);
    let mut headers: Vec<&ReplayFile> = alike.collect();
    headers.dedup();
    match headers.as_slice() {
        [file] if file.is_text => {}
        [_] => return of_whole("a row of Parquet can't be written anew here".to_owned()),
        _ => return of_whole("it is not known how its file is read".to_owned()),
    }
    if row.row_text.chars().count() > MAX_QUARANTINED_CHARS {
        return of_whole(format!(
            "the row has more than {MAX_QUARANTINED_CHARS} characters: mend it in the file"
        ));
    }
    let files = Files::write(replay, std::slice::from_ref(row))?;
    let source = match formats::open_named(&files.choices, &files.names, &files.options(now)) {
        Ok(source) => source,
        Err(error) => return of_whole(error.for_page()),
    };
    let mut is_taken = false;
    let mut skipped = None;
    for record in source.records() {
        match record.map_err(|error| error.source)? {
            Record::Quarantined(row) => return Ok(Some((row.column, row.reason))),
            Record::Skipped(row) => skipped = Some(row.reason),
            Record::Item(_) | Record::User(_) | Record::Interaction(_) => is_taken = true,
        }
    }
    match skipped {
        _ if is_taken => Ok(None),
        Some(reason) => of_whole(format!("the format leaves such a row out: {reason}")),
        None => of_whole("there is nothing to take in it".to_owned()),
    }
}

/// Small files with the rows, laid out as their import's were.
struct Files {
    // Removed when the files have been read.
    dir: tempfile::TempDir,
    choices: Vec<PathBuf>,
    items: Option<PathBuf>,
    users: Option<PathBuf>,
    names: Names,
    format: Format,
    map: Vec<(String, String)>,
}

impl Files {
    fn write(replay: &Replay, rows: &[Held]) -> io::Result<Self> {
        let dir = tempfile::tempdir()?;
        let mut files = Self {
            choices: Vec::new(),
            items: None,
            users: None,
            names: Names::new(),
            format: Format::parse(&replay.format).unwrap_or(Format::Auto),
            map: replay.map.clone(),
            dir,
        };
        let has_rows = |file: &ReplayFile| rows.iter().any(|row| row.file == file.name);
        let has_choices = |file: &&ReplayFile| file.role == Role::Choices && has_rows(file);
        // A format is told by its choices: where none came, the header of one stands for them.
        let stand_in = match replay.files.iter().find(has_choices) {
            Some(_) => None,
            None => replay.files.iter().find(|file| file.role == Role::Choices),
        };
        let mut written: Vec<&ReplayFile> = Vec::new();
        for file in &replay.files {
            let is_wanted = has_rows(file) || stand_in.is_some_and(|other| other == file);
            // Two files of one name and one header hold the same rows here.
            if is_wanted && !written.contains(&file) {
                files.add(file, rows, written.len())?;
                written.push(file);
            }
        }
        Ok(files)
    }

    fn add(&mut self, file: &ReplayFile, rows: &[Held], number: usize) -> io::Result<()> {
        let path = self.dir.path().join(number.to_string());
        let mut text = String::new();
        let lines = rows.iter().filter(|row| row.file == file.name);
        for line in file.header.iter().chain(lines.map(|row| &row.row_text)) {
            text.push_str(line);
            text.push('\n');
        }
        fs::write(&path, text)?;
        self.names.insert(path.clone(), file.name.clone());
        match file.role {
            Role::Choices => self.choices.push(path),
            Role::Items => self.items = Some(path),
            Role::Users => self.users = Some(path),
        }
        Ok(())
    }

    fn options(&self, now: DateTime<Utc>) -> Options {
        Options {
            format: self.format,
            items: self.items.clone(),
            users: self.users.clone(),
            map: self.map.clone(),
            now,
        }
    }
}

/// Imports sound rows as a child of their import; its number.
async fn import_rows(
    db: &PgPool,
    actor: &Actor,
    import: &Import,
    replay: &Replay,
    rows: &[Held],
    now: DateTime<Utc>,
) -> Result<i64, AppError> {
    let files = Files::write(replay, rows).map_err(|error| failed(&error))?;
    let order = Order {
        catalog_id: import.catalog_id.clone(),
        paths: files.choices.clone(),
        reading: files.options(now),
        chunk_records: CHUNK_RECORDS,
    };
    let run = Run {
        names: files.names.clone(),
        parent_id: Some(import.batch_id),
        ..Run::default()
    };
    match intake::import_as(db, actor, &order, &run, &mut |_| ()).await {
        Ok(imported) => Ok(imported.batch.id),
        Err(ImportError::Store(error)) => Err(AppError::from(error)),
        Err(error) => Err(AppError::conflict(error.for_page())),
    }
}

/// Notes what came of the rows, with its entry in the trail.
async fn settle(
    db: &PgPool,
    actor: &Actor,
    import: &Import,
    sound: &[Held],
    faulty: &[Held],
    corrected: &Corrected,
) -> Result<(), AppError> {
    const SETTLING: &str = "noting corrected rows";
    let mut transaction = db.begin().await.operation(SETTLING)?;
    if let Some(child_id) = corrected.child_id {
        let ids: Vec<i64> = sound.iter().map(|row| row.quarantine_id).collect();
        store::mend(&mut transaction, &ids, child_id).await?;
    }
    for row in faulty {
        store::keep(&mut transaction, row).await?;
    }
    let entry = Entry {
        action: "import.correct",
        catalog_id: Some(&import.catalog_id),
        subject: import.batch_id.to_string(),
        detail: json!({
            "taken": corrected.taken,
            "left": corrected.left,
            "import": corrected.child_id,
        }),
    };
    record(&mut transaction, actor, entry).await?;
    transaction.commit().await.operation(SETTLING)?;
    Ok(())
}

fn failed(cause: &(dyn std::error::Error + 'static)) -> AppError {
    internal("reading corrected rows", cause)
}
