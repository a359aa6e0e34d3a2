//! Tables for programs, and as files.

mod table;
mod windows;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::services::Services;

pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::default()
        .routes(routes!(table::table))
        .routes(routes!(windows::windows))
}
