//! The browsers that the tests run in: where they are, how they come onto a Debian or Ubuntu
//! machine. How they are started stands in webdriver.json. Elsewhere the tests say what to install.

use crate::debian;
use crate::progress::say;
use crate::tools;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Chromium,
    Firefox,
}

impl Kind {
    /// As the end-to-end tests name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }
}

/// A browser and the WebDriver server that steers it.
pub struct Browser {
    pub kind: Kind,
    pub program: PathBuf,
    pub driver: PathBuf,
}

const CHROMIUM_NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];
const FIREFOX_NAMES: [&str; 2] = ["firefox-esr", "firefox"];

/// A Debian font with the Chinese characters of the page, so that screenshots can be read.
const CHINESE_FONT: (&str, &str) = (
    "fonts-noto-cjk",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
);

/// A browser with its driver.
pub fn of(kind: Kind, workspace: &Workspace) -> Result<Browser> {
    match kind {
        Kind::Chromium => chromium(workspace),
        Kind::Firefox => firefox(workspace),
    }
}

/// Chromium or Chrome with its driver.
fn chromium(workspace: &Workspace) -> Result<Browser> {
    find(Kind::Chromium, workspace, &CHROMIUM_NAMES, "chromedriver")
        .context("install Chromium (or Chrome) and its chromedriver, and put both on the PATH")
}

/// Firefox with its driver.
fn firefox(workspace: &Workspace) -> Result<Browser> {
    find(Kind::Firefox, workspace, &FIREFOX_NAMES, "geckodriver").context(
        "install Firefox and geckodriver (cargo install geckodriver), and put both on the PATH",
    )
}

fn find(kind: Kind, workspace: &Workspace, names: &[&str], driver: &str) -> Option<Browser> {
    Some(Browser {
        kind,
        program: any(workspace, names)?,
        driver: workspace.program(driver)?,
    })
}

fn any(workspace: &Workspace, names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| workspace.program(name))
}

/// Installs Chromium, its driver and a Chinese font where a package manager that we know can.
pub fn install(workspace: &Workspace) -> Result<()> {
    debian::install(workspace, &missing_packages(workspace))?;
    // Without the font the tests run all the same; without a browser they cannot.
    chromium(workspace).map(drop)
}

/// The same for Firefox, which the tests do without where it cannot be had: whoever needs it says so.
pub fn install_firefox(workspace: &Workspace) {
    let installed = || {
        if any(workspace, &FIREFOX_NAMES).is_none() {
            debian::install(workspace, &["firefox-esr"])?;
        }
        if any(workspace, &FIREFOX_NAMES).is_some() {
            tools::geckodriver(workspace)?;
        }
        anyhow::Ok(())
    };
    if let Err(error) = installed() {
        say(&format!("going on without Firefox: {error:#}"));
    }
}

/// The Debian or Ubuntu packages that would complete this machine.
fn missing_packages(workspace: &Workspace) -> Vec<&'static str> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let (browser, driver) = if release.to_lowercase().contains("ubuntu") {
        ("chromium-browser", "chromium-chromedriver")
    } else {
        ("chromium", "chromium-driver")
    };
    let present = [
        (browser, any(workspace, &CHROMIUM_NAMES).is_some()),
        (driver, workspace.program("chromedriver").is_some()),
        (CHINESE_FONT.0, Path::new(CHINESE_FONT.1).exists()),
    ];
    present
        .into_iter()
        .filter(|(_, present)| !present)
        .map(|(package, _)| package)
        .collect()
}
