//! Where the checkout, cargo and the built files are.

use anyhow::{Context as _, Result};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The places that every task needs.
pub(crate) struct House {
    root: PathBuf,
    target: PathBuf,
    cargo: OsString,
}

impl House {
    /// Finds the places from where this program lies: cargo put it into `<target>/<profile>/`,
    /// whatever named the target directory (an environment variable, a cargo configuration).
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("the build tool must lie in a folder of the checkout")?;
        let program = env::current_exe().context("this program's own path can't be found")?;
        let target = program
            .ancestors()
            .nth(2)
            .context("run the build tool by `cargo run -p xtask` or `make`")?;
        Ok(Self {
            root: root.to_path_buf(),
            target: target.to_path_buf(),
            cargo: env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        })
    }

    /// The checkout.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Cargo's target directory.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// The server's binary of a release build.
    pub(crate) fn release_binary(&self) -> PathBuf {
        self.target.join("release/tandem")
    }

    /// The browser half's files. They lie in the checkout, wherever the target directory is: the
    /// server's sources name this folder as the one to embed.
    pub(crate) fn site(&self) -> PathBuf {
        self.root.join("target/site")
    }

    /// The project of the browser tests, which also brings `wasm-opt`.
    pub(crate) fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }

    /// Cargo in the checkout. The query macros read the committed data: a `DATABASE_URL` that is
    /// meant for the server must not decide whether the sources compile.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new(&self.cargo);
        cargo
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("SQLX_OFFLINE", "true")
            .env_remove("DATABASE_URL");
        cargo
    }
}
