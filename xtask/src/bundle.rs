//! The bundles of the page: the small one that starts at once on the CPU, the same again for browsers with
//! relaxed SIMD, and the one with WebGPU that is fetched when it is to be used.

use crate::progress::say;
use crate::tools;
use crate::workspace::{WASM, Workspace};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::{fs, io};
use xshell::cmd;

/// One build of the crate for the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bundle {
    Cpu,
    /// [`Bundle::Cpu`] with fused multiply-add; it takes its place where the browser can run it.
    CpuRelaxed,
    WebGpu,
}

/// How hard the compiler tries: the profiles of Cargo.toml.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Profile {
    Dev,
    Dist,
}

impl Bundle {
    /// All of them; neighbours share what they are compiled from.
    pub const ALL: [Self; 3] = [Self::WebGpu, Self::Cpu, Self::CpuRelaxed];

    /// The folder of the bundle below `www/pkg/`.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::CpuRelaxed => "cpu-relaxed",
            Self::WebGpu => "webgpu",
        }
    }

    /// Cargo's flags for its features. The optimised WebGPU bundle lacks the page, which the CPU
    /// bundle runs; while developing, one build serves the browser tests and the page alike.
    fn features(self, profile: Profile) -> &'static [&'static str] {
        match (self, profile) {
            (Self::Cpu, _) => &["--no-default-features"],
            (Self::CpuRelaxed, _) => &["--no-default-features", "--features", "relaxed-simd"],
            (Self::WebGpu, Profile::Dev) => &[],
            (Self::WebGpu, Profile::Dist) => &["--features", "worker-only"],
        }
    }

    /// Where the page looks for the bundle.
    pub fn served(self, workspace: &Workspace) -> PathBuf {
        workspace.root.join("www/pkg").join(self.folder())
    }
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Dist => "dist",
        }
    }

    /// Cargo's folder for the profile; `dev` has another name there for historical reasons.
    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Dist => "dist",
        }
    }
}

/// Makes sure that everything a bundle is built with is there.
pub fn prepare(workspace: &Workspace) -> Result<()> {
    tools::wasm_target(workspace)?;
    tools::wasm_bindgen(workspace)
}

/// Builds `bundle` and puts it at `out`. What was at `out` stays there, whole, until the new
/// bundle is ready, and for good if the build fails.
pub fn build(workspace: &Workspace, bundle: Bundle, profile: Profile, out: &Path) -> Result<()> {
    announce(workspace, bundle, profile);
    let shell = workspace.shell()?;
    let (name, features) = (profile.name(), bundle.features(profile));
    cmd!(
        shell,
        "cargo build --package lsgan-lab --lib --target {WASM} --profile {name} {features...}"
    )
    .run()?;

    // All bundles leave cargo under the same name, so the file is turned into a bundle now,
    // before the next build overwrites it.
    let compiled = workspace
        .target
        .join(WASM)
        .join(profile.folder())
        .join("lsgan_lab.wasm");
    let fresh = out.with_extension("new");
    remove(&fresh)?;
    // Type declarations are for those who program against the bundle, not for visitors.
    let types = (profile == Profile::Dist).then_some("--no-typescript");
    cmd!(
        shell,
        "wasm-bindgen --target web {types...} --out-name lsgan_lab --out-dir {fresh} {compiled}"
    )
    .run()?;
    remove(out)?;
    fs::rename(&fresh, out).with_context(|| format!("cannot put the bundle at {}", out.display()))
}

/// Says what is built, and warns of a long build so that nobody takes it for a hang.
fn announce(workspace: &Workspace, bundle: Bundle, profile: Profile) {
    let duration = match profile {
        Profile::Dist => "; optimising it takes about 10 minutes on two cores".to_owned(),
        Profile::Dev => first_build(workspace, bundle).unwrap_or_default(),
    };
    say(&format!(
        "building the {} bundle{duration}",
        bundle.folder()
    ));
}

/// The warning that belongs to a first build, when most of the time goes into burn.
pub fn first_build(workspace: &Workspace, bundle: Bundle) -> Option<String> {
    let minutes = match bundle {
        Bundle::Cpu | Bundle::CpuRelaxed => 4,
        Bundle::WebGpu => 12,
    };
    let first = !bundle.served(workspace).exists();
    first.then(|| format!("; the first build takes up to {minutes} minutes on two cores"))
}

/// Removes a folder that may be missing.
pub fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
