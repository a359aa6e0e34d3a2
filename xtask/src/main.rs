//! The project's build tool: `cargo run --profile xtask -p xtask -- TASK`, or `make` for short.
//!
//! `prepare` finds what is missing on the machine, `build` makes the browser half (with `wasm`,
//! which finds a compiler for it) and the server, `sqlx` keeps the committed query data current,
//! `test` runs everything that must hold, against a PostgreSQL that `postgres` starts and throws
//! away. It installs nothing unless it runs as root.

mod build;
mod house;
mod postgres;
mod prepare;
mod shell;
mod test;
mod wasm;

use anyhow::{Result, bail};
use std::process::ExitCode;

use house::House;

const USAGE: &str = "\
tasks:
  prepare            checks what is needed, and installs it when run as root
  build [--release]  builds the browser half and the server
  check              format, lints of both halves, and the query data
  sqlx               writes the query data that builds without a database need
  test               everything that must hold
  browser            the browser tests, against the release
  screens            a picture of every page, for people to look at
  bench              how soon posted rows are counted, on two servers
  bench-counting     how fast files are counted, beside other programs
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<()> {
    let house = House::find()?;
    match arguments {
        ["prepare"] => prepare::prepare(&house),
        ["build"] => build::both_halves(&house, false),
        ["build", "--release"] => build::both_halves(&house, true),
        ["check"] => test::check(&house),
        ["sqlx"] => test::write_query_data(&house),
        ["browser"] => test::browser(&house),
        ["screens"] => test::screens(&house),
        ["bench"] => test::bench(&house),
        ["bench-counting"] => test::bench_counting(&house),
        ["test"] => test::test(&house),
        _ => bail!("no such task\n{USAGE}"),
    }
}
