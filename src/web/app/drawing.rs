//! What the page draws and when: one frame for each snapshot, read-outs that change often seldom.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::App;
use crate::{
    config::Loss,
    scene::{SurfaceOf, View},
    web::{clock::now_ms, controls, page, plane, text::Sentence, wire},
};

/// After so long a frame leaves the planes that are still stale to the next one, so that the page is free for a click
/// between them, however many there are and however busy the processor.
const FRAME_MS: f64 = 12.0;
/// The chart and the badge are for reading, not for following by eye.
const CHART_EVERY_MS: f64 = 250.0;
pub(super) const BADGE_EVERY_MS: f64 = 500.0;
/// A screen reader is told how the run stands at a humane rate.
const SUMMARY_EVERY_MS: f64 = 15_000.0;

impl App {
    /// Shows a snapshot that the worker of a pane sent.
    pub(super) fn present(self: &Rc<Self>, pane: usize, answer: &JsValue) -> Result<(), String> {
        let snapshot = wire::snapshot_from_js(answer).map_err(|error| wire::sentence(&error))?;
        self.state.borrow_mut().take(pane, snapshot);
        self.ask_frame();
        Ok(())
    }

    /// Asks the browser for a frame, unless one is coming.
    pub(super) fn ask_frame(self: &Rc<Self>) {
        if self.frame_asked.replace(true) {
            return;
        }
        let this = self.clone();
        let frame = Closure::once_into_js(move || {
            this.frame_asked.set(false);
            this.frame();
        });
        let asked = page::window().request_animation_frame(frame.unchecked_ref());
        debug_assert!(asked.is_ok(), "a window gives frames");
    }

    /// Draws what is stale.
    fn frame(self: &Rc<Self>) {
        if let Err(error) = self.draw() {
            web_sys::console::error_1(&error);
        }
    }

    fn draw(self: &Rc<Self>) -> Result<(), JsValue> {
        if self.in_lab() {
            return self.draw_lab();
        }
        if self.in_wall() {
            return self.draw_wall();
        }
        let now = now_ms();
        {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let rests = !state.playing;
            let chart_due = rests || now - state.stale.chart_drawn_ms > CHART_EVERY_MS;
            let draw_chart = state.stale.chart && chart_due;
            // While the run plays, a frame has the planes or the charts to draw, not both.
            if rests || !draw_chart {
                state.draw_planes(now + FRAME_MS)?;
                state.draw_scale()?;
            }
            if state.panes.iter().any(|pane| pane.stale) {
                self.ask_frame();
            }
            if rests || draw_chart {
                state.show_time();
            }
            if draw_chart {
                state.stale.chart = false;
                state.stale.chart_drawn_ms = now;
                state.draw_chart()?;
                state.show_pane_numbers();
                state.show_sample();
                state.show_metrics();
                state.show_manifold();
                state.show_challenge();
            }
            if !state.playing || now - state.stale.summary_drawn_ms > SUMMARY_EVERY_MS {
                state.stale.summary_drawn_ms = now;
                state.show_summary();
            }
            if now - state.stale.badge_drawn_ms < BADGE_EVERY_MS {
                return Ok(());
            }
            state.stale.badge_drawn_ms = now;
        }
        self.show_badge();
        Ok(())
    }

    /// The legend of the surface and its level lines, which follow the loss.
    pub(super) fn show_loss(&self) {
        let state = self.state.borrow();
        let Some(pane) = state.focused() else { return };
        let loss = state.lab.shown_loss().unwrap_or(pane.config.loss);
        let scale = match state.scene.look.surface {
            SurfaceOf::Sigmoid => None,
            _ => state.lab.shown_scale(),
        };
        let scale = scale.unwrap_or_else(|| plane::scale_of(state.scene.look.surface, loss));
        state.show_formulas();
        let (centre, half) = (f64::from(scale.centre), f64::from(scale.half_range));
        for (name, value) in [
            ("colorbar_min", centre - half),
            ("colorbar_mid", centre),
            ("colorbar_max", centre + half),
        ] {
            page::show(name, &state.words.number(value, 2));
        }
        if let Err(error) = plane::color_bar(&state.style) {
            web_sys::console::error_1(&error);
        }
        let levels: Vec<_> = state
            .named_levels(loss)
            .into_iter()
            .map(|(level, name)| (level.name, name))
            .collect();
        controls::show_levels(&levels);
    }

    /// Which backend runs, how fast, and why this one.
    pub(super) fn show_badge(&self) {
        let state = self.state.borrow();
        let backend = state
            .words
            .get(&format!("backend.{}", state.backend.name()));
        let in_wall = state.scene.look.view == View::Wall;
        let (playing, rate) = match in_wall {
            true => state.wall.pace(),
            false => (state.playing, state.rate.per_second()),
        };
        let badge = match (playing, rate) {
            _ if let Some((done, total)) = state.catching_up()
                && !in_wall =>
            {
                let [done, total] = [done, total].map(|step| state.words.number(step as f64, 0));
                Sentence::new("badge.catching_up", [("done", done), ("total", total)])
            }
            (false, _) => Sentence::new("badge.paused", [("backend", backend)]),
            (true, None) => Sentence::new("badge.starting", [("backend", backend)]),
            (true, Some(rate)) => {
                let rate = state.words.number(rate, if rate < 10.0 { 1 } else { 0 });
                Sentence::new("badge.running", [("backend", backend), ("rate", rate)])
            }
        };
        page::show("badge", &state.words.say(&badge));
        let runner = state.panes.first().and_then(|pane| pane.runner.as_ref());
        let detail = runner.map(|runner| runner.detail()).unwrap_or_default();
        let detail = match detail.is_empty() {
            true => String::new(),
            false => state
                .words
                .say(&Sentence::new("badge.detail", [("detail", detail)])),
        };
        page::show("badge_detail", &detail);
        page::show("badge_why", &state.words.say(&state.why));
    }
}

impl super::State {
    /// How far the pane is that is farthest behind the others, if one is, and where they wait.
    pub(super) fn catching_up(&self) -> Option<(u64, u64)> {
        let total = self.journal.at();
        let last = self.panes.iter().map(|pane| pane.done).min()?;
        (last < total).then_some((last, total))
    }

    /// The level lines of a loss, and what each says in the legend.
    pub(super) fn named_levels(&self, loss: Loss) -> Vec<(plane::Level, String)> {
        let named = plane::levels(loss).into_iter().map(|level| {
            let key = match level.name {
                "a" => "level.a",
                "b" => "level.b",
                "c" => "level.c",
                _ => "level.boundary",
            };
            let decimals = if level.value.fract() == 0.0 { 0 } else { 2 };
            let value = self.words.number(level.value, decimals);
            let name = self.words.say(&Sentence::new(key, [("value", value)]));
            (level, name)
        });
        named.collect()
    }

    /// Puts the labels' numbers into the formulas, with the sign that stands before them:
    /// y - (-1) is written y + 1.
    fn show_formulas(&self) {
        let Loss::Lsgan { a, b, c, .. } = self.scene.config.loss else {
            return;
        };
        let numerals = self.words.numerals();
        for (name, label) in [("a", a), ("b", b), ("c", c)] {
            let sign = if label < 0.0 { "+" } else { "−" };
            page::show(&format!("minus_{name}"), sign);
            page::show(
                &format!("abs_{name}"),
                &numerals.write(&label.abs().to_string()),
            );
        }
        page::show("loss_c", &numerals.write(&c.to_string().replace('-', "−")));
    }

    /// Says how the run stands, for those who do not see it.
    fn show_summary(&self) {
        let Some(snapshot) = self.focused().and_then(|pane| pane.snapshot.as_ref()) else {
            return;
        };
        let number = |loss: f32| self.words.number(loss.into(), 3);
        let summary = if snapshot.step == 0 {
            Sentence::new("summary.start", [])
        } else {
            let arguments = [
                ("step", self.words.number(snapshot.step as f64, 0)),
                ("loss_d", number(snapshot.loss_d)),
                ("loss_g", number(snapshot.loss_g)),
            ];
            Sentence::new("summary.run", arguments)
        };
        let quality = snapshot.metrics.quality;
        let modes = quality.and_then(|quality| quality.modes).map(|modes| {
            let count = |count: usize| self.words.number(count as f64, 0);
            let arguments = [("covered", count(modes.covered)), ("of", count(modes.of))];
            self.words.say(&Sentence::new("summary.modes", arguments))
        });
        let said = self.words.say(&summary) + &modes.unwrap_or_default();
        page::show("summary", &said);
    }
}
