//! The lab's numbers, against loops and slopes that are written down here once more.

use anyhow::{Result, ensure};
use e2e::lab::{choose, enter, press, rows, shows};
use e2e::{Page, on_page};
use serde_json::{Value, json};

/// l'(y) of a loss.
type Slope = fn(f64) -> f64;

/// The four of them, least squares for 0 and 1, written down once more.
const SLOPES: [(&str, Slope); 4] = [
    ("minimax", |y| -sigmoid(y)),
    ("non_saturating", |y| -sigmoid(-y)),
    ("lsgan", |y| y - 1.0),
    ("lsgan_sigmoid", |y| {
        (sigmoid(y) - 1.0) * sigmoid(y) * sigmoid(-y)
    }),
];

fn sigmoid(y: f64) -> f64 {
    1.0 / (1.0 + (-y).exp())
}

/// y after so many plain gradient steps of 0.002 through D(x) = 5 x, and the first step after which the
/// sample was within 0.15 of the boundary or had crossed it.
fn followed(slope: Slope, boundary: f64, start: f64, steps: u64) -> (f64, Option<u64>) {
    let (mut x, mut arrived) = (start, None);
    for step in 1..=steps {
        x -= 0.002 * slope(5.0 * x) * 5.0;
        let crossed = (5.0 * x > boundary) != (5.0 * start > boundary);
        let near = (5.0 * x - boundary).abs() / 5.0 <= 0.15;
        if arrived.is_none() && (near || crossed) {
            arrived = Some(step);
        }
    }
    (5.0 * x, arrived)
}

/// Waits until the lab has made 300 steps, pauses it, and says how many they were.
async fn pause_after_300(page: &Page) -> Result<u64> {
    page.evaluate(
        "const made = () => Number(document.querySelector('[data-show=lab_steps]').textContent);
         while (made() < 300) await new Promise((resolve) => setTimeout(resolve, 50));",
    )
    .await?;
    press(page, "lab_play").await?;
    rows(page).await?;
    let steps =
        page.number("return Number(document.querySelector('[data-show=lab_steps]').textContent);");
    Ok(steps.await? as u64)
}

#[tokio::test]
async fn least_squares_brings_the_far_samples_in_and_cross_entropy_leaves_them() -> Result<()> {
    on_page("lab-losses", async |page| {
        let starts = [[1.6, 0.4], [-1.6, -0.4]];
        enter(page, &json!({ "steepness": 5, "rate": 0.002, "within": 0.15, "samples": starts })).await?;
        press(page, "lab_all").await?;
        let steps = pause_after_300(page).await?;
        let shown = rows(page).await?;
        page.screenshot("lab-losses").await?;
        ensure!(shown.len() == 8, "{shown:#?}");
        for (index, row) in shown.iter().enumerate() {
            let (name, slope) = SLOPES[index / 2];
            let boundary = if name == "lsgan" { 0.5 } else { 0.0 };
            let [x, _] = starts[index % 2];
            let (y, arrived) = followed(slope, boundary, x, steps);
            let says = arrived.map_or(format!("> {steps}"), |step| step.to_string());
            ensure!(shows(&row["y"], y) && row["steps"] == says, "{name} from {x}: {y}, {says}, {row:#}");
            // What a class takes home.
            let moved = (row["y"].as_f64().unwrap_or(f64::NAN) / 5.0 - x).abs();
            match (name, x > 0.0) {
                ("lsgan", _) => ensure!(arrived.is_some() && moved > 1.3, "{name} from {x}: {row:#}"),
                ("minimax", true) | ("non_saturating", false) => ensure!(moved > 1.3, "{name} from {x}: {row:#}"),
                _ => ensure!(arrived.is_none() && moved < 0.05, "{name} from {x}: {row:#}"),
            }
        }
        let summaries = page
            .evaluate("return [...document.querySelectorAll('[data-show=lab_panes] [data-in=summary]')].map((said) => said.textContent);")
            .await?;
        let said = |arrived: u64| format!("{arrived} of 2 arrived");
        ensure!(summaries == json!([said(0), said(1), said(2), said(0)]), "{summaries:#}");
        // Once more, step by step: the same to the last digit.
        press(page, "lab_reset").await?;
        let back = rows(page).await?;
        ensure!(back.iter().all(|row| row["steps"] == "–"), "{back:#?}");
        page.evaluate(&format!(
            "const button = document.querySelector('[data-action=lab_step]');
             for (let step = 0; step < {steps}; step++) button.click();"
        ))
        .await?;
        ensure!(rows(page).await? == shown);
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn the_discriminator_of_the_run_is_frozen_and_the_run_stays_where_it_was() -> Result<()> {
    on_page("lab-frozen", async |page| {
        // A sample on each of the first generated ones, and what the run says of them.
        let told = page
            .evaluate(
                "
            await lsganLab.setBackend('cpu');
            await lsganLab.pause();
            await lsganLab.reset();
            const { fake, outputs, gradients, forces } = await lsganLab.step(50);
            const pair = (numbers, index) => [numbers[2 * index], numbers[2 * index + 1]];
            const told = [...Array(12).keys()].map((index) => {
                const gradient = Math.hypot(...pair(gradients, index));
                return {
                    at: pair(fake, index), y: outputs[index], force: Math.hypot(...pair(forces, index)),
                    distance: Math.abs(outputs[index] - 0.5) / gradient,
                };
            });
            await lsganLab.show({ lab: { samples: told.map(({ at }) => at) } });
            globalThis.before = JSON.stringify(await lsganLab.snapshot());
            return told;",
            )
            .await?;
        choose(page, "look.view", "lab").await?;
        choose(page, "lab.discriminator", "run").await?;
        page.evaluate(
            "while (!document.querySelector('[data-show=lab_frozen]').textContent.includes('50'))
                 await new Promise((resolve) => setTimeout(resolve, 20));",
        )
        .await?;
        let shown = rows(page).await?;
        ensure!(shown.len() == 12, "{shown:#?}");
        for (index, row) in shown.iter().enumerate() {
            for name in ["y", "distance", "force"] {
                let expected = told[index][name].as_f64().unwrap_or(f64::NAN);
                ensure!(shows(&row[name], expected), "{index}: {}, {row:#}", told[index]);
            }
        }
        page.screenshot("lab-frozen").await?;
        // Its samples move, the run does not.
        press(page, "lab_step").await?;
        ensure!(rows(page).await? != shown, "no sample moved");
        choose(page, "look.view", "run").await?;
        page.ensure("the run is where it was", "return JSON.stringify(await lsganLab.snapshot()) === before;")
            .await?;
        // A run that plays rests while the lab is open, and then goes on.
        page.evaluate(
            "lsganLab.play();
             while ((await lsganLab.snapshot()).step < 60) await new Promise((resolve) => setTimeout(resolve, 20));",
        )
        .await?;
        choose(page, "look.view", "lab").await?;
        let step = "await new Promise((resolve) => setTimeout(resolve, 400));
                    return (await lsganLab.snapshot()).step;";
        let resting = page.number(step).await?;
        ensure!(page.number(step).await? == resting);
        choose(page, "look.view", "run").await?;
        ensure!(page.number(step).await? > resting);
        page.ensure_no_errors().await
    })
    .await
}

/// The mean y of the generated samples in each pane, once so many steps are made.
async fn means_after(page: &Page, steps: u64) -> Result<Vec<f64>> {
    let means = page
        .evaluate(&format!(
            "
        const panes = () => [...document.querySelectorAll('[data-show=lab_panes] [data-in=summary]')];
        const made = () => Number(document.querySelector('[data-show=lab_steps]').textContent);
        const there = () => panes().every((said) => said.textContent.startsWith('mean y'));
        while (made() < {steps} || !there()) await new Promise((resolve) => setTimeout(resolve, 20));
        return panes().map((said) => Number(said.textContent.replace('mean y', '').replace('−', '-')));"
        ))
        .await?;
    let means = means.as_array().into_iter().flatten();
    Ok(means.filter_map(Value::as_f64).collect())
}

#[tokio::test]
async fn a_generator_learns_against_the_fixed_discriminator_where_it_feels_a_force() -> Result<()> {
    on_page("lab-generator", async |page| {
        // All samples far below the boundary, where minimax has next to no slope, and plain steps.
        page.evaluate(
            "await lsganLab.configure({ optimizer: { generator: { kind: 'sgd', lr: 0.0003 } } });",
        )
        .await?;
        enter(
            page,
            &json!({ "steepness": 10, "angle": 180, "offset": 1.6, "losses": "all" }),
        )
        .await?;
        choose(page, "lab.mode", "generator").await?;
        let before = means_after(page, 0).await?;
        ensure!(
            before.len() == 4 && before.iter().all(|y| *y < -20.0),
            "{before:?}"
        );
        for _ in 0..5 {
            press(page, "lab_step").await?;
        }
        let five = means_after(page, 5).await?;
        press(page, "lab_play").await?;
        let after = means_after(page, 60).await?;
        press(page, "lab_play").await?;
        println!("mean y by loss: {before:?}, after 5 steps {five:?}, after 60 {after:?}");
        page.screenshot("lab-generator").await?;
        // Least squares comes near to y = 1, where it is at rest; the losses that are flat down there do
        // not move, and the one that is not goes past.
        let [minimax, non_saturating, lsgan, on_sigmoid] = [0, 1, 2, 3].map(|pane| after[pane]);
        ensure!((lsgan - 1.0).abs() < 3.0, "{after:?}");
        ensure!(
            (minimax - before[0]).abs() < 0.2 && (on_sigmoid - before[0]).abs() < 0.2,
            "{after:?}"
        );
        ensure!(non_saturating > 4.0, "{after:?}");
        // The run has not moved, and the generators begin anew in the same way.
        choose(page, "look.view", "run").await?;
        page.ensure(
            "the run has not begun",
            "return (await lsganLab.snapshot()).step === 0;",
        )
        .await?;
        choose(page, "look.view", "lab").await?;
        ensure!(means_after(page, 0).await? == before);
        for _ in 0..5 {
            press(page, "lab_step").await?;
        }
        let again = means_after(page, 5).await?;
        ensure!(again == five, "{again:?} {five:?}");
        page.ensure_no_errors().await
    })
    .await
}
