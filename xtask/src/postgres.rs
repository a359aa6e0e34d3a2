//! A PostgreSQL for one run of the tests: in a temporary folder, on a socket, thrown away after.

use anyhow::{Context as _, Result};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{prepare, shell};

pub(crate) struct Postgres {
    folder: PathBuf,
    bin: PathBuf,
    /// PostgreSQL refuses to run as root; then this user and group run it.
    user: Option<(u32, u32)>,
}

impl Postgres {
    pub(crate) fn start() -> Result<Self> {
        shell::say("starting a PostgreSQL for the tests");
        let bin = prepare::postgres_bin().context("there is no PostgreSQL: run `make prepare`")?;
        let folder = std::env::temp_dir().join(format!("tandem-test-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let user = shell::is_root().then(postgres_user).flatten();
        if let Some((user, group)) = user {
            chown(&folder, Some(user), Some(group))?;
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
        }
        let postgres = Self { folder, bin, user };
        let data = postgres.data();
        let mut initdb = postgres.command("initdb");
        initdb.args([
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-D",
        ]);
        shell::output(initdb.arg(&data)).context("initdb failed")?;
        let options = format!(
            "-c listen_addresses= -c fsync=off -c max_connections=200 -k {}",
            postgres.folder.display()
        );
        let mut start = postgres.command("pg_ctl");
        start
            .arg("-D")
            .arg(&data)
            .args(["-w", "-o", &options, "-l"]);
        start.arg(postgres.folder.join("log")).arg("start");
        shell::run(start.stdout(std::process::Stdio::null()))?;
        Ok(postgres)
    }

    pub(crate) fn url(&self) -> String {
        format!(
            "postgres://postgres@localhost/postgres?host={}",
            self.folder.display()
        )
    }

    /// Applies the migrations to a database of its own, for the macros to check queries against.
    pub(crate) fn migrated(&self, migrations: &Path) -> Result<String> {
        let mut files: Vec<_> = fs::read_dir(migrations)?
            .flatten()
            .map(|entry| entry.path())
            .collect();
        files.sort();
        let psql = |database: &str| {
            let mut psql = Command::new(self.bin.join("psql"));
            psql.arg("-h").arg(&self.folder).args([
                "-U",
                "postgres",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
            ]);
            psql.args(["-d", database]);
            psql
        };
        shell::run(psql("postgres").args(["-c", "create database queries"]))?;
        for file in files {
            shell::run(psql("queries").arg("-f").arg(file))?;
        }
        Ok(self.url().replace("/postgres?", "/queries?"))
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.current_dir(&self.folder);
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        stop.arg("-D")
            .arg(self.data())
            .args(["-m", "immediate", "stop"]);
        shell::output(&mut stop);
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// `postgres`, else `nobody`, as /etc/passwd has them.
fn postgres_user() -> Option<(u32, u32)> {
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    let find = |name: &str| {
        let line = passwd
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody"))
}
