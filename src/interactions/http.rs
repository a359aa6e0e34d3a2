//! What the pages of a catalog's data send.

use axum::Router;

use super::{imports, quarantine, uploads};
use crate::services::Services;

pub fn router() -> Router<Services> {
    Router::new()
        .merge(uploads::http::router())
        .merge(imports::http::router())
        .merge(quarantine::http::router())
}
