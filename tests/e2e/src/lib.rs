//! The page in a real headless browser, for the end-to-end tests: opened, ready, and asked by
//! short scripts in its own language.
//!
//! It starts neither the server nor the driver: `cargo xtask test` does, and says where they are
//! by the environment variables LSGAN_URL, LSGAN_WEBDRIVER, LSGAN_ARTIFACTS and LSGAN_OFFLINE; which browser it is,
//! [`browser`] knows.

pub mod browser;
pub mod lab;
pub mod memory;
pub mod outside;
pub mod site;
mod tasks;

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::{Value, json};
use std::env;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use thirtyfour::{Capabilities, WebDriver, WebDriverRunError};

/// How long one script may take: training on a graphics card that the CPU plays is slow.
const SCRIPT_PATIENCE: Duration = Duration::from_secs(300);

/// The page after `lsganLab.ready`.
pub struct Page {
    /// The browser's session, for clicks, keys and navigation.
    pub driver: WebDriver,
    console: browser::Console,
    artifacts: PathBuf,
}

/// Opens the page in a browser of its own, waits until it is ready and runs `test` on it. The
/// browser is closed whatever happens; if the test fails, a screenshot `NAME-failed.png` stays.
///
/// # Errors
/// The test's own, or what kept the page from becoming ready.
pub async fn on_page(name: &str, test: impl AsyncFnOnce(&Page) -> Result<()>) -> Result<()> {
    on_page_at(name, &surroundings("LSGAN_URL")?, test).await
}

/// The same in a browser that writes down what its threads do, for [`Page::ensure_short_tasks`]: Chromium.
///
/// # Errors
/// As [`on_page`].
pub async fn on_traced_page(name: &str, test: impl AsyncFnOnce(&Page) -> Result<()>) -> Result<()> {
    let browser = browser::capabilities(true, None)?;
    visit(name, &surroundings("LSGAN_URL")?, browser, async |page| {
        page.until_ready().await?;
        test(page).await
    })
    .await
}

/// The same in a browser that asks `outside` for all that is not on this machine.
///
/// # Errors
/// As [`on_page`].
pub async fn on_watched_page(
    name: &str,
    outside: &outside::Outside,
    test: impl AsyncFnOnce(&Page) -> Result<()>,
) -> Result<()> {
    let browser = browser::capabilities(false, Some(outside))?;
    visit(name, &surroundings("LSGAN_URL")?, browser, async |page| {
        page.until_ready().await?;
        test(page).await
    })
    .await
}

/// The same with a page at another address.
///
/// # Errors
/// As [`on_page`].
pub async fn on_page_at(
    name: &str,
    url: &str,
    test: impl AsyncFnOnce(&Page) -> Result<()>,
) -> Result<()> {
    in_browser(name, url, async |page| {
        page.until_ready().await?;
        test(page).await
    })
    .await
}

/// The same with a page that may never become ready.
///
/// # Errors
/// The test's own.
pub async fn in_browser(
    name: &str,
    url: &str,
    test: impl AsyncFnOnce(&Page) -> Result<()>,
) -> Result<()> {
    visit(name, url, browser::capabilities(false, None)?, test).await
}

async fn visit(
    name: &str,
    url: &str,
    browser: Capabilities,
    test: impl AsyncFnOnce(&Page) -> Result<()>,
) -> Result<()> {
    let artifacts = PathBuf::from(surroundings("LSGAN_ARTIFACTS")?);
    let console = browser::Console::now()?;
    let driver = WebDriver::builder(surroundings("LSGAN_WEBDRIVER")?, browser)
        .request_timeout(SCRIPT_PATIENCE + Duration::from_secs(30))
        .await
        .context("the browser does not start")?;
    let visit = async |driver: WebDriver| {
        driver.set_script_timeout(SCRIPT_PATIENCE).await?;
        driver.goto(url).await?;
        let page = Page {
            driver,
            console,
            artifacts,
        };
        let result = test(&page).await;
        if result.is_err() {
            page.screenshot(&format!("{name}-failed")).await?;
            for error in page.console_errors().await? {
                eprintln!("the console says: {error}");
            }
        }
        result
    };
    match driver.run_and_quit(visit).await {
        Err(WebDriverRunError::Body(failure)) => Err(failure),
        ended => Ok(ended?),
    }
}

/// The folder with what `cargo xtask dist` makes, from development bundles: `one` and `two`; and `own`, in
/// which the npm package is installed.
///
/// # Errors
/// If the tests were not started by `cargo xtask test`.
pub fn offline() -> Result<PathBuf> {
    surroundings("LSGAN_OFFLINE").map(PathBuf::from)
}

impl Page {
    /// Loads the page again, as it is in the address bar, and waits until it is ready.
    ///
    /// # Errors
    /// What kept the page from becoming ready.
    pub async fn reload(&self) -> Result<()> {
        if !browser::is_firefox() {
            self.driver.refresh().await?;
            return self.until_ready().await;
        }
        // Its driver's own reload goes past service workers; the page's does not.
        self.evaluate("globalThis.isLeaving = true; setTimeout(() => location.reload());")
            .await?;
        let patience = Instant::now() + Duration::from_secs(30);
        // A script that the reload cuts off is no failure.
        while self.evaluate("return !globalThis.isLeaving;").await.ok() != Some(Value::Bool(true)) {
            ensure!(Instant::now() < patience, "the page does not reload");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.until_ready().await
    }

    /// Runs the body of an async function in the page: `return (await lsganLab.step(3)).step`.
    ///
    /// # Errors
    /// What the script throws, as text.
    pub async fn evaluate(&self, body: &str) -> Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             // Firefox runs scripts in a world of their own, whose globals end with them.
             (async (globalThis) => {{
                 {body}
             }})(window).then(
                 (value) => done({{ value }}),
                 (error) => done({{ error: String(error) }}));"
        );
        let answer = self.driver.execute_async(script, Vec::new()).await?;
        match answer.json().get("error") {
            Some(error) => Err(anyhow!("the page says: {error}")),
            None => Ok(answer.json().get("value").cloned().unwrap_or_default()),
        }
    }

    /// The number that a script returns.
    ///
    /// # Errors
    /// What the script throws, or that it is no number.
    pub async fn number(&self, script: &str) -> Result<f64> {
        let value = self.evaluate(script).await?;
        value
            .as_f64()
            .ok_or_else(|| anyhow!("{script} gives {value}"))
    }

    /// Insists that a script returns `true`.
    ///
    /// # Errors
    /// What the script throws, or that `what` is not so.
    pub async fn ensure(&self, what: &str, script: &str) -> Result<()> {
        let value = self.evaluate(script).await?;
        ensure!(
            value == Value::Bool(true),
            "not so: {what} (the page gives {value})"
        );
        Ok(())
    }

    /// Insists that the console shows no errors since the last look at them.
    ///
    /// # Errors
    /// The errors.
    pub async fn ensure_no_errors(&self) -> Result<()> {
        let errors = self.console_errors().await?;
        ensure!(errors.is_empty(), "the console shows {errors:#?}");
        Ok(())
    }

    /// Saves what the browser shows as `NAME.png` among the test's artefacts.
    ///
    /// # Errors
    /// If the browser gives no picture or the file cannot be written.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        self.driver
            .screenshot(&self.artifacts.join(format!("{name}.png")))
            .await?;
        Ok(())
    }

    /// The errors on the page's console since the last call.
    ///
    /// # Errors
    /// If the browser does not hand out its log.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        self.console.errors(&self.driver).await
    }

    /// Waits for the global `lsganLab`, then for what it promises: after a visit to another address.
    ///
    /// # Errors
    /// What kept the page from becoming ready.
    pub async fn until_ready(&self) -> Result<()> {
        self.evaluate(
            "const patience = Date.now() + 60000;
             while (!globalThis.lsganLab) {
                 if (Date.now() > patience) throw 'there is no lsganLab after a minute';
                 await new Promise((resolve) => setTimeout(resolve, 20));
             }
             await lsganLab.ready;",
        )
        .await?;
        Ok(())
    }
}

/// Lets the browser play a screen, or a phone with fingers, and loads the page again on it (Chromium alone does).
///
/// # Errors
/// If the browser does not do it.
pub async fn play_screen(page: &Page, width: u32, height: u32, phone: bool) -> Result<()> {
    let metrics = json!({
        "width": width, "height": height, "deviceScaleFactor": if phone { 2 } else { 1 }, "mobile": phone,
    });
    let touch = json!({ "enabled": phone, "maxTouchPoints": 5 });
    for (command, how) in [
        ("Emulation.setDeviceMetricsOverride", metrics),
        ("Emulation.setTouchEmulationEnabled", touch),
    ] {
        page.driver.cdp().send_raw(command, how).await?;
    }
    page.reload().await?;
    page.evaluate("await lsganLab.setBackend('cpu'); await lsganLab.pause();")
        .await?;
    Ok(())
}

pub(crate) fn surroundings(variable: &str) -> Result<String> {
    env::var(variable).with_context(|| {
        format!("{variable} is not set: run the end-to-end tests through `cargo xtask test`")
    })
}
