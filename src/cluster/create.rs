//! Making the cluster, once.
//!
//! initdb works in `postgres.new`, and only a finished cluster takes the name `postgres`, so
//! that a kill at any moment leaves either nothing or all of it. The password is there before
//! the cluster, never after it. What is already there is never changed.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nix::sys::statvfs::statvfs;

use super::binaries::{self, Binaries};
use super::error::{ClusterError, at, unable_to_run};
use super::place::Place;
use super::run::{die_with_parent, wait_for_the_last_of};
use super::wait::Progress;

/// The superuser of the cluster, who owns Tandem's database.
pub(super) const OWNER: &str = "tandem_owner";
/// A new cluster takes 40 MB and its first write-ahead logs as much again; the rest is room to
/// begin to work in.
const NEEDED_MB: u64 = 200;

/// Finds the programs for the cluster, making the cluster first where there is none.
pub(super) fn ensure(place: &Place, progress: Progress) -> Result<Binaries, ClusterError> {
    if let Some(major) = version(&place.cluster())? {
        return binaries::for_cluster(&place.cluster(), major);
    }
    let newest = binaries::newest()?;
    create(place, &newest, progress)?;
    Ok(newest)
}

/// The cluster's password.
pub(super) fn read_password(place: &Place) -> Result<String, ClusterError> {
    let file = place.password_file();
    match fs::read_to_string(&file) {
        Ok(password) if !password.trim().is_empty() => Ok(password.trim().to_owned()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at("read", &file)(error)),
        _ => Err(ClusterError::PasswordLost { file }),
    }
}

/// The sentence about a full disk, with what is free on it now.
pub(super) fn disk_full(path: &Path) -> ClusterError {
    let on_it = path.ancestors().find(|dir| dir.is_dir()).unwrap_or(path);
    let free_mb = free_mb(on_it).unwrap_or(0);
    ClusterError::DiskFull {
        dir: on_it.to_path_buf(),
        free_mb,
        needed_mb: NEEDED_MB,
    }
}

/// Whether a program's message says that the disk, or its owner's share of it, is full.
pub(super) fn says_disk_full(message: &str) -> bool {
    message.contains("No space left on device") || message.contains("Disk quota exceeded")
}

/// The major version that made the cluster, or nothing where there is no cluster.
fn version(cluster: &Path) -> Result<Option<u32>, ClusterError> {
    if !cluster.exists() {
        return Ok(None);
    }
    let not_a_cluster = |reason| ClusterError::NotACluster {
        dir: cluster.to_path_buf(),
        reason,
    };
    let written = fs::read_to_string(cluster.join("PG_VERSION"))
        .map_err(|error| not_a_cluster(format!("its file PG_VERSION: {error}")))?;
    let major = written
        .trim()
        .parse()
        .map_err(|_| not_a_cluster(format!("its file PG_VERSION says {:?}", written.trim())))?;
    Ok(Some(major))
}

fn create(place: &Place, binaries: &Binaries, progress: Progress) -> Result<(), ClusterError> {
    if free_mb(place.root()).is_some_and(|free| free < NEEDED_MB) {
        return Err(disk_full(place.root()));
    }
    progress(&format!(
        "making a PostgreSQL cluster in {}",
        place.cluster().display()
    ));
    let half_made = place.half_made();
    wait_for_the_last_of(&half_made.join("data"), progress)?;
    remove(&half_made)?;
    place.private_dir(&half_made)?;
    let password = ensure_password(place)?;
    // initdb runs as PostgreSQL's user, who may not read the password's own file.
    let handed_over = half_made.join("password");
    write_private(&handed_over, &password)?;
    place.give(&handed_over)?;
    // Only C.UTF-8 knows upper and lower case beyond ASCII; old systems don't have it.
    match initdb(place, binaries, "C.UTF-8") {
        Err(ClusterError::NotCreated { said, .. }) if said.contains("locale") => {
            remove(&half_made.join("data"))?;
            initdb(place, binaries, "C")?;
        }
        made => made?,
    }
    fs::rename(half_made.join("data"), place.cluster()).map_err(at("make", &place.cluster()))?;
    sync(place.root())?;
    remove(&half_made)
}

fn initdb(place: &Place, binaries: &Binaries, locale: &str) -> Result<(), ClusterError> {
    let program = binaries.initdb();
    let mut command = place.command(&program);
    command
        .arg("--pgdata")
        .arg(place.half_made().join("data"))
        .arg("--pwfile")
        .arg(place.half_made().join("password"))
        .args([
            "--username",
            OWNER,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
        ])
        .args(["--locale", locale, "--data-checksums", "--no-instructions"]);
    die_with_parent(&mut command);
    let output = command.output().map_err(unable_to_run(&program))?;
    if output.status.success() {
        return Ok(());
    }
    let printed = String::from_utf8_lossy(&output.stderr);
    if says_disk_full(&printed) {
        return Err(disk_full(place.root()));
    }
    let telling = |line: &&str| line.contains("FATAL:") || line.contains("error:");
    let said = printed
        .lines()
        .rev()
        .find(telling)
        .or(printed.lines().last());
    let said = said.map_or_else(|| output.status.to_string(), str::to_owned);
    Err(ClusterError::NotCreated {
        dir: place.root().to_path_buf(),
        said,
    })
}

/// The password that is there, else a new one: 32 random bytes as 64 hexadecimal digits.
fn ensure_password(place: &Place) -> Result<String, ClusterError> {
    match read_password(place) {
        Err(ClusterError::PasswordLost { file }) => {
            let mut bytes = [0_u8; 32];
            getrandom::fill(&mut bytes)
                .map_err(|error| at("draw random bytes for", &file)(io::Error::other(error)))?;
            let password = bytes.iter().fold(String::new(), |mut hex, byte| {
                write!(hex, "{byte:02x}").expect("BUG: a string takes every character");
                hex
            });
            let unnamed = place.root().join("owner.password.new");
            write_private(&unnamed, &password)?;
            fs::rename(&unnamed, &file).map_err(at("write", &file))?;
            sync(place.root())?;
            Ok(password)
        }
        known => known,
    }
}

/// Writes a new file that only its owner may read; one left by an earlier try is replaced.
fn write_private(path: &Path, text: &str) -> Result<(), ClusterError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(at("remove", path)(error));
        }
        _ => {}
    }
    let new = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let written = new.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(at("write", path))
}

fn sync(dir: &Path) -> Result<(), ClusterError> {
    File::open(dir)
        .and_then(|open| open.sync_all())
        .map_err(at("sync", dir))
}

fn remove(dir: &Path) -> Result<(), ClusterError> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at("remove", dir)(error)),
        _ => Ok(()),
    }
}

/// Megabytes that an ordinary user can still write; nothing where the system doesn't say.
fn free_mb(dir: &Path) -> Option<u64> {
    let disk = statvfs(dir).ok()?;
    Some(disk.blocks_available() * disk.fragment_size() / 1_000_000)
}
