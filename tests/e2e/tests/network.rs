//! The page asks nobody but its own host, whatever is done on it.

use anyhow::{Result, ensure};
use e2e::{on_watched_page, outside::Outside};

#[tokio::test]
async fn nothing_is_asked_of_third_parties() -> Result<()> {
    let outside = Outside::start()?;
    on_watched_page("network", &outside, async |page| {
        // The browser's own affairs at its start are none of the page's.
        outside.asked();
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
        let asked = outside.asked();
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
