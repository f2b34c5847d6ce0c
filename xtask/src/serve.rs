//! `cargo xtask serve`: builds the page and serves it; Enter builds it anew.
//!
//! The page works as soon as the small CPU bundle is there, so serving starts then and the
//! WebGPU bundle is built while visitors can already play.

use crate::bundle::{self, Bundle, Profile};
use crate::progress::say;
use crate::server::Server;
use crate::workspace::Workspace;
use anyhow::{Result, ensure};
use std::{io, thread};

#[derive(clap::Args)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Open the page in the default browser
    #[arg(long)]
    open: bool,
    /// The path that the site is served below, as some hosts do
    #[arg(long, default_value = "/", value_name = "PATH")]
    base: String,
}

pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    // The port is taken first: a build of minutes should not end in "port is taken".
    let server = Server::start(&workspace.root, &options.base, options.port)?;
    bundle::prepare(workspace)?;
    // The page would take it before the one that is built here; without it, it takes that.
    bundle::remove(&Bundle::CpuRelaxed.served(workspace))?;
    rebuild(workspace, Bundle::Cpu);
    ensure!(
        Bundle::Cpu.served(workspace).exists(),
        "there is no CPU bundle to serve: mend the build, then try again"
    );
    let url = server.url();
    say(&format!("serving {url}"));
    if options.open
        && let Err(error) = open::that(&url)
    {
        say(&format!(
            "no browser could be opened ({error}): open {url} yourself"
        ));
    }
    say("the page runs on the CPU; WebGPU follows when its bundle is built");
    rebuild(workspace, Bundle::WebGpu);
    loop {
        say("Enter rebuilds (then reload the page), Ctrl-C stops");
        if io::stdin().read_line(&mut String::new())? == 0 {
            // No terminal to press Enter on: serve what there is until somebody stops us.
            loop {
                thread::park();
            }
        }
        rebuild(workspace, Bundle::Cpu);
        rebuild(workspace, Bundle::WebGpu);
    }
}

/// Builds one bundle; if that fails, the one from before stays, and the visitor is told.
fn rebuild(workspace: &Workspace, bundle: Bundle) {
    let out = bundle.served(workspace);
    let name = bundle.folder();
    match bundle::build(workspace, bundle, Profile::Dev, &out) {
        Ok(()) => say(&format!("the {name} bundle is ready")),
        Err(error) if out.exists() => {
            say(&format!(
                "the {name} bundle failed to build, the one from before is served: {error:#}"
            ));
        }
        Err(error) => say(&format!("the {name} bundle failed to build: {error:#}")),
    }
}
