//! The interactive bit of an import's page: its progress, asked for again while it is under way.

use std::rc::Rc;

use leptos::prelude::*;

use super::api::import_progress;
use crate::jobs::islands::follow;
use crate::jobs::progress::Progress;

/// How far an import has come. When it has ended, the page is loaded once more for what came of it.
#[island]
pub fn ImportProgress(catalog_id: String, batch_id: i64, progress: Progress) -> impl IntoView {
    follow(
        progress,
        Rc::new(move || Box::pin(import_progress(catalog_id.clone(), batch_id))),
    )
}
