//! `cargo xtask soak`: long runs, natively and of the real page in Chromium, and whether they stay as fast and as small as
//! they began.

use crate::bundle::{self, Bundle, Profile};
use crate::workspace::Workspace;
use crate::{browsers, e2e};
use anyhow::Result;
use xshell::cmd;

#[derive(clap::Args)]
pub struct Options {
    /// Steps on the CPU engine, natively and in the page
    #[arg(long, value_name = "N", default_value_t = 2_000_000, value_parser = clap::value_parser!(u64).range(500_000..))]
    steps: u64,
    /// Minutes on WebGPU, with four panes
    #[arg(long, value_name = "M", default_value_t = 10)]
    minutes: u64,
}

pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let (shell, steps) = (workspace.shell()?, options.steps.to_string());
    // The same build as the native tests'.
    cmd!(
        shell,
        "cargo test --workspace --exclude e2e --no-default-features --test long_run -- --ignored --nocapture"
    )
    .env("LSGAN_SOAK_STEPS", steps)
    .run()?;
    bundle::prepare(workspace)?;
    browsers::install(workspace)?;
    for bundle in Bundle::ALL {
        bundle::build(workspace, bundle, Profile::Dev, &bundle.served(workspace))?;
    }
    e2e::soak(workspace, options.steps, options.minutes)
}
