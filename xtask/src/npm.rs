//! Packages of npm, in the versions of a lock file.

use crate::debian;
use crate::progress::say;
use crate::workspace::Workspace;
use anyhow::{Result, ensure};
use std::fs;
use std::path::Path;
use xshell::cmd;

/// Puts the packages of a folder's package-lock.json into its node_modules.
pub fn install(workspace: &Workspace, folder: &Path) -> Result<()> {
    let lock = fs::read_to_string(folder.join("package-lock.json"))?;
    // Written last, so that an installation that broke off is made again.
    let stamp = folder.join("node_modules/installed.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if workspace.program("npm").is_none() {
        debian::install(workspace, &["npm"])?;
    }
    ensure!(
        workspace.program("npm").is_some(),
        "install Node.js with npm for the packages of {}",
        folder.display()
    );
    say(&format!("installing the packages of {}", folder.display()));
    let shell = workspace.shell()?;
    cmd!(
        shell,
        "npm ci --silent --no-audit --no-fund --ignore-scripts --prefix {folder}"
    )
    .run()?;
    Ok(fs::write(stamp, lock)?)
}
