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
mod sizes;
mod trace;
mod webdriver;

use crate::bundle::{self, Bundle, Profile};
use crate::dist;
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
use std::time::{Instant, SystemTime};
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

    fn measure(&self) -> Measure {
        Measure {
            rounds: self.rounds,
            turn_ms: if self.quick { 150.0 } else { 400.0 },
        }
    }

    /// Whether everything is measured as RESULTS.md says it is.
    fn complete(&self) -> bool {
        self.only.is_none()
            && self.size.is_empty()
            && !self.quick
            && self.profile == Site::Dist
            && !self.no_build
            && self.rounds >= 5
    }
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
        program: program(workspace, options)?,
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
    let folder = workspace.root.join("bench");
    let results = &mut bench.results;
    results.figures = curves::draw(
        workspace,
        &bench.program,
        &bench.curves,
        &bench.scratch,
        &folder,
    )?;
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
        say("bench/RESULTS.md stays as it is: only a whole run is written there");
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
        let arguments: Vec<_> = std::env::args().skip(1).collect();
        self.results.command = [vec!["cargo xtask".to_owned()], arguments]
            .concat()
            .join(" ");
        let mut notes = vec![("Date", today()), ("Machine", cores)];
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
        install_peer(workspace)?;
        let dist = self.site()?;
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
        self.note("WebGPU adapter", text("adapter"));
        self.note("TensorFlow.js", text("tfjs"));
        let ours = browser::OURS.map(|backend| Contestant::one(Engine::Page, backend));
        let many = Contestant::one(Engine::Page, "webgpu").with(demands::MANY);
        let theirs = [Engine::Tfjs, Engine::TfjsByHand]
            .map(|engine| browser::TFJS.map(|backend| Contestant::one(engine, backend)));
        let contestants = [&ours[..], &[many], &theirs.concat()].concat();
        self.contest(&mut page, &contestants)?;
        page.forget()?;
        self.grow(&mut page, |along| along.contestants()[0].clone())?;
        page.forget()
    }

    /// The command line and JAX.
    fn natively(&mut self) -> Result<()> {
        let mut natives = Natives::start(self.workspace, &self.program)?;
        if let Some(version) = natives.jax_version() {
            self.note("JAX", version);
        }
        let on_gpu: &[&'static str] = if self.options.gpu {
            &["webgpu", "webgpu_autodiff"]
        } else {
            &[]
        };
        let ours = ["cpu", "flex"].iter().chain(on_gpu);
        let ours = ours.map(|backend| Contestant::one(Engine::Native, backend));
        let all = ours.chain([Contestant::one(Engine::Jax, "cpu")]);
        let contestants: Vec<_> = all.flat_map(|one| [one, one.with(SEEDS)]).collect();
        self.contest(&mut natives, &contestants)?;
        self.grow(&mut natives, |along| along.contestants()[1].clone())
    }

    /// Has contestants take turns at every size.
    fn contest(&mut self, arena: &mut impl Arena, contestants: &[Contestant]) -> Result<()> {
        let measure = self.options.measure();
        let mut entries = Vec::new();
        for named in self.options.sizes() {
            let size = self.traced(&named.size())?;
            say(&format!("comparing losses at the size {}", size.name));
            for &contestant in contestants {
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
            let traced = |size: &Size| self.traced(size);
            let curves = curves::measure(arena, along, &contestants(along), traced)?;
            self.curves.extend(curves);
        }
        Ok(())
    }

    /// The folder of the optimised site, built if it is older than its sources; none for the development
    /// one, which has to be there.
    fn site(&self) -> Result<Option<PathBuf>> {
        let workspace = self.workspace;
        let build = !self.options.no_build;
        if self.options.profile == Site::Dev {
            if build {
                bundle::prepare(workspace)?;
                for bundle in [Bundle::Cpu, Bundle::WebGpu] {
                    let out = bundle.served(workspace);
                    bundle::build(workspace, bundle, Profile::Dev, &out)?;
                }
            }
            return Ok(None);
        }
        let dist = workspace.root.join("dist");
        if build && !dist::is_fresh(workspace)? {
            dist::run(workspace)?;
        }
        Ok(Some(dist))
    }
}

/// The command line, built as its users do; its engines on a GPU only where they are asked for, since
/// they take long to build.
fn program(workspace: &Workspace, options: &Options) -> Result<PathBuf> {
    if !options.no_build {
        say("building the command line");
        let shell = workspace.shell()?;
        let without_gpu = (!options.gpu).then_some("--no-default-features");
        cmd!(
            shell,
            "cargo build --package lsgan-lab --bin lsgan-lab --release {without_gpu...}"
        )
        .run()?;
    }
    let name = format!("lsgan-lab{}", std::env::consts::EXE_SUFFIX);
    Ok(workspace.target.join("release").join(name))
}

/// Puts TensorFlow.js into bench/node_modules, in the versions of the lock file.
fn install_peer(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("bench");
    let lock = fs::read_to_string(folder.join("package-lock.json"))?;
    // Written last, so that an installation that broke off is made again.
    let stamp = folder.join("node_modules/installed.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    ensure!(
        workspace.program("npm").is_some(),
        "install Node.js with npm for TensorFlow.js, or measure with --only native"
    );
    say("installing TensorFlow.js");
    let shell = workspace.shell()?;
    cmd!(
        shell,
        "npm ci --silent --no-audit --no-fund --ignore-scripts --prefix {folder}"
    )
    .run()?;
    Ok(fs::write(stamp, lock)?)
}

/// The date in Greenwich, as 2026-11-23.
fn today() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    date((since.map_or(0, |since| since.as_secs()) / 86_400) as i64)
}

/// The date so many days after 1970-01-01 (Howard Hinnant, *chrono-Compatible Low-Level Date
/// Algorithms*, `civil_from_days`).
fn date(days: i64) -> String {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date(0), "1970-01-01");
        // 2000-02-29 and the day after; 30 years of which 7 had a leap day before.
        assert_eq!(date(30 * 365 + 7 + 59), "2000-02-29");
        assert_eq!(date(30 * 365 + 7 + 60), "2000-03-01");
    }

    #[test]
    fn only_a_whole_run_is_written_down() {
        let options = |quick, only| Options {
            rounds: 5,
            only,
            size: Vec::new(),
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
