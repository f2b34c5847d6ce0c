//! Nothing is left behind by whatever is begun and ended again and again. Chromium alone tells what is held.

use anyhow::{Result, ensure};
use e2e::{
    Page,
    browser::left_out_in_firefox,
    in_browser,
    memory::{COUNTER, Held},
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
