//! Finding the machine's PostgreSQL programs and their versions.
//!
//! Distributions keep them in different places, several versions side by side and mostly not in
//! PATH, so the usual places are searched too. A new cluster takes the newest version; an
//! existing one only ever runs under the major version that made it, since PostgreSQL's files
//! differ between majors. Nothing is downloaded or installed here.

use std::collections::HashSet;
use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::ClusterError;

/// The oldest major version Tandem's statements are written for.
const LEAST_MAJOR: u32 = 15;

/// Where distributions put one directory per version: the parent, and the way to the programs.
const VERSIONED: [(&str, &str); 2] = [("/usr/lib/postgresql", "bin"), ("/usr", "bin")];

/// One installed PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    dir: PathBuf,
    major: u32,
}

impl Binaries {
    pub(super) fn initdb(&self) -> PathBuf {
        self.dir.join("initdb")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.dir.join("postgres")
    }

    #[cfg(test)]
    pub(super) fn psql(&self) -> PathBuf {
        self.dir.join("psql")
    }
}

impl fmt::Display for Binaries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.major, self.dir.display())
    }
}

/// The newest PostgreSQL of the machine, for a new cluster.
pub(super) fn newest() -> Result<Binaries, ClusterError> {
    let installed = installed();
    match installed.iter().max_by_key(|found| found.major) {
        Some(found) if found.major >= LEAST_MAJOR => Ok(found.clone()),
        _ => Err(no_binaries(&installed)),
    }
}

/// The PostgreSQL for a cluster in `dir` that version `major` made.
pub(super) fn for_cluster(dir: &Path, major: u32) -> Result<Binaries, ClusterError> {
    let installed = installed();
    if installed.is_empty() {
        return Err(no_binaries(&installed));
    }
    let found = describe(&installed);
    installed
        .into_iter()
        .find(|candidate| candidate.major == major)
        .ok_or_else(|| ClusterError::OtherVersion {
            dir: dir.to_path_buf(),
            cluster: major,
            found,
        })
}

fn no_binaries(installed: &[Binaries]) -> ClusterError {
    let mut searched = "pg_config --bindir, PATH, /usr/lib/postgresql/*/bin, /usr/pgsql-*/bin, \
                        /usr/local/pgsql/bin"
        .to_owned();
    if !installed.is_empty() {
        searched = format!("{searched}; found only {}", describe(installed));
    }
    ClusterError::NoBinaries {
        least: LEAST_MAJOR,
        searched,
    }
}

fn describe(installed: &[Binaries]) -> String {
    let each = installed
        .iter()
        .map(|one| format!("{} in {}", one.major, one.dir.display()));
    each.collect::<Vec<_>>().join(" and ")
}

fn installed() -> Vec<Binaries> {
    let mut seen = HashSet::new();
    let real = places().into_iter().filter_map(|dir| real_dir(&dir));
    real.filter(|dir| seen.insert(dir.clone()))
        .filter_map(probe)
        .collect()
}

/// Where the programs themselves lie: PATH often holds links to some of them only.
fn real_dir(dir: &Path) -> Option<PathBuf> {
    let postgres = fs::canonicalize(dir.join("postgres")).ok()?;
    postgres.parent().map(Path::to_path_buf)
}

fn places() -> Vec<PathBuf> {
    let mut places = Vec::new();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        places.push(PathBuf::from(
            String::from_utf8_lossy(&output.stdout).trim(),
        ));
    }
    if let Some(path) = env::var_os("PATH") {
        places.extend(env::split_paths(&path).filter(|dir| dir.is_absolute()));
    }
    for (parent, programs) in VERSIONED {
        let versions = fs::read_dir(parent).into_iter().flatten().flatten();
        places.extend(versions.map(|version| version.path().join(programs)));
    }
    places.push(PathBuf::from("/usr/local/pgsql/bin"));
    places
}

/// A directory counts only with both programs in it: some packages bring the client programs alone.
fn probe(dir: PathBuf) -> Option<Binaries> {
    if !dir.join("initdb").is_file() {
        return None;
    }
    let output = Command::new(dir.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    let major = major_of(&String::from_utf8_lossy(&output.stdout))?;
    Some(Binaries { dir, major })
}

/// The major version in what `postgres --version` prints, such as
/// `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` or `postgres (PostgreSQL) 18beta1`.
fn major_of(printed: &str) -> Option<u32> {
    let version = printed.split_once("(PostgreSQL) ")?.1;
    let digits = version
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(version.len());
    version[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major_of;

    #[test]
    fn the_major_version_is_read_from_every_way_of_printing_it() {
        for (printed, major) in [
            (
                "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n",
                Some(15),
            ),
            ("postgres (PostgreSQL) 18beta1\n", Some(18)),
            ("postgres (PostgreSQL) 19devel", Some(19)),
            ("postgres (PostgreSQL) 17", Some(17)),
            ("postgres (Something) 17", None),
            ("", None),
        ] {
            assert_eq!(major_of(printed), major, "{printed}");
        }
    }
}
