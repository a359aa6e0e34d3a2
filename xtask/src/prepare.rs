//! What the machine needs, and getting it: as root by apt and npm; else by saying what to install.

use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

use crate::house::House;
use crate::shell;
use crate::wasm::{Compiler, WEB_PACKAGES, web_linker_package};

/// Checks everything; installs what is missing as root, else names the packages and stops.
pub(crate) fn prepare(house: &House) -> Result<()> {
    let mut missing: Vec<String> = Vec::new();
    let mut need = |there: bool, package: &str| {
        if !there {
            missing.push(package.to_owned());
        }
    };
    need(postgres_bin().is_some(), "postgresql");
    need(chromium().is_some(), "chromium");
    need(
        Path::new("/usr/share/fonts/truetype/dejavu").exists(),
        "fonts-dejavu-core",
    );
    need(shell::find("node").is_some(), "nodejs");
    need(shell::find("npm").is_some(), "npm");
    install(&missing)?;
    if Compiler::make(house)?.is_none() {
        let mut packages: Vec<String> = WEB_PACKAGES.map(str::to_owned).to_vec();
        packages.extend(web_linker_package());
        install(&packages)?;
        if Compiler::make(house)?.is_none() {
            bail!("no Rust compiler for wasm32-unknown-unknown can be had on this machine");
        }
    }
    if !house.end2end().join("node_modules/.bin/wasm-opt").exists() {
        shell::say("getting the browser tests' packages by npm");
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund"]);
        npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        shell::run(npm.current_dir(house.end2end()))?;
    }
    Ok(())
}

fn install(packages: &[String]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    if !shell::is_root() || shell::find("apt-get").is_none() {
        bail!(
            "these packages are missing; install them and try again: sudo apt-get install {list}"
        );
    }
    shell::say(&format!("installing {list}"));
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    shell::run(apt().arg("update"))?;
    shell::run(
        apt()
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages),
    )
}

/// The newest PostgreSQL's programs.
pub(crate) fn postgres_bin() -> Option<std::path::PathBuf> {
    let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    versions
        .pop()
        .or_else(|| shell::find("initdb")?.parent().map(Path::to_path_buf))
}

fn chromium() -> Option<std::path::PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(shell::find)
}
