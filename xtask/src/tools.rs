//! Finds the tools that the chores need and installs the missing ones under `target/tools`.
//!
//! Browsers and their drivers are in `browsers`: those belong to the system, not to us.

use crate::progress::{say, waiting};
use crate::workspace::{WASM, Workspace};
use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};
use xshell::cmd;

/// The wasm-opt of the npm package `binaryen`, where no wasm-opt is on the PATH.
const BINARYEN: &str = "132.0.0";

/// The driver of Firefox that the tests were last seen with.
const GECKODRIVER: &str = "0.37.1";

/// What asks whether the dependencies are allowed (deny.toml), and used.
const SUPPLY: [(&str, &str); 2] = [("cargo-deny", "0.20.2"), ("cargo-machete", "0.9.2")];

/// Makes sure that rustc can compile for the browser.
pub fn wasm_target(workspace: &Workspace) -> Result<()> {
    let shell = workspace.shell()?;
    let sysroot = cmd!(shell, "rustc --print sysroot").quiet().read()?;
    if Path::new(&sysroot).join("lib/rustlib").join(WASM).exists() {
        return Ok(());
    }
    cmd!(shell, "rustup target add {WASM}")
        .run()
        .with_context(|| format!("install Rust's {WASM} target, then try again"))
}

/// Makes sure that rustfmt and clippy are there; a minimal toolchain has neither.
pub fn rust_components(workspace: &Workspace) -> Result<()> {
    let shell = workspace.shell()?;
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        let version = cmd!(shell, "cargo {subcommand} --version");
        if version.quiet().ignore_stderr().read().is_err() {
            cmd!(shell, "rustup component add {component}").run()?;
        }
    }
    Ok(())
}

/// Makes sure that wasm-bindgen is there in exactly the version of Cargo.lock: the tool and
/// the library speak a private format that changes with every release.
pub fn wasm_bindgen(workspace: &Workspace) -> Result<()> {
    let shell = workspace.shell()?;
    let lock = shell.read_file("Cargo.lock")?;
    let version =
        locked_version(&lock, "wasm-bindgen").context("Cargo.lock has no wasm-bindgen")?;
    let found = cmd!(shell, "wasm-bindgen --version")
        .quiet()
        .ignore_stderr()
        .read();
    if found.is_ok_and(|found| found == format!("wasm-bindgen {version}")) {
        return Ok(());
    }
    let tools = workspace.tools();
    say(&format!(
        "installing wasm-bindgen {version} (about 2 minutes on two cores)"
    ));
    // Without --locked: the tool's own lock file names a crate that has been yanked.
    cmd!(
        shell,
        "cargo install wasm-bindgen-cli --version {version} --root {tools} --force"
    )
    .run()?;
    Ok(())
}

/// Makes sure that some wasm-pack is there.
pub fn wasm_pack(workspace: &Workspace) -> Result<()> {
    if workspace.program("wasm-pack").is_some() {
        return Ok(());
    }
    let (shell, tools) = (workspace.shell()?, workspace.tools());
    say("installing wasm-pack (about 2 minutes on two cores)");
    // Unoptimised: it only starts other programs, and builds in half the time.
    cmd!(shell, "cargo install wasm-pack --debug --root {tools}")
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .run()?;
    Ok(())
}

/// Makes sure that some geckodriver is there.
pub fn geckodriver(workspace: &Workspace) -> Result<()> {
    if workspace.program("geckodriver").is_some() {
        return Ok(());
    }
    let (shell, tools) = (workspace.shell()?, workspace.tools());
    say("installing geckodriver (about 3 minutes on two cores)");
    // Unoptimised: it only hands messages on, and builds in half the time.
    cmd!(
        shell,
        "cargo install geckodriver --version {GECKODRIVER} --locked --debug --root {tools}"
    )
    .env("CARGO_PROFILE_DEV_DEBUG", "false")
    .run()?;
    Ok(())
}

/// Makes sure that cargo has the two that ask about dependencies.
pub fn supply(workspace: &Workspace) -> Result<()> {
    for (tool, version) in SUPPLY {
        if workspace.program(tool).is_some() {
            continue;
        }
        let (shell, tools) = (workspace.shell()?, workspace.tools());
        say(&format!("installing {tool} (up to 4 minutes on two cores)"));
        // Unoptimised: they read a few files, and build in half the time.
        cmd!(
            shell,
            "cargo install {tool} --version {version} --locked --debug --root {tools}"
        )
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .run()?;
    }
    Ok(())
}

/// A wasm-opt from the PATH or else from npm; an error says why there is none.
pub fn wasm_opt(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(found) = workspace.program("wasm-opt") {
        return Ok(found);
    }
    let folder = workspace.tools().join("node").join(BINARYEN);
    let program = folder.join("node_modules/binaryen/bin/wasm-opt");
    if program.exists() {
        return Ok(program);
    }
    if workspace.program("npm").is_none() {
        bail!("neither wasm-opt (Binaryen) nor npm is on the PATH");
    }
    let shell = workspace.shell()?;
    shell.create_dir(&folder)?;
    let package = format!("binaryen@{BINARYEN}");
    let install = cmd!(
        shell,
        "npm install --silent --no-audit --no-fund --prefix {folder} {package}"
    );
    waiting(&format!("installing {package} for its wasm-opt"), || {
        install.quiet().run()
    })?;
    ensure!(
        program.exists(),
        "npm's {package} came without bin/wasm-opt"
    );
    Ok(program)
}

/// The version of `package` that a Cargo.lock pins.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines
        .nth(1)?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
[[package]]
name = "wasm-bindgen-futures"
version = "0.4.80"

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
dependencies = [
 "cfg-if",
]
"#;

    #[test]
    fn the_locked_version_is_that_of_the_whole_name() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "wasm-bindgen-futures"), Some("0.4.80"));
    }

    #[test]
    fn a_package_that_is_not_locked_has_no_version() {
        assert_eq!(locked_version(LOCK, "wasm"), None);
        assert_eq!(locked_version("", "wasm-bindgen"), None);
    }

    #[test]
    fn the_real_lock_file_pins_wasm_bindgen() {
        let lock = include_str!("../../Cargo.lock");
        assert!(
            locked_version(lock, "wasm-bindgen").is_some_and(|version| version.starts_with("0.2."))
        );
    }
}
