//! The npm package of the CPU engine and its API, as wasm-pack makes it: for people who build a page of their own.

use crate::bundle;
use crate::licences;
use crate::progress::say;
use crate::tools;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use xshell::cmd;

/// Without WebGPU.
const FEATURES: &[&str] = &["--no-default-features"];

/// npm packs a file of this name unasked, but neither LICENSE-MIT nor LICENSE-APACHE.
const LICENCES: &str = "LICENSE.txt";

pub fn run(workspace: &Workspace) -> Result<()> {
    bundle::prepare(workspace)?;
    tools::wasm_pack(workspace)?;
    let folder = workspace.target.join("package");
    let archive = make(workspace, &["--profile", "dist"], &folder)?;
    say(&format!("the package is {}", archive.display()));
    Ok(())
}

/// Builds the package in a folder by wasm-pack, with a profile's flags; returns the archive that npm installs.
pub fn make(workspace: &Workspace, profile: &[&str], folder: &Path) -> Result<PathBuf> {
    bundle::remove(folder)?;
    let shell = workspace.shell()?;
    cmd!(
        shell,
        "wasm-pack build {profile...} --target web --mode no-install --out-dir {folder} . -- {FEATURES...}"
    )
    .run()?;
    fs::write(folder.join(LICENCES), licences::list(workspace, FEATURES)?)?;
    // It asks for the folder's name by itself: unless told, it finds none but `pkg`.
    let (around, name) = folder
        .parent()
        .zip(folder.file_name())
        .context("a package lies in a folder")?;
    cmd!(shell, "wasm-pack pack --pkg-dir {name} {around}").run()?;
    let archives = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    let is_archive = |path: &PathBuf| path.extension().is_some_and(|end| end == "tgz");
    archives
        .into_iter()
        .find(is_archive)
        .context("wasm-pack packed nothing")
}
