//! The servers that follow one database: how far each has come, and whether it counts right.
//!
//! Every server tells once a second which change of each catalog it serves, with a digest over all
//! choices that it holds. So whoever runs Tandem sees a server that lags, and [`verify`] compares
//! what each serves with a count from nothing. Start reading at [`announce`].

pub mod store;
#[cfg(test)]
mod tests;
pub mod verify;

use std::time::Duration;

use sqlx::PgPool;

use crate::error::respond::StoreError;
use crate::index::Index;

/// How often a server tells how far it has come.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Tells for as long as the future is polled how far a server has come.
pub async fn announce(db: PgPool, index: Index, address: String) {
    let mut server_id = None;
    loop {
        match tell(&db, &index, &address, server_id).await {
            Ok(id) => server_id = Some(id),
            Err(error) => {
                tracing::warn!(cause = %error.cause, "telling how far the server has come failed; trying again");
            }
        }
        tokio::time::sleep(TELL_EVERY).await;
    }
}

/// Tells it once; gives the server's number, which is a new one where it had none or lost it.
pub async fn tell(
    db: &PgPool,
    index: &Index,
    address: &str,
    server_id: Option<i64>,
) -> Result<i64, StoreError> {
    let known = match server_id {
        Some(id) => store::is_there(db, id).await?.then_some(id),
        None => None,
    };
    let id = match known {
        Some(id) => id,
        None => store::register(db, address).await?,
    };
    store::tell(db, id, &index.all()).await?;
    Ok(id)
}
