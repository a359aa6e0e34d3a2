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
use store::Server;

/// How often a server tells how far it has come.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Tells for as long as the future is polled how far a server has come.
pub async fn announce(db: PgPool, index: Index, server: Server) {
    loop {
        if let Err(error) = tell(&db, &index, &server).await {
            tracing::warn!(cause = %error.cause, "telling how far the server has come failed; trying again");
        }
        tokio::time::sleep(TELL_EVERY).await;
    }
}

/// Tells it once.
pub async fn tell(db: &PgPool, index: &Index, server: &Server) -> Result<(), StoreError> {
    store::live(db, server).await?;
    store::tell(db, server.id, &index.all()).await
}
