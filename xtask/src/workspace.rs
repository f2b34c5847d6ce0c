//! Where things lie: the repository, cargo's target folder, the tools that xtask installs.

use anyhow::{Context, Result};
use std::env;
use std::path::PathBuf;
use xshell::{Shell, cmd};

/// The target that the page is compiled for.
pub const WASM: &str = "wasm32-unknown-unknown";

/// The folders that every chore starts from.
pub struct Workspace {
    /// The repository: index.html, www/, Cargo.toml.
    pub root: PathBuf,
    /// Cargo's target folder, wherever the user's settings put it.
    pub target: PathBuf,
}

impl Workspace {
    /// Asks cargo where the workspace and its target folder are.
    pub fn find() -> Result<Self> {
        let shell = Shell::new()?;
        shell.change_dir(env!("CARGO_MANIFEST_DIR"));
        let metadata = cmd!(shell, "cargo metadata --no-deps --format-version 1")
            .quiet()
            .read()?;
        let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
        let folder = |key: &str| -> Result<PathBuf> {
            let path = metadata[key].as_str();
            Ok(path
                .with_context(|| format!("cargo metadata has no `{key}`"))?
                .into())
        };
        Ok(Self {
            root: folder("workspace_root")?,
            target: folder("target_directory")?,
        })
    }

    /// Where xtask installs tools, so that nothing outside the repository changes.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// Where the tests leave screenshots and logs.
    pub fn artifacts(&self) -> PathBuf {
        self.root.join("test-artifacts")
    }

    /// A shell at the root of the repository that finds xtask's own tools before any others.
    pub fn shell(&self) -> Result<Shell> {
        let shell = Shell::new()?;
        shell.change_dir(&self.root);
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = [self.tools().join("bin")]
            .into_iter()
            .chain(env::split_paths(&inherited));
        shell.set_var("PATH", env::join_paths(folders)?);
        Ok(shell)
    }

    /// The path of a program as `shell()` would find it.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        let path = self.shell().ok()?.var("PATH").ok()?;
        which::which_in(name, Some(path), &self.root).ok()
    }
}
