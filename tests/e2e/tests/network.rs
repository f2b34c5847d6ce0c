//! The page asks nobody but its own host, whatever is done on it.

use anyhow::{Result, ensure};
use e2e::{on_watched_page, outside::Outside};

/// What Chromium asks for itself, whatever page it shows.
const OF_THE_BROWSER: [&str; 9] = [
    "accounts.google.com",
    "android.clients.google.com",
    "clients2.google.com",
    "content-autofill.googleapis.com",
    "edgedl.me.gvt1.com",
    "optimizationguide-pa.googleapis.com",
    "redirector.gvt1.com",
    "safebrowsing.googleapis.com",
    "update.googleapis.com",
];

#[tokio::test]
async fn nothing_is_asked_of_third_parties() -> Result<()> {
    let outside = Outside::start()?;
    on_watched_page("network", &outside, async |page| {
        page.evaluate(
            "
            const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
            lsganLab.play();
            await pause(500);
            await lsganLab.setBackend('webgpu').catch(() => {});
            await lsganLab.setBackend('cpu');
            for (const view of ['lab', 'wall', 'run']) {
                await lsganLab.show({ look: { view } });
                await pause(500);
            }
            await lsganLab.show({ twins: ['minimax'] });
            for (const kind of ['png', 'svg', 'metrics_csv']) await lsganLab.export(kind).catch(() => {});
            for (const action of ['share', 'lessons']) document.querySelector(`[data-action=${action}]`).click();
            await pause(500);
            for (const language of ['zh', 'en']) {
                const choice = document.querySelector('[data-setting=language]');
                choice.value = language;
                choice.dispatchEvent(new Event('change', { bubbles: true }));
                await pause(300);
            }",
        )
        .await?;
        let mut asked = outside.asked();
        let by_the_browser = |line: &str, host: &&str| {
            line.contains(&format!(" {host}:443 ")) || line.contains(&format!("//{host}/"))
        };
        asked.retain(|line| !OF_THE_BROWSER.iter().any(|host| by_the_browser(line, host)));
        ensure!(asked.is_empty(), "asked outside: {asked:#?}");
        // The watch itself works: what a page does ask for is seen.
        page.driver.goto("http://lsgan-lab.example/").await.ok();
        let seen = outside.asked();
        ensure!(
            seen.iter().any(|line| line.contains("lsgan-lab.example")),
            "the proxy saw nothing: {seen:#?}"
        );
        Ok(())
    })
    .await
}
