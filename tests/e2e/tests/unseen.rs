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

/// Hides the page, or shows it again, as far as the page can tell.
const HIDE: &str = "
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const until = async (what, is) => {
        for (const end = Date.now() + 30000; !is(); await pause(20)) {
            if (Date.now() > end) throw `never ${what}`;
        }
    };
    const hide = (hidden) => Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    const press = (action) => document.querySelector(`[data-action=${action}]`).click();
    const choose = (name, value) => {
        const choice = document.querySelector(`[data-setting=${name}]`);
        choice.value = value;
        choice.dispatchEvent(new Event('change', { bubbles: true }));
    };
    const small = { generator: { hidden: [8] }, discriminator: { hidden: [8] }, batch: 16 };";

#[tokio::test]
async fn the_wall_and_the_labs_generators_do_as_they_were_told_too() -> Result<()> {
    on_page("unseen-views", async |page| {
        let seen = page
            .evaluate(&format!(
                "{HIDE}
            await lsganLab.setBackend('cpu');
            await lsganLab.pause();
            await lsganLab.show({{ ...small, lab: {{ mode: 'generator' }}, wall: {{ losses: 'one' }} }});
            const lab_steps = () => Number(document.querySelector('[data-show=lab_steps]').textContent);
            const views = {{ wall: () => lsganLab.wall()?.step, lab: lab_steps }};
            const found = {{}};
            for (const [view, step] of Object.entries(views)) {{
                await lsganLab.show({{ look: {{ view }} }});
                press(`${{view}}_play`);
                found[view] = {{}};
                for (const unseen of ['pause', 'slow', 'full']) {{
                    choose('unseen', unseen);
                    const before = step();
                    await until(`${{view}} plays`, () => step() > (before || 0) + 5);
                    choose('speed', 'max');
                    hide(true);
                    await pause(400);
                    let left = step();
                    await pause(2500);
                    const away = step() - left;
                    choose('speed', '20');
                    // A round that is on its way ends.
                    await pause(1000);
                    left = step() - away;
                    hide(false);
                    await pause(1000);
                    found[view][unseen] = {{ away, back: step() - left - away }};
                }}
                hide(true);
                choose('unseen', 'pause');
                press(`${{view}}_play`);
                await pause(300);
                const rested = step();
                press(`${{view}}_step`);
                await until('a step that was asked for', () => step() === rested + 1);
                hide(false);
            }}
            return found;"
            ))
            .await?;
        println!("{seen:#}");
        for view in ["wall", "lab"] {
            let steps = |unseen: &str, when: &str| {
                let steps = seen[view][unseen][when].as_f64();
                steps.unwrap_or(f64::NAN)
            };
            ensure!(steps("pause", "away") == 0.0, "{view}: {seen:#}");
            let (full, slow) = (steps("full", "away"), steps("slow", "away"));
            ensure!(
                slow > 0.0 && slow < 0.3 * full,
                "{view}: {seen:#}"
            );
            for unseen in ["pause", "slow", "full"] {
                let back = steps(unseen, "back");
                ensure!((5.0..=26.0).contains(&back), "{view}, {unseen}: {seen:#}");
            }
        }
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn samples_in_the_lab_that_no_picture_showed_for_a_while_do_not_leap() -> Result<()> {
    on_page("unseen-samples", async |page| {
        let seen = page
            .evaluate(&format!(
                "{HIDE}
            await lsganLab.pause();
            await lsganLab.show({{ lab: {{ mode: 'samples', rate: 0.001 }}, look: {{ view: 'lab' }} }});
            const steps = () => Number(document.querySelector('[data-show=lab_steps]').textContent);
            choose('speed', '5');
            press('lab_play');
            await until('moving', () => steps() > 2);
            const before = steps();
            // No frame comes, as in a tab that is hidden.
            for (const end = performance.now() + 3000; performance.now() < end;);
            for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
            const leap = steps() - before;
            await until('moving again', () => steps() > before + leap + 2);
            return leap;"
            ))
            .await?;
        ensure!(seen.as_f64() <= Some(2.0), "{seen} steps at once");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_link_says_what_becomes_of_a_hidden_page_and_nothing_else() -> Result<()> {
    on_page("unseen-link", async |page| {
        let seen = page
            .evaluate(&format!(
                "{HIDE}
            const chosen = () => document.querySelector('[data-setting=unseen]').value;
            const said = () => document.querySelector('[data-show=message]').textContent;
            const found = [chosen()];
            location.hash = 'v=1&unseen=slow';
            await until('slow', () => chosen() === 'slow');
            location.hash = 'v=1&unseen=never';
            await until('refused', () => said().includes('never'));
            return [...found, chosen(), said(), location.hash];"
            ))
            .await?;
        println!("{seen:#}");
        ensure!(seen[0] == "pause" && seen[1] == "slow", "{seen:#}");
        let said = seen[2].as_str().unwrap_or_default();
        ensure!(
            said.contains("unseen must be one of pause, slow, full"),
            "{seen:#}"
        );
        let link = seen[3].as_str().unwrap_or_default();
        ensure!(link.contains("unseen=slow"), "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}
