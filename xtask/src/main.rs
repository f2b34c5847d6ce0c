//! The chores of LSGAN Lab: `cargo xtask serve | test | dist | package | bench | fuzz | soak`.
//!
//! Each command fetches the tools it needs, so that a fresh clone needs only Rust. It builds
//! nothing that plain cargo could not build; it knows the order, the flags and the places.

mod bench;
mod browsers;
mod bundle;
mod debian;
mod dist;
mod driver;
mod e2e;
mod fuzz;
mod licences;
mod npm;
mod package;
mod progress;
mod python;
mod serve;
mod server;
mod service_worker;
mod single;
mod site;
mod sizes;
mod soak;
mod steps;
mod test;
mod tools;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use workspace::Workspace;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "The chores of LSGAN Lab"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the page and serve it on this machine; Enter rebuilds
    Serve(serve::Options),
    /// Run every check: format, clippy, docs, native tests, tests in headless browsers
    Test(test::Options),
    /// Build the optimised static site in dist/ and print its sizes
    Dist,
    /// Build the npm package of the engine and its API in target/package
    Package,
    /// Time the engines beside TensorFlow.js and JAX, and write bench/RESULTS.md
    Bench(bench::Options),
    /// Feed the readers of links, files and messages with what a fuzzer makes up
    Fuzz(fuzz::Options),
    /// Let the page train for long, and see whether it stays as fast and as small as it began
    Soak(soak::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let workspace = Workspace::find()?;
    match command {
        Command::Serve(options) => serve::run(&workspace, &options),
        Command::Test(options) => test::run(&workspace, &options),
        Command::Dist => dist::run(&workspace),
        Command::Package => package::run(&workspace),
        Command::Bench(options) => bench::run(&workspace, &options),
        Command::Fuzz(options) => fuzz::run(&workspace, &options),
        Command::Soak(options) => soak::run(&workspace, &options),
    }
}
