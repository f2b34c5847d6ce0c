//! The lab in numbers: a row for each sample, or for each generator; a summary for each pane; and the
//! same in words for those who do not see it.
//!
//! Numbers are for reading: while the lab moves they change a few times a second, and some rows a
//! frame, so that many samples hold up no picture.

use super::{LabView, pane::LabPane, pictures::pane_name};
use crate::{
    gan::loss,
    lab::Sample,
    web::{
        app::{State, selection::short_name},
        controls::{self, LabRow},
        page,
        text::{Sentence, Words},
    },
};

/// How often numbers change while the lab moves.
const EVERY_MS: f64 = 200.0;
/// Rows that are written in one frame.
const AT_ONCE: usize = 24;

/// Which of the numbers are yet to be written.
#[derive(Default)]
pub(super) struct Numbers {
    stale: bool,
    written_ms: f64,
    /// The next row, and how many are left.
    next: usize,
    left: usize,
}

impl Numbers {
    /// All numbers are to be written anew.
    pub fn rewrite(&mut self) {
        self.stale = true;
    }
}

impl State {
    /// Writes the numbers whose time has come; says whether some are left.
    pub(super) fn show_lab_numbers(&mut self, now: f64) -> bool {
        let rows = self.lab.rows();
        let due = !self.lab.playing || now - self.lab.numbers.written_ms > EVERY_MS;
        if self.lab.numbers.stale && due {
            self.lab.numbers.stale = false;
            self.lab.numbers.written_ms = now;
            self.lab.numbers.left = rows * self.lab.panes.len();
            self.lab.lay_out_rows(rows);
            self.show_lab_names();
            self.show_lab_summaries();
        }
        let all = (rows * self.lab.panes.len()).max(1);
        for _ in 0..self.lab.numbers.left.min(AT_ONCE) {
            let place = self.lab.numbers.next % all;
            self.lab.numbers.next = (place + 1) % all;
            self.lab.numbers.left -= 1;
            self.show_lab_row(place / rows.max(1), place % rows.max(1));
        }
        self.lab.numbers.stale || self.lab.numbers.left > 0
    }

    fn show_lab_row(&self, pane: usize, row: usize) {
        let (lab, words) = (&self.lab, &self.words);
        let Some(pane) = lab.panes.get(pane).map(|found| (pane, found)) else {
            return;
        };
        let row_of = if lab.moves_samples() {
            lab.sample_row(pane, row, words)
        } else {
            lab.generator_row(pane, words)
        };
        if let Some(shown) = row_of {
            pane.1.rows.show(row, &shown);
        }
    }

    /// How each pane stands, beside its name and in words.
    fn show_lab_summaries(&self) {
        let (lab, words) = (&self.lab, &self.words);
        let mut told = Vec::new();
        for (index, pane) in lab.panes.iter().enumerate() {
            let name = pane_name(pane.loss, words);
            let summary = lab.summary(index, words);
            let summary = summary.map(|summary| words.say(&summary));
            let summary = summary.unwrap_or_default();
            page::show_in(&pane.element, "summary", &summary);
            pane.rows.show_name(short_name(pane.loss), &name);
            if !summary.is_empty() {
                let arguments = [("name", name), ("summary", summary)];
                told.push(words.say(&Sentence::new("lab.told", arguments)));
            }
        }
        page::show("summary", &told.join(" "));
        let steps = if lab.moves_samples() {
            lab.lab.steps()
        } else {
            lab.generators.done
        };
        page::show("lab_steps", &words.number(steps as f64, 0));
    }

    /// Says which sample is selected and what the discriminator says of it.
    pub(super) fn announce_lab_sample(&self) {
        let (lab, words) = (&self.lab, &self.words);
        let said = lab.selected.and_then(|index| {
            let track = lab.lab.tracks().get(lab.focus)?;
            let sample = track.samples.get(index)?;
            let boundary = loss::boundary(track.loss);
            let key = if sample.response.output > boundary {
                "lab.said.above"
            } else {
                "lab.said.below"
            };
            let distance = sample.response.distance_to(boundary);
            let arguments = [
                ("number", words.number(index as f64 + 1.0, 0)),
                ("output", words.significant(sample.response.output)),
                ("distance", words.significant(distance)),
            ];
            Some(words.say(&Sentence::new(key, arguments)))
        });
        let none = || match lab.rows() {
            0 => words.get("lab.empty"),
            _ => String::new(),
        };
        page::show("announcement", &said.unwrap_or_else(none));
    }
}

impl LabView {
    /// Rows in the group of each pane.
    fn rows(&self) -> usize {
        if self.moves_samples() {
            self.known.setup.samples.len()
        } else {
            1
        }
    }

    fn lay_out_rows(&mut self, rows: usize) {
        let several = self.panes.len() > 1;
        for pane in &mut self.panes {
            pane.rows.lay_out(rows, several);
        }
        controls::show_lab_hint(rows == 0);
    }

    fn sample_row(&self, pane: (usize, &LabPane), row: usize, words: &Words) -> Option<LabRow> {
        let (index, pane) = pane;
        let sample = self.lab.tracks().get(index)?.samples.get(row)?;
        let boundary = loss::boundary(pane.loss);
        let [fx, fy] = sample.force;
        Some(LabRow {
            above: Some(sample.response.output > boundary),
            selected: self.selected == Some(row),
            cells: [
                ("name", words.number(row as f64 + 1.0, 0)),
                ("output", words.significant(sample.response.output)),
                (
                    "distance",
                    words.significant(sample.response.distance_to(boundary)),
                ),
                ("force", words.significant(fx.hypot(fy))),
                (
                    "steps",
                    arrival(sample.reached_boundary, sample.steps, words),
                ),
            ],
        })
    }

    fn generator_row(&self, pane: (usize, &LabPane), words: &Words) -> Option<LabRow> {
        let standing = self.generators.standing.get(pane.0);
        let Some(Some(standing)) = standing else {
            // Nothing to tell until the worker is there.
            let cells = ["name", "output", "distance", "force", "steps"];
            return Some(LabRow {
                above: None,
                selected: false,
                cells: cells.map(|name| (name, String::new())),
            });
        };
        let means = standing.means;
        let count = words.number(standing.snapshot.outputs.len() as f64, 0);
        let name = Sentence::new("lab.mean", [("count", count)]);
        Some(LabRow {
            above: None,
            selected: false,
            cells: [
                ("name", words.say(&name)),
                ("output", words.significant(means.output)),
                ("distance", words.significant(means.distance)),
                ("force", words.significant(means.force)),
                (
                    "steps",
                    arrival(standing.arrived, self.generators.done, words),
                ),
            ],
        })
    }

    /// How a pane stands, in a few words.
    fn summary(&self, index: usize, words: &Words) -> Option<Sentence> {
        let whole = |count: usize| words.number(count as f64, 0);
        if self.moves_samples() {
            let samples = &self.lab.tracks().get(index)?.samples;
            let has_arrived = |sample: &&Sample| sample.reached_boundary.is_some();
            let arrived = samples.iter().filter(has_arrived).count();
            let arguments = [("arrived", whole(arrived)), ("count", whole(samples.len()))];
            return Some(Sentence::new("lab.summary", arguments));
        }
        let standing = self.generators.standing.get(index)?.as_ref()?;
        let output = words.significant(standing.means.output);
        Some(Sentence::new("lab.summary_generator", [("output", output)]))
    }
}

/// After how many steps something was near; or that it was not, after all that were made.
fn arrival(reached: Option<u64>, made: u64, words: &Words) -> String {
    match (reached, made) {
        (Some(steps), _) => words.number(steps as f64, 0),
        (None, 0) => "–".to_owned(),
        (None, made) => {
            let steps = words.number(made as f64, 0);
            words.say(&Sentence::new("lab.not_yet", [("steps", steps)]))
        }
    }
}
