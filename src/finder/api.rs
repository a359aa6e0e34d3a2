//! The finder's search for the island over every page.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::browser::combobox::Hit;
use crate::error::AppError;

/// Pages, saved views and items that fit, in this order, each the best first.
#[server(prefix = "/actions", endpoint = "find", input = GetUrl)]
pub async fn find(catalog_id: String, query: String) -> Result<Vec<Hit>, AppError> {
    use super::search::{SHOWN, find};
    use crate::accounts::types::Actor;
    let services = crate::services::Services::current();
    Ok(
        find(&services, &Actor::current()?, &catalog_id, &query, SHOWN)
            .await?
            .all(),
    )
}
