//! Everything that must hold: format, lints, query data, tests, and the pages in a browser.

use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::house::House;
use crate::postgres::Postgres;
use crate::wasm::{Compiler, TARGET};
use crate::{build, prepare, shell};

pub(crate) fn check(house: &House) -> Result<()> {
    shell::say("checking the format");
    shell::run(house.cargo().args(["fmt", "--all", "--check"]))?;
    shell::say("checking the lints of the server half");
    shell::run(house.cargo().args([
        "clippy",
        "--workspace",
        "--features",
        "ssr",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))?;
    shell::say("checking the lints of the browser half");
    let compiler =
        Compiler::make(house)?.context("no compiler for the browser half: run `make prepare`")?;
    let command = if matches!(compiler, Compiler::Usual) {
        "clippy"
    } else {
        "check"
    };
    let mut cargo = compiler.cargo(house);
    cargo.args([
        command,
        "--lib",
        "--features",
        "hydrate",
        "--target",
        TARGET,
        "--profile",
        "wasm-dev",
    ]);
    if command == "clippy" {
        cargo.args(["--", "-D", "warnings"]);
    }
    shell::run(&mut cargo)
}

/// Writes `.sqlx`, by which the queries are checked where there is no database.
pub(crate) fn write_query_data(house: &House) -> Result<()> {
    let postgres = Postgres::start()?;
    let fresh = house.target().join("sqlx-fresh");
    gather_query_data(house, &postgres, &fresh)?;
    let kept = house.root().join(".sqlx");
    let _ = fs::remove_dir_all(&kept);
    fs::create_dir_all(&kept)?;
    for (name, text) in read_all(&fresh)? {
        fs::write(kept.join(name), text)?;
    }
    Ok(())
}

fn gather_query_data(house: &House, postgres: &Postgres, into: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(into);
    fs::create_dir_all(into)?;
    let url = postgres.migrated(&house.root().join("migrations"))?;
    let source = fs::File::options()
        .append(true)
        .open(house.root().join("src/lib.rs"))?;
    source.set_modified(std::time::SystemTime::now())?;
    let mut cargo = house.cargo();
    cargo
        .env_remove("SQLX_OFFLINE")
        .env("DATABASE_URL", url)
        .env("SQLX_OFFLINE_DIR", into)
        .args(["check", "--features", "ssr", "--all-targets"]);
    shell::run(&mut cargo)
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

/// The format and every test of the server half. Lints (`check`) and the browser tests
/// (`browser`) are tasks of their own until they pass as a whole.
pub(crate) fn test(house: &House) -> Result<()> {
    shell::say("checking the format");
    shell::run(house.cargo().args(["fmt", "--all", "--check"]))?;
    let postgres = Postgres::start()?;
    shell::say("running the tests");
    let mut cargo = house.cargo();
    cargo
        .args(["test", "--workspace", "--features", "ssr"])
        .env("DATABASE_URL", postgres.url());
    shell::run(&mut cargo)
}

pub(crate) fn browser(house: &House) -> Result<()> {
    prepare::prepare(house)?;
    build::both_halves(house, true)?;
    let mut playwright = Command::new("npx");
    playwright
        .args(["playwright", "test"])
        .current_dir(house.end2end())
        .env("TANDEM_BIN", house.release_binary())
        .env_remove("DATABASE_URL");
    shell::run(&mut playwright)
}
