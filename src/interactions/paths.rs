//! Where a catalog's data is found: what came in, one import, one upload.

use crate::error::AppError;
use crate::ui::page::with_error;
use crate::ui::url::Url;

/// The routes of what pages send; one table for them and for those who build addresses.
pub mod routes {
    pub const UPLOADS: &str = "/catalogs/{catalog}/data/uploads";
    pub const UPLOAD_IMPORT: &str = "/catalogs/{catalog}/data/uploads/{upload}/import";
    pub const UPLOAD_DISCARD: &str = "/catalogs/{catalog}/data/uploads/{upload}/discard";
    pub const CANCEL: &str = "/catalogs/{catalog}/data/imports/{import}/cancel";
    pub const GO_ON: &str = "/catalogs/{catalog}/data/imports/{import}/go-on";
    pub const DISCARD: &str = "/catalogs/{catalog}/data/imports/{import}/discard";
    pub const UNDO: &str = "/catalogs/{catalog}/data/imports/{import}/undo";
    pub const CORRECT: &str = "/catalogs/{catalog}/data/imports/{import}/correct";
    pub const QUARANTINE: &str = "/catalogs/{catalog}/data/imports/{import}/quarantine.csv";
}

pub fn page(catalog_id: &str) -> String {
    format!("/catalogs/{catalog_id}/data")
}

/// The page with what came in before the import of this number.
pub fn before(catalog_id: &str, key: i64) -> String {
    Url::new(page(catalog_id)).with("before", key).build()
}

/// The page after something failed, which says what.
pub fn refused(catalog_id: &str, error: &AppError) -> String {
    with_error(Url::new(page(catalog_id)), error).build()
}

/// Where files are sent.
pub fn uploads(catalog_id: &str) -> String {
    format!("{}/uploads", page(catalog_id))
}

/// One upload, before it is imported.
pub fn upload(catalog_id: &str, upload_id: &str) -> String {
    format!("{}/{upload_id}", uploads(catalog_id))
}

/// Something to be done with an upload: `import` or `discard`.
pub fn upload_action(catalog_id: &str, upload_id: &str, action: &str) -> String {
    format!("{}/{action}", upload(catalog_id, upload_id))
}

/// One import.
pub fn import(catalog_id: &str, batch_id: i64) -> String {
    format!("{}/imports/{batch_id}", page(catalog_id))
}

/// One import, with a word on what was just done: `known`, `undone`, `corrected` …
pub fn import_done(catalog_id: &str, batch_id: i64, done: &str) -> String {
    Url::new(import(catalog_id, batch_id))
        .with("done", done)
        .build()
}

/// One import after something failed, which the page says.
pub fn import_refused(catalog_id: &str, batch_id: i64, error: &AppError) -> String {
    with_error(Url::new(import(catalog_id, batch_id)), error).build()
}

/// Something to be done with an import: `cancel`, `go-on`, `discard`, `undo` or `correct`.
pub fn import_action(catalog_id: &str, batch_id: i64, action: &str) -> String {
    format!("{}/{action}", import(catalog_id, batch_id))
}

/// The import's page with what taking it back would do.
pub fn undo_preview(catalog_id: &str, batch_id: i64) -> String {
    Url::new(import(catalog_id, batch_id))
        .with("undo", 1)
        .build()
        + "#undo"
}

/// The rows that one import could not take, on its page.
pub fn quarantine(catalog_id: &str, batch_id: i64) -> String {
    import(catalog_id, batch_id) + "#quarantine"
}

/// Those after a row.
pub fn quarantine_after(catalog_id: &str, batch_id: i64, after: i64) -> String {
    let url = Url::new(import(catalog_id, batch_id)).with("after", after);
    url.build() + "#quarantine"
}

/// All of them as CSV.
pub fn quarantine_csv(catalog_id: &str, batch_id: i64) -> String {
    format!("{}/quarantine.csv", import(catalog_id, batch_id))
}
