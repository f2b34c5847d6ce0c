//! Forces and the selected sample, as a visitor sees them.

use anyhow::{Result, ensure};
use e2e::on_page;
use thirtyfour::prelude::*;

/// l'(y) of each loss, written down once more.
const SLOPES: &str = "
    const sigmoid = (y) => 1 / (1 + Math.exp(-y));
    const slopes = {
        minimax: (y) => -sigmoid(y),
        non_saturating: (y) => -sigmoid(-y),
        lsgan: (y) => y - 1,
        lsgan_sigmoid: (y) => (sigmoid(y) - 1) * sigmoid(y) * sigmoid(-y),
    };";

#[tokio::test]
async fn arrows_are_minus_the_slope_times_the_gradient_and_follow_the_loss() -> Result<()> {
    on_page("forces", async |page| {
        let seen = page
            .evaluate(&format!(
                "{SLOPES}
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                const losses = {{
                    minimax: {{ kind: 'minimax' }}, non_saturating: {{ kind: 'non_saturating' }},
                    lsgan: {{ kind: 'lsgan', c: 1 }}, lsgan_sigmoid: {{ kind: 'lsgan', c: 1, sigmoid: true }},
                }};
                const seen = {{}};
                let before = null;
                for (const [name, loss] of Object.entries(losses)) {{
                    await lsganLab.configure({{ loss }});
                    await lsganLab.reset();
                    const {{ forces, outputs, gradients }} = await lsganLab.step(20);
                    let worst = 0;
                    let pulled = 0, above = 0;
                    outputs.forEach((y, i) => {{
                        for (const axis of [0, 1]) {{
                            const gradient = gradients[2 * i + axis];
                            const expected = -slopes[name](y) * gradient;
                            const scale = Math.max(Math.abs(expected), 1e-3);
                            worst = Math.max(worst, Math.abs(forces[2 * i + axis] - expected) / scale);
                        }}
                        if (y > 1) {{
                            above++;
                            const along = forces[2 * i] * gradients[2 * i] + forces[2 * i + 1] * gradients[2 * i + 1];
                            if (along < 0) pulled++;
                        }}
                    }});
                    const start = await lsganLab.reset();
                    seen[name] = {{ worst, above, pulled, changed: !before || start.forces.some((f, i) => f !== before[i]) }};
                    before = start.forces;
                }}
                return seen;"
            ))
            .await?;
        println!("{seen:#}");
        for (name, loss) in seen.as_object().into_iter().flatten() {
            ensure!(loss["worst"].as_f64() < Some(1e-4), "{name}: {seen:#}");
            ensure!(loss["changed"] == true, "{name} changed no arrow: {seen:#}");
        }
        // With c = 1 whatever lies above y = 1 is pulled back towards it; no other loss does that.
        ensure!(seen["lsgan"]["above"].as_f64() > Some(0.0), "{seen:#}");
        ensure!(seen["lsgan"]["above"] == seen["lsgan"]["pulled"], "{seen:#}");
        ensure!(seen["non_saturating"]["pulled"] == 0, "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

/// Where the sample of that number is on the first pane's canvas, from the canvas's middle.
async fn place_of(page: &e2e::Page, sample: usize) -> Result<(i64, i64)> {
    let place = page
        .evaluate(&format!(
            "
            const {{ fake, surface }} = await lsganLab.snapshot();
            const canvas = document.querySelector('[data-show=panes] [data-in=plane]');
            const em = parseFloat(getComputedStyle(document.documentElement).fontSize);
            const [left, right, top, bottom] = [2.4, 0.6, 0.6, 1.5].map((margin) => margin * em);
            const [width, height] = [canvas.clientWidth - left - right, canvas.clientHeight - top - bottom];
            const unit = Math.min(width, height) / (surface.x[1] - surface.x[0]);
            const middle = [left + width / 2 - canvas.clientWidth / 2, top + height / 2 - canvas.clientHeight / 2];
            return [middle[0] + fake[2 * {sample}] * unit, middle[1] - fake[2 * {sample} + 1] * unit].map(Math.round);"
        ))
        .await?;
    let part = |index: usize| place[index].as_i64().unwrap_or_default();
    Ok((part(0), part(1)))
}

/// What the panel says of the selected sample, and what the snapshot does.
const SAID: &str = "
    await new Promise((resolve) => setTimeout(resolve, 400));
    const number = (name) => {
        const said = document.querySelector(`[data-show=${name}]`).textContent.replace('−', '-');
        return Number(said);
    };
    const { fake, outputs, gradients } = await lsganLab.snapshot();
    const shown = { output: number('sample_output'), gradient: number('sample_gradient'), s: number('sample_sigmoid') };
    const rows = [...document.querySelectorAll('[data-show=loss_rows] tr')]
        .map((row) => ['slope', 'force'].map((name) => Number(row.querySelector(`[data-in=${name}]`).textContent.replace('−', '-'))));
    const near = (a, b) => Math.abs(a - b) <= 0.006 * Math.max(Math.abs(b), 1e-3);
    const index = outputs.findIndex((y, i) =>
        near(shown.output, y) && near(shown.gradient, Math.hypot(gradients[2 * i], gradients[2 * i + 1])));
    const y = outputs[index];
    const size = Math.hypot(gradients[2 * index], gradients[2 * index + 1]);
    const right = Object.values(slopes).every((slope, row) =>
        near(rows[row][0], slope(y)) && near(rows[row][1], Math.abs(slope(y)) * size));
    return { index, right, rows, shown, hidden: document.querySelector('[data-show=sample]').hidden };";

#[tokio::test]
async fn a_sample_is_selected_by_mouse_by_keys_and_by_button_and_its_numbers_are_true() -> Result<()>
{
    on_page("selection", async |page| {
        page.evaluate(
            "await lsganLab.setBackend('cpu'); await lsganLab.pause(); await lsganLab.reset(); await lsganLab.step(30);",
        )
        .await?;
        let canvas = page
            .driver
            .find(By::Css("[data-show=panes] [data-in=plane]"))
            .await?;
        // By mouse: the sample that is clicked, or one that lies on top of it.
        let (x, y) = place_of(page, 7).await?;
        let actions = page.driver.action_chain();
        actions
            .move_to_element_with_offset(&canvas, x, y)
            .click()
            .perform()
            .await?;
        let clicked = page.evaluate(&format!("{SLOPES}{SAID}")).await?;
        ensure!(clicked["right"] == true && clicked["hidden"] == false, "{clicked:#}");
        let index = clicked["index"].as_u64().unwrap_or(u64::MAX) as usize;
        ensure!(place_of(page, index).await? == (x, y) || index == 7, "{clicked:#}");
        page.screenshot("selection").await?;
        // By keys: another sample, each time.
        canvas.focus().await?;
        canvas.send_keys(Key::Right).await?;
        let moved = page.evaluate(&format!("{SLOPES}{SAID}")).await?;
        ensure!(moved["right"] == true && moved["index"] != clicked["index"], "{moved:#}");
        canvas.send_keys(Key::Escape).await?;
        page.ensure(
            "Escape lets go",
            "await new Promise((resolve) => setTimeout(resolve, 300));
             return document.querySelector('[data-show=sample]').hidden;",
        )
        .await?;
        // By button.
        page.evaluate("document.querySelector('[data-action=next_sample]').click();")
            .await?;
        let next = page.evaluate(&format!("{SLOPES}{SAID}")).await?;
        ensure!(next["right"] == true && next["index"] == 0, "{next:#}");
        // In the chart of the loss: a click on its mark selects a sample of that output.
        page.evaluate("await lsganLab.show({ look: { panel: 'curve' } }); await new Promise((resolve) => setTimeout(resolve, 400));")
            .await?;
        let chart = page.driver.find(By::Css("[data-chart=curve]")).await?;
        chart.click().await?;
        page.screenshot("loss-curve").await?;
        page.ensure_no_errors().await
    })
    .await
}
