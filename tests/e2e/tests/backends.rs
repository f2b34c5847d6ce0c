//! A run moves between the CPU and WebGPU, by hand or by measurement.

use anyhow::{Context, Result, ensure};
use e2e::on_page;
use serde_json::Value;

#[tokio::test]
async fn a_run_moves_to_webgpu_and_back_without_losing_its_place() -> Result<()> {
    on_page("webgpu", async |page| {
        let seen = page.evaluate("
            await lsganLab.pause();
            await lsganLab.configure({ generator: { hidden: [8] }, discriminator: { hidden: [8] }, batch: 16 });
            const before = await lsganLab.step(50);
            const backend = await lsganLab.setBackend('webgpu');
            const there = await lsganLab.snapshot();
            const one = await lsganLab.step(1);
            const back = await lsganLab.setBackend('cpu');
            const end = await lsganLab.snapshot();
            // The same while it plays, and twice at once: the run goes on and nothing is complained of.
            lsganLab.play();
            const both = await Promise.all([lsganLab.setBackend('webgpu'), lsganLab.setBackend('cpu')]);
            const later = (await lsganLab.snapshot()).step;
            await new Promise((resolve) => setTimeout(resolve, 500));
            const playing = (await lsganLab.snapshot()).step > later && later >= 51;
            const largest = (a, b) => Math.max(...a.map((x, i) => Math.abs(x - b[i])));
            return {
                backend, back, steps: [before.step, there.step, one.step, end.step], both, playing,
                message: document.querySelector('[data-show=message]').textContent,
                moved: largest(before.fake, there.fake), stayed: largest(one.fake, end.fake),
                why: document.querySelector('[data-show=badge_why]').textContent,
            };").await?;
        println!("{seen:#}");
        ensure!(seen["backend"] == "webgpu" && seen["back"] == "cpu", "{seen:#}");
        ensure!(seen["steps"] == serde_json::json!([50, 50, 51, 51]), "{seen:#}");
        ensure!(
            seen["both"] == serde_json::json!(["webgpu", "cpu"]) && seen["playing"] == true,
            "{seen:#}"
        );
        ensure!(seen["message"] == "", "the page complains: {seen:#}");
        for name in ["moved", "stayed"] {
            ensure!(seen[name].as_f64() < Some(1e-4), "the samples jumped: {seen:#}");
        }
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn automatic_measures_both_devices_and_says_what_it_found() -> Result<()> {
    on_page("automatic", async |page| {
        let seen = page
            .evaluate(
                "
            const why = () => document.querySelector('[data-show=badge_why]').textContent;
            const seen = {};
            seen.software = await lsganLab.setBackend('auto');
            seen.software_why = why();
            // The software adapter of this browser poses as a graphics card, so that it is measured.
            const real = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, 'info');
            const card = { vendor: 'a', architecture: 'graphics', description: 'card', isFallbackAdapter: false };
            Object.defineProperty(GPUAdapter.prototype, 'info', { configurable: true, get: () => card });
            seen.measured = await lsganLab.setBackend('auto');
            seen.measured_why = why();
            Object.defineProperty(GPUAdapter.prototype, 'info', real);
            // An adapter without timestamp-query would make burn panic: it must not be opened.
            const has = GPUSupportedFeatures.prototype.has;
            GPUSupportedFeatures.prototype.has = (name) => name !== 'timestamp-query';
            seen.bare = await lsganLab.setBackend('auto');
            seen.bare_why = why();
            GPUSupportedFeatures.prototype.has = has;
            Object.defineProperty(Navigator.prototype, 'gpu', { configurable: true, get: () => undefined });
            seen.without = await lsganLab.setBackend('auto');
            seen.without_why = why();
            seen.refused = await lsganLab.setBackend('webgpu').catch((error) => error.message);
            seen.message = document.querySelector('[data-show=message]').textContent;
            const before = (await lsganLab.snapshot()).step;
            await new Promise((resolve) => setTimeout(resolve, 500));
            seen.goes_on = (await lsganLab.snapshot()).step > before;
            return seen;",
            )
            .await?;
        println!("{seen:#}");
        for name in ["software", "measured", "bare", "without"] {
            ensure!(seen[name] == "cpu", "{name}: {seen:#}");
        }
        let says = |name: &str, words: &str| seen[name].as_str().is_some_and(|text| text.contains(words));
        // What the adapter calls itself is the browser's business.
        let words: Value = serde_json::from_str(include_str!("../../../www/locales/en.json"))?;
        let words = words["why.software_adapter"].as_str().unwrap_or_default();
        let (before, after) = words.split_once("{name}").context("the words name the adapter")?;
        let why = seen["software_why"].as_str().unwrap_or_default();
        ensure!(why.starts_with(before) && why.ends_with(after), "not {words}: {seen:#}");
        for figure in ["ms on the CPU", "ms on WebGPU in one piece", "ms phase by phase"] {
            ensure!(says("measured_why", figure), "{figure}: {seen:#}");
        }
        ensure!(says("bare_why", "timestamp-query"), "{seen:#}");
        ensure!(says("without_why", "no WebGPU") && says("refused", "no WebGPU"), "{seen:#}");
        ensure!(says("message", "WebGPU could not be used"), "{seen:#}");
        ensure!(seen["goes_on"] == true, "the run stopped: {seen:#}");
        page.ensure_no_errors().await
    })
    .await
}
