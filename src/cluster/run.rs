//! Starting and stopping PostgreSQL, and making sure that it ends when Tandem does.
//!
//! The kernel signals a child when the thread that started it ends (`PR_SET_PDEATHSIG`). So one
//! thread starts PostgreSQL, then reads its messages until its last process is gone: it lives
//! as long as PostgreSQL, unless the whole process is killed, and then PostgreSQL shuts down
//! cleanly by itself. PostgreSQL has a process group of its own, since Ctrl-C in a terminal
//! would otherwise end it before Tandem has finished its work.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpid, getppid};

use super::binaries::Binaries;
use super::create::disk_full;
use super::error::{ClusterError, at, unable_to_run};
use super::log::{self, LastWords};
use super::place::{PORT, Place, socket_in};
use super::wait::{Progress, Wait};

/// How long a fast shutdown may take: it writes a checkpoint.
const FAST: Duration = Duration::from_mins(1);
/// How long an immediate shutdown may take: PostgreSQL kills what is left after five seconds.
const IMMEDIATE: Duration = Duration::from_secs(15);
/// How long PostgreSQL may take to say that it is starting. Recovery comes after that, and may
/// take as long as it likes.
const FIRST_SIGN: Duration = Duration::from_mins(1);

/// The settings that are Tandem's and not PostgreSQL's defaults.
const SETTINGS: [&str; 17] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=50",
    "shared_buffers=256MB",
    // What is acknowledged must survive the machine's power: stated, so that no file undoes it.
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "wal_compression=on",
    "max_wal_size=2GB",
    // Statements are short and many: compiling them costs more than it gives.
    "jit=off",
    "random_page_cost=1.1",
    "timezone=UTC",
    "log_timezone=UTC",
    // Errors are recognised by their English words.
    "lc_messages=C",
    "logging_collector=off",
    "log_destination=stderr",
    // Details quote rows, and a log is not where people's choices belong.
    "log_error_verbosity=terse",
];

/// A running PostgreSQL; dropping it stops it.
pub(super) struct Postmaster {
    child: Arc<Mutex<Child>>,
    pid: u32,
    words: LastWords,
    log: PathBuf,
    cluster: PathBuf,
}

impl Postmaster {
    /// Starts PostgreSQL and waits until it takes connections.
    pub(super) fn start(
        place: &Place,
        binaries: &Binaries,
        socket_dir: &Path,
        progress: Progress,
    ) -> Result<Self, ClusterError> {
        let program = binaries.postgres();
        let mut command = place.command(&program);
        command
            .arg("-D")
            .arg(place.cluster())
            .arg("-k")
            .arg(socket_dir);
        command.args(["-p", &PORT.to_string()]);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0);
        die_with_parent(&mut command);
        let words = LastWords::default();
        let log = place.log_file()?;
        let child =
            spawn_kept(command, log.clone(), words.clone()).map_err(unable_to_run(&program))?;
        let pid = child.id();
        let child = Arc::new(Mutex::new(child));
        let postmaster = Self {
            child,
            pid,
            words,
            log,
            cluster: place.cluster(),
        };
        postmaster.wait_until_ready(progress)?;
        Ok(postmaster)
    }

    fn wait_until_ready(&self, progress: Progress) -> Result<(), ClusterError> {
        let mut wait = Wait::begin();
        loop {
            let status = self.status();
            if status.as_deref() == Some("ready") {
                return Ok(());
            }
            if self.has_ended() {
                return Err(self.why_it_ended());
            }
            if status.is_none() && wait.has_lasted(FIRST_SIGN) {
                return Err(ClusterError::StartTimeout {
                    dir: self.cluster.clone(),
                    waited_s: FIRST_SIGN.as_secs(),
                    log: self.log.clone(),
                });
            }
            wait.pause(
                progress,
                "PostgreSQL is starting; after an interruption it first recovers",
            );
        }
    }

    /// What this PostgreSQL says of itself on the last line of its postmaster.pid.
    fn status(&self) -> Option<String> {
        let text = fs::read_to_string(self.cluster.join("postmaster.pid")).ok()?;
        let mut lines = text.lines();
        let pid: u32 = lines.next()?.parse().ok()?;
        let status = lines.nth(6)?.trim().to_owned();
        (pid == self.pid).then_some(status)
    }

    fn why_it_ended(&self) -> ClusterError {
        if self.words.tell_of_a_full_disk() {
            return disk_full(&self.cluster);
        }
        let said = self.words.telling();
        ClusterError::NotStarted {
            dir: self.cluster.clone(),
            said,
            log: self.log.clone(),
        }
    }

    /// Ends PostgreSQL: connections first and a checkpoint, then without ceremony. What was
    /// committed is kept either way.
    pub(super) fn stop(&self, progress: Progress) -> Result<(), ClusterError> {
        for (signal, limit) in [(Signal::SIGINT, FAST), (Signal::SIGQUIT, IMMEDIATE)] {
            let mut wait = Wait::begin();
            self.signal(signal);
            while !wait.has_lasted(limit) {
                if self.has_ended() {
                    return Ok(());
                }
                wait.pause(
                    progress,
                    "PostgreSQL is writing what it has in memory and stopping",
                );
            }
        }
        let waited_s = (FAST + IMMEDIATE).as_secs();
        Err(ClusterError::NotStopped {
            pid: self.pid,
            waited_s,
        })
    }

    fn has_ended(&self) -> bool {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        !matches!(child.try_wait(), Ok(None))
    }

    /// Its number can't have passed to another process: it is given back under this lock only.
    fn signal(&self, signal: Signal) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(child.try_wait(), Ok(None)) {
            send(child.id().cast_signed(), signal);
        }
    }
}

impl Drop for Postmaster {
    fn drop(&mut self) {
        if !self.has_ended() {
            // There is nobody left to tell; the death signal ends it with this process at last.
            drop(self.stop(&mut |_| ()));
        }
    }
}

/// Has the kernel send the child a fast shutdown when the thread that spawns it ends.
pub(super) fn die_with_parent(command: &mut Command) {
    let parent = getpid();
    let before_exec = move || {
        set_pdeathsig(Signal::SIGINT)?;
        if getppid() == parent {
            return Ok(());
        }
        // The parent died before the signal was asked for, so it will never come.
        Err(io::Error::from_raw_os_error(nix::libc::ESRCH))
    };
    #[expect(
        unsafe_code,
        reason = "the one way to ask for the signal in the child itself"
    )]
    // SAFETY: between fork and exec the closure only makes two system calls that are safe there,
    // and allocates nothing.
    unsafe {
        command.pre_exec(before_exec);
    }
}

fn spawn_kept(mut command: Command, log: PathBuf, words: LastWords) -> io::Result<Child> {
    let (tell, told) = mpsc::sync_channel(1);
    let keeper = move || {
        let mut spawned = command.spawn();
        let pipe = spawned.as_mut().ok().and_then(|child| child.stderr.take());
        if tell.send(spawned).is_ok()
            && let Some(pipe) = pipe
        {
            log::keep(pipe, log, &words);
        }
    };
    thread::Builder::new()
        .name("postgres-keeper".to_owned())
        .spawn(keeper)?;
    told.recv()
        .expect("BUG: the keeper tells what it spawned before anything else")
}

/// Makes the next start possible after any end of the run before: waits until nothing of it works
/// on the cluster, then takes away the lock files, since the process numbers in them may by now
/// belong to something else.
pub(super) fn clear_the_way(
    place: &Place,
    socket_dir: &Path,
    progress: Progress,
) -> Result<(), ClusterError> {
    let cluster = place.cluster();
    wait_for_the_last_of(&cluster, progress)?;
    let socket = socket_in(socket_dir);
    for stale in [
        cluster.join("postmaster.pid"),
        socket.with_added_extension("lock"),
        socket,
    ] {
        match fs::remove_file(&stale) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(at("remove", &stale)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Waits until no PostgreSQL works on a cluster any more, and helps it to end.
pub(super) fn wait_for_the_last_of(cluster: &Path, progress: Progress) -> Result<(), ClusterError> {
    let mut wait = Wait::begin();
    let mut sent = None;
    loop {
        let left = processes_in(cluster);
        let Some(&pid) = left.first() else {
            return Ok(());
        };
        if wait.has_lasted(FAST + IMMEDIATE) {
            let (dir, waited_s) = (cluster.to_path_buf(), (FAST + IMMEDIATE).as_secs());
            return Err(ClusterError::StillRunning { pid, dir, waited_s });
        }
        let signal = if wait.has_lasted(FAST) {
            Signal::SIGQUIT
        } else {
            Signal::SIGINT
        };
        if sent.replace(signal) != Some(signal) {
            left.into_iter()
                .filter(|&pid| leads(pid, cluster))
                .for_each(|pid| send(pid, signal));
        }
        wait.pause(
            progress,
            "waiting for the PostgreSQL of an interrupted run to shut down",
        );
    }
}

/// The PostgreSQL processes at work on a cluster: each has its directory as the current one.
fn processes_in(cluster: &Path) -> Vec<i32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let works_there = |pid: &i32| {
        let of = |what| PathBuf::from(format!("/proc/{pid}/{what}"));
        let name = fs::read_to_string(of("comm")).unwrap_or_default();
        (name.contains("postgres") || name.contains("postmaster"))
            && fs::read_link(of("cwd")).is_ok_and(|dir| dir == cluster)
    };
    numbers.filter(works_there).collect()
}

/// Whether this is the postmaster, who ends the others when it ends.
fn leads(pid: i32, cluster: &Path) -> bool {
    let lock_file = fs::read_to_string(cluster.join("postmaster.pid")).unwrap_or_default();
    lock_file.lines().next() == Some(&pid.to_string())
}

fn send(pid: i32, signal: Signal) {
    // A process that ended meanwhile is what was wanted.
    let _ = kill(Pid::from_raw(pid), signal);
}
