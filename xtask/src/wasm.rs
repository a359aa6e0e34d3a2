//! A compiler for the browser half: one that has the standard library for wasm32.
//!
//! The usual one is the toolchain that compiles everything, with rustup's wasm32 target. Where
//! rustup can't fetch that, Debian's second Rust (the packages `rustc-web` and its kin) brings
//! the library's sources and a linker, and the library is built once from them, into a folder
//! of its own that only the browser half's code is compiled against. Nothing is written outside
//! the target directory, so that an ordinary user can do it.

use anyhow::{Context as _, Result, bail};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::house::House;
use crate::shell;

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's second Rust.
const WEB_RUSTC: &str = "/usr/bin/rustc";
const WEB_CARGO: &str = "/usr/bin/cargo";
const WEB_LINKER: &str = "/usr/bin/rust-lld";
const WEB_SOURCES: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
/// Its packages, without the linker, whose name carries a version.
pub(crate) const WEB_PACKAGES: [&str; 4] =
    ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"];

/// What compiles the browser half.
pub(crate) enum Compiler {
    /// The toolchain that compiles the server as well.
    Usual,
    /// Debian's second Rust with a standard library that was built here.
    Web { sysroot: PathBuf },
}

impl Compiler {
    /// The compiler that is there, if one is.
    pub(crate) fn find(house: &House) -> Option<Self> {
        if usual_has_target(house) {
            return Some(Self::Usual);
        }
        let sysroot = sysroot(house);
        let built_by = fs::read_to_string(sysroot.join("built-by")).ok()?;
        (Some(built_by) == web_version()).then_some(Self::Web { sysroot })
    }

    /// The compiler that is there, else the one that can be had without installing packages.
    pub(crate) fn make(house: &House) -> Result<Option<Self>> {
        if let Some(found) = Self::find(house) {
            return Ok(Some(found));
        }
        if shell::find("rustup").is_some() {
            shell::say("adding the target wasm32-unknown-unknown by rustup");
            let mut rustup = Command::new("rustup");
            rustup.args(["target", "add", TARGET]);
            if shell::run(rustup.current_dir(house.root())).is_ok() && usual_has_target(house) {
                return Ok(Some(Self::Usual));
            }
            shell::say("rustup has no such target to give; Debian's packages are the other way");
        }
        if web_is_installed() {
            return build_library(house).map(Some);
        }
        Ok(None)
    }

    /// Cargo, set up to compile for the browser once `--target` names [`TARGET`].
    pub(crate) fn cargo(&self, house: &House) -> Command {
        let mut cargo = house.cargo();
        if let Self::Web { sysroot } = self {
            cargo = on_web(&cargo);
            // Only code for the browser sees these; macros and build scripts do not. They take
            // the place of those in .cargo/config.toml, so that what stands there stands here too.
            let flags = format!("--sysroot={} --cfg erase_components", sysroot.display());
            cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
            cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", WEB_LINKER);
        }
        cargo
    }
}

/// The linker's package: Debian's `rust-lld` leads to one of a certain version.
pub(crate) fn web_linker_package() -> Option<String> {
    if let Ok(linker) = fs::read_link(WEB_LINKER) {
        return Some(linker.file_name()?.to_string_lossy().into_owned());
    }
    let mut cache = Command::new("apt-cache");
    let depends = shell::output(cache.args(["depends", "rust-web-llvm"]))?;
    let version = depends.split("llvm-").find_map(|rest| {
        let digits = rest.find(|c: char| !c.is_ascii_digit());
        let version = &rest[..digits.unwrap_or(rest.len())];
        (!version.is_empty()).then_some(version)
    })?;
    Some(format!("lld-{version}"))
}

fn usual_has_target(house: &House) -> bool {
    let mut rustc = Command::new("rustc");
    rustc.current_dir(house.root());
    let printed = shell::output(rustc.args(["--print", "target-libdir", "--target", TARGET]));
    printed.is_some_and(|dir| has_standard_library(Path::new(&dir)))
}

fn has_standard_library(dir: &Path) -> bool {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name())
        .any(|name| name.to_string_lossy().starts_with("libstd-"))
}

fn web_is_installed() -> bool {
    // `exists` follows links: the linker's package may be missing where the link is there.
    [WEB_RUSTC, WEB_CARGO, WEB_LINKER, WEB_SOURCES]
        .iter()
        .all(|path| Path::new(path).exists())
}

fn web_version() -> Option<String> {
    shell::output(Command::new(WEB_RUSTC).arg("--version"))
}

fn sysroot(house: &House) -> PathBuf {
    house.target().join("wasm-sysroot")
}

/// The same call on Debian's second Rust, free of what rustup and cargo told this process.
fn on_web(cargo: &Command) -> Command {
    let mut web = Command::new(WEB_CARGO);
    web.args(cargo.get_args());
    if let Some(dir) = cargo.get_current_dir() {
        web.current_dir(dir);
    }
    for (name, value) in cargo.get_envs() {
        match value {
            Some(value) => web.env(name, value),
            None => web.env_remove(name),
        };
    }
    web.env("RUSTC", WEB_RUSTC)
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("LD_LIBRARY_PATH");
    web
}

/// Builds the standard library from Debian's sources and lays it out as a compiler expects it.
fn build_library(house: &House) -> Result<Compiler> {
    shell::say("building the standard library for wasm32 from Debian's sources, once");
    let version = web_version().context("Debian's Rust compiler does not run")?;
    let scratch = house.target().join("wasm-std");
    fs::create_dir_all(scratch.join("src"))?;
    fs::write(scratch.join("src/lib.rs"), "")?;
    fs::write(
        scratch.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nedition = \"2024\"\n[workspace]\n",
    )?;
    let built = scratch.join("target");
    let mut cargo = on_web(&house.cargo());
    cargo
        .current_dir(&scratch)
        .env("CARGO_TARGET_DIR", &built)
        // The library's sources and `build-std` are for this compiler's eyes only.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", WEB_LINKER)
        .args(["build", "--release", "--target", TARGET])
        .arg("-Zbuild-std=std,panic_abort,proc_macro");
    shell::run(&mut cargo)?;
    let sysroot = sysroot(house);
    let libraries = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    if libraries.exists() {
        fs::remove_dir_all(&libraries)?;
    }
    fs::create_dir_all(&libraries)?;
    copy_libraries(&built.join(TARGET).join("release/deps"), &libraries)?;
    if !has_standard_library(&libraries) {
        bail!(
            "the standard library for wasm32 was built but can't be found under {}",
            built.display()
        );
    }
    fs::write(sysroot.join("built-by"), version)?;
    Ok(Compiler::Web { sysroot })
}

fn copy_libraries(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let is_library = path.extension() == Some(OsStr::new("rlib"));
        if let Some(name) = path.file_name().filter(|_| is_library)
            && !name.to_string_lossy().starts_with("libempty-")
        {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
