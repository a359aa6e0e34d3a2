//! Everything that must hold: format, lints, query data, tests, and the pages in a browser.

use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::house::House;
use crate::postgres::Postgres;
use crate::wasm::{Compiler, TARGET};
use crate::{build, prepare, shell};

/// They take five minutes on two slow cores.
const TESTS_LIMIT: &str = "20m";

/// Format, lints of both halves, and whether the committed query data is current.
pub(crate) fn check(house: &House) -> Result<()> {
    check_server_half(house, &Postgres::start()?)?;
    shell::say("checking the lints of the browser half");
    let compiler =
        Compiler::make(house)?.context("no compiler for the browser half: run `make prepare`")?;
    let mut cargo = compiler.cargo(house);
    let half = ["--lib", "--features", "hydrate", "--target", TARGET];
    // Debian's second Rust brings no clippy; the compiler's own warnings are errors there too.
    if matches!(compiler, Compiler::Usual) {
        cargo.arg("clippy").args(half);
        cargo.args(["--", "-D", "warnings"]);
    } else {
        cargo.arg("rustc").args(half);
        cargo.args(["--profile", "wasm-dev", "--crate-type", "rlib"]);
        cargo.args(["--", "-D", "warnings"]);
    }
    shell::run(&mut cargo)
}

fn check_server_half(house: &House, postgres: &Postgres) -> Result<()> {
    shell::say("checking the format");
    shell::run(house.cargo().args(["fmt", "--all", "--check"]))?;
    shell::say("checking the lints and queries of the server half");
    let fresh = gather_query_data(house, postgres, &["-D", "warnings"])?;
    if read_all(&fresh)? != read_all(&house.root().join(".sqlx"))? {
        bail!("the query data in .sqlx is not current: run `make sqlx` and commit what it writes");
    }
    Ok(())
}

/// Writes `.sqlx`, by which the queries are checked where there is no database.
pub(crate) fn write_query_data(house: &House) -> Result<()> {
    let postgres = Postgres::start()?;
    let fresh = gather_query_data(house, &postgres, &[])?;
    let kept = house.root().join(".sqlx");
    let _ = fs::remove_dir_all(&kept);
    fs::create_dir_all(&kept)?;
    for (name, text) in read_all(&fresh)? {
        fs::write(kept.join(name), text)?;
    }
    Ok(())
}

/// Lints the server half against a real database: the query macros note what they learn from it
/// in the folder that is returned.
fn gather_query_data(house: &House, postgres: &Postgres, lints: &[&str]) -> Result<PathBuf> {
    let fresh = house.target().join("sqlx-fresh");
    let _ = fs::remove_dir_all(&fresh);
    fs::create_dir_all(&fresh)?;
    let url = postgres.migrated(&house.root().join("migrations"))?;
    // The macros run only where the sources are compiled anew.
    let source = fs::File::options()
        .append(true)
        .open(house.root().join("src/lib.rs"))?;
    source.set_modified(std::time::SystemTime::now())?;
    let mut cargo = house.cargo();
    cargo
        .env_remove("SQLX_OFFLINE")
        .env("DATABASE_URL", url)
        .env("SQLX_OFFLINE_DIR", &fresh)
        .args(["clippy", "--workspace", "--features", "ssr"])
        .args(["--all-targets", "--"])
        .args(lints);
    shell::run(&mut cargo)?;
    Ok(fresh)
}

fn read_all(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        files.insert(
            entry.file_name().to_string_lossy().into_owned(),
            fs::read_to_string(entry.path())?,
        );
    }
    Ok(files)
}

/// Everything that must hold; the test runners have the last word.
///
/// A fresh machine compiles everything here, so the browser half is not compiled once more for its
/// lints: its sources are linted with the server's, which holds them all, and its own build takes
/// no warning.
pub(crate) fn test(house: &House) -> Result<()> {
    prepare::prepare(house)?;
    let postgres = Postgres::start()?;
    check_server_half(house, &postgres)?;
    // The tests of the browser need both halves; those of the server run the program too.
    build::both_halves(house, true)?;
    shell::say("running the tests of the server half");
    server_tests(house, &postgres)?;
    drop(postgres);
    playwright(house)
}

/// A test that waits for ever must end the run, with its name the last one that was printed.
fn server_tests(house: &House, postgres: &Postgres) -> Result<()> {
    let tests = ["test", "--workspace", "--features", "ssr"];
    shell::run(house.cargo().args(tests).arg("--no-run"))?;
    let mut cargo = house.cargo();
    cargo.args(tests).env("DATABASE_URL", postgres.url());
    shell::run(&mut shell::within(TESTS_LIMIT, &cargo))
}

/// The browser tests alone.
pub(crate) fn browser(house: &House) -> Result<()> {
    prepare::prepare(house)?;
    build::both_halves(house, true)?;
    playwright(house)
}

/// The measurements that are kept; the database does not wait for the disk.
pub(crate) fn bench(house: &House) -> Result<()> {
    build::both_halves(house, true)?;
    let postgres = Postgres::start()?;
    let mut node = Command::new("node");
    node.arg("benches/live.mjs")
        .current_dir(house.root())
        .env("TANDEM_BIN", house.release_binary())
        .env("DATABASE_URL", postgres.url());
    shell::run(&mut node)
}

/// How fast files are counted, beside other programs, and how that grows; the picture of it stands
/// beside what was made for it.
pub(crate) fn bench_counting(house: &House) -> Result<()> {
    build::both_halves(house, true)?;
    let folder = house.target().join("bench-counting");
    let measure = |script: &str| {
        let mut python = Command::new("python3");
        python
            .arg(script)
            .current_dir(house.root())
            .env("TANDEM_BIN", house.release_binary())
            .env("BENCH_DIR", &folder);
        python
    };
    shell::run(&mut measure("benches/counting/run.py"))?;
    shell::run(measure("benches/counting/growth.py").arg(&folder))
}

/// Pictures of every page, in `target/screens`.
pub(crate) fn screens(house: &House) -> Result<()> {
    prepare::prepare(house)?;
    build::both_halves(house, true)?;
    let folder = house.target().join("screens");
    fs::create_dir_all(&folder)?;
    let mut pictures = playwright_command(house);
    pictures
        .args(["--config", "screens.config.ts"])
        .env("TANDEM_SCREENS", folder);
    shell::run(&mut pictures)
}

fn playwright(house: &House) -> Result<()> {
    shell::say("running the tests in a browser");
    shell::run(&mut playwright_command(house))
}

fn playwright_command(house: &House) -> Command {
    let mut playwright = Command::new("npx");
    playwright
        .args(["playwright", "test"])
        .current_dir(house.end2end())
        .env("TANDEM_BIN", house.release_binary())
        .env_remove("DATABASE_URL");
    playwright
}
