//! Running other programs: where they lie, what they say and how they end.

use anyhow::{Context as _, Result, bail};
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

/// Says on standard error what is being done.
pub(crate) fn say(sentence: &str) {
    eprintln!("xtask: {sentence}");
}

/// The program of this name in `PATH`.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|dir| dir.join(name))
        .find(|candidate| candidate.is_file())
}

/// Whether this process runs as root.
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Runs a program that shares this one's terminal, and takes any end but a good one as an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = name_of(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("`{name}` can't be started"))?;
    judge(&name, status)
}

/// The same command, ended with everything it started once this much time has gone.
pub(crate) fn within(limit: &str, command: &Command) -> Command {
    let mut limited = Command::new("timeout");
    limited.arg(limit).arg(command.get_program());
    limited.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        limited.current_dir(folder);
    }
    limited
}

/// What a program prints on standard output, if it ends well.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn judge(name: &str, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{name}` failed ({status})");
    }
    Ok(())
}

/// The program and its first arguments, which tell a reader what was run.
fn name_of(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let program = program.file_name().unwrap_or(OsStr::new("?")).to_owned();
    let words = std::iter::once(program.as_os_str()).chain(command.get_args().take(4));
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    words.join(" ")
}
