//! The browser that the tests run in: Chromium, or Firefox where LSGAN_BROWSER says so. LSGAN_CHROMIUM or
//! LSGAN_FIREFOX is its program; its flags and preferences stand in webdriver.json, as for `wasm-pack test`.
//!
//! Firefox hands out no console: its errors are read from what its driver writes down, LSGAN_DRIVER_LOG.

use crate::{outside::Outside, surroundings};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::{
    env, fs,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use thirtyfour::{
    BrowserCapabilitiesHelper, BrowserLogEntry, Capabilities, ChromeCapabilities,
    ChromiumLikeCapabilities, FirefoxCapabilities, LoggingPrefsLogLevel, WebDriver,
};

/// Whether the tests run in Firefox.
pub fn is_firefox() -> bool {
    env::var("LSGAN_BROWSER").is_ok_and(|name| name == "firefox")
}

/// Whether a test is to be left out because it runs in Firefox; if so, one line says why.
pub fn left_out_in_firefox(test: &str, reason: &str) -> bool {
    let left_out = is_firefox();
    if left_out {
        println!("left out in Firefox: {test}: {reason}");
    }
    left_out
}

/// The browser, headless; `traced` if it is to write down what its threads do (Chromium only), behind a proxy
/// for what is not on this machine if there is one.
pub(crate) fn capabilities(traced: bool, proxy: Option<&Outside>) -> Result<Capabilities> {
    let settings: Value = serde_json::from_str(include_str!("../../../webdriver.json"))?;
    match env::var("LSGAN_BROWSER").as_deref() {
        Ok("firefox") => firefox(&settings["moz:firefoxOptions"], proxy),
        Ok("chromium") | Err(_) => chromium(&settings["goog:chromeOptions"], traced, proxy),
        Ok(other) => bail!("LSGAN_BROWSER must be chromium or firefox, not {other}"),
    }
}

fn chromium(settings: &Value, traced: bool, proxy: Option<&Outside>) -> Result<Capabilities> {
    let mut browser = ChromeCapabilities::new();
    browser.set_binary(&surroundings("LSGAN_CHROMIUM")?)?;
    let flags = settings["args"].as_array().into_iter().flatten();
    // Containers have a small /dev/shm, which Chromium would fill.
    let own = [
        "--headless=new",
        "--disable-dev-shm-usage",
        "--window-size=1280,960",
    ];
    for flag in flags.filter_map(Value::as_str).chain(own) {
        browser.add_arg(flag)?;
    }
    if let Some(proxy) = proxy {
        browser.add_arg(&format!("--proxy-server=http://{}", proxy.address()))?;
    }
    browser.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    if traced {
        crate::tasks::trace(&mut browser)?;
    }
    Ok(browser.into())
}

fn firefox(settings: &Value, proxy: Option<&Outside>) -> Result<Capabilities> {
    let mut browser = FirefoxCapabilities::new();
    browser.set_firefox_binary(&surroundings("LSGAN_FIREFOX")?)?;
    browser.add_arg("-headless")?;
    let size = json!({ "MOZ_HEADLESS_WIDTH": "1280", "MOZ_HEADLESS_HEIGHT": "960" });
    browser.set_browser_option("env", size)?;
    let mut preferences = settings["prefs"].clone();
    // What a page says on its console, and what fails in it, goes to the driver's log.
    preferences["devtools.console.stdout.content"] = true.into();
    preferences["devtools.console.stdout.chrome"] = false.into();
    preferences["browser.dom.window.dump.enabled"] = true.into();
    if let Some(proxy) = proxy {
        preferences["network.proxy.type"] = 1.into();
        for kind in ["http", "ssl"] {
            preferences[format!("network.proxy.{kind}")] = proxy.address().ip().to_string().into();
            preferences[format!("network.proxy.{kind}_port")] = proxy.address().port().into();
        }
    }
    browser.set_browser_option("prefs", preferences)?;
    Ok(browser.into())
}

/// What a page's console shows; each error once.
pub(crate) struct Console {
    /// Bytes of the driver's log that were read; Firefox only.
    read: AtomicUsize,
}

impl Console {
    /// The console from now on.
    pub(crate) fn now() -> Result<Self> {
        let read = if is_firefox() { log()?.len() } else { 0 };
        Ok(Self { read: read.into() })
    }

    /// The errors since the last call.
    pub(crate) async fn errors(&self, driver: &WebDriver) -> Result<Vec<String>> {
        if !is_firefox() {
            let severe = |entry: &BrowserLogEntry| entry.level == "SEVERE";
            let log = driver.browser_log().await?;
            let severe = log.into_iter().filter(severe);
            return Ok(severe.map(|entry| entry.message).collect());
        }
        // It comes through a pipe.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let log = log()?;
        let before = self.read.swap(log.len(), Ordering::Relaxed);
        let news = log.get(before..).unwrap_or_default();
        Ok(errors_in(&String::from_utf8_lossy(news)))
    }
}

fn log() -> Result<Vec<u8>> {
    let log = surroundings("LSGAN_DRIVER_LOG")?;
    fs::read(&log).with_context(|| format!("cannot read {log}"))
}

/// The errors of pages among what Firefox writes; its own scripts' are not ours.
fn errors_in(log: &str) -> Vec<String> {
    let of_a_page = |line: &&str| {
        let script = line.strip_prefix("JavaScript error: ");
        let page = |script: &str| {
            ["http:", "file:", "blob:"]
                .iter()
                .any(|start| script.starts_with(start))
        };
        // The browser's own loggers say their names without quotation marks.
        let said = line.strip_prefix("console.error: ");
        said.is_some_and(|said| said.starts_with(['"', '('])) || script.is_some_and(page)
    };
    log.lines().filter(of_a_page).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_those_of_pages() {
        let log = "console.log: \"fine\"\n\
                   JavaScript error: resource://gre/modules/Some.sys.mjs, line 1: NS_ERROR\n\
                   JavaScript error: http://127.0.0.1:80/x.js, line 2: TypeError: x is null\n\
                   console.error: \"broken\"\n\
                   console.error: RSLoader: \n\
                   1700000000000\tMarionette\tINFO\tListening on port 1\n";
        assert_eq!(
            errors_in(log),
            [
                "JavaScript error: http://127.0.0.1:80/x.js, line 2: TypeError: x is null",
                "console.error: \"broken\"",
            ]
        );
    }
}
