//! `cargo xtask bench`: the engines of LSGAN Lab beside TensorFlow.js and JAX, on the same work, in one
//! sitting.
//!
//! It knows the engines by what they answer: what a step is stands in the crate and in bench/.

mod browser;
mod contest;
mod curves;
mod demands;
mod native;
mod report;
mod setup;
mod sizes;
mod trace;
mod webdriver;

use crate::dist;
use crate::npm;
use crate::progress::{clock, say};
use crate::server::Server;
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use browser::Page;
use clap::ValueEnum;
use contest::{Arena, Contestant, Engine, Entry, Measure};
use curves::{Along, Curve};
use native::{Natives, SEEDS};
use report::Results;
use sizes::{Named, Size};
use std::fs;
use std::path::PathBuf;
use std::thread::available_parallelism;
use std::time::Duration;
use std::time::Instant;
use trace::Traced;
use webdriver::Browser;
use xshell::cmd;

#[derive(clap::Args)]
pub struct Options {
    /// Rounds in which every engine has a turn
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Only the engines there
    #[arg(long, value_enum)]
    only: Option<Place>,
    /// Only this size (may be given again)
    #[arg(long, value_enum)]
    size: Vec<Named>,
    /// Only backends of this name (may be given again): cpu, flex, webgpu, wasm, webgl, …
    #[arg(long, value_name = "NAME")]
    backend: Vec<String>,
    /// Short turns, the default size alone unless --size says otherwise, and no figures
    #[arg(long)]
    quick: bool,
    /// The bundles that the page is measured with; `dev` ones are those of `cargo xtask serve`
    #[arg(long, value_enum, default_value_t = Site::Dist)]
    profile: Site,
    /// Measure what is built already, whatever its age
    #[arg(long)]
    no_build: bool,
    /// Build the command line with its GPU engines, and measure those too
    #[arg(long)]
    gpu: bool,
    /// Write all numbers there as well
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Where engines run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Place {
    Browser,
    Native,
}

/// Which build of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Site {
    Dist,
    Dev,
}

impl Options {
    fn includes(&self, place: Place) -> bool {
        self.only.is_none_or(|only| only == place)
    }

    fn sizes(&self) -> Vec<Named> {
        match (&self.size[..], self.quick) {
            ([], true) => vec![Named::Default],
            ([], false) => Named::value_variants().to_vec(),
            (asked, _) => asked.to_vec(),
        }
    }

    /// Those that were asked for.
    fn chosen(&self, contestants: &[Contestant]) -> Vec<Contestant> {
        let named = |one: &&Contestant| self.backend.iter().any(|name| name == one.backend);
        let chosen = contestants.iter();
        if self.backend.is_empty() {
            chosen.copied().collect()
        } else {
            chosen.filter(named).copied().collect()
        }
    }

    fn measure(&self) -> Measure {
        Measure {
            rounds: self.rounds,
            turn_ms: if self.quick { 150.0 } else { 400.0 },
            rest: Duration::from_millis(300),
            snapshots: true,
        }
    }

    /// Whether everything is measured as RESULTS.md says it is.
    fn complete(&self) -> bool {
        self.only.is_none()
            && self.size.is_empty()
            && self.backend.is_empty()
            && !self.quick
            && self.profile == Site::Dist
            && !self.no_build
            && self.rounds >= 5
    }
}

/// The command that was given, without the name of a file on this machine.
fn command(arguments: impl Iterator<Item = String>) -> String {
    let mut words = vec!["cargo xtask".to_owned()];
    let mut arguments = arguments;
    while let Some(word) = arguments.next() {
        if word == "--json" {
            arguments.next();
        } else if !word.starts_with("--json=") {
            words.push(word);
        }
    }
    words.join(" ")
}

/// What one run works with.
struct Bench<'a> {
    workspace: &'a Workspace,
    options: &'a Options,
    /// The native command line.
    program: PathBuf,
    /// Where traces lie.
    scratch: PathBuf,
    results: Results,
    curves: Vec<Curve>,
}

pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let begin = Instant::now();
    let scratch = workspace.target.join("bench");
    fs::create_dir_all(&scratch)?;
    let mut bench = Bench {
        workspace,
        options,
        program: setup::program(workspace, options)?,
        scratch,
        results: Results::default(),
        curves: Vec::new(),
    };
    bench.surroundings()?;
    if options.includes(Place::Browser) {
        bench.in_browser()?;
    }
    if options.includes(Place::Native) {
        bench.natively()?;
    }
    let folder = if options.complete() {
        workspace.root.join("bench")
    } else {
        bench.scratch.clone()
    };
    let results = &mut bench.results;
    let (program, scratch) = (&bench.program, &bench.scratch);
    results.figures = curves::draw(workspace, program, &bench.curves, scratch, &folder)?;
    println!("{}\n", results.tables());
    if let Some(file) = &options.json {
        fs::write(file, format!("{:#}\n", results.json()))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    if options.complete() {
        let file = folder.join("RESULTS.md");
        fs::write(&file, results.markdown())?;
        say(&format!("the results are in {}", file.display()));
    } else {
        say(&format!(
            "bench/RESULTS.md stays as it is, for only a whole run is written there; figures are in {}",
            folder.display()
        ));
    }
    say(&format!("measured in {}", clock(begin.elapsed())));
    Ok(())
}

impl Bench<'_> {
    /// Notes what the run is made on and with.
    fn surroundings(&mut self) -> Result<()> {
        let shell = self.workspace.shell()?;
        let read = |command: xshell::Cmd<'_>| command.quiet().ignore_stderr().read().ok();
        let cores = available_parallelism().map_or(1, usize::from);
        let cores = format!("{cores} cores, {}", std::env::consts::ARCH);
        let commit = read(cmd!(shell, "git rev-parse --short HEAD"));
        self.results.command = command(std::env::args().skip(1));
        let mut notes = vec![("Date", setup::today()), ("Machine", cores)];
        notes.extend(commit.map(|commit| ("Commit", commit)));
        notes.extend(read(cmd!(shell, "rustc --version")).map(|version| ("Compiler", version)));
        let rounds = format!(
            "{}, turns of about {} ms",
            self.options.rounds,
            self.options.measure().turn_ms
        );
        notes.push(("Rounds", rounds));
        self.results.surroundings = notes;
        Ok(())
    }

    fn note(&mut self, name: &'static str, words: String) {
        self.results.surroundings.push((name, words));
    }

    fn traced(&self, size: &Size) -> Result<Traced> {
        Traced::record(self.workspace, &self.program, &self.scratch, size)
    }

    /// The page and TensorFlow.js, in one browser.
    fn in_browser(&mut self) -> Result<()> {
        let workspace = self.workspace;
        npm::install(workspace, &workspace.root.join("bench"))?;
        let dist = setup::site(workspace, self.options)?;
        let server = Server::start_bench(&workspace.root, dist.as_deref(), &self.scratch)?;
        if dist.is_some() {
            self.results.bundles = dist::bundle_sizes(workspace)?;
            self.results.first_picture =
                Some(browser::first_picture(&Browser::open(workspace)?, &server)?);
        }
        let browser = Browser::open(workspace)?;
        let mut page = Page::open(&browser, &server)?;
        let versions = page.versions()?;
        let text = |name: &str| versions[name].as_str().unwrap_or("none").to_owned();
        self.note(
            "Browser",
            format!("Chromium {}, headless", browser.version()),
        );
        let adapter = text("adapter");
        let software = ["swiftshader", "llvmpipe"]
            .iter()
            .any(|name| adapter.contains(name));
        let note = if software {
            ": the CPU plays the graphics card"
        } else {
            ""
        };
        self.note("WebGPU adapter", format!("{adapter}{note}"));
        self.note("TensorFlow.js", text("tfjs"));
        let ours = browser::OURS.map(|backend| Contestant::one(Engine::Page, backend));
        let many = Contestant::one(Engine::Page, "webgpu").with(demands::MANY);
        let theirs = [Engine::Tfjs, Engine::TfjsByHand]
            .map(|engine| browser::TFJS.map(|backend| Contestant::one(engine, backend)));
        let contestants = [&ours[..], &[many], &theirs.concat()].concat();
        self.contest(&mut page, &contestants)?;
        page.forget()?;
        self.grow(&mut page, Along::in_browser)?;
        page.forget()
    }

    /// The command line and JAX.
    fn natively(&mut self) -> Result<()> {
        let mut natives = Natives::start(self.workspace, &self.program)?;
        if let Some(version) = natives.jax_version() {
            self.note("JAX", version);
        }
        let on_gpu: &[&'static str] = if self.options.gpu {
            &["webgpu", "webgpu_split", "webgpu_autodiff"]
        } else {
            &[]
        };
        let ours = ["cpu", "flex"].iter().chain(on_gpu);
        let ours = ours.map(|backend| Contestant::one(Engine::Native, backend));
        let all = ours.chain([Contestant::one(Engine::Jax, "cpu")]);
        let contestants: Vec<_> = all.flat_map(|one| [one, one.with(SEEDS)]).collect();
        self.contest(&mut natives, &contestants)?;
        let gpu = self.options.gpu;
        self.grow(&mut natives, |along| along.natively(gpu))
    }

    /// Has contestants take turns at every size.
    fn contest(&mut self, arena: &mut impl Arena, contestants: &[Contestant]) -> Result<()> {
        let measure = self.options.measure();
        let contestants = self.options.chosen(contestants);
        let mut entries = Vec::new();
        for named in self.options.sizes() {
            let size = self.traced(&named.size())?;
            say(&format!("comparing losses at the size {}", size.name));
            for &contestant in &contestants {
                entries.extend(Entry::admit(arena, contestant, &size, measure.turn_ms)?);
            }
        }
        ensure!(!entries.is_empty(), "there is no engine to measure");
        contest::play(arena, &mut entries, measure)?;
        self.results.entries.extend(entries);
        Ok(())
    }

    /// Measures the curves.
    fn grow(
        &mut self,
        arena: &mut impl Arena,
        contestants: impl Fn(Along) -> Vec<Contestant>,
    ) -> Result<()> {
        if self.options.quick {
            return Ok(());
        }
        for along in Along::ALL {
            say(&format!("measuring the cost against {}", along.name()));
            let contestants = self.options.chosen(&contestants(along));
            let traced = |size: &Size| self.traced(size);
            let curves = curves::measure(arena, along, &contestants, traced)?;
            self.curves.extend(curves);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_told_without_files_of_this_machine() {
        let told = |line: &str| command(line.split(' ').map(str::to_owned));
        let line = "bench --json /home/somebody/x.json --rounds 7";
        assert_eq!(told(line), "cargo xtask bench --rounds 7");
        assert_eq!(told("bench --json=x.json"), "cargo xtask bench");
    }

    #[test]
    fn only_a_whole_run_is_written_down() {
        let options = |quick, only| Options {
            rounds: 5,
            only,
            size: Vec::new(),
            backend: Vec::new(),
            quick,
            profile: Site::Dist,
            no_build: false,
            gpu: false,
            json: None,
        };
        assert!(options(false, None).complete());
        assert!(!options(true, None).complete());
        assert!(!options(false, Some(Place::Native)).complete());
        assert_eq!(options(true, None).sizes(), [Named::Default]);
    }
}
