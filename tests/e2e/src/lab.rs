//! The lab of the page under a pointer, and its read-outs.

use crate::Page;
use anyhow::Result;
use serde_json::{Value, json};
use thirtyfour::{By, common::command::Command};

/// Opens the lab with what `setup` says, the run resting at its first step.
///
/// # Errors
/// If the browser does not do it.
pub async fn enter(page: &Page, setup: &Value) -> Result<()> {
    page.evaluate(&format!(
        "await lsganLab.setBackend('cpu');
         await lsganLab.pause();
         await lsganLab.reset();
         await lsganLab.show({{ look: {{ view: 'lab' }}, lab: {setup} }});"
    ))
    .await?;
    Ok(())
}

/// Presses the button of that action with the mouse.
///
/// # Errors
/// If the browser does not do it.
pub async fn press(page: &Page, action: &str) -> Result<()> {
    let button = format!("[data-action={action}]");
    Ok(page.driver.find(By::Css(button)).await?.click().await?)
}

/// Chooses one of several with the mouse: `look.view` is `lab`, say.
///
/// # Errors
/// If the browser does not do it.
pub async fn choose(page: &Page, field: &str, value: &str) -> Result<()> {
    let label = format!("label:has(> input[data-field='{field}'][value={value}])");
    Ok(page.driver.find(By::Css(label)).await?.click().await?)
}

/// The first canvas of the lab in the window: the pixel of the plane's middle, and of one unit.
pub struct Canvas {
    middle: [f64; 2],
    unit: f64,
}

impl Canvas {
    /// Scrolls it to the middle of the window.
    ///
    /// # Errors
    /// If there is no lab.
    pub async fn of(page: &Page) -> Result<Self> {
        let place = page
            .evaluate(
                "
            const canvas = document.querySelector('[data-show=lab_panes] [data-in=plane]');
            canvas.scrollIntoView({ block: 'center' });
            const em = parseFloat(getComputedStyle(document.documentElement).fontSize);
            const [left, right, top, bottom] = [2.4, 0.6, 0.6, 1.5].map((margin) => margin * em);
            const box = canvas.getBoundingClientRect();
            // The page counts in whole pixels, also where a canvas is a part of one wider.
            const [whole, high] = [canvas.width, canvas.height].map((side) => side / devicePixelRatio);
            const [width, height] = [whole - left - right, high - top - bottom];
            const { surface } = await lsganLab.snapshot();
            const unit = Math.min(width, height) / (surface.x[1] - surface.x[0]);
            return [box.x + left + width / 2, box.y + top + height / 2, unit];",
            )
            .await?;
        let part = |index: usize| place[index].as_f64().unwrap_or_default();
        Ok(Self {
            middle: [part(0), part(1)],
            unit: part(2),
        })
    }

    /// The pixel nearest to a point of the plane.
    pub fn pixel(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [column, row] = self.middle;
        [column + x * self.unit, row - y * self.unit].map(f64::round)
    }

    /// The point of the plane under a pixel.
    pub fn point(&self, [column, row]: [f64; 2]) -> [f64; 2] {
        let [x, y] = self.middle;
        [(column - x) / self.unit, (y - row) / self.unit]
    }

    /// How far a hand moves in the plane from the pixel of one point to that of another.
    pub fn way(&self, from: [f64; 2], to: [f64; 2]) -> [f64; 2] {
        let [from, to] = [from, to].map(|point| self.point(self.pixel(point)));
        [to[0] - from[0], to[1] - from[1]]
    }

    /// A mouse or a finger ("mouse", "touch") goes down at one point, moves to another and lets go.
    ///
    /// # Errors
    /// If the browser does not do it.
    pub async fn drag(
        &self,
        page: &Page,
        pointer: &str,
        from: [f64; 2],
        to: [f64; 2],
    ) -> Result<()> {
        let mut actions = self.hold(from, to);
        actions.push(json!({ "type": "pointerUp", "button": 0 }));
        perform(page, pointer, actions).await
    }

    /// What a pointer does that goes down at one point and moves to another.
    pub fn hold(&self, from: [f64; 2], to: [f64; 2]) -> Vec<Value> {
        let at = |pixel: [f64; 2], ms: u64| {
            let [x, y] = pixel.map(|part| part as i64);
            json!({ "type": "pointerMove", "duration": ms, "x": x, "y": y })
        };
        let (from, to) = (self.pixel(from), self.pixel(to));
        let mut actions = vec![at(from, 0), json!({ "type": "pointerDown", "button": 0 })];
        for step in 1..=10 {
            let part = f64::from(step) / 10.0;
            let between = [0, 1].map(|axis| from[axis] + part * (to[axis] - from[axis]));
            actions.push(at(between.map(f64::round), 20));
        }
        actions
    }
}

/// Lets a pointer act, as WebDriver describes it.
///
/// # Errors
/// If the browser does not do it.
pub async fn perform(page: &Page, pointer: &str, actions: Vec<Value>) -> Result<()> {
    let source = json!([{
        "type": "pointer", "id": pointer, "parameters": { "pointerType": pointer }, "actions": actions,
    }]);
    let command = Command::PerformActions(source.into());
    page.driver.handle().cmd(command).await?;
    Ok(())
}

/// The rows of the read-outs once they are drawn, without headings: the side that the marker shows,
/// y, distance and force as numbers, and what it says of the steps.
///
/// # Errors
/// If the browser does not do it.
pub async fn rows(page: &Page) -> Result<Vec<Value>> {
    let rows = page
        .evaluate(
            "
        for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
        const rows = [...document.querySelectorAll('[data-show=lab_rows] tr:not(.table-group)')];
        return rows.map((row) => {
            const text = (name) => row.querySelector(`[data-in=${name}]`).textContent;
            const number = (name) => Number(text(name).replace('−', '-'));
            return {
                side: row.querySelector('[data-in=marker]').dataset.side, y: number('output'),
                distance: number('distance'), force: number('force'), steps: text('steps'),
            };
        });",
        )
        .await?;
    Ok(rows.as_array().cloned().unwrap_or_default())
}

/// Where the scene says that the sample of that number starts.
///
/// # Errors
/// If the browser does not do it.
pub async fn start_of(page: &Page, sample: usize) -> Result<[f64; 2]> {
    let script = format!("return lsganLab.scene().lab.samples[{sample}];");
    let start = page.evaluate(&script).await?;
    Ok([0, 1].map(|axis| start[axis].as_f64().unwrap_or(f64::NAN)))
}

/// Whether a number is shown, to three digits.
pub fn shows(cell: &Value, expected: f64) -> bool {
    let shown = cell.as_f64().unwrap_or(f64::NAN);
    (shown - expected).abs() <= 0.0051 * expected.abs() + 1e-9
}

/// Whether a place is another one, to the rounding of places: three decimals.
pub fn is_at(place: [f64; 2], expected: [f64; 2]) -> bool {
    let near = |axis: usize| {
        let thousandths = place[axis] * 1000.0;
        (place[axis] - expected[axis]).abs() <= 0.0006
            && (thousandths - thousandths.round()).abs() < 1e-6
    };
    near(0) && near(1)
}
