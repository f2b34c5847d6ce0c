//! The browsers that the tests run in: where they are, how they come onto a Debian or Ubuntu
//! machine. How they are started stands in webdriver.json. Elsewhere the tests say what to install.

use crate::debian;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// A browser and the WebDriver server that steers it.
pub struct Browser {
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

/// Chromium or Chrome with its driver.
pub fn chromium(workspace: &Workspace) -> Result<Browser> {
    find(workspace, &CHROMIUM_NAMES, "chromedriver")
        .context("install Chromium (or Chrome) and its chromedriver, and put both on the PATH")
}

/// Firefox with its driver.
pub fn firefox(workspace: &Workspace) -> Result<Browser> {
    find(workspace, &FIREFOX_NAMES, "geckodriver").context(
        "install Firefox and geckodriver (cargo install geckodriver), and put both on the PATH",
    )
}

fn find(workspace: &Workspace, names: &[&str], driver: &str) -> Option<Browser> {
    Some(Browser {
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
