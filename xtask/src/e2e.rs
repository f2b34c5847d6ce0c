//! The end-to-end tests' surroundings: the page on a server, a browser's driver, and cargo
//! running the package `e2e` between them. The tests themselves are in `tests/e2e`.

use crate::browsers::{self, Kind};
use crate::bundle::{self, Bundle};
use crate::driver::Driver;
use crate::npm;
use crate::package;
use crate::progress::say;
use crate::server::Server;
use crate::single;
use crate::site::Site;
use crate::workspace::Workspace;
use anyhow::{Result, ensure};
use std::fs::{self, File};
use std::path::PathBuf;
use xshell::cmd;

/// A sub-path as project pages have it: an absolute link in the page would break below it.
const BASE: &str = "/lsgan-lab/";

/// The test files that run in Firefox: those in which a browser has a say. The others are about numbers, words
/// and lists, and pass there too; a CI run has not the time.
const IN_FIREFOX: [&str; 12] = [
    "accessibility",
    "backends",
    "bits",
    "classroom",
    "controls",
    "keyboard",
    "lab",
    "offline",
    "own_data",
    "page",
    "takeaway",
    "time",
];

pub fn run(workspace: &Workspace, kind: Kind) -> Result<()> {
    let mut tests = Vec::new();
    if kind == Kind::Firefox {
        say(&format!("in Firefox: {}", IN_FIREFOX.join(", ")));
        tests.extend(IN_FIREFOX.iter().flat_map(|name| ["--test", *name]));
    }
    launch(workspace, kind, &tests, &[])
}

/// The long runs alone.
pub fn soak(workspace: &Workspace, steps: u64, minutes: u64) -> Result<()> {
    let [steps, minutes] = [steps, minutes].map(|number| number.to_string());
    let limits = [
        ("LSGAN_SOAK_STEPS", steps.as_str()),
        ("LSGAN_SOAK_MINUTES", minutes.as_str()),
    ];
    launch(workspace, Kind::Chromium, &["--test", "soak"], &limits)
}

/// Runs tests of the package `e2e`, all where none is named; those that are left out by default where there are
/// `limits` to them.
fn launch(
    workspace: &Workspace,
    kind: Kind,
    tests: &[&str],
    limits: &[(&str, &str)],
) -> Result<()> {
    for bundle in Bundle::ALL {
        let folder = bundle.served(workspace);
        ensure!(
            folder.exists(),
            "{} is missing: run the step `bundles` first",
            folder.display()
        );
    }
    let artifacts = workspace.artifacts();
    fs::create_dir_all(&artifacts)?;
    let browser = browsers::of(kind, workspace)?;
    let axe = workspace.root.join("tests/e2e");
    npm::install(workspace, &axe)?;
    let offline = stage(workspace)?;
    let server = Server::start(&workspace.root, BASE, 0)?;
    let log = artifacts.join(format!("{}-driver.log", kind.name()));
    let driver = Driver::start(&browser, &File::create(&log)?)?;

    let shell = workspace.shell()?;
    let ignored = (!limits.is_empty()).then_some("--ignored");
    // One test at a time: some measure time, and each trains a network. What they measure is shown.
    cmd!(
        shell,
        "cargo test --package e2e {tests...} --no-fail-fast -- --test-threads=1 --nocapture {ignored...}"
    )
    .envs(limits.iter().copied())
    .env("LSGAN_URL", server.url())
    .env("LSGAN_WEBDRIVER", driver.url())
    .env("LSGAN_DRIVER_LOG", &log)
    .env("LSGAN_BROWSER", kind.name())
    .env(
        format!("LSGAN_{}", kind.name().to_uppercase()),
        &browser.program,
    )
    .env("LSGAN_ARTIFACTS", &artifacts)
    .env("LSGAN_AXE", axe.join("node_modules/axe-core/axe.min.js"))
    .env("LSGAN_OFFLINE", &offline)
    .run()?;
    Ok(())
}

/// What `dist` makes, from the development bundles: the site in two versions, `one` and `two`, the first with the
/// page as one file. WebGPU's bundle is left out: it is large, and these tests are about files. And the npm package,
/// installed in `own`.
fn stage(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("e2e");
    bundle::remove(&folder)?;
    let mut site = Site::read(&workspace.root)?;
    for bundle in [Bundle::Cpu, Bundle::CpuRelaxed] {
        site.add(
            &format!("pkg/{}", bundle.folder()),
            &bundle.served(workspace),
        )?;
    }
    for version in ["one", "two"] {
        let place = folder.join(version);
        fs::create_dir_all(&place)?;
        site.write(&place)?;
        // What makes the next version another one.
        for words in ["locales/en.json", "locales/zh.json"] {
            site.replace(words, "\"LSGAN Lab\"", "\"LSGAN Lab, anew\"")?;
        }
    }
    single::write(&site, &folder.join("one"))?;
    // Built from the very files of the CPU bundle.
    let package = package::make(workspace, &["--dev"], &folder.join("package"))?;
    let (own, shell) = (folder.join("own"), workspace.shell()?);
    cmd!(
        shell,
        "npm install --offline --silent --no-audit --no-fund --prefix {own} {package}"
    )
    .run()?;
    Ok(folder)
}
