//! What `main` does natively: reads the arguments and hands them to one of the commands.
//!
//! Bad input ends with exit code 2 and one sentence that names the field; a device that fails or a
//! run that cannot be saved, with exit code 1.

mod backend;
mod bench;
mod configuration;
mod export;
mod forces;
mod lab;
mod progress;
mod sweep;
mod trace;
mod train;

use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use clap::{Parser, Subcommand};

/// Trains small two-dimensional GANs, the same ones as the page, and shows what their losses do.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train one run and print how it stands in the end.
    #[command(after_help = train::HELP)]
    Train(train::Arguments),
    /// Print the force of a loss on samples, through a discriminator held fixed.
    #[command(after_help = forces::HELP)]
    Forces(forces::Arguments),
    /// Print how many steps each loss needs to bring far samples in, through a discriminator held
    /// fixed.
    #[command(after_help = lab::HELP)]
    Lab(lab::Arguments),
    /// Train many runs on all cores and write how they stand to a CSV.
    #[command(after_help = sweep::HELP)]
    Sweep(sweep::Arguments),
    /// Write down a run, batch by batch, so that another program can make it again.
    #[command(after_help = trace::HELP)]
    Trace(trace::Arguments),
    /// Write the run as a program in another framework, or its weights.
    #[command(after_help = export::HELP)]
    Export(export::Arguments),
    /// Time the steps of one backend or several.
    #[command(after_help = bench::HELP)]
    Bench(bench::Arguments),
}

/// Why the program ends early, and with which exit code.
enum Failure {
    /// What was asked for is not possible.
    Input(String),
    /// It was possible, and went wrong.
    Run(String),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Train(arguments) => train::run(&arguments),
        Command::Forces(arguments) => forces::run(&arguments),
        Command::Lab(arguments) => lab::run(&arguments),
        Command::Sweep(arguments) => sweep::run(&arguments),
        Command::Trace(arguments) => trace::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
    };
    let (code, message) = match outcome {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Input(message)) => (2, message),
        Err(Failure::Run(message)) => (1, message),
    };
    eprintln!("error: {message}");
    ExitCode::from(code)
}

/// Prints lines. A reader that has had enough, such as `head`, is no failure.
fn say(lines: &str) {
    let _ = writeln!(io::stdout(), "{}", lines.trim_end());
}

/// Reads a finite number of a range.
fn number(text: &str, low: f64, high: f64) -> Result<f64, String> {
    let number = text.trim().parse().ok();
    number
        .filter(|number| (low..=high).contains(number))
        .ok_or_else(|| format!("must be a number from {low} to {high}"))
}

/// Refuses a file that could not be written, before anybody waits for it.
fn check_folder(path: &Path) -> Result<(), Failure> {
    let folder = match path.parent() {
        None => return Err(Failure::Input(format!("{} is a folder", path.display()))),
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
    };
    let problem = if path.is_dir() {
        format!("{} is a folder", path.display())
    } else if !folder.is_dir() {
        format!("{} is not a folder to write to", folder.display())
    } else {
        return Ok(());
    };
    Err(Failure::Input(problem))
}
