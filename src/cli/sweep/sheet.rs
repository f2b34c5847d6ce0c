//! `sweep sheet`: the samples of each variant at a few steps, as pictures side by side.

use std::path::PathBuf;

use lsgan_lab::sweep::samples_sheet;

use super::{
    super::{Failure, configuration::Configuration, progress, say},
    failure,
};

pub const HELP: &str = "\
A row for each variant, a column for each step: real samples dark, generated ones in colour. The seed is
the configuration's.

Example:
  lsgan-lab sweep sheet --config docs/experiments/authors.json --vary loss=lsgan01,non_saturating \\
    --at 0,5000,15000,25000,35000 --svg samples.svg";

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    configuration: Configuration,
    /// What is compared, as in a sweep
    #[arg(long, value_name = "KEY=VALUES")]
    vary: Vec<String>,
    /// Steps at which the samples are drawn
    #[arg(long, value_name = "STEPS", required = true, value_delimiter = ',', value_parser = clap::value_parser!(u64).range(0..=1_000_000_000))]
    at: Vec<u64>,
    /// File for the pictures
    #[arg(long, value_name = "FILE")]
    svg: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut at = arguments.at.clone();
    at.sort_unstable();
    at.dedup();
    if at.len() > 12 {
        let message = format!("--at names {} steps; at most 12 fit on a sheet", at.len());
        return Err(Failure::Input(message));
    }
    let config = arguments.configuration.read()?;
    let bar = progress::bar(0);
    let svg = samples_sheet(&config, &arguments.vary, &at, |made, all| {
        bar.set_length(all);
        bar.inc(made);
    });
    bar.finish_and_clear();
    std::fs::write(&arguments.svg, svg.map_err(failure)?)
        .map_err(|error| Failure::Run(format!("{}: {error}", arguments.svg.display())))?;
    say(&format!("{}", arguments.svg.display()));
    Ok(())
}
