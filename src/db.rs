//! The pool of database connections, and bringing the schema up to date.

use anyhow::{bail, ensure};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, PgPool};
use std::time::Duration;

/// Connections that one process holds at most.
const CONNECTIONS: u32 = 12;
/// How long a request waits for a connection before it is told to come back.
const WAIT: Duration = Duration::from_secs(5);

/// The oldest PostgreSQL that Tandem works with.
pub const OLDEST_MAJOR: i32 = 15;

/// The schema's history; it only goes forward.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// Opens a pool and makes sure that the server answers and is new enough.
pub async fn connect(options: PgConnectOptions) -> anyhow::Result<PgPool> {
    // One connection first: a pool tries again until its time is up, and forgets the reason.
    let reached = tokio::time::timeout(WAIT, PgConnection::connect_with(&options)).await;
    let mut first = match reached {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => {
            bail!("the database can't be reached: {error}; check the database URL")
        }
        Err(_) => bail!(
            "the database did not answer within {} seconds; check the database URL",
            WAIT.as_secs()
        ),
    };
    let version: String = sqlx::query_scalar("show server_version_num")
        .fetch_one(&mut first)
        .await?;
    first.close().await?;
    let major = version.parse::<i32>().unwrap_or(0) / 10_000;
    ensure!(
        major >= OLDEST_MAJOR,
        "the database is PostgreSQL {major}; Tandem needs {OLDEST_MAJOR} or newer: use a newer server"
    );
    Ok(PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(WAIT)
        .connect_lazy_with(options))
}

/// Brings the schema up to date. Servers that start together wait for one another.
pub async fn migrate(pool: &PgPool) -> anyhow::Result<()> {
    MIGRATIONS.run(pool).await.map_err(|error| {
        anyhow::anyhow!("the database's schema could not be brought up to date: {error}")
    })
}
