//! `cargo xtask fuzz`: the readers of everything that comes from outside, fed by libFuzzer with what it makes up.
//!
//! What it finds worth keeping stays below the target folder; with `--keep` what reaches code that the committed
//! corpora do not is added to those. `tests/corpora.rs` reads them without a fuzzer.

use crate::progress::say;
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use xshell::{Shell, cmd};

/// What cargo-fuzz hands to a compiler so that code tells where it was and what it compared; without a sanitizer no
/// nightly is needed, and in safe Rust there is little for one to see.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Most memory that the process may take, in megabytes, the fuzzer's own included.
const MOST_MB: u32 = 256;

/// Longest time for one input, in seconds.
const LONGEST_S: u32 = 5;

/// Longest input that is made up, in bytes.
const LONGEST_INPUT: u32 = 4096;

#[derive(clap::Args)]
pub struct Options {
    /// Only this parser: the name of a folder of fuzz/corpus (may be given again)
    #[arg(long, value_name = "PARSER")]
    target: Vec<String>,
    /// How many inputs each is fed
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    executions: u64,
    /// Stop each after so many seconds, however many inputs it had by then
    #[arg(long, value_name = "S")]
    seconds: Option<u64>,
    /// Add to fuzz/corpus what reaches further than the inputs that are there
    #[arg(long)]
    keep: bool,
}

pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let shell = workspace.shell()?;
    let program = build(workspace, &shell)?;
    let corpora = workspace.root.join("fuzz/corpus");
    let mut names: Vec<_> = shell
        .read_dir(&corpora)?
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    if !options.target.is_empty() {
        for name in &options.target {
            ensure!(
                names.contains(name),
                "no parser is called {name}; there are {}",
                names.join(", ")
            );
        }
        names.clone_from(&options.target);
    }
    for name in &names {
        let found = workspace.target.join("fuzz/found").join(name);
        feed(
            &shell,
            &program,
            name,
            [&found, &corpora.join(name)],
            options,
        )?;
    }
    Ok(())
}

/// Compiles the fuzzer, everything in it under `COVERAGE`; a target keeps that from what runs while it builds.
fn build(workspace: &Workspace, shell: &Shell) -> Result<PathBuf> {
    let version = cmd!(shell, "rustc -vV").quiet().read()?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.context("rustc does not say what it runs on")?;
    let target = workspace.target.join("fuzz");
    say("building the fuzzer; the first time takes some minutes");
    cmd!(shell, "cargo build --locked --release --manifest-path fuzz/Cargo.toml --target {host} --target-dir {target}")
        .env("RUSTFLAGS", COVERAGE)
        .run()?;
    Ok(target.join(host).join("release/lsgan-fuzz"))
}

/// Runs the fuzzer on one parser: new inputs go into the first folder, those of both are where it starts from.
fn feed(
    shell: &Shell,
    program: &Path,
    name: &str,
    [found, kept]: [&PathBuf; 2],
    options: &Options,
) -> Result<()> {
    fs::create_dir_all(found)?;
    say(&format!("fuzzing {name}"));
    let mut limits = vec![
        format!("-runs={}", options.executions),
        format!("-rss_limit_mb={MOST_MB}"),
        format!("-timeout={LONGEST_S}"),
        format!("-max_len={LONGEST_INPUT}"),
        // A fault is written here, to be put among the kept ones once it is mended.
        format!("-artifact_prefix={}-", found.display()),
        "-print_final_stats=1".to_owned(),
    ];
    limits.extend(options.seconds.map(|s| format!("-max_total_time={s}")));
    cmd!(shell, "{program} {limits...} {found} {kept}")
        .env("LSGAN_PARSER", name)
        .run()
        .with_context(|| {
            format!("the parser {name} has a fault; fuzz/README.md says what to do")
        })?;
    if options.keep {
        // By places alone, not by how often each is reached: a few hundred small files and not thousands.
        cmd!(shell, "{program} -merge=1 -use_counters=0 {kept} {found}")
            .env("LSGAN_PARSER", name)
            .run()?;
    }
    Ok(())
}
