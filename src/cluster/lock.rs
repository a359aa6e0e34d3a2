//! Who has the cluster: one owner, who started it, and the commands that joined.
//!
//! Three files in the data directory are locked with flock, which the kernel gives back when a
//! process ends, however it ends. `server.lock` is held by the one server. `cluster.lock` is held
//! by the owner, a server or a command, and says who that is and, once the cluster takes
//! connections, where its socket is. `joiners.lock` is shared by the commands that joined; an
//! owner who wants to stop takes it alone, and so waits for them and keeps others out.
//!
//! A lock is never waited for inside the kernel: whoever waits says so and for whom.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Seek as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;

use super::Purpose;
use super::error::{ClusterError, at};
use super::place::socket_in;
use super::wait::{Progress, Wait};

/// What a process that asks for the cluster is given.
pub(super) enum Claim {
    Owned(Ownership),
    Joined(Membership),
}

/// The right to start the cluster, and the duty to stop it.
pub(super) struct Ownership {
    cluster: Lock,
    joiners: Lock,
    patience: Option<Duration>,
    /// Held to the end, so that a second server is refused.
    _server: Option<Lock>,
}

/// A place in a cluster that another process owns, which runs as long as this is held.
pub(super) struct Membership {
    socket_dir: PathBuf,
    _joiners: Lock,
}

/// Claims the cluster in `root`.
pub(super) fn claim(
    root: &Path,
    purpose: &Purpose,
    progress: Progress,
) -> Result<Claim, ClusterError> {
    match purpose {
        Purpose::Server { patience } => {
            claim_as_server(root, *patience, progress).map(Claim::Owned)
        }
        Purpose::Command(name) => claim_as_command(root, name, progress),
    }
}

fn claim_as_server(
    root: &Path,
    patience: Duration,
    progress: Progress,
) -> Result<Ownership, ClusterError> {
    let mut server = Lock::open(root, "server.lock")?;
    if !server.take()? {
        let holder = server.holder().to_string();
        return Err(ClusterError::AnotherServer {
            holder,
            dir: root.to_path_buf(),
        });
    }
    server.introduce("tandem serve")?;
    let mut cluster = Lock::open(root, "cluster.lock")?;
    let mut wait = Wait::begin();
    while !cluster.take()? {
        let holder = cluster.holder().to_string();
        if wait.has_lasted(patience) {
            let (dir, waited_s) = (root.to_path_buf(), patience.as_secs());
            return Err(ClusterError::HeldByCommand {
                holder,
                dir,
                waited_s,
            });
        }
        wait.pause(
            progress,
            &format!("waiting for {holder}, which uses the cluster"),
        );
    }
    cluster.introduce("tandem serve")?;
    let joiners = Lock::open(root, "joiners.lock")?;
    Ok(Ownership {
        cluster,
        joiners,
        patience: Some(patience),
        _server: Some(server),
    })
}

/// A command becomes the owner where there is none. Otherwise it first makes sure that the
/// owner will not stop, and joins once the owner says that the cluster takes connections.
fn claim_as_command(root: &Path, name: &str, progress: Progress) -> Result<Claim, ClusterError> {
    let mut cluster = Lock::open(root, "cluster.lock")?;
    let joiners = Lock::open(root, "joiners.lock")?;
    let mut shares = false;
    let mut wait = Wait::begin();
    loop {
        if cluster.take()? {
            cluster.introduce(name)?;
            joiners.give_back()?;
            return Ok(Claim::Owned(Ownership {
                cluster,
                joiners,
                patience: None,
                _server: None,
            }));
        }
        shares = shares || joiners.share()?;
        let owner = cluster.holder();
        if shares
            && let Some(socket_dir) = owner.socket_dir()
            && UnixStream::connect(socket_in(&socket_dir)).is_ok()
        {
            return Ok(Claim::Joined(Membership {
                socket_dir,
                _joiners: joiners,
            }));
        }
        wait.pause(
            progress,
            &format!("waiting for {owner}, which starts or stops the cluster"),
        );
    }
}

impl Membership {
    pub(super) fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }
}

impl Ownership {
    /// Lets commands join: the cluster takes connections on the socket in `socket_dir`.
    pub(super) fn announce(&mut self, socket_dir: &Path) -> Result<(), ClusterError> {
        self.cluster.add_line(socket_dir.as_os_str().as_bytes())
    }

    /// Waits until no command uses the cluster any more, a server no longer than it has patience,
    /// and keeps others from joining.
    pub(super) fn close(&mut self, progress: Progress) -> Result<(), ClusterError> {
        let mut wait = Wait::begin();
        while !self.joiners.take()? {
            if self
                .patience
                .is_some_and(|patience| wait.has_lasted(patience))
            {
                progress("commands still use the cluster, which stops now");
                break;
            }
            wait.pause(
                progress,
                "waiting for the commands that use the cluster to finish",
            );
        }
        self.cluster.clear()
    }
}

/// One lock file.
struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    fn open(root: &Path, name: &str) -> Result<Self, ClusterError> {
        let path = root.join(name);
        let mut options = OpenOptions::new();
        options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600);
        let file = options.open(&path).map_err(at("open", &path))?;
        Ok(Self { file, path })
    }

    fn take(&self) -> Result<bool, ClusterError> {
        self.try_to(File::try_lock)
    }

    fn share(&self) -> Result<bool, ClusterError> {
        self.try_to(File::try_lock_shared)
    }

    fn try_to(
        &self,
        lock: impl Fn(&File) -> Result<(), TryLockError>,
    ) -> Result<bool, ClusterError> {
        match lock(&self.file) {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(at("lock", &self.path)(error)),
        }
    }

    fn give_back(&self) -> Result<(), ClusterError> {
        self.file.unlock().map_err(at("unlock", &self.path))
    }

    fn introduce(&mut self, name: &str) -> Result<(), ClusterError> {
        self.clear()?;
        self.add_line(process::id().to_string().as_bytes())?;
        self.add_line(name.as_bytes())
    }

    fn clear(&mut self) -> Result<(), ClusterError> {
        let cleared = self.file.set_len(0).and_then(|()| self.file.rewind());
        cleared.map_err(at("write", &self.path))
    }

    /// A line is written in one call, so that a reader sees all of it or nothing.
    fn add_line(&mut self, line: &[u8]) -> Result<(), ClusterError> {
        self.file
            .write_all(&[line, b"\n"].concat())
            .map_err(at("write", &self.path))
    }

    /// Who has the lock, as far as that has been written.
    fn holder(&self) -> Holder {
        Holder(fs::read(&self.path).unwrap_or_default())
    }
}

/// The owner's lines: its process number, its name, and the directory of its socket.
struct Holder(Vec<u8>);

impl Holder {
    fn line(&self, number: usize) -> Option<&[u8]> {
        let whole = self.0.iter().rposition(|&byte| byte == b'\n')?;
        self.0[..whole].splitn(3, |&byte| byte == b'\n').nth(number)
    }

    fn socket_dir(&self) -> Option<PathBuf> {
        self.line(2)
            .map(|line| PathBuf::from(OsStr::from_bytes(line)))
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(pid), Some(name)) = (self.line(0), self.line(1)) else {
            return f.write_str("another Tandem process");
        };
        let (pid, name) = (String::from_utf8_lossy(pid), String::from_utf8_lossy(name));
        write!(f, "{name}, process {pid}")
    }
}
