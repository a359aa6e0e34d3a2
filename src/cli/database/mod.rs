//! The database of a command: the one that was named, or Tandem's own cluster.
//!
//! With a URL, everything is done as the user that it names. On the own cluster the tables belong
//! to the cluster's owner, and Tandem works as `tandem_server`, a role that can read and write
//! every table but not change the audit trail. Both passwords lie in the data directory, for its
//! owner's eyes. The cluster is started where none runs, and then stopped by [`Database::close`].

mod password;
mod store;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use nix::unistd::geteuid;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;

use crate::cluster::{Cluster, Connection, Purpose};
use crate::db;

/// The role that Tandem works as on its own cluster.
const SERVER: &str = "tandem_server";
/// The database of the own cluster.
const DATABASE: &str = "tandem";

/// Which database to use.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Place {
    /// Where Tandem keeps its own PostgreSQL cluster; made if it is absent.
    ///
    /// Not used with a database URL. Default: /var/lib/tandem for root, else
    /// $XDG_DATA_HOME/tandem or ~/.local/share/tandem.
    #[arg(long, global = true, value_name = "DIR", env = "TANDEM_DATA_DIR")]
    pub(super) data_dir: Option<PathBuf>,
    /// A PostgreSQL database to use instead of an own cluster, such as
    /// postgres://user:password@host/tandem?sslmode=require.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env_values = true
    )]
    pub(super) database_url: Option<String>,
}

impl Place {
    fn data_dir(&self) -> anyhow::Result<PathBuf> {
        if let Some(dir) = &self.data_dir {
            return Ok(dir.clone());
        }
        if geteuid().is_root() {
            return Ok(PathBuf::from("/var/lib/tandem"));
        }
        let absolute = |name: &str| {
            let dir = PathBuf::from(std::env::var_os(name)?);
            dir.is_absolute().then_some(dir)
        };
        let home = || absolute("HOME").map(|home| home.join(".local/share"));
        let parent = absolute("XDG_DATA_HOME").or_else(home).context(
            "there is no home directory to keep data in: name a directory with --data-dir",
        )?;
        Ok(parent.join("tandem"))
    }
}

impl Place {
    /// Where a server keeps uploaded files until they are imported: with the data; where that lies
    /// elsewhere, in the system's folder for what does not last, apart from other people's.
    pub(super) fn spool_dir(&self) -> anyhow::Result<PathBuf> {
        if (self.database_url.as_deref()).is_some_and(|url| !url.is_empty()) {
            return Ok(std::env::temp_dir().join(format!("tandem-uploads-{}", geteuid())));
        }
        Ok(self.data_dir()?.join("uploads"))
    }
}

/// Connections to the database, and the cluster if this process has it.
pub(super) struct Database {
    pub(super) pool: PgPool,
    cluster: Option<Cluster>,
}

impl Database {
    /// Connects, and brings the schema up to date; a cluster is made and started if need be.
    pub(super) async fn open(place: &Place, purpose: Purpose) -> anyhow::Result<Self> {
        if let Some(url) = place.database_url.as_deref().filter(|url| !url.is_empty()) {
            let pool = db::connect(options_of(url)?).await?;
            db::migrate(&pool).await?;
            return Ok(Self {
                pool,
                cluster: None,
            });
        }
        let data_dir = place.data_dir()?;
        let opening = {
            let data_dir = data_dir.clone();
            move || Cluster::open(&data_dir, &purpose, &mut tell)
        };
        let cluster = tokio::task::spawn_blocking(opening)
            .await
            .expect("BUG: opening the cluster panicked")?;
        match connect_as_server(&cluster.connection(), &data_dir).await {
            Ok(pool) => Ok(Self {
                pool,
                cluster: Some(cluster),
            }),
            Err(error) => {
                stop(cluster).await?;
                Err(error)
            }
        }
    }

    /// Closes the connections and leaves the cluster, which its owner stops.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        self.pool.close().await;
        match self.cluster {
            Some(cluster) => stop(cluster).await,
            None => Ok(()),
        }
    }
}

async fn stop(cluster: Cluster) -> anyhow::Result<()> {
    let stopped = tokio::task::spawn_blocking(move || cluster.stop(&mut tell)).await;
    Ok(stopped.expect("BUG: stopping the cluster panicked")?)
}

fn tell(sentence: &str) {
    tracing::info!("{sentence}");
}

/// Reads a URL without repeating it: it may hold a password.
fn options_of(url: &str) -> anyhow::Result<PgConnectOptions> {
    url.parse().map_err(|error| {
        anyhow::anyhow!(
            "the database URL can't be read ({error}): write it like \
             postgres://user:password@host:5432/tandem"
        )
    })
}

/// Prepares database and role as the cluster's owner, then connects as the server.
async fn connect_as_server(connection: &Connection, data_dir: &Path) -> anyhow::Result<PgPool> {
    let owner = PgConnectOptions::new_without_pgpass()
        .socket(&connection.socket_dir)
        .port(connection.port)
        .username(&connection.user)
        .password(&connection.password);
    let password = store::prepare(&owner, data_dir)
        .await
        .context("the own cluster could not be prepared")?;
    let server = owner
        .username(SERVER)
        .password(&password)
        .database(DATABASE);
    db::connect(server).await
}
