//! Nothing is left behind by whatever is begun and ended again and again. Chromium alone tells what is held.

use anyhow::{Result, ensure};
use e2e::{
    Page,
    browser::left_out_in_firefox,
    in_browser,
    memory::{COUNTER, Held},
    on_page,
    site::{Fault, Host},
};
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Resets, other losses and panes that come and go, most of them while others are on their way; then one pane
/// that plays.
async fn hurry(page: &Page, times: u32) -> Result<Held> {
    page.evaluate(&format!(
        "
        const small = {{ generator: {{ hidden: [16] }}, discriminator: {{ hidden: [16] }}, batch: 32 }};
        await lsganLab.configure(small);
        lsganLab.play();
        const losses = ['minimax', 'non_saturating', 'lsgan'];
        const press = (action) => document.querySelector(`[data-action=${{action}}]`).click();
        const asked = [];
        for (let time = 0; time < {times}; time += 1) {{
            switch (time % 5) {{
                case 0: asked.push(lsganLab.reset()); break;
                case 1: asked.push(lsganLab.configure({{ loss: {{ kind: losses[time % 3] }} }})); break;
                case 2: press('reset'); break;
                case 3: asked.push(lsganLab.show({{ twins: time % 2 ? ['minimax', 'lsgan_sigmoid'] : [] }})); break;
                case 4: if (time % 25 === 4) await Promise.allSettled(asked.splice(0)); else press('play'); break;
            }}
        }}
        await Promise.allSettled(asked);
        await lsganLab.show({{ twins: [], config: small }}).catch(() => {{}});
        await lsganLab.show({{ twins: [] }});
        await lsganLab.configure({{ loss: {{ kind: 'lsgan' }} }});
        await lsganLab.pause();
        await lsganLab.reset();
        lsganLab.play();
        for (const end = Date.now() + 30000; lsganLab.timeline().end < 500;) {{
            if (Date.now() > end) throw 'it does not play';
            await new Promise((resolve) => setTimeout(resolve, 20));
        }}
        await lsganLab.pause();
        await new Promise((resolve) => setTimeout(resolve, 1000));"
    ))
    .await?;
    page.held().await
}

#[tokio::test]
async fn five_hundred_changes_in_a_hurry_leave_nothing_behind() -> Result<()> {
    if left_out_in_firefox("endurance", "it does not tell what a page holds") {
        return Ok(());
    }
    let host = Host::start(Path::new(ROOT))?;
    host.spoil(&[("www/simd.js", Fault::After(COUNTER))]);
    in_browser("endurance", &host.url(), async |page| {
        page.until_ready().await?;
        let before = hurry(page, 100).await?;
        let after = hurry(page, 500).await?;
        println!("{before:#?}\n{after:#?}");
        ensure!(after.workers == 1.0, "workers stay: {after:?}");
        let grown = |of: fn(Held) -> f64| of(after) - of(before);
        ensure!(
            grown(|held| held.nodes) < 100.0,
            "nodes stay: {before:?} {after:?}"
        );
        ensure!(
            grown(|held| held.listeners) < 20.0,
            "listeners stay: {before:?} {after:?}"
        );
        ensure!(
            grown(|held| held.heap) < 2e6,
            "the heap grows: {before:?} {after:?}"
        );
        ensure!(
            grown(|held| held.page_wasm) < 2e6,
            "memory grows: {before:?} {after:?}"
        );
        page.ensure_no_errors().await
    })
    .await
}

/// The lab with generators, and the wall, come and go, most of them while others are on their way; then the run.
async fn wander(page: &Page, times: u32) -> Result<Held> {
    page.evaluate(&format!(
        "
        const small = {{ generator: {{ hidden: [8] }}, discriminator: {{ hidden: [8] }}, batch: 16 }};
        const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
        await lsganLab.show({{ ...small, lab: {{ mode: 'generator', losses: 'all' }}, wall: {{ size: 16 }} }});
        const press = (action) => document.querySelector(`[data-action=${{action}}]`).click();
        const asked = [];
        for (let time = 0; time < {times}; time += 1) {{
            const view = ['lab', 'wall', 'run'][time % 3];
            asked.push(lsganLab.show({{ look: {{ view }}, seed: time % 7, wall: {{ losses: time % 2 ? 'one' : 'four' }} }}));
            if (time % 2) press({{ lab: 'lab_play', wall: 'wall_play', run: 'play' }}[view]);
            if (time % 4 === 3) {{
                await Promise.allSettled(asked.splice(0));
                await pause(100);
            }}
        }}
        await Promise.allSettled(asked);
        await lsganLab.show({{ wall: {{ losses: 'one' }}, seed: 1, look: {{ view: 'wall' }} }});
        for (const end = Date.now() + 30000; !lsganLab.wall()?.members.every(({{ modes }}) => modes);) {{
            if (Date.now() > end) throw 'the wall does not stand';
            await pause(20);
        }}
        await lsganLab.show({{ look: {{ view: 'run' }} }});
        await lsganLab.pause();
        await lsganLab.reset();
        const {{ step }} = await lsganLab.step(20);
        if (step !== 20) throw `it makes ${{step}} steps`;
        await pause(1000);"
    ))
    .await?;
    page.held().await
}

#[tokio::test]
async fn the_lab_and_the_wall_come_and_go_and_leave_nothing_behind() -> Result<()> {
    if left_out_in_firefox("endurance", "it does not tell what a page holds") {
        return Ok(());
    }
    let host = Host::start(Path::new(ROOT))?;
    host.spoil(&[("www/simd.js", Fault::After(COUNTER))]);
    in_browser("endurance-views", &host.url(), async |page| {
        page.until_ready().await?;
        let before = wander(page, 24).await?;
        let after = wander(page, 72).await?;
        println!("{before:#?}\n{after:#?}");
        let grown = |of: fn(Held) -> f64| of(after) - of(before);
        for (what, growth, most) in [
            ("workers", grown(|held| held.workers), 0.0),
            ("nodes", grown(|held| held.nodes), 150.0),
            ("listeners", grown(|held| held.listeners), 20.0),
            ("the heap", grown(|held| held.heap), 2e6),
            ("memory of the page", grown(|held| held.page_wasm), 2e6),
            ("memory of the workers", grown(|held| held.worker_wasm), 4e6),
        ] {
            ensure!(growth <= most, "{what} grows: {before:?} {after:?}");
        }
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn the_address_tells_the_last_of_more_changes_than_a_browser_takes() -> Result<()> {
    on_page("endurance-link", async |page| {
        let seen = page
            .evaluate(
                "
            await lsganLab.pause();
            const asked = [];
            for (let seed = 1; seed <= 300; seed += 1) asked.push(lsganLab.show({ seed }));
            await Promise.all(asked);
            const at_once = location.hash;
            for (const end = Date.now() + 45000; !location.hash.includes('seed=300&');) {
                if (Date.now() > end) throw `it says ${location.hash}`;
                await new Promise((resolve) => setTimeout(resolve, 50));
            }
            return [at_once, location.hash];",
            )
            .await?;
        println!("{seen}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_run_on_webgpu_keeps_no_more_buffers_the_longer_it_goes_on() -> Result<()> {
    if left_out_in_firefox("endurance", "it does not tell what a page holds") {
        return Ok(());
    }
    let host = Host::start(Path::new(ROOT))?;
    host.spoil(&[("www/simd.js", Fault::After(COUNTER))]);
    in_browser("endurance-webgpu", &host.url(), async |page| {
        page.until_ready().await?;
        page.evaluate(
            "
            await lsganLab.pause();
            await lsganLab.configure({ generator: { hidden: [8] }, discriminator: { hidden: [8] }, batch: 16 });
            await lsganLab.setBackend('webgpu');
            await lsganLab.step(20);",
        )
        .await?;
        let before = page.held().await?;
        page.evaluate(
            "
            for (let time = 0; time < 20; time += 1) {
                await lsganLab.reset();
                await lsganLab.step(3);
            }
            await lsganLab.step(20);",
        )
        .await?;
        let after = page.held().await?;
        println!("{before:#?}\n{after:#?}");
        ensure!(before.buffers > 0.0, "none are counted: {before:?}");
        let growth = after.buffers - before.buffers;
        ensure!(growth <= 4.0, "buffers stay: {before:?} {after:?}");
        page.ensure_no_errors().await
    })
    .await
}
