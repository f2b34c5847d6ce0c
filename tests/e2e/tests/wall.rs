//! The wall of seeds: it advances, counts, opens a run as it stands, and survives what visitors do to it.

use anyhow::{Result, ensure};
use e2e::{browser::left_out_in_firefox, on_page, on_traced_page};
use serde_json::json;

/// What every test here needs: the wall of small runs, and patience.
const WALL: &str = "
    const until = async (what, is) => {
        for (const end = Date.now() + 60000; !(await is()); await new Promise((resolve) => setTimeout(resolve, 20))) {
            if (Date.now() > end) throw `never ${what}`;
        }
    };
    const press = (action) => document.querySelector(`[data-action=${action}]`).click();
    const small = { generator: { hidden: [16] }, discriminator: { hidden: [16] }, batch: 64 };
    const pictures = () => [...document.querySelectorAll('.wall-member')];
    const counted = () => lsganLab.wall()?.members.every(({ modes, lost }) => lost || modes);
    const still = async () => {
        let before = -1;
        await until('still', async () => {
            await new Promise((resolve) => setTimeout(resolve, 150));
            const now = lsganLab.wall()?.step;
            const same = now === before;
            before = now;
            return same;
        });
    };
    const enter = async (scene = {}) => {
        await lsganLab.setBackend('cpu');
        await lsganLab.pause();
        await lsganLab.show({ ...small, look: { view: 'wall' }, ...scene });
        await until('counted', counted);
    };
    const step = async (count) => {
        const first = lsganLab.wall().step;
        for (let made = 0; made < count; made++) press('wall_step');
        await until('stepped', () => lsganLab.wall().step === first + count);
        await still();
    };";

#[tokio::test]
async fn a_wall_advances_and_tells_how_many_seeds_cover_all_modes() -> Result<()> {
    on_page("wall", async |page| {
        let seen = page
            .evaluate(&format!(
                "{WALL}
                await enter({{ wall: {{ size: 16, losses: 'two', seed: 5 }} }});
                const start = lsganLab.wall();
                press('wall_play');
                await until('far', () => lsganLab.wall().step > 60);
                press('wall_play');
                await still();
                const wall = lsganLab.wall();
                const frame = () => new Promise(requestAnimationFrame);
                await frame();
                await frame();
                const did = (members) => members.filter(({{ modes }}) => modes.covered === modes.of).length;
                const blocks = [...document.querySelectorAll('.wall-block')];
                const tallies = [...document.querySelectorAll('.wall-share [data-in=tally]')].map((one) => one.textContent);
                return {{
                    seeds: wall.members.map(({{ seed }}) => seed), losses: wall.members.map(({{ loss }}) => loss.kind),
                    moved: wall.members.every(({{ fake }}, index) => fake.some((x, i) => x !== start.members[index].fake[i])),
                    pictures: blocks.map((block) => block.querySelectorAll('canvas').length),
                    drawn: pictures().every((button) => button.querySelector('canvas').width > 20),
                    told: tallies.map((text) => text.match(/^([0-9]+) of ([0-9]+) seeds/).slice(1).map(Number)),
                    did: [did(wall.members.slice(0, 8)), did(wall.members.slice(8))],
                    ticks: pictures().filter((button) => button.dataset.outcome === 'all').length,
                    labels: pictures().every((button) => /Seed [0-9]+, .*modes covered/.test(button.ariaLabel)),
                    rests: (await lsganLab.snapshot()).step,
                    shown: document.querySelector('[data-show=wall_step]').textContent === String(wall.step),
                }};"
            ))
            .await?;
        let seeds: Vec<u32> = (5..13).chain(5..13).collect();
        ensure!(seen["seeds"] == json!(seeds), "{seen:#}");
        let losses = [["lsgan"; 8], ["non_saturating"; 8]].concat();
        ensure!(seen["losses"] == json!(losses), "{seen:#}");
        ensure!(seen["moved"] == true && seen["drawn"] == true && seen["labels"] == true, "{seen:#}");
        ensure!(seen["pictures"] == json!([8, 8]) && seen["shown"] == true, "{seen:#}");
        let did = |block: usize| seen["did"][block].as_u64().unwrap_or(99);
        ensure!(seen["told"] == json!([[did(0), 8], [did(1), 8]]), "{seen:#}");
        ensure!(seen["ticks"] == json!(did(0) + did(1)), "{seen:#}");
        ensure!(seen["rests"] == 0, "the run moved behind the wall: {seen:#}");
        page.screenshot("wall").await?;
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_click_opens_a_seed_as_it_stands_and_back_returns_to_the_wall() -> Result<()> {
    on_page("wall-opened", async |page| {
        let seen = page
            .evaluate(&format!(
                "{WALL}
                await enter({{ seed: 77 }});
                await step(9);
                const wall = lsganLab.wall();
                const entries = history.length;
                pictures()[11].click();
                await until('opened', async () => lsganLab.scene().look.view === 'run' && (await lsganLab.snapshot()).step === 9);
                const opened = await lsganLab.snapshot();
                const config = lsganLab.config();
                const shown = wall.members[11].fake;
                const quality = opened.metrics.quality;
                // A pane that is added begins at step 0 and makes the same steps.
                await lsganLab.show({{ twins: ['non_saturating'] }});
                const panes = await lsganLab.snapshots();
                await lsganLab.show({{ twins: [] }});
                const on = await lsganLab.step(3);
                const link = location.hash;
                const added = history.length - entries;
                history.back();
                await until('back', () => lsganLab.scene().look.view === 'wall');
                await still();
                const again = lsganLab.wall();
                await step(3);
                const further = lsganLab.wall().members[11].fake;
                return {{
                    seed: config.seed, loss: config.loss.kind, link, added,
                    samples: shown.length === 300 && shown.every((x, index) => x === opened.fake[index]),
                    modes: quality.modes.covered === wall.members[11].modes.covered && quality.step === 9,
                    twin: panes.length === 2 && panes[0].step === 9 && panes[1].step === 9
                        && panes[1].fake.every((x, index) => x === opened.fake[index]),
                    back: [again.step, lsganLab.config().seed],
                    goes_on: on.step === 12 && further.every((x, index) => x === on.fake[index]),
                }};"
            ))
            .await?;
        ensure!(seen["seed"] == 4 && seen["loss"] == "non_saturating", "{seen:#}");
        ensure!(seen["samples"] == true && seen["modes"] == true && seen["twin"] == true, "{seen:#}");
        ensure!(seen["added"] == 1 && seen["back"] == json!([9, 77]), "{seen:#}");
        ensure!(seen["goes_on"] == true, "the same run went two ways: {seen:#}");
        ensure!(!seen["link"].as_str().unwrap_or_default().contains("wall"), "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn whatever_is_changed_while_it_plays_it_plays_on() -> Result<()> {
    on_page("wall-changes", async |page| {
        let seen = page
            .evaluate(&format!(
                "{WALL}
                await enter();
                press('wall_play');
                const plays_on = async () => {{
                    await until('counted', counted);
                    const first = lsganLab.wall().step;
                    await until('going', () => lsganLab.wall().step > first + 2);
                    return lsganLab.wall().members.length;
                }};
                const seen = [];
                for (const [change, blocks] of [[{{ batch: 32 }}, 2], [{{ wall: {{ losses: 'four' }} }}, 4],
                    [{{ target: {{ kind: 'grid', side: 2 }} }}, 4], [{{ loss: {{ kind: 'minimax' }}, wall: {{ losses: 'one', seed: 9 }} }}, 1]]) {{
                    await until('far', () => lsganLab.wall().step > 30);
                    await lsganLab.show(change);
                    await until('anew', () => lsganLab.wall().step < 30);
                    await until('hung', () => document.querySelectorAll('.wall-block').length === blocks);
                    seen.push([await plays_on(), lsganLab.wall().members[0].loss.kind, lsganLab.wall().members[0].seed]);
                }}
                const language = document.querySelector('[data-setting=language]');
                language.value = 'zh';
                language.dispatchEvent(new Event('change', {{ bubbles: true }}));
                await until('Chinese', () => pictures()[0].ariaLabel.includes('种子'));
                await plays_on();
                // Away and back: it goes on where it was, and the run rests meanwhile or plays.
                const left = lsganLab.wall().step;
                await lsganLab.show({{ look: {{ view: 'run' }} }});
                await still();
                const rested = lsganLab.wall().step;
                await lsganLab.show({{ look: {{ view: 'wall' }} }});
                await plays_on();
                await lsganLab.show({{ target: {{ kind: 'moons' }} }});
                // The wall before it may still hang for a moment.
                const moons = () => lsganLab.wall()?.members.every(({{ modes }}) => modes === null);
                await until('of moons', () => moons() && lsganLab.wall().step > 2);
                press('wall_play');
                await still();
                press('wall_reset');
                await until('reset', () => lsganLab.wall().step === 0);
                return {{ seen, kept: rested >= left, moons: moons(), link: location.hash }};"
            ))
            .await?;
        ensure!(seen["seen"] == json!([[16, "lsgan", 1], [16, "lsgan", 1], [16, "lsgan", 1], [16, "minimax", 9]]), "{seen:#}");
        ensure!(seen["kept"] == true && seen["moons"] == true, "{seen:#}");
        let link = seen["link"].as_str().unwrap_or_default();
        ensure!(link.contains("look.view=wall") && link.contains("wall.seed=9"), "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_worker_that_breaks_down_leaves_the_others_going() -> Result<()> {
    on_page("wall-breakdown", async |page| {
        let seen = page
            .evaluate(&format!(
                "{WALL}
                Object.defineProperty(navigator, 'hardwareConcurrency', {{ get: () => 5 }});
                const Worker_ = Worker;
                const workers = [];
                globalThis.Worker = class extends Worker_ {{ constructor(...all) {{ super(...all); workers.push(this); }} }};
                await enter();
                press('wall_play');
                await until('going', () => lsganLab.wall().step > 3);
                const [own] = workers.slice(-1);
                own.dispatchEvent(new MessageEvent('message', {{ data: {{ type: 'failed', reason: 'a test' }} }}));
                await until('told', () => document.querySelector('[data-show=message]').textContent.includes('a test'));
                const said = document.querySelector('[data-show=message]').textContent;
                const at = lsganLab.wall();
                await until('going on', () => lsganLab.wall().step > at.step + 5);
                const lost = lsganLab.wall().members.map(({{ lost }}) => lost);
                press('wall_play');
                await until('counted', counted);
                await still();
                const tally = [...document.querySelectorAll('.wall-share [data-in=tally]')].map((one) => one.textContent);
                press('wall_reset');
                await until('all anew', () => counted() && lsganLab.wall().members.every(({{ lost }}) => !lost));
                return {{ said, lost, tally, workers: workers.length }};"
            ))
            .await?;
        let lost: Vec<bool> = (0..16).map(|member| member >= 12).collect();
        ensure!(seen["lost"] == json!(lost), "{seen:#}");
        let said = seen["said"].as_str().unwrap_or_default();
        ensure!(said.contains("4 runs stand still"), "{seen:#}");
        let tally = seen["tally"][1].as_str().unwrap_or_default();
        ensure!(tally.contains("of 4 seeds"), "{seen:#}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn every_picture_is_reached_by_the_keyboard() -> Result<()> {
    on_page("wall-keys", async |page| {
        let seen = page
            .evaluate(&format!(
                "{WALL}
                await enter({{ wall: {{ losses: 'four' }} }});
                const reached = [];
                pictures().find((button) => button.tabIndex === 0).focus();
                for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'ArrowLeft', 'ArrowLeft']) {{
                    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{ key, bubbles: true, cancelable: true }}));
                    reached.push(pictures().indexOf(document.activeElement));
                }}
                return {{ reached, stops: pictures().filter((button) => button.tabIndex === 0).length }};"
            ))
            .await?;
        // Blocks of two by two: 0 1 | 4 5 above 2 3 | 6 7, then 8 9 | 12 13 above 10 11 | 14 15.
        ensure!(seen["reached"] == json!([1, 4, 6, 12, 9, 3, 2, 2]), "{seen:#}");
        ensure!(seen["stops"] == 1, "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_wall_at_full_speed_never_blocks_the_page() -> Result<()> {
    if left_out_in_firefox("wall-speed", "it writes no trace") {
        return Ok(());
    }
    on_traced_page("wall-speed", async |page| {
        page.evaluate(&format!(
            "{WALL}
             await lsganLab.setBackend('cpu');
             // The run was playing, so the wall does.
             await lsganLab.show({{ look: {{ view: 'wall' }} }});
             await until('going', () => lsganLab.wall()?.step > 2);
             await new Promise((resolve) => setTimeout(resolve, 3000));"
        ))
        .await?;
        let first = page.number("return lsganLab.wall().step;").await?;
        page.ensure_short_tasks().await?;
        let last = page.number("return lsganLab.wall().step;").await?;
        println!("steps of the wall meanwhile: {}", last - first);
        ensure!(last > first, "nothing was trained after step {first}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn another_backend_takes_the_wall_over_from_its_first_step() -> Result<()> {
    on_page("wall-backends", async |page| {
        let seen = page
            .evaluate(&format!(
                "{WALL}
                await enter({{ generator: {{ hidden: [4] }}, discriminator: {{ hidden: [4] }}, batch: 8 }});
                const standing = () => lsganLab.wall().members.every(({{ fake }}) => fake.length === 300);
                const note = () => document.querySelector('[data-show=wall_note]').textContent;
                const seen = [];
                for (const backend of ['flex', 'webgpu', 'cpu']) {{
                    // A graphics card that the CPU plays takes its time.
                    if (lsganLab.backend() !== 'webgpu') await step(2);
                    await lsganLab.setBackend(backend);
                    await until('anew', () => lsganLab.wall().step === 0);
                    await until('standing', standing);
                    await until('counted', counted);
                    await new Promise(requestAnimationFrame);
                    await new Promise(requestAnimationFrame);
                    seen.push([lsganLab.wall().members.length, note()]);
                }}
                await step(2);
                return seen;"
            ))
            .await?;
        println!("{seen}");
        let note = |place: usize| seen[place][1].as_str().unwrap_or_default().to_owned();
        ensure!(note(0).contains("on the CPU") && note(2).contains("on the CPU"), "{seen:#}");
        ensure!(note(1).contains("on WebGPU"), "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}
