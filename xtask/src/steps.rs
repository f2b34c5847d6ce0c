//! The steps of `cargo xtask test`: what each one runs, and what it needs from those before it.
//!
//! Choosing, timing and counting them is the business of `test`.

use crate::browsers::Kind;
use crate::bundle::{self, Bundle, Profile};
use crate::progress::say;
use crate::workspace::{WASM, Workspace};
use crate::{browsers, debian, e2e, python, tools};
use anyhow::Result;
use clap::ValueEnum;
use std::path::Path;
use xshell::{Shell, cmd};

/// The steps, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub enum Step {
    /// Fetch the tools and browsers that the other steps need
    Setup,
    /// cargo fmt --check
    Format,
    /// clippy for this machine and for the browser, warnings denied
    Clippy,
    /// rustdoc for this machine and for the browser, warnings denied
    Docs,
    /// Whether the dependencies are allowed (deny.toml), without known faults, and used
    Supply,
    /// The tests that run without a browser
    Native,
    /// The fused engine on this machine's GPU, or on Mesa's that the CPU plays: against the textbook, and its
    /// traced runs made again in Python, to 1e-3
    Gpu,
    /// Traced runs made again in Python, to 1e-4
    Replay,
    /// Exported PyTorch scripts, run: their losses against ours
    Pytorch,
    /// The exported burn program as a package of its own, run: its losses against ours. Only where it is asked for:
    /// burn is compiled once more for it, which takes minutes
    Burn,
    /// wasm-pack test in headless Chromium
    Wasm,
    /// wasm-pack test in headless Firefox, where it is there
    Firefox,
    /// Build the bundles of the page
    Bundles,
    /// The whole page in headless Chromium
    E2e,
    /// The part of it that a browser has a say in, in headless Firefox, where it is there
    E2eFirefox,
}

impl Step {
    /// The name on the command line and in the summary.
    pub fn name(self) -> String {
        let value = self
            .to_possible_value()
            .expect("no step is hidden from the command line");
        value.get_name().to_owned()
    }

    /// The steps without which this one cannot run.
    pub fn needs(self) -> &'static [Step] {
        match self {
            Self::Wasm | Self::Firefox | Self::Bundles => &[Self::Setup],
            Self::E2e | Self::E2eFirefox => &[Self::Setup, Self::Bundles],
            _ => &[],
        }
    }

    /// Whether it is left out unless somebody asks for it.
    pub fn only_if_asked(self) -> bool {
        self == Self::Burn
    }

    /// Why this machine cannot run the step; none if it can, or has to.
    pub fn missing(self, workspace: &Workspace) -> Option<String> {
        if !matches!(self, Self::Firefox | Self::E2eFirefox) {
            return None;
        }
        let missing = browsers::of(Kind::Firefox, workspace).err()?;
        Some(format!("no Firefox with geckodriver: {missing:#}"))
    }

    /// Runs the step; its output goes where ours goes.
    pub fn run(self, workspace: &Workspace) -> Result<()> {
        let shell = workspace.shell()?;
        match self {
            Self::Setup => {
                tools::rust_components(workspace)?;
                bundle::prepare(workspace)?;
                tools::wasm_pack(workspace)?;
                browsers::install(workspace)?;
                browsers::install_firefox(workspace);
            }
            Self::Format => cmd!(shell, "cargo fmt --all --check").run()?,
            Self::Clippy => {
                cmd!(
                    shell,
                    "cargo clippy --workspace --all-targets -- -D warnings"
                )
                .run()?;
                cmd!(
                    shell,
                    "cargo clippy -p lsgan-lab --lib --tests --target {WASM} -- -D warnings"
                )
                .run()?;
            }
            Self::Docs => {
                // Private items too: most of the house is private, and its links should hold.
                shell.set_var("RUSTDOCFLAGS", "-D warnings");
                cmd!(
                    shell,
                    "cargo doc --no-deps --workspace --document-private-items"
                )
                .run()?;
                cmd!(shell, "cargo doc --no-deps -p lsgan-lab --lib --document-private-items --target {WASM}").run()?;
            }
            Self::Supply => supply(workspace, &shell)?,
            // Without WebGPU: its natives take longest to compile, and the browser tests cover it.
            Self::Native => cmd!(
                shell,
                "cargo test --workspace --exclude e2e --no-default-features --no-fail-fast"
            )
            .run()?,
            Self::Gpu => {
                debian::install(workspace, missing_vulkan())?;
                let python = python::environment(workspace, python::ORACLE)?;
                for tests in [
                    &["--lib", "train::fused"][..],
                    &["--test", "fused"],
                    &["--test", "cli", "--", "--ignored", "the_fused_engine"],
                ] {
                    cmd!(shell, "cargo test -p lsgan-lab {tests...}")
                        .env("LSGAN_GPU_TESTS", "1")
                        .env("LSGAN_PYTHON", &python)
                        .run()?;
                }
            }
            Self::Replay => {
                let python = python::environment(workspace, python::ORACLE)?;
                // The same build as the native tests'; these are among them, left out there.
                cmd!(
                    shell,
                    "cargo test --workspace --exclude e2e --no-default-features --test cli -- --ignored replay"
                )
                .env("LSGAN_PYTHON", python)
                .run()?;
            }
            Self::Pytorch => {
                let python = python::with_pytorch(workspace)?;
                cmd!(
                    shell,
                    "cargo test --workspace --exclude e2e --no-default-features --test programs -- --ignored pytorch"
                )
                .env("LSGAN_PYTORCH", python)
                .run()?;
            }
            Self::Burn => cmd!(
                shell,
                "cargo test --workspace --exclude e2e --no-default-features --test programs -- --ignored burn_program"
            )
            .run()?,
            Self::Wasm => {
                let driver = browsers::of(Kind::Chromium, workspace)?.driver;
                wasm_pack(workspace, &["--chrome", "--chromedriver"], &driver)?;
            }
            Self::Firefox => {
                let driver = browsers::of(Kind::Firefox, workspace)?.driver;
                wasm_pack(workspace, &["--firefox", "--geckodriver"], &driver)?;
            }
            Self::Bundles => {
                // The WebGPU bundle first: the wasm step has just built the same library.
                for bundle in Bundle::ALL {
                    bundle::build(workspace, bundle, Profile::Dev, &bundle.served(workspace))?;
                }
            }
            Self::E2e => e2e::run(workspace, Kind::Chromium)?,
            Self::E2eFirefox => e2e::run(workspace, Kind::Firefox)?,
        }
        Ok(())
    }
}

/// Asks about the dependencies. The list of known faults is on the network, where cargo's registry may be all that can
/// be reached: then that question is left out, and said to be.
fn supply(workspace: &Workspace, shell: &Shell) -> Result<()> {
    tools::supply(workspace)?;
    cmd!(shell, "cargo deny check bans licenses sources").run()?;
    if cmd!(shell, "cargo deny fetch db").quiet().run().is_ok() {
        cmd!(shell, "cargo deny check --disable-fetch advisories").run()?;
    } else {
        say("left out: advisories, since the RustSec database cannot be reached from here");
    }
    // By its own name: through cargo it takes the subcommand for a folder where cargo runs us.
    cmd!(shell, "cargo-machete").run()?;
    Ok(())
}

/// The packages of a GPU that the CPU plays, where no driver for Vulkan is installed.
fn missing_vulkan() -> &'static [&'static str] {
    let driver = |folder: &str| {
        Path::new(folder)
            .read_dir()
            .is_ok_and(|mut files| files.next().is_some())
    };
    if ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"]
        .into_iter()
        .any(driver)
    {
        &[]
    } else {
        &["libvulkan1", "mesa-vulkan-drivers"]
    }
}

/// Runs the browser tests; `browser` are the flags that choose one, ending before its driver.
fn wasm_pack(workspace: &Workspace, browser: &[&str], driver: &Path) -> Result<()> {
    let warning = bundle::first_build(workspace, Bundle::WebGpu).unwrap_or_default();
    say(&format!("building the browser tests{warning}"));
    let shell = workspace.shell()?;
    shell.set_var("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
    // Nothing is downloaded: the setup step has put everything on the PATH.
    cmd!(
        shell,
        "wasm-pack test --headless {browser...} {driver} --mode no-install"
    )
    .run()?;
    Ok(())
}
