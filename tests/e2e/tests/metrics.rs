//! The metrics and the theory, as a visitor and a script on the page see them.

use anyhow::{Result, ensure};
use e2e::on_page;
use thirtyfour::prelude::*;

#[tokio::test]
async fn what_the_table_says_is_what_was_measured_at_that_step() -> Result<()> {
    on_page("metrics", async |page| {
        let seen = page
            .evaluate(
                "
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                await lsganLab.show({ look: { panel: 'metrics' } });
                await lsganLab.reset();
                const { step, metrics, outputs } = await lsganLab.step(200);
                await new Promise((resolve) => setTimeout(resolve, 400));
                const shown = (name) => document.querySelector(`[data-show=${name}]`).textContent;
                const mean = outputs.reduce((sum, y) => sum + y, 0) / outputs.length;
                return {
                    step, metrics, mean,
                    table: Object.fromEntries(['modes', 'hq', 'reverse_kl', 'sliced_w1', 'energy', 'chi_squared', 'two_c']
                        .map((name) => [name, shown(`metric_${name}`)])),
                    chart: document.querySelectorAll('[data-chart=metric] svg').length,
                };",
            )
            .await?;
        println!("{seen:#}");
        let quality = &seen["metrics"]["quality"];
        ensure!(seen["step"] == 200 && quality["step"] == 200, "not fresh: {seen:#}");
        ensure!(quality["modes"]["of"] == 8 && seen["chart"] == 1, "{seen:#}");
        let near = |shown: &serde_json::Value, value: &serde_json::Value, unit: f64| {
            let shown = shown.as_str().unwrap_or_default().trim_end_matches([' ', '%', '\u{a0}']);
            let shown: f64 = shown.parse().unwrap_or(f64::NAN);
            let value = unit * value.as_f64().unwrap_or(f64::NAN);
            // The table has one decimal of a percentage, three or four of anything else.
            (shown - value).abs() <= unit * 0.000_51
        };
        let table = &seen["table"];
        ensure!(table["modes"] == format!("{} of 8", quality["modes"]["covered"]), "{seen:#}");
        for (name, value, unit) in [
            ("hq", &quality["modes"]["hq"], 100.0),
            ("reverse_kl", &quality["modes"]["reverse_kl"], 1.0),
            ("sliced_w1", &quality["sliced_w1"], 1.0),
            ("energy", &quality["energy"], 1.0),
            ("chi_squared", &quality["theory"]["chi_squared"], 1.0),
            ("two_c", &quality["theory"]["two_c"], 1.0),
        ] {
            ensure!(near(&table[name], value, unit), "{name}: {seen:#}");
        }
        let mean = seen["mean"].as_f64().unwrap_or(f64::NAN);
        let told = seen["metrics"]["output_fake"]["mean"].as_f64();
        ensure!(told.is_some_and(|told| (told - mean).abs() < 1e-4), "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn the_noise_floor_comes_while_the_run_plays_and_stays() -> Result<()> {
    on_page("floor", async |page| {
        let seen = page
            .evaluate(
                "
                await lsganLab.setBackend('cpu');
                await lsganLab.reset();
                lsganLab.play();
                const start = performance.now();
                let floor = null;
                while (!floor && performance.now() - start < 60000) {
                    await new Promise((resolve) => setTimeout(resolve, 200));
                    floor = (await lsganLab.snapshot()).metrics.floor;
                }
                const waited = performance.now() - start;
                await lsganLab.pause();
                const { metrics, step } = await lsganLab.snapshot();
                return { floor, waited, step, metrics };",
            )
            .await?;
        println!("{seen:#}");
        for name in ["sliced_w1", "energy"] {
            let band = &seen["floor"][name];
            let [low, mean, high] =
                ["low", "mean", "high"].map(|part| band[part].as_f64().unwrap_or(f64::NAN));
            ensure!(0.0 < low && low < mean && mean < high, "{name}: {seen:#}");
        }
        ensure!(seen["metrics"]["floor"] == seen["floor"], "{seen:#}");
        // Where the run stands, it is measured at that step.
        ensure!(
            seen["metrics"]["quality"]["step"] == seen["step"],
            "{seen:#}"
        );
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn two_c_is_chi_squared_under_pearson_labels_only_and_the_page_says_so() -> Result<()> {
    on_page("theory", async |page| {
        let seen = page
            .evaluate(
                "
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                await lsganLab.show({ look: { panel: 'metrics', metric: 'divergence', surface: 'optimal' } });
                const seen = {};
                const cases = {
                    zero_one: { kind: 'lsgan', a: 0, b: 1, c: 1 },
                    pearson: { kind: 'lsgan', a: -1, b: 1, c: 0 },
                    minimax: { kind: 'minimax' },
                };
                for (const [name, loss] of Object.entries(cases)) {
                    await lsganLab.configure({ loss });
                    await lsganLab.reset();
                    const { metrics, optimal } = await lsganLab.step(100);
                    await new Promise((resolve) => setTimeout(resolve, 400));
                    const told = optimal.values.filter((value) => !Number.isNaN(value));
                    seen[name] = {
                        theory: metrics.quality.theory,
                        blank: optimal.values.length - told.length,
                        range: [Math.min(...told), Math.max(...told)],
                        note: document.querySelector('[data-show=metric_note]').textContent,
                    };
                }
                await lsganLab.configure({ target: { kind: 'moons' } });
                const { optimal, metrics } = await lsganLab.step(1);
                await new Promise((resolve) => setTimeout(resolve, 400));
                seen.moons = { optimal, theory: metrics.quality.theory, modes: metrics.quality.modes,
                    note: document.querySelector('[data-show=theory_note]').textContent };
                return seen;",
            )
            .await?;
        println!("{seen:#}");
        let number = |case: &str, name: &str| seen[case]["theory"][name].as_f64().unwrap_or(f64::NAN);
        for case in ["zero_one", "pearson", "minimax"] {
            ensure!((0.0..=2.0).contains(&number(case, "chi_squared")), "{case}: {seen:#}");
            ensure!(seen[case]["blank"].as_u64() > Some(1000), "{case}: {seen:#}");
        }
        let close = |a: f64, b: f64| (a - b).abs() < 1e-6;
        ensure!(close(number("pearson", "two_c"), number("pearson", "chi_squared")), "{seen:#}");
        ensure!(
            close(number("zero_one", "two_c"), 0.25 * number("zero_one", "chi_squared") + 0.5),
            "{seen:#}"
        );
        ensure!(seen["minimax"]["theory"]["two_c"].is_null(), "{seen:#}");
        ensure!(seen["pearson"]["theory"]["pearson"] == true, "{seen:#}");
        ensure!(seen["zero_one"]["theory"]["pearson"] == false, "{seen:#}");
        let says = |case: &str, words: &str| seen[case]["note"].as_str().is_some_and(|note| note.contains(words));
        ensure!(says("pearson", "is the Pearson"), "{seen:#}");
        ensure!(says("zero_one", "not χ² itself") && says("zero_one", "h ="), "{seen:#}");
        // D* lies between the labels.
        let end = |case: &str, index: usize| seen[case]["range"][index].as_f64().unwrap_or(f64::NAN);
        ensure!(end("zero_one", 0) >= 0.0 && end("zero_one", 1) <= 1.0, "{seen:#}");
        ensure!(end("pearson", 0) < -0.5 && end("pearson", 1) > 0.5, "{seen:#}");
        ensure!(seen["moons"]["optimal"].is_null() && seen["moons"]["modes"].is_null(), "{seen:#}");
        ensure!(says("moons", "not known"), "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn the_surface_can_be_the_optimal_one_or_the_difference_to_it_by_a_click() -> Result<()> {
    on_page("surfaces", async |page| {
        page.evaluate(
            "await lsganLab.setBackend('cpu'); await lsganLab.pause(); await lsganLab.reset(); await lsganLab.step(50);",
        )
        .await?;
        let pictures = async || {
            page.evaluate(
                "await new Promise((resolve) => setTimeout(resolve, 300));
                const canvas = document.querySelector('[data-show=panes] [data-in=plane]');
                return canvas.toDataURL();",
            )
            .await
        };
        let mut seen = vec![pictures().await?];
        for value in ["optimal", "difference", "output"] {
            let choice = format!("label:has(> [name='look.surface'][value={value}])");
            page.evaluate(&format!(
                "for (let at = document.querySelector(\"{choice}\"); at; at = at.parentElement)
                    if (at.tagName === 'DETAILS') at.open = true;"
            ))
            .await?;
            let label = page.driver.find(By::Css(choice)).await?;
            label.scroll_into_view().await?;
            label.click().await?;
            seen.push(pictures().await?);
        }
        ensure!(seen[0] != seen[1] && seen[1] != seen[2], "the surface did not change");
        ensure!(seen[0] == seen[3], "the output is not drawn as before");
        let link = page.evaluate("return location.hash;").await?;
        ensure!(!link.as_str().unwrap_or_default().contains("surface"), "{link}");
        page.ensure_no_errors().await
    })
    .await
}
