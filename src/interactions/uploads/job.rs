//! Importing an upload in the background: the page that asked goes on to the import's own page.

use chrono::{DateTime, Utc};
use tokio::sync::oneshot;

use super::preview::choices;
use super::spool::{Reading, Upload, gone};
use crate::accounts::types::Actor;
use crate::error::AppError;
use crate::interactions::intake::{self, CHUNK_RECORDS, Event, ImportError, Imported, Order, Run};
use crate::services::Services;

/// What came of beginning an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::interactions) enum Begun {
    /// It is under way, or over already, under this number.
    Under(i64),
    /// The same files are visible under this number; nothing changed.
    Known(i64),
}

type Answer = oneshot::Sender<Result<Begun, AppError>>;

/// Imports an upload as it was chosen; answers as soon as the import has its number.
pub(super) async fn begin(
    services: &Services,
    actor: &Actor,
    mut upload: Upload,
    reading: Reading,
    now: DateTime<Utc>,
) -> Result<Begun, AppError> {
    let jobs = services.spool.jobs.clone();
    let permit = jobs.try_acquire_owned().map_err(|_| AppError::Busy {
        message: "Several imports are under way on this server: wait until one has ended. The \
                  upload is kept."
            .to_owned(),
    })?;
    upload.reading = Some(reading.clone());
    services.spool.keep(&upload)?;
    let (answer, answered) = oneshot::channel();
    let (services, actor) = (services.clone(), actor.clone());
    tokio::spawn(async move {
        work(&services, &actor, &upload, &reading, now, answer).await;
        drop(permit);
    });
    answered.await.unwrap_or_else(|_| {
        Err(AppError::Busy {
            message: "The server is stopping: begin the import again.".to_owned(),
        })
    })
}

/// Goes on with an import that broke off, from the files that are still in the spool.
pub(in crate::interactions) async fn go_on(
    services: &Services,
    actor: &Actor,
    catalog_id: &str,
    upload_id: &str,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let upload = services.spool.find(catalog_id, upload_id)?;
    let upload = upload.ok_or_else(|| gone(upload_id))?;
    let reading = upload.reading.clone().ok_or_else(|| gone(upload_id))?;
    begin(services, actor, upload, reading, now).await.map(drop)
}

async fn work(
    services: &Services,
    actor: &Actor,
    upload: &Upload,
    reading: &Reading,
    now: DateTime<Utc>,
    answer: Answer,
) {
    let order = Order {
        catalog_id: upload.catalog_id.clone(),
        paths: choices(&services.spool, upload),
        reading: reading.options(&services.spool, upload, now),
        chunk_records: CHUNK_RECORDS,
    };
    let run = Run {
        names: services.spool.names(upload),
        upload: Some(upload.id.clone()),
        ..Run::default()
    };
    let mut answer = Some(answer);
    let mut tell = |event: Event<'_>| {
        if let Event::Begun { batch } | Event::Resumed { batch } = event
            && let Some(answer) = answer.take()
        {
            // Whoever has gone away finds the import in the list.
            let _ = answer.send(Ok(Begun::Under(batch.id)));
        }
    };
    let ended = intake::import_as(&services.db, actor, &order, &run, &mut tell).await;
    if is_over(&ended) {
        services.spool.remove(&upload.id);
    }
    if let Err(error) = &ended {
        tracing::info!(
            catalog.id = upload.catalog_id,
            upload.id = upload.id,
            cause = %error,
            "an import of uploaded files ended early"
        );
    }
    if let Some(answer) = answer {
        let _ = answer.send(match ended {
            Ok(imported) => Ok(Begun::Known(imported.batch.id)),
            Err(error) => Err(refusal(error)),
        });
    }
}

/// Whether the files are of no more use: going on with them would end the same way.
fn is_over(ended: &Result<Imported, ImportError>) -> bool {
    matches!(
        ended,
        Ok(_) | Err(ImportError::Cancelled(_) | ImportError::NothingTaken { .. })
    )
}

fn refusal(error: ImportError) -> AppError {
    match error {
        ImportError::Store(error) => AppError::from(error),
        ImportError::Format(_) => AppError::invalid("files", error.for_page()),
        _ => AppError::conflict(error.for_page()),
    }
}
