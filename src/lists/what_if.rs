//! Lists as they would be if other choices counted.
//!
//! Counts add up, so that a list without what somebody chose, or with one more basket, is the list
//! that counting everything anew would give. Nothing is written, and nobody can answer such a list.

use sqlx::PgPool;
use std::sync::Arc;

use super::types::WhatIf;
use crate::error::AppError;
use crate::index::snapshot::Snapshot;
use crate::index::what_if::Changes;

/// The snapshot as it would be; the same one where nothing is supposed.
pub async fn suppose(
    db: &PgPool,
    snapshot: &Arc<Snapshot>,
    what_if: &WhatIf,
) -> Result<Arc<Snapshot>, AppError> {
    if what_if.is_nothing() {
        return Ok(snapshot.clone());
    }
    let changes = changes(db, snapshot, what_if).await?;
    let snapshot = snapshot.clone();
    let count = tokio::task::spawn_blocking(move || Arc::new(snapshot.what_if(&changes)));
    Ok(count.await.expect("BUG: supposing other choices panicked"))
}

async fn changes(db: &PgPool, snapshot: &Snapshot, what_if: &WhatIf) -> Result<Changes, AppError> {
    for user in &what_if.without_users {
        if snapshot.history(user).is_none() {
            return Err(AppError::not_found(format!("The user “{user}”")));
        }
    }
    let mut changes = match what_if.without_users.as_slice() {
        [] => Changes::default(),
        users => Changes::without_users(db, snapshot, users).await?,
    };
    for basket in &what_if.without_baskets {
        let number = snapshot.basket_ids.binary_search(basket);
        let number = number.map_err(|_| AppError::not_found(format!("The basket “{basket}”")))?;
        changes.baskets.insert(number as u32, Vec::new());
    }
    if !what_if.with_items.is_empty() {
        let items = what_if.with_items.iter().map(|id| snapshot.item(id));
        let mut items = items.collect::<Result<Vec<u32>, _>>()?;
        items.sort_unstable();
        items.dedup();
        changes.more.push(items);
    }
    Ok(changes)
}
