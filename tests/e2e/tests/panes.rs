//! Runs side by side: the same steps, the same start, each its own loss.

use anyhow::{Result, ensure};
use e2e::{browser::left_out_in_firefox, on_page, on_traced_page};

/// Compares arrays of numbers bit by bit.
const SAME: &str = "
    const same = (a, b) => a.length === b.length && a.every((x, i) => Object.is(x, b[i]));";

#[tokio::test]
async fn two_panes_with_the_same_loss_stay_bit_identical() -> Result<()> {
    on_page("twins", async |page| {
        let seen = page
            .evaluate(&format!(
                "{SAME}
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                await lsganLab.show({{ seed: 3, twins: ['lsgan01', 'minimax'] }});
                await lsganLab.reset();
                await lsganLab.step(500);
                const [own, twin, other] = await lsganLab.snapshots();
                return {{
                    steps: [own.step, twin.step, other.step],
                    samples: same(own.fake, twin.fake), surface: same(own.surface.values, twin.surface.values),
                    forces: same(own.forces, twin.forces), losses: own.loss_d === twin.loss_d && own.loss_g === twin.loss_g,
                    other: same(own.fake, other.fake), real: same(own.real, other.real),
                }};"
            ))
            .await?;
        let expected = serde_json::json!({
            "steps": [500, 500, 500], "samples": true, "surface": true, "forces": true, "losses": true,
            "other": false, "real": true,
        });
        ensure!(seen == expected, "{seen:#}");
        page.screenshot("twins").await?;
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_pane_that_is_added_catches_up_and_disturbs_no_other() -> Result<()> {
    on_page("added-pane", async |page| {
        let seen = page
            .evaluate(&format!(
                "{SAME}
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                await lsganLab.reset();
                // So many that catching up takes more than a frame.
                await lsganLab.step(1030);
                const press = (action) => document.querySelector(`[data-action=${{action}}]`).click();
                const until = async (step) => {{
                    while ((await lsganLab.snapshot()).step < step) await new Promise((resolve) => setTimeout(resolve, 20));
                }};
                press('step_d');
                await until(1031);
                press('step_g');
                await until(1032);
                const before = await lsganLab.step(20);
                const said = [];
                const badge = document.querySelector('[data-show=badge]');
                new MutationObserver(() => said.push(badge.textContent)).observe(badge, {{ childList: true, characterData: true, subtree: true }});
                press('add_pane');
                while ((await lsganLab.snapshots()).length < 2) await new Promise((resolve) => setTimeout(resolve, 50));
                await new Promise((resolve) => setTimeout(resolve, 200));
                said.push(badge.textContent);
                const [own, added] = await lsganLab.snapshots();
                // The same steps in the same order, by a run that has the loss from the start.
                await lsganLab.show({{ twins: [], loss: {{ kind: 'non_saturating' }} }});
                await lsganLab.reset();
                await lsganLab.step(1030);
                press('step_d');
                await until(1031);
                press('step_g');
                await until(1032);
                const alone = await lsganLab.step(20);
                return {{
                    steps: [own.step, added.step, alone.step], undisturbed: same(before.fake, own.fake),
                    caught_up: same(added.fake, alone.fake),
                    told: said.some((text) => /Catching up: step [0-9,]+ of 1,052/.test(text)), paused: said.at(-1).includes('paused'),
                }};"
            ))
            .await?;
        let expected =
            serde_json::json!({
                "steps": [1052, 1052, 1052], "undisturbed": true, "caught_up": true, "told": true, "paused": true,
            });
        ensure!(seen == expected, "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_pause_while_a_pane_catches_up_leaves_no_pane_behind() -> Result<()> {
    on_page("paused-catching-up", async |page| {
        let seen = page
            .evaluate(
                "
            await lsganLab.setBackend('cpu');
            await lsganLab.step(700);
            lsganLab.play();
            document.querySelector('[data-action=add_pane]').click();
            const badge = () => document.querySelector('[data-show=badge]').textContent;
            for (const end = Date.now() + 10000; !/Catching up: step [1-9]/.test(badge());) {
                if (Date.now() > end) throw `never behind: ${badge()}`;
                await new Promise((resolve) => setTimeout(resolve, 5));
            }
            await lsganLab.pause();
            const late = new Promise((resolve) => setTimeout(() => resolve(badge()), 30000));
            const snapshots = await Promise.race([lsganLab.snapshots(), late]);
            return { steps: snapshots.map?.(({ step }) => step), still: snapshots.map ? null : snapshots };",
            )
            .await?;
        let steps = seen["steps"].as_array().cloned().unwrap_or_default();
        ensure!(steps.len() == 2 && steps[0] == steps[1], "{seen:#}");
        ensure!(steps[0].as_f64() >= Some(700.0), "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_slow_pane_never_lets_the_others_run_ahead() -> Result<()> {
    on_page("slow-pane", async |page| {
        let seen = page
            .evaluate(
                "
            await lsganLab.setBackend('cpu');
            await lsganLab.pause();
            // Every message to the next worker arrives late.
            const post = Worker.prototype.postMessage;
            let slow = null;
            let asked = new Map();
            let ahead = 0;
            Worker.prototype.postMessage = function (message, ...rest) {
                if (message.request === 'open' && !slow) slow = this;
                if (message.request === 'steps') {
                    asked.set(this, (asked.get(this) ?? 0) + message.count);
                }
                if (this === slow) return setTimeout(() => post.call(this, message, ...rest), 120);
                return post.call(this, message, ...rest);
            };
            await lsganLab.show({ twins: ['minimax'] });
            await lsganLab.reset();
            asked.clear();
            lsganLab.play();
            const steps = [];
            for (let look = 0; look < 12; look++) {
                await new Promise((resolve) => setTimeout(resolve, 150));
                const [fast, late] = await lsganLab.snapshots();
                steps.push([fast.step, late.step]);
                const counts = [...asked.values()];
                // What the two workers were asked for differs by nothing: each round asks both at once.
                ahead = Math.max(ahead, Math.abs(counts[0] - counts[1]));
            }
            await lsganLab.pause();
            Worker.prototype.postMessage = post;
            return { steps, ahead };",
            )
            .await?;
        println!("{seen}");
        let steps = seen["steps"].as_array().cloned().unwrap_or_default();
        ensure!(steps.len() == 12 && seen["ahead"] == 0, "{seen:#}");
        ensure!(steps.iter().all(|pair| pair[0] == pair[1]), "{seen:#}");
        ensure!(steps[11][0].as_f64() > steps[0][0].as_f64(), "nothing moved: {seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn what_differs_in_a_pane_survives_every_rebuild() -> Result<()> {
    on_page("rebuilt-panes", async |page| {
        let seen = page
            .evaluate(
                "
            await lsganLab.setBackend('cpu');
            await lsganLab.pause();
            await lsganLab.show({ twins: ['minimax', 'tanh'] });
            const names = () => [...document.querySelectorAll('[data-show=panes] select[data-in=variant]')]
                .filter((select) => !select.hidden).map((select) => select.value);
            // Minimax is the only one of the losses whose value is below zero.
            const below = async () => (await lsganLab.snapshots()).map(({ loss_g }) => loss_g < 0);
            const seen = [];
            for (const change of [{ generator: { hidden: [16] } }, { seed: 9 }, { batch: 32 }, { target: { kind: 'moons' } }]) {
                await lsganLab.configure(change);
                await lsganLab.step(2);
                seen.push([names(), await below()]);
            }
            // The first pane is named by its loss, also right after that changed.
            const first = () => document.querySelector('[data-show=panes] [data-in=name]').textContent;
            await lsganLab.configure({ loss: { kind: 'non_saturating' } });
            const named = [first()];
            await lsganLab.configure({ loss: { kind: 'lsgan' } });
            named.push(first());
            await lsganLab.reset();
            await lsganLab.step(2);
            seen.push([names(), await below()]);
            return { seen, named, twins: lsganLab.scene().twins, link: location.hash };",
            )
            .await?;
        for rebuilt in seen["seen"].as_array().into_iter().flatten() {
            let expected = serde_json::json!([["minimax", "tanh"], [false, true, false]]);
            ensure!(*rebuilt == expected, "{seen:#}");
        }
        ensure!(seen["seen"].as_array().map(Vec::len) == Some(5), "{seen:#}");
        let names = serde_json::json!(["This run: Non-saturating loss", "This run: LSGAN, 0-1 coding"]);
        ensure!(seen["named"] == names, "{seen:#}");
        ensure!(seen["link"].as_str().is_some_and(|link| link.contains("twins=minimax,tanh")), "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn four_panes_at_full_speed_never_block_the_page() -> Result<()> {
    if left_out_in_firefox("four-panes", "it writes no trace") {
        return Ok(());
    }
    on_traced_page("four-panes", async |page| {
        page.evaluate(
            "
            await lsganLab.setBackend('cpu');
            await lsganLab.show({ twins: ['non_saturating', 'minimax', 'lsgan_sigmoid'], look: { arrows: 'logarithmic' } });
            lsganLab.play();
            await new Promise((resolve) => setTimeout(resolve, 3000));",
        )
        .await?;
        let first = page.number("return (await lsganLab.snapshot()).step;").await?;
        page.ensure_short_tasks().await?;
        let last = page.number("return (await lsganLab.snapshot()).step;").await?;
        println!("steps meanwhile, in each of four panes: {}", last - first);
        page.screenshot("four-panes").await?;
        ensure!(last > first, "nothing was trained after step {first}");
        page.ensure_no_errors().await
    })
    .await
}
