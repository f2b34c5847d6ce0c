//! When what of the wall is drawn: pictures, words and chart take turns, a frame for each, so that no frame
//! takes long and none of them waits for ever.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::WallView;
use crate::web::{
    app::{App, State, drawing::BADGE_EVERY_MS},
    clock::now_ms,
    page,
};

/// The chart is for reading, not for following by eye.
const CHART_EVERY_MS: f64 = 1000.0;

/// What has to be shown anew.
#[derive(Default)]
pub(super) struct Stale {
    /// Other runs hang.
    pub frames: bool,
    /// What is said of them changed.
    pub words: bool,
    chart: bool,
    /// Which of [`JOBS`] comes first in the next frame.
    turn: usize,
    badge_drawn_ms: f64,
    chart_drawn_ms: f64,
}

/// What a frame draws.
#[derive(Clone, Copy)]
enum Job {
    Pictures,
    Words,
    Chart,
}

const JOBS: [Job; 3] = [Job::Pictures, Job::Words, Job::Chart];

impl WallView {
    fn is_due(&self, job: Job, now: f64) -> bool {
        match job {
            Job::Pictures => self.has_stale_pictures(),
            Job::Words => self.stale.words,
            Job::Chart => {
                let is_late = now - self.stale.chart_drawn_ms > CHART_EVERY_MS;
                self.stale.chart && (!self.playing || is_late)
            }
        }
    }

    /// The next of the jobs that are due, in turn.
    fn next_job(&mut self, now: f64) -> Option<Job> {
        let turn = self.stale.turn;
        let in_turn = (turn..turn + JOBS.len()).map(|index| index % JOBS.len());
        let mut due = in_turn.filter(|index| self.is_due(JOBS[*index], now));
        let index = due.next()?;
        self.stale.turn = index + 1;
        Some(JOBS[index])
    }
}

impl App {
    /// Draws what is due of the wall, and asks for another frame while more is.
    pub(in crate::web::app) fn draw_wall(self: &Rc<Self>) -> Result<(), JsValue> {
        let now = now_ms();
        let (more, badge) = {
            let mut state = self.state.borrow_mut();
            let more = state.draw_next_of_wall(now)?;
            let wall = &mut state.wall;
            let badge = now - wall.stale.badge_drawn_ms >= BADGE_EVERY_MS;
            if badge {
                wall.stale.badge_drawn_ms = now;
            }
            (more, badge)
        };
        if badge {
            self.show_badge();
        }
        if more {
            self.ask_frame();
        }
        Ok(())
    }
}

impl State {
    /// Draws one thing; says whether another one is due.
    fn draw_next_of_wall(&mut self, now: f64) -> Result<bool, JsValue> {
        let Some(hung) = self.wall.hung.clone() else {
            return Ok(false);
        };
        if std::mem::take(&mut self.wall.stale.frames) {
            let blocks = hung.wall.losses().len();
            self.wall.frames.lay_out(hung.wall.members(), blocks)?;
            self.wall.redraw();
        }
        let step = self.words.number(self.wall.step as f64, 0);
        page::show("wall_step", &step);
        match self.wall.next_job(now) {
            None => {}
            Some(Job::Pictures) => self.wall.draw_pictures(&hung, &self.style)?,
            Some(Job::Words) => {
                self.wall.stale.words = false;
                self.wall.stale.chart = true;
                self.wall.show_captions(&hung, &self.words);
                self.wall.show_shares(&hung, &self.words);
            }
            Some(Job::Chart) => {
                self.wall.stale.chart = false;
                self.wall.stale.chart_drawn_ms = now;
                let style = self.chart_style();
                self.wall
                    .draw_chart(&self.words, &style, self.chart_scale())?;
            }
        }
        Ok(JOBS.iter().any(|job| self.wall.is_due(*job, now)))
    }
}
