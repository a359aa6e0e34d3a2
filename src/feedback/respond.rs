//! What somebody did with a suggestion on a page.

use chrono::Utc;

use super::store::{self, Kind};
use crate::accounts::types::{Actor, Right};
use crate::error::AppError;
use crate::lists::receipt::Receipt;
use crate::services::Services;

/// Keeps it, once: who accepts twice has accepted.
pub(super) async fn respond(
    catalog_id: &str,
    list_id: &str,
    item_id: &str,
    kind: Kind,
) -> Result<(), AppError> {
    let actor = Actor::current()?;
    actor.require_in(catalog_id, Right::Respond)?;
    let Services {
        db, index, lists, ..
    } = Services::current();
    let receipt = Receipt::read_for(list_id, &lists.key, catalog_id)?;
    index.current(catalog_id)?.item(item_id)?;
    let given = store::responses(&db, &actor, catalog_id, &receipt.ask.anchor).await?;
    let same = |response: &store::Response| response.kind == kind && response.item_id == item_id;
    if !given.iter().any(same) {
        store::insert(&db, &actor, &receipt, list_id, item_id, kind, Utc::now()).await?;
    }
    Ok(())
}
