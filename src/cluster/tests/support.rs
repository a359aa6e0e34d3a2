//! Helper processes, small disks and questions for the tests of the cluster.
//!
//! Another process is this test binary again, running one ignored test that holds a cluster
//! until it is told to stop or is killed.

use std::env;
use std::fs::{self, Permissions};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use nix::unistd::{Pid, User};
use tempfile::TempDir;

use super::super::{Cluster, ClusterError, Connection, Purpose, binaries};

/// Tells the ignored test which directory to open, and as what.
const HELD_DIR: &str = "TANDEM_TEST_CLUSTER_DIR";
const HELD_AS: &str = "TANDEM_TEST_CLUSTER_AS";

const PATIENCE: Duration = Duration::from_millis(300);

#[test]
#[ignore = "is run by the other tests, as another process"]
fn hold_a_cluster() {
    let data_dir = PathBuf::from(env::var_os(HELD_DIR).unwrap());
    let held_as = env::var(HELD_AS).unwrap();
    let purpose = if held_as == "server" {
        server()
    } else {
        command(&held_as)
    };
    let mut stdout = io::stdout();
    match open(&data_dir, &purpose) {
        Ok(cluster) => {
            let connection = cluster.connection();
            let socket_dir = connection.socket_dir.display();
            writeln!(stdout, "held {socket_dir} {}", connection.password).unwrap();
            io::stdin().read_line(&mut String::new()).unwrap();
            cluster.stop(&mut quiet()).unwrap();
        }
        Err(error) => writeln!(stdout, "held not: {error}").unwrap(),
    }
}

/// A process that holds a cluster.
pub(super) struct Held {
    pub(super) child: Child,
    stdout: BufReader<ChildStdout>,
    connection: Option<Connection>,
    /// Where a copy of the test binary lies for another user, who may not reach the original.
    _reachable: Option<TempDir>,
}

impl Held {
    pub(super) fn start(data_dir: &Path, held_as: &str, user: Option<&User>) -> Self {
        let mut held = Self::spawn(data_dir, held_as, user);
        let line = held.first_line();
        let words: Vec<_> = line.split_whitespace().collect();
        let &["held", socket_dir, password] = words.as_slice() else {
            panic!("{line}")
        };
        held.connection = Some(Connection {
            socket_dir: PathBuf::from(socket_dir),
            port: 5432,
            user: "tandem_owner".to_owned(),
            password: password.to_owned(),
        });
        held
    }

    pub(super) fn spawn(data_dir: &Path, held_as: &str, user: Option<&User>) -> Self {
        let mut binary = env::current_exe().unwrap();
        let reachable = user.map(|_| temporary_dir());
        if let Some(dir) = &reachable {
            fs::copy(&binary, dir.path().join("held")).unwrap();
            binary = dir.path().join("held");
        }
        let (_crate, module) = module_path!().split_once("::").unwrap();
        let mut command = Command::new(binary);
        command
            .arg(format!("{module}::hold_a_cluster"))
            .args(["--exact", "--ignored"]);
        command
            .arg("--nocapture")
            .env(HELD_DIR, data_dir)
            .env(HELD_AS, held_as)
            .current_dir("/");
        if let Some(user) = user {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            stdout,
            connection: None,
            _reachable: reachable,
        }
    }

    /// The first line that is the helper's own and not the test harness's.
    pub(super) fn first_line(&mut self) -> String {
        let lines = self.stdout.by_ref().lines().map(Result::unwrap);
        let mut own = lines.filter_map(|line| line.find("held ").map(|at| line[at..].to_owned()));
        own.next().expect("BUG: the helper says how it went")
    }

    pub(super) fn connection(&self) -> Connection {
        self.connection.clone().unwrap()
    }

    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(super) fn stop(&mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }
}

/// A small disk in a temporary directory.
pub(super) struct Mounted {
    pub(super) dir: TempDir,
}

impl Mounted {
    pub(super) fn new(dir: TempDir, size_mb: u32) -> Option<Self> {
        let size = format!("size={size_mb}m,mode=0755");
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(dir.path())
            .stderr(Stdio::null());
        if mount.status().is_ok_and(|status| status.success()) {
            return Some(Self { dir });
        }
        skip("a small disk can't be mounted here");
        None
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(self.dir.path()).status());
    }
}

pub(super) fn skip(reason: &str) {
    drop(writeln!(io::stderr(), "skipped: {reason}"));
}

/// A directory on the way to which nothing is closed: root's PostgreSQL is another user's.
pub(super) fn temporary_dir() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
    dir
}

pub(super) fn open(data_dir: &Path, purpose: &Purpose) -> Result<Cluster, ClusterError> {
    Cluster::open(data_dir, purpose, &mut quiet())
}

pub(super) fn quiet() -> impl FnMut(&str) {
    |_| ()
}

pub(super) fn server() -> Purpose {
    Purpose::Server { patience: PATIENCE }
}

pub(super) fn command(name: &str) -> Purpose {
    Purpose::Command(name.to_owned())
}

/// What psql answers, or what it complains about.
pub(super) fn ask(connection: &Connection, sql: &str) -> Result<String, String> {
    let output = Command::new(binaries::newest().unwrap().psql())
        .env("PGPASSWORD", &connection.password)
        .arg("--host")
        .arg(&connection.socket_dir)
        .args([
            "--port",
            &connection.port.to_string(),
            "--username",
            &connection.user,
        ])
        .args([
            "--dbname=postgres",
            "--no-psqlrc",
            "--no-align",
            "--tuples-only",
            "--quiet",
        ])
        .args(["--command", sql])
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap().trim().to_owned();
    if output.status.success() {
        Ok(text(output.stdout))
    } else {
        Err(text(output.stderr))
    }
}

pub(super) fn postmaster(data_dir: &Path) -> Pid {
    let lock_file = fs::read_to_string(data_dir.join("postgres/postmaster.pid")).unwrap();
    Pid::from_raw(lock_file.lines().next().unwrap().parse().unwrap())
}

pub(super) fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

pub(super) fn owner_of(path: &Path) -> u32 {
    fs::metadata(path).unwrap().uid()
}
