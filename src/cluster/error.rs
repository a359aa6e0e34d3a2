//! What can go wrong with Tandem's own cluster, each as one sentence with the way out.
//!
//! A reason given by the system or by PostgreSQL is part of the sentence, not an error source:
//! whoever prints the whole chain of causes must not print it twice.

use std::io;
use std::path::{Path, PathBuf};

/// Why the cluster could not be opened or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The machine has no PostgreSQL server programs that can be used.
    #[error(
        "no PostgreSQL {least} or newer was found (searched {searched}): install it (on Debian and \
         Ubuntu: apt install postgresql), or give a database of your own with --database-url"
    )]
    NoBinaries {
        /// The oldest major version that will do.
        least: u32,
        /// The places searched, with what was found there.
        searched: String,
    },

    /// The cluster was made by a major version whose programs are not installed.
    #[error(
        "the cluster in {dir} is of PostgreSQL {cluster}, and this machine has {found}: install \
         PostgreSQL {cluster} (on Debian and Ubuntu: apt install postgresql-{cluster}), or move the \
         cluster to the new version with pg_upgrade or with a dump taken by version {cluster}"
    )]
    OtherVersion {
        /// The cluster's directory.
        dir: PathBuf,
        /// The major version that made it.
        cluster: u32,
        /// The versions installed and where.
        found: String,
    },

    /// Too little room, found beforehand or told by PostgreSQL.
    #[error(
        "the disk that holds {dir} is full ({free_mb} MB free, at least {needed_mb} MB needed): make \
         room there, or choose another directory with --data-dir"
    )]
    DiskFull {
        /// The directory that had no room.
        dir: PathBuf,
        /// Megabytes free for an ordinary user.
        free_mb: u64,
        /// Megabytes asked for before anything is started.
        needed_mb: u64,
    },

    /// This account has no right to a file or directory that it needs.
    #[error(
        "could not {action} {path} ({reason}): give this account the right to read and write there, \
         or choose another directory with --data-dir"
    )]
    NoAccess {
        /// What was being done, as a verb.
        action: &'static str,
        /// The file or directory that refused.
        path: PathBuf,
        /// The system's words.
        reason: io::Error,
    },

    /// The directory belongs to another account.
    #[error(
        "{dir} belongs to {owner}: run Tandem as {owner}, or choose another directory with \
         --data-dir"
    )]
    OwnedBySomebodyElse {
        /// The directory in question.
        dir: PathBuf,
        /// Its owner's name, or number where it has no name.
        owner: String,
    },

    /// A directory that must be private can be entered or changed by others.
    #[error(
        "{dir} must be a directory that only {owner} can change: run chmod {mode} {dir}, remove it, \
         or choose another directory with --data-dir"
    )]
    NotPrivate {
        /// The directory in question.
        dir: PathBuf,
        /// The account it must belong to.
        owner: String,
        /// The mode to give, as chmod takes it.
        mode: &'static str,
    },

    /// Started by root, PostgreSQL runs as another user, who can't get to the data directory.
    #[error(
        "PostgreSQL refuses to run as root and runs as {user}, who can't enter {parent}: choose \
         another directory with --data-dir, such as one under /var/lib"
    )]
    CannotEnter {
        /// The directory on the way that is closed to the user.
        parent: PathBuf,
        /// The user that PostgreSQL runs as.
        user: String,
    },

    /// Started by root on a machine that has nobody else to run PostgreSQL.
    #[error(
        "PostgreSQL refuses to run as root and this machine has neither a user postgres nor a user \
         nobody: run Tandem as an ordinary user"
    )]
    NoServiceUser,

    /// A second server on one data directory.
    #[error(
        "another Tandem server ({holder}) already runs on {dir}: stop it first, or choose another \
         directory with --data-dir"
    )]
    AnotherServer {
        /// Process number and purpose of the one that runs.
        holder: String,
        /// The data directory.
        dir: PathBuf,
    },

    /// A command used the cluster longer than the server could wait.
    #[error(
        "{holder} has been using the cluster in {dir} for the {waited_s} s that the server waited: \
         let it finish or stop it, then start the server again"
    )]
    HeldByCommand {
        /// Process number and name of the command.
        holder: String,
        /// The data directory.
        dir: PathBuf,
        /// Seconds waited.
        waited_s: u64,
    },

    /// A PostgreSQL left by a killed Tandem does not end.
    #[error(
        "PostgreSQL (process {pid}) from an earlier run still works on {dir} after {waited_s} s: end \
         it with kill -QUIT {pid}, then try again"
    )]
    StillRunning {
        /// The number of one process that is left.
        pid: i32,
        /// The cluster's directory.
        dir: PathBuf,
        /// Seconds waited.
        waited_s: u64,
    },

    /// The cluster is there, its password is not.
    #[error(
        "the cluster's password file {file} is missing or empty: put it back from a backup, or \
         choose another directory with --data-dir and restore a Tandem backup there"
    )]
    PasswordLost {
        /// Where the password should be.
        file: PathBuf,
    },

    /// The cluster's directory is not a cluster.
    #[error(
        "{dir} holds no readable PostgreSQL cluster ({reason}): put the directory back from a \
         backup, or choose another directory with --data-dir and restore a Tandem backup there"
    )]
    NotACluster {
        /// The cluster's directory.
        dir: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// initdb ended without a cluster.
    #[error(
        "initdb could not make a PostgreSQL cluster in {dir} (it said: {said}): put that right, or \
         choose another directory with --data-dir; nothing half made is left in use"
    )]
    NotCreated {
        /// The directory in which it was to be.
        dir: PathBuf,
        /// The last telling line of its output.
        said: String,
    },

    /// PostgreSQL ended before it was ready.
    #[error(
        "PostgreSQL stopped while starting on {dir} (it said: {said}): see {log}; if the cluster is \
         damaged, choose another directory with --data-dir and restore a Tandem backup there"
    )]
    NotStarted {
        /// The cluster's directory.
        dir: PathBuf,
        /// Its last FATAL or PANIC line, else its last line.
        said: String,
        /// Its log.
        log: PathBuf,
    },

    /// PostgreSQL runs but never began to start up.
    #[error(
        "PostgreSQL gave no sign of starting on {dir} within {waited_s} s: see {log}, then try \
         again"
    )]
    StartTimeout {
        /// The cluster's directory.
        dir: PathBuf,
        /// Seconds waited.
        waited_s: u64,
        /// Its log.
        log: PathBuf,
    },

    /// PostgreSQL did not end, neither fast nor at once.
    #[error(
        "PostgreSQL (process {pid}) did not stop within {waited_s} s: end it with kill -KILL {pid}; \
         what was committed is safe, the next start recovers it"
    )]
    NotStopped {
        /// The process number of the postmaster.
        pid: u32,
        /// Seconds waited.
        waited_s: u64,
    },

    /// Anything else that the system refused.
    #[error("could not {action} {path} ({reason}): put that right, then try again")]
    System {
        /// What was being done, as a verb.
        action: &'static str,
        /// To which file, directory or program.
        path: PathBuf,
        /// The system's words.
        reason: io::Error,
    },
}

/// Turns what the system says about a path into the sentence for it.
pub(super) fn at(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ClusterError {
    let path = path.to_path_buf();
    move |reason| match reason.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            super::create::disk_full(&path)
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            ClusterError::NoAccess {
                action,
                path,
                reason,
            }
        }
        _ => ClusterError::System {
            action,
            path,
            reason,
        },
    }
}

/// The sentence for a program that the system refused to run: no directory can be chosen for it.
pub(super) fn unable_to_run(program: &Path) -> impl FnOnce(io::Error) -> ClusterError {
    let path = program.to_path_buf();
    move |reason| ClusterError::System {
        action: "run",
        path,
        reason,
    }
}
