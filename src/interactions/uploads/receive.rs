//! Receiving an upload: each part of the form goes to its file as it comes.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};
use multer::{Field, Multipart};
use tokio::sync::mpsc;

use super::spool::{Incoming, Spool, Upload, UploadedFile, failed};
use crate::accounts::types::Actor;
use crate::error::AppError;
use crate::interactions::formats::Role;

/// The most files of one upload.
pub(super) const FILES_MOST: usize = 50;
/// The longest name that is kept, in characters.
const NAME_MOST: usize = 120;
/// Pieces of a file that wait to be written.
const WAITING: usize = 8;

/// Receives a form's files and keeps them; the upload's id.
///
/// What is too much is refused only when all of it has been sent, and nothing of it is kept: a
/// browser reads no answer before it has sent its form.
pub(super) async fn receive(
    spool: &Spool,
    actor: &Actor,
    catalog_id: &str,
    headers: &HeaderMap,
    body: Body,
    now: DateTime<Utc>,
) -> Result<String, AppError> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let boundary = multer::parse_boundary(kind.unwrap_or_default())
        .map_err(|_| AppError::invalid("files", "This is not a form with files: use the page."))?;
    let mut form = Multipart::new(body.into_data_stream(), boundary);
    let mut receiving = Receiving {
        incoming: spool.begin().map_err(|error| failed(&error))?,
        most_bytes: spool.most_bytes(),
        bytes: 0,
        files: Vec::new(),
        refusal: None,
    };
    while let Some(field) = form.next_field().await.map_err(|_| broken_off())? {
        receiving.take(field).await?;
    }
    let Receiving {
        incoming,
        files,
        refusal,
        ..
    } = receiving;
    if let Some(refusal) = refusal {
        return Err(refusal);
    }
    if !files.iter().any(|file| file.role == Role::Choices) {
        return Err(AppError::invalid(
            "files",
            "Choose at least one file of what people chose; nothing was uploaded.",
        ));
    }
    let upload = Upload {
        id: incoming.id().to_owned(),
        catalog_id: catalog_id.to_owned(),
        author_name: actor.name.clone(),
        at: now,
        files,
        reading: None,
    };
    incoming.keep(&upload)?;
    Ok(upload.id)
}

struct Receiving {
    incoming: Incoming,
    most_bytes: u64,
    /// What has come of all files.
    bytes: u64,
    files: Vec<UploadedFile>,
    /// Why the upload is not taken; the rest is read and forgotten.
    refusal: Option<AppError>,
}

impl Receiving {
    async fn take(&mut self, mut field: Field<'_>) -> Result<(), AppError> {
        let role = match field.name() {
            Some("files") => Role::Choices,
            Some("items") => Role::Items,
            Some("users") => Role::Users,
            _ => return Ok(()),
        };
        // A field that was left empty comes as a file without a name.
        let name = field.file_name().map(plain_name).unwrap_or_default();
        if name.is_empty() {
            return Ok(());
        }
        self.check(role);
        let mut writer =
            (self.refusal.is_none()).then(|| Writer::begin(self.incoming.path(self.files.len())));
        let before = self.bytes;
        while let Some(chunk) = field.chunk().await.map_err(|_| broken_off())? {
            self.bytes += chunk.len() as u64;
            if self.bytes > self.most_bytes {
                self.refusal
                    .get_or_insert_with(|| too_much(self.most_bytes));
                writer = None;
            }
            if let Some(writer) = &writer {
                writer.write(chunk).await;
            }
        }
        let Some(writer) = writer else { return Ok(()) };
        writer.end().await.map_err(|error| failed(&error))?;
        self.files.push(UploadedFile {
            name,
            role,
            bytes: self.bytes - before,
        });
        Ok(())
    }

    fn check(&mut self, role: Role) {
        let is_second = role != Role::Choices && self.files.iter().any(|file| file.role == role);
        let message = if self.files.len() == FILES_MOST {
            format!("At most {FILES_MOST} files are taken at a time; nothing was uploaded.")
        } else if is_second {
            "One file of items and one of users is taken; nothing was uploaded.".to_owned()
        } else {
            return;
        };
        self.refusal
            .get_or_insert_with(|| AppError::invalid("files", message));
    }
}

/// Writes one file on a thread of its own.
struct Writer {
    chunks: mpsc::Sender<Bytes>,
    written: tokio::task::JoinHandle<io::Result<()>>,
}

impl Writer {
    fn begin(path: PathBuf) -> Self {
        let (chunks, mut waiting) = mpsc::channel::<Bytes>(WAITING);
        let written = tokio::task::spawn_blocking(move || {
            let mut file = File::create_new(path)?;
            while let Some(chunk) = waiting.blocking_recv() {
                file.write_all(&chunk)?;
            }
            Ok(())
        });
        Self { chunks, written }
    }

    async fn write(&self, chunk: Bytes) {
        // A writer that has failed takes no more, and says why at the end.
        drop(self.chunks.send(chunk).await);
    }

    async fn end(self) -> io::Result<()> {
        drop(self.chunks);
        self.written.await.map_err(io::Error::other)?
    }
}

fn too_much(most_bytes: u64) -> AppError {
    let most = crate::ui::format::bytes(most_bytes);
    AppError::invalid(
        "files",
        format!(
            "The files are larger than {most} together, which is the most that is taken here: \
             nothing was uploaded. “tandem import” on the server's machine takes files of any size."
        ),
    )
}

fn broken_off() -> AppError {
    AppError::invalid(
        "files",
        "The upload broke off and nothing of it was kept: send it again.",
    )
}

/// The last part of what a browser calls a file, without what no name should hold.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|letter| !letter.is_control())
        .take(NAME_MOST)
        .collect();
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_without_its_folders() {
        for (sent, kept) in [
            ("orders.csv", "orders.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\files\\orders.csv", "orders.csv"),
            ("a\0\r\nb.csv", "ab.csv"),
            ("..", ".."),
            ("/", ""),
        ] {
            assert_eq!(plain_name(sent), kept, "{sent:?}");
        }
    }
}
