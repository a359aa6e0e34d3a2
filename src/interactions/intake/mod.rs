//! Importing files: staged in chunks, shown by one flip, taken back by one flip.
//!
//! [`import`] reads on a thread of its own and commits what comes chunk by chunk, each with the
//! counters in one transaction. Killed anywhere, it leaves a batch that nobody sees; the same
//! import again goes on after the last committed record. The same files again, once they are
//! visible, change nothing: the batch is known by its fingerprint.
//!
//! Every row is stored in its own batch, also one that another import brought before: it counts
//! once, and taking either import back leaves exactly what the other brought. Of several records
//! for one item or user within an import the last counts. Nothing here reads the clock.
//!
//! An import looks before every chunk whether it is to end. Stopped by its own process ([`Stop`])
//! it keeps what it has stored, unseen, and can go on; cancelled on a page, whichever server runs
//! it, it keeps nothing. Why a run ended early is kept with the import.

pub(super) mod chunk;
mod error;
mod run;
pub(super) mod store;

use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use std::path::PathBuf;
use tokio::sync::mpsc;

pub use self::error::{ImportError, UndoError};
pub use self::run::{Run, Stop};

use self::chunk::Chunk;
use super::formats::{self, Format, FormatError, ReadError, Replay, Source};
use super::runs::{self, New};
use super::store::{Batch, Figures, State, Undo};
use crate::accounts::types::Actor;
use crate::catalog::types::{BasketRule, Catalog};
use crate::catalog::{self, lock};
use crate::error::respond::{Operation as _, StoreError};

/// Records of one chunk where nothing else is asked for.
pub const CHUNK_RECORDS: usize = 10_000;
/// How often and how long to wait for the connection of an import that was just killed to go.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(150);
/// How many reasons a refusal tells.
const REASONS: i64 = 5;

/// What is to be imported, and how.
#[derive(Debug, Clone)]
pub struct Order {
    pub catalog_id: String,
    pub paths: Vec<PathBuf>,
    /// With the time that counts as now.
    pub reading: formats::Options,
    /// How many records are committed together; see [`CHUNK_RECORDS`].
    pub chunk_records: usize,
}

/// What happens on the way.
#[derive(Debug)]
pub enum Event<'a> {
    /// What the files are, in a sentence.
    Recognised(&'a str),
    /// The catalog counts by another rule than the files would ask for.
    RuleDiffers {
        catalog: &'a Catalog,
        of_files: BasketRule,
    },
    /// The import has its number.
    Begun { batch: &'a Batch },
    /// An import that was stopped goes on after this many records.
    Resumed { batch: &'a Batch },
    /// A chunk was committed.
    Stored {
        batch: &'a Batch,
        bytes_read: u64,
        bytes_total: u64,
    },
}

/// Is told what happens on the way.
pub type Tell<'a> = &'a mut (dyn FnMut(Event<'_>) + Send);

/// What came of an import.
#[derive(Debug)]
pub struct Imported {
    pub batch: Batch,
    pub figures: Figures,
    /// False where the same import was visible already and nothing was written.
    pub is_new: bool,
}

/// Imports files into a catalog, which is created where there is none.
pub async fn import(
    db: &PgPool,
    actor: &Actor,
    order: &Order,
    tell: Tell<'_>,
) -> Result<Imported, ImportError> {
    import_as(db, actor, order, &Run::default(), tell).await
}

/// As [`import`], by a run that can be stopped or belongs to something.
pub async fn import_as(
    db: &PgPool,
    actor: &Actor,
    order: &Order,
    run: &Run,
    tell: Tell<'_>,
) -> Result<Imported, ImportError> {
    if !catalog::types::is_id(&order.catalog_id) {
        return Err(ImportError::CatalogId(order.catalog_id.clone()));
    }
    let (source, fingerprint) = open(order, run, order.reading.now).await?;
    tell(Event::Recognised(&source.description));
    // The connection holds the lock, so it is closed afterwards and never used by others.
    let connection = db.acquire().await.operation("beginning an import")?;
    let mut connection = connection.detach();
    lock_files(&mut connection, order, &fingerprint).await?;
    let same = super::store::find_same(&mut connection, &order.catalog_id, &fingerprint);
    let (batch, source) = match same.await? {
        Some(batch) if batch.state == State::Visible => {
            let figures = super::store::figures(&mut connection, batch.id).await?;
            return Ok(Imported {
                batch,
                figures,
                is_new: false,
            });
        }
        Some(batch) => {
            let now = order.reading.now;
            runs::resume(&mut connection, &batch, run.upload.as_deref(), now).await?;
            tell(Event::Resumed { batch: &batch });
            // What is in the future must be judged as it was the first time.
            let (source, _) = open(order, run, batch.started_at).await?;
            (batch, source)
        }
        None => {
            prepare_catalog(db, order, &source).await?;
            let new = New {
                catalog_id: &order.catalog_id,
                source: &source,
                fingerprint: &fingerprint,
                replay: replay(&source)?,
                run,
                now: order.reading.now,
            };
            let batch = runs::start(&mut connection, actor, new).await?;
            tell(Event::Begun { batch: &batch });
            (batch, source)
        }
    };
    compare_rules(db, order, &source, tell).await?;
    let id = batch.id;
    let imported = finish(&mut connection, actor, order, run, batch, &source, tell).await;
    match &imported {
        Ok(_) | Err(ImportError::Stopped(_)) => {}
        Err(ImportError::Cancelled(_)) => runs::discard(&mut connection, id).await?,
        Err(error) => {
            // What failed first is what is told.
            if let Err(second) = runs::keep_failure(db, id, &error.for_page()).await {
                tracing::warn!(cause = %second.cause, import.id = id, "a failure was not kept");
            }
        }
    }
    imported
}

/// Stores what is missing and shows the import.
async fn finish(
    connection: &mut PgConnection,
    actor: &Actor,
    order: &Order,
    run: &Run,
    batch: Batch,
    source: &Source,
    tell: Tell<'_>,
) -> Result<Imported, ImportError> {
    let batch = stage(connection, batch, source, order.chunk_records, run, tell).await?;
    let figures = super::store::figures(connection, batch.id).await?;
    if batch.accepted == 0 && figures.described == 0 {
        return Err(nothing_taken(connection, &batch).await?);
    }
    let flip = lock::flip(&order.catalog_id);
    let id = batch.id;
    let shown = super::store::show(connection, actor, &batch, flip).await?;
    Ok(Imported {
        batch: shown.ok_or(ImportError::Cancelled(id))?,
        figures,
        is_new: true,
    })
}

/// Takes a visible import back.
pub async fn undo(
    db: &PgPool,
    actor: &Actor,
    catalog_id: &str,
    batch_id: i64,
) -> Result<Batch, UndoError> {
    let flip = lock::flip(catalog_id);
    match super::store::undo(db, actor, catalog_id, batch_id, flip).await? {
        Undo::Done(batch) => Ok(batch),
        Undo::Unknown => Err(UndoError::Unknown {
            catalog_id: catalog_id.to_owned(),
            batch_id,
        }),
        Undo::NeverShown => Err(UndoError::NeverShown(batch_id)),
        Undo::Before(batch) => Err(UndoError::Before {
            batch_id,
            at: batch.undone_at,
        }),
    }
}

/// Looks at the files, and says what the same files always hash to.
async fn open(
    order: &Order,
    run: &Run,
    now: DateTime<Utc>,
) -> Result<(Source, [u8; 32]), ImportError> {
    let (paths, names) = (order.paths.clone(), run.names.clone());
    let options = formats::Options {
        now,
        ..order.reading.clone()
    };
    let opening = move || {
        let source = formats::open_named(&paths, &names, &options)?;
        let fingerprint = source.fingerprint()?;
        Ok::<_, FormatError>((source, fingerprint))
    };
    let opened = tokio::task::spawn_blocking(opening).await;
    Ok(opened.expect("BUG: looking at files panicked")?)
}

/// How single rows are read again.
fn replay(source: &Source) -> Result<Replay, ImportError> {
    let reading = source.replay();
    reading.map_err(|cause| {
        ImportError::Read(ReadError {
            file: source.files().next().unwrap_or_default().to_owned(),
            line: 0,
            source: cause,
        })
    })
}
/// One import of the same files into the same catalog at a time.
async fn lock_files(
    connection: &mut PgConnection,
    order: &Order,
    fingerprint: &[u8],
) -> Result<(), ImportError> {
    let key = lock::import(&order.catalog_id, fingerprint);
    for _ in 0..LOCK_TRIES {
        if super::store::try_lock(connection, key).await? {
            return Ok(());
        }
        tokio::time::sleep(LOCK_PAUSE).await;
    }
    Err(ImportError::Running(order.catalog_id.clone()))
}

/// Films that somebody has seen are no suggestion; groceries are bought again and again.
async fn prepare_catalog(db: &PgPool, order: &Order, source: &Source) -> Result<(), StoreError> {
    let hide_chosen = source.format == Format::Movielens;
    catalog::store::create_hidden(
        db,
        &order.catalog_id,
        &title(&order.catalog_id),
        source.basket_rule,
        hide_chosen,
    )
    .await
}

/// A name for people: `online-retail` becomes `Online Retail`.
fn title(catalog_id: &str) -> String {
    let words = catalog_id.split(['-', '_']).filter(|word| !word.is_empty());
    let words: Vec<String> = words
        .map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_uppercase() + rest
        })
        .collect();
    words.join(" ")
}

async fn compare_rules(
    db: &PgPool,
    order: &Order,
    source: &Source,
    tell: Tell<'_>,
) -> Result<(), StoreError> {
    let catalog = catalog::store::find(db, &order.catalog_id).await?;
    let catalog = catalog.expect("BUG: the import created its catalog");
    if catalog.basket_rule != source.basket_rule {
        tell(Event::RuleDiffers {
            catalog: &catalog,
            of_files: source.basket_rule,
        });
    }
    Ok(())
}

/// Commits everything that the batch does not hold yet.
async fn stage(
    connection: &mut PgConnection,
    mut batch: Batch,
    source: &Source,
    chunk_records: usize,
    run: &Run,
    tell: Tell<'_>,
) -> Result<Batch, ImportError> {
    let records = source.records();
    let bytes_read = source.bytes_read();
    let committed = usize::try_from(batch.records).expect("BUG: a count is below zero");
    // One chunk waits while the one before it is stored: both processors work, memory is bounded.
    let (sender, mut receiver) = mpsc::channel(1);
    let reader = tokio::task::spawn_blocking(move || {
        read(records.skip(committed), chunk_records.max(1), &sender);
    });
    while let Some(chunk) = receiver.recv().await {
        if runs::is_cancelled(connection, batch.id).await? {
            return Err(ImportError::Cancelled(batch.id));
        }
        if run.stop.is_asked() {
            return Err(ImportError::Stopped(Box::new(batch)));
        }
        let read = bytes_read.load(Ordering::Relaxed);
        batch = store::add_chunk(connection, &batch, &chunk?, read).await?;
        tell(Event::Stored {
            batch: &batch,
            bytes_read: read,
            bytes_total: source.bytes_total,
        });
    }
    reader.await.expect("BUG: reading files panicked");
    Ok(batch)
}

/// Sends records in chunks until there are no more, or nobody wants them.
fn read(
    records: impl Iterator<Item = Result<formats::Record, ReadError>>,
    chunk_records: usize,
    to: &mpsc::Sender<Result<Chunk, ReadError>>,
) {
    let mut chunk = Chunk::default();
    for record in records {
        match record {
            Ok(record) => chunk.add(record),
            Err(error) => {
                // Without a receiver there is nobody to tell.
                drop(to.blocking_send(Err(error)));
                return;
            }
        }
        if chunk.records >= chunk_records
            && to.blocking_send(Ok(std::mem::take(&mut chunk))).is_err()
        {
            return;
        }
    }
    if chunk.records > 0 {
        drop(to.blocking_send(Ok(chunk)));
    }
}

async fn nothing_taken(
    connection: &mut PgConnection,
    batch: &Batch,
) -> Result<ImportError, StoreError> {
    let rows = super::store::quarantined(connection, batch.id, Some(REASONS)).await?;
    Ok(ImportError::NothingTaken {
        batch: Box::new(batch.clone()),
        rows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_catalog_is_named_after_its_id() {
        for (id, name) in [
            ("films", "Films"),
            ("online-retail", "Online Retail"),
            ("a__b-", "A B"),
            ("100k", "100k"),
        ] {
            assert_eq!(title(id), name);
        }
    }
}
