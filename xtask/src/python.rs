//! Python with the packages of a list, in a virtual environment under `target`.

use crate::debian;
use crate::progress::waiting;
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::PathBuf;
use xshell::{Shell, cmd};

/// An environment: where it lies, and what it holds.
#[derive(Clone, Copy)]
pub struct Environment {
    /// Its folder below `target`.
    folder: &'static str,
    /// The list of its packages.
    requirements: &'static str,
}

/// What the oracle and the replay of traces run in.
pub const ORACLE: Environment = Environment {
    folder: "oracle-venv",
    requirements: "tests/oracle/requirements.txt",
};

/// What the benchmark's peer runs in.
pub const JAX: Environment = Environment {
    folder: "jax-venv",
    requirements: "bench/requirements.txt",
};

/// The environment's Python, once it has what the requirements say.
pub fn environment(workspace: &Workspace, environment: Environment) -> Result<PathBuf> {
    let Environment {
        folder,
        requirements,
    } = environment;
    let shell = workspace.shell()?;
    let folder = workspace.target.join(folder);
    let python = folder.join("bin/python");
    let wanted = shell.read_file(requirements)?;
    // Written last, so that an installation that broke off is made again.
    let stamp = folder.join("installed.txt");
    let usable = || cmd!(shell, "{python} --version").quiet().read().is_ok();
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && usable() {
        return Ok(python);
    }
    if !has_venv(&shell) {
        debian::install(workspace, &["python3", "python3-venv"])?;
    }
    cmd!(shell, "python3 -m venv --clear {folder}")
        .quiet()
        .run()
        .context(
            "install Python 3.11 or later with its venv module, and put python3 on the PATH",
        )?;
    let pip = cmd!(
        shell,
        "{python} -m pip install --quiet --disable-pip-version-check -r {requirements}"
    );
    let message = format!("installing the packages of {requirements}");
    waiting(&message, || pip.quiet().run()).with_context(|| {
        format!("{requirements} needs Python 3.11 or later and a package index")
    })?;
    fs::write(stamp, wanted)?;
    Ok(python)
}

/// A Python with PyTorch: the one on the PATH, if it has that, else Debian's, which is installed where that is
/// possible. Not into an environment by pip, whose packages for Linux bring gigabytes for graphics cards along.
pub fn with_pytorch(workspace: &Workspace) -> Result<PathBuf> {
    const DEBIANS: &str = "/usr/bin/python3";
    let shell = workspace.shell()?;
    let has_it = |python: &str| {
        cmd!(shell, "{python} -c")
            .arg("import torch")
            .quiet()
            .ignore_stderr()
            .run()
            .is_ok()
    };
    if has_it("python3") {
        return Ok("python3".into());
    }
    if !has_it(DEBIANS) {
        debian::install(workspace, &["python3-torch"])?;
    }
    ensure!(
        has_it(DEBIANS),
        "install PyTorch for the python3 on the PATH: the exported scripts need it"
    );
    Ok(DEBIANS.into())
}

/// Whether there is a Python that can make environments; Debian's cannot without a further package.
fn has_venv(shell: &Shell) -> bool {
    cmd!(shell, "python3 -c")
        .arg("import ensurepip, venv")
        .quiet()
        .ignore_stderr()
        .run()
        .is_ok()
}
