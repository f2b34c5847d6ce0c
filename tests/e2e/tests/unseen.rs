//! A page in a tab that nobody sees: what plays rests, goes on slowly, or goes on, as was chosen; and no step is made
//! up for when it is seen again.

use anyhow::{Result, ensure};
use e2e::on_page;

#[tokio::test]
async fn a_hidden_page_does_as_it_was_told_and_does_not_race_to_catch_up() -> Result<()> {
    on_page("unseen", async |page| {
        let seen = page
            .evaluate(
                "
            const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
            let hidden = false;
            Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
            const choose = (name, value) => {
                const choice = document.querySelector(`[data-setting=${name}]`);
                choice.value = value;
                choice.dispatchEvent(new Event('change', { bubbles: true }));
            };
            const counted = async (ms) => {
                const before = lsganLab.timeline().end;
                await pause(ms);
                return lsganLab.timeline().end - before;
            };
            await lsganLab.setBackend('cpu');
            const found = {};
            for (const unseen of ['pause', 'slow', 'full']) {
                choose('unseen', unseen);
                found[unseen] = { link: location.hash.includes(`unseen=${unseen}`) };
                for (const speed of ['20', '']) {
                    choose('speed', speed || 'max');
                    await lsganLab.reset();
                    lsganLab.play();
                    await pause(300);
                    hidden = true;
                    await pause(300);
                    const away = await counted(2000);
                    // Whoever asks for steps gets them.
                    hidden = false;
                    const back = await counted(1000);
                    found[unseen][speed || 'max'] = { away, back };
                }
            }
            hidden = true;
            choose('unseen', 'pause');
            await lsganLab.pause();
            const { step } = await lsganLab.reset();
            found.asked = (await lsganLab.step(30)).step - step;
            return found;",
            )
            .await?;
        println!("{seen:#}");
        let steps = |unseen: &str, speed: &str, when: &str| {
            seen[unseen][speed][when].as_f64().unwrap_or(f64::NAN)
        };
        // At 20 steps a second, a second back brings 20, and one round that was on its way.
        for unseen in ["pause", "slow", "full"] {
            let back = steps(unseen, "20", "back");
            ensure!((8.0..=26.0).contains(&back), "{unseen}: {seen:#}");
        }
        ensure!(steps("pause", "20", "away") == 0.0, "{seen:#}");
        ensure!(steps("pause", "max", "away") == 0.0, "{seen:#}");
        let full = steps("full", "max", "away");
        let slow = steps("slow", "max", "away");
        ensure!(
            slow > 0.0 && slow < 0.2 * full,
            "{slow} of {full}: {seen:#}"
        );
        ensure!(steps("full", "20", "away") > 25.0, "{seen:#}");
        ensure!(seen["asked"] == 30, "{seen:#}");
        ensure!(
            seen["pause"]["link"] == false
                && seen["slow"]["link"] == true
                && seen["full"]["link"] == true,
            "{seen:#}"
        );
        page.ensure_no_errors().await
    })
    .await
}
