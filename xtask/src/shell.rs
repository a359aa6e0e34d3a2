//! Running other programs: where they lie, what they say and how they end.

use anyhow::{Context as _, Result, bail};
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

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

/// Runs a program, shows what it prints, and keeps the lines that `keep` picks.
pub(crate) fn run_and_keep(command: &mut Command, keep: fn(&str) -> bool) -> Result<Kept> {
    let name = name_of(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{name}` can't be started"))?;
    let errors = child.stderr.take().context("BUG: stderr is piped")?;
    let results = child.stdout.take().context("BUG: stdout is piped")?;
    let on_errors = thread::spawn(move || pass_on(errors, std::io::stderr(), keep));
    let mut lines = pass_on(results, std::io::stdout(), keep);
    lines.extend(on_errors.join().unwrap_or_default());
    let status = child
        .wait()
        .with_context(|| format!("`{name}` was lost sight of"))?;
    Ok(Kept {
        lines,
        result: judge(&name, status),
    })
}

/// What [`run_and_keep`] found out. A program that fails has lines worth keeping, too.
pub(crate) struct Kept {
    pub(crate) lines: Vec<String>,
    pub(crate) result: Result<()>,
}

fn pass_on(from: impl Read, mut to: impl Write, keep: fn(&str) -> bool) -> Vec<String> {
    let mut kept = Vec::new();
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while matches!(from.read_until(b'\n', &mut line), Ok(1..)) {
        // A terminal that went away must not end the work.
        let _ = to.write_all(&line).and_then(|()| to.flush());
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        if keep(text) {
            kept.push(text.to_owned());
        }
        line.clear();
    }
    kept
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
