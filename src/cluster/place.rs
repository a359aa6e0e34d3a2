//! The data directory: what lies where, to whom it belongs, and who may run PostgreSQL on it.
//!
//! PostgreSQL refuses to run as root. Started by root, Tandem keeps the data directory itself
//! and runs PostgreSQL as `postgres`, else as `nobody`, on directories inside it that it gives
//! to that user. For that to be safe, nobody but root may be able to put a link where root is
//! about to give a file away: a data directory of somebody else, or one that others can write,
//! is refused. Started by an ordinary user, everything belongs to that user.
//!
//! No existing directory is opened further than it was, except an empty data directory.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, DirBuilder, Metadata, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _, chown, lchown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::unistd::{AccessFlags, Uid, User, access, geteuid};

use super::error::{ClusterError, at};
use super::wait::Progress;

/// The socket's number. It only names the socket's file: nothing listens on a network.
pub(super) const PORT: u16 = 5432;
/// The longest path of a socket: `sun_path` holds 108 bytes, the last of them a zero.
const LONGEST_SOCKET: usize = 107;

/// A data directory that is ready to hold the cluster.
pub(super) struct Place {
    root: PathBuf,
    service: Option<Service>,
}

/// The user that runs PostgreSQL when Tandem runs as root.
struct Service {
    name: String,
    uid: u32,
    gid: u32,
}

impl Place {
    /// Makes the data directory if it is absent and checks that the cluster can live in it.
    pub(super) fn prepare(data_dir: &Path) -> Result<Self, ClusterError> {
        make(data_dir)?;
        let root = fs::canonicalize(data_dir).map_err(at("find", data_dir))?;
        if geteuid().is_root() {
            Self::for_root(root)
        } else {
            Self::for_ordinary_user(root)
        }
    }

    fn for_root(root: PathBuf) -> Result<Self, ClusterError> {
        let metadata = fs::metadata(&root).map_err(at("look at", &root))?;
        if metadata.uid() != 0 {
            return Err(owned_by(root, metadata.uid()));
        }
        if metadata.mode() & 0o022 != 0 {
            let owner = "root".to_owned();
            return Err(ClusterError::NotPrivate {
                dir: root,
                owner,
                mode: "go-w",
            });
        }
        let service = Service::choose(&root.join("postgres"))?;
        if fs::read_dir(&root)
            .map_err(at("read", &root))?
            .next()
            .is_none()
        {
            chown(&root, None, Some(service.gid)).map_err(at("give away", &root))?;
            set_mode(&root, 0o710)?;
        }
        service.check_the_way_to(&root)?;
        Ok(Self {
            root,
            service: Some(service),
        })
    }

    fn for_ordinary_user(root: PathBuf) -> Result<Self, ClusterError> {
        let cluster = root.join("postgres");
        if let Ok(metadata) = fs::metadata(&cluster)
            && metadata.uid() != geteuid().as_raw()
        {
            return Err(owned_by(cluster, metadata.uid()));
        }
        access(
            &root,
            AccessFlags::R_OK | AccessFlags::W_OK | AccessFlags::X_OK,
        )
        .map_err(|errno| at("write in", &root)(errno.into()))?;
        Ok(Self {
            root,
            service: None,
        })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn cluster(&self) -> PathBuf {
        self.root.join("postgres")
    }

    /// Where a new cluster is made, before it takes its name.
    pub(super) fn half_made(&self) -> PathBuf {
        self.root.join("postgres.new")
    }

    pub(super) fn password_file(&self) -> PathBuf {
        self.root.join("owner.password")
    }

    /// The file PostgreSQL's messages go to, in a directory of Tandem's own user.
    pub(super) fn log_file(&self) -> Result<PathBuf, ClusterError> {
        let dir = self.root.join("log");
        make(&dir)?;
        Ok(dir.join("postgres.log"))
    }

    /// A PostgreSQL program, to be run as the right user and free of this process's settings:
    /// `PGDATA`, `PGOPTIONS`, `LC_ALL` and the like must not change what the cluster is.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("LC_ALL", "C")
            .current_dir("/")
            .stdin(Stdio::null());
        for kept in ["PATH", "LD_LIBRARY_PATH"] {
            if let Some(value) = env::var_os(kept) {
                command.env(kept, value);
            }
        }
        if let Some(service) = &self.service {
            command.uid(service.uid).gid(service.gid);
        }
        command
    }

    /// Makes `dir` if it is absent, for PostgreSQL's user alone, and refuses it otherwise.
    pub(super) fn private_dir(&self, dir: &Path) -> Result<(), ClusterError> {
        match DirBuilder::new().mode(0o700).create(dir) {
            Ok(()) => self.give(dir)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(at("make", dir)(error)),
        }
        let metadata = fs::symlink_metadata(dir).map_err(at("look at", dir))?;
        let owner = self
            .service
            .as_ref()
            .map_or(geteuid().as_raw(), |service| service.uid);
        if metadata.is_dir() && metadata.uid() == owner && metadata.mode() & 0o777 == 0o700 {
            return Ok(());
        }
        let dir = dir.to_path_buf();
        Err(ClusterError::NotPrivate {
            dir,
            owner: name_of(owner),
            mode: "700",
        })
    }

    /// Gives what Tandem has just made to PostgreSQL's user.
    pub(super) fn give(&self, path: &Path) -> Result<(), ClusterError> {
        let Some(service) = &self.service else {
            return Ok(());
        };
        lchown(path, Some(service.uid), Some(service.gid)).map_err(at("give away", path))
    }

    /// The directory of the socket: `run` in the data directory, unless its path won't do.
    ///
    /// The short one lies in /tmp and not in `XDG_RUNTIME_DIR`, which vanishes when its user logs
    /// out, though the server may still be running.
    pub(super) fn socket_dir(&self, progress: Progress) -> Result<PathBuf, ClusterError> {
        let mut dir = self.root.join("run");
        if !fits_a_socket(&dir) {
            let metadata = fs::metadata(&self.root).map_err(at("look at", &self.root))?;
            // Device and inode name the data directory, whichever path led to it.
            let short = format!("/tmp/tandem-{:x}-{:x}", metadata.dev(), metadata.ino());
            progress(&format!(
                "PostgreSQL's socket goes to {short}: the path of {} is too long for a socket, or \
                 has characters that a socket's path may not have",
                dir.display(),
            ));
            dir = PathBuf::from(short);
        }
        self.private_dir(&dir)?;
        Ok(dir)
    }
}

impl Service {
    /// The owner of the cluster that is there, so that a user added later changes nothing, else
    /// the first of the usual ones.
    fn choose(cluster: &Path) -> Result<Self, ClusterError> {
        let existing = fs::metadata(cluster).ok().filter(|found| found.uid() != 0);
        if let Some(found) = existing {
            return Ok(Self {
                name: name_of(found.uid()),
                uid: found.uid(),
                gid: found.gid(),
            });
        }
        let usual = ["postgres", "nobody"].into_iter().find_map(|name| {
            let user = User::from_name(name).ok()??;
            Some(Self {
                name: user.name,
                uid: user.uid.as_raw(),
                gid: user.gid.as_raw(),
            })
        });
        usual.ok_or(ClusterError::NoServiceUser)
    }

    fn check_the_way_to(&self, root: &Path) -> Result<(), ClusterError> {
        for dir in root.ancestors() {
            let metadata = fs::metadata(dir).map_err(at("look at", dir))?;
            if !self.may_enter(&metadata) {
                let parent = dir.to_path_buf();
                return Err(ClusterError::CannotEnter {
                    parent,
                    user: self.name.clone(),
                });
            }
        }
        Ok(())
    }

    fn may_enter(&self, dir: &Metadata) -> bool {
        let bit = if dir.uid() == self.uid {
            0o100
        } else if dir.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        dir.mode() & bit != 0
    }
}

/// Makes a directory for this user alone; its parents, if absent, as any program would.
fn make(dir: &Path) -> Result<(), ClusterError> {
    if let Some(parent) = dir.parent() {
        fs::create_dir_all(parent).map_err(at("make", parent))?;
    }
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if !dir.is_dir() => Err(at("make", dir)(error)),
        _ => Ok(()),
    }
}

fn set_mode(path: &Path, mode: u32) -> Result<(), ClusterError> {
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(at("change", path))
}

fn owned_by(dir: PathBuf, uid: u32) -> ClusterError {
    ClusterError::OwnedBySomebodyElse {
        dir,
        owner: name_of(uid),
    }
}

fn name_of(uid: u32) -> String {
    match User::from_uid(Uid::from_raw(uid)) {
        Ok(Some(user)) => user.name,
        _ => format!("user {uid}"),
    }
}

/// Whether a client and the server will both understand the socket's path: a comma separates
/// directories in PostgreSQL's settings and in its clients', quotes and backslashes quote.
fn fits_a_socket(dir: &Path) -> bool {
    let path = socket_in(dir);
    let bytes = path.as_os_str().as_bytes();
    bytes.len() <= LONGEST_SOCKET
        && !bytes
            .iter()
            .any(|byte| b",\"'\\".contains(byte) || byte.is_ascii_control())
}

/// The socket's file in its directory, as PostgreSQL names it.
pub(super) fn socket_in(dir: &Path) -> PathBuf {
    dir.join(OsStr::new(&format!(".s.PGSQL.{PORT}")))
}
