//! Both halves: the browser's as files to embed, then the server that carries them.

use anyhow::{Context as _, Result, bail};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

use crate::house::House;
use crate::shell;
use crate::wasm::{Compiler, TARGET};

/// Builds the browser half into `target/site/pkg`, then the server.
pub(crate) fn both_halves(house: &House, release: bool) -> Result<()> {
    browser_half(house, release)?;
    shell::say("building the server");
    let mut cargo = house.cargo();
    cargo.args(["build", "--features", "ssr", "--bin", "tandem"]);
    if release {
        cargo.arg("--release");
    }
    shell::run(&mut cargo)
}

fn browser_half(house: &House, release: bool) -> Result<()> {
    shell::say("building the browser half");
    let Some(compiler) = Compiler::make(house)? else {
        bail!("no Rust compiler for the browser half is here: run `make prepare`");
    };
    let profile = if release { "wasm-release" } else { "wasm-dev" };
    let mut cargo = compiler.cargo(house);
    cargo.args([
        "rustc",
        "--lib",
        "--features",
        "hydrate",
        "--target",
        TARGET,
        "--profile",
        profile,
    ]);
    if release {
        cargo.args(["--", "-D", "warnings"]);
    }
    shell::run(&mut cargo)?;
    let built = house
        .target()
        .join(TARGET)
        .join(profile)
        .join("tandem.wasm");
    let package = house.site().join("pkg");
    if is_current(
        &built,
        &package.join("tandem_bg.wasm"),
        &package.join("built-as"),
        profile,
    ) {
        return Ok(());
    }
    fs::create_dir_all(&package)?;
    Bindgen::new()
        .input_path(&built)
        .web(true)?
        .typescript(false)
        .out_name("tandem")
        .generate(&package)
        .context("wasm-bindgen could not make the browser half's files")?;
    if release {
        optimise(house, &package.join("tandem_bg.wasm"))?;
    }
    compress(&package)?;
    fs::write(package.join("built-as"), profile)?;
    Ok(())
}

fn is_current(built: &Path, made: &Path, note: &Path, profile: &str) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
    let newer =
        matches!((changed(built), changed(made)), (Some(built), Some(made)) if made >= built);
    newer && fs::read_to_string(note).is_ok_and(|text| text == profile)
}

/// What rustc's code for wasm32 and wasm-bindgen's glue use, and every browser knows. All features
/// of the optimiser would be too many: it then writes imports in a form that browsers refuse.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// npm's binaryen; Debian's older one silently breaks what wasm-bindgen makes.
fn optimise(house: &House, wasm: &Path) -> Result<()> {
    let tool = house.end2end().join("node_modules/.bin/wasm-opt");
    if !tool.exists() {
        bail!("wasm-opt is missing: run `make prepare`, which gets it by npm");
    }
    shell::run(
        Command::new(tool)
            .arg("-Oz")
            .args(FEATURES)
            .arg(wasm)
            .arg("-o")
            .arg(wasm),
    )
}

/// Compresses once what would else be compressed for every visitor.
fn compress(package: &Path) -> Result<()> {
    for name in ["tandem.js", "tandem_bg.wasm"] {
        let bytes = fs::read(package.join(name))?;
        let file = fs::File::create(package.join(format!("{name}.br")))?;
        let mut writer = brotli::CompressorWriter::new(file, 1 << 16, 9, 22);
        writer.write_all(&bytes)?;
        writer.flush()?;
    }
    Ok(())
}
