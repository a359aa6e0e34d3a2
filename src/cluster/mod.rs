//! Tandem's own PostgreSQL cluster, for whoever has not given it a database.
//!
//! Start reading at [`Cluster::open`]: it makes the data directory and the cluster where they
//! are absent (`place`, `create`), finds out whether this process is to start the cluster or to
//! join one that runs (`lock`), clears away what an interrupted run left, and starts PostgreSQL
//! (`run`). The cluster listens on a Unix socket alone, asks for a password, and ends with its
//! owner, also when the owner is killed.
//!
//! It refuses to listen on a network, to run a cluster with another major version than made it,
//! to install or upgrade PostgreSQL, and to change or repair a cluster that it finds damaged.
//! It knows nothing of what is in the database.

mod binaries;
mod create;
mod error;
mod lock;
mod log;
mod place;
mod run;
#[cfg(test)]
mod tests;
mod wait;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use error::ClusterError;
pub use wait::Progress;

use lock::{Claim, Membership, Ownership};
use place::{PORT, Place};
use run::Postmaster;

/// What the cluster is opened for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// A server, of which there is one on a data directory, and which owns its cluster.
    Server {
        /// How long it waits at its start for a command that has the cluster, and at its end for
        /// the commands that joined it.
        patience: Duration,
    },
    /// A command, by its name, such as `tandem import`: it joins a cluster that runs, else it
    /// owns one until it and all who joined have finished.
    Command(String),
}

/// How to connect to the cluster's database `postgres`.
#[derive(Clone, PartialEq, Eq)]
pub struct Connection {
    /// The directory of the Unix socket.
    pub socket_dir: PathBuf,
    /// The number in the socket's name; no network port is open.
    pub port: u16,
    /// The cluster's superuser.
    pub user: String,
    /// The superuser's password.
    pub password: String,
}

impl fmt::Debug for Connection {
    /// Leaves the password out: this may end in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("socket_dir", &self.socket_dir)
            .field("port", &self.port)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// A cluster that takes connections, for as long as this value lives.
///
/// End it with [`Cluster::stop`], which can tell what it waits for; dropping it does the same in
/// silence and keeps errors to itself.
pub struct Cluster {
    connection: Connection,
    hold: Option<Hold>,
}

/// By what right the cluster is used.
enum Hold {
    Owner {
        postmaster: Postmaster,
        ownership: Ownership,
    },
    Member {
        _membership: Membership,
    },
}

impl Cluster {
    /// Opens the cluster under `data_dir`, which is made if it is absent.
    ///
    /// Blocks until the cluster takes connections; `progress` is given a sentence when something
    /// takes long. It may be called from any thread.
    ///
    /// # Errors
    ///
    /// Every [`ClusterError`] but `NotStopped`; nothing is left running then.
    pub fn open(
        data_dir: &Path,
        purpose: &Purpose,
        progress: Progress,
    ) -> Result<Self, ClusterError> {
        let place = Place::prepare(data_dir)?;
        match lock::claim(place.root(), purpose, progress)? {
            Claim::Owned(ownership) => Self::start(&place, ownership, progress),
            Claim::Joined(membership) => {
                let connection = connection(&place, membership.socket_dir().to_path_buf())?;
                Ok(Self {
                    connection,
                    hold: Some(Hold::Member {
                        _membership: membership,
                    }),
                })
            }
        }
    }

    fn start(
        place: &Place,
        mut ownership: Ownership,
        progress: Progress,
    ) -> Result<Self, ClusterError> {
        let binaries = create::ensure(place, progress)?;
        let socket_dir = place.socket_dir(progress)?;
        run::clear_the_way(place, &socket_dir, progress)?;
        let connection = connection(place, socket_dir)?;
        let postmaster = Postmaster::start(place, &binaries, &connection.socket_dir, progress)?;
        ownership.announce(&connection.socket_dir)?;
        Ok(Self {
            connection,
            hold: Some(Hold::Owner {
                postmaster,
                ownership,
            }),
        })
    }

    /// How to connect.
    pub fn connection(&self) -> Connection {
        self.connection.clone()
    }

    /// Whether this process started the cluster and will stop it.
    pub fn is_owner(&self) -> bool {
        matches!(self.hold, Some(Hold::Owner { .. }))
    }

    /// Leaves the cluster; its owner stops it, after the commands that joined have finished.
    ///
    /// # Errors
    ///
    /// [`ClusterError::NotStopped`] when PostgreSQL withstands a fast shutdown for 60 s and an
    /// immediate one for 15 s more.
    pub fn stop(mut self, progress: Progress) -> Result<(), ClusterError> {
        self.end(progress)
    }

    fn end(&mut self, progress: Progress) -> Result<(), ClusterError> {
        let Some(Hold::Owner {
            postmaster,
            mut ownership,
        }) = self.hold.take()
        else {
            return Ok(());
        };
        let closed = ownership.close(progress);
        postmaster.stop(progress).and(closed)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Whoever wants to know how it ended calls `stop`.
        drop(self.end(&mut |_| ()));
    }
}

fn connection(place: &Place, socket_dir: PathBuf) -> Result<Connection, ClusterError> {
    let password = create::read_password(place)?;
    Ok(Connection {
        socket_dir,
        port: PORT,
        user: create::OWNER.to_owned(),
        password,
    })
}
