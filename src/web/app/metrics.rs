//! The table of metrics: each as it stands now, and what a perfect sampler would have there.

use super::{State, pane::Pane};
use crate::{
    config::Loss,
    gan::loss,
    measure::{Band, Divergence, Metrics, Snapshot, Spread, perfect_hq},
    scene::{Metric, Panel, SurfaceOf},
    web::{
        page,
        text::{Sentence, Words},
    },
};

/// A number with so many decimals, unless it is too long for the table.
fn fixed(value: f64, decimals: u32, words: &Words) -> String {
    if value.abs() < 1000.0 {
        words.number(value, decimals)
    } else {
        words.significant(value)
    }
}

/// A share with a decimal: what is left to a perfect sampler's is less than a per cent.
pub(super) fn percent(share: f64, words: &Words) -> String {
    format!("{} %", words.number(100.0 * share, 1))
}

impl State {
    /// Writes the metrics of the pane in focus.
    pub(super) fn show_metrics(&self) {
        let Some((pane, snapshot)) = self.seen() else {
            return;
        };
        let words = &self.words;
        self.show_theory(pane, &snapshot.metrics);
        if self.scene.look.panel != Panel::Metrics {
            return;
        }
        for (row, now, perfect) in rows(&snapshot.metrics, pane.config.loss, words) {
            page::show(&format!("metric_{row}"), &now);
            page::show(&format!("perfect_{row}"), &perfect);
        }
        let band = |band: Band, decimals| {
            let ends = [("low", band.low), ("high", band.high)];
            let ends = ends.map(|(name, value)| (name, fixed(value, decimals, words)));
            words.say(&Sentence::new("metric.band", ends))
        };
        let floor = snapshot.metrics.floor;
        for (row, of, decimals) in [
            ("sliced_w1", floor.map(|floor| floor.sliced_w1), 4),
            ("energy", floor.map(|floor| floor.energy), 4),
            ("chi_squared", floor.and_then(|floor| floor.chi_squared), 3),
        ] {
            let shown = of.map_or_else(String::new, |of| band(of, decimals));
            page::show(&format!("band_{row}"), &shown);
        }
    }

    /// The pane in focus and how its run stands.
    fn seen(&self) -> Option<(&Pane, &Snapshot)> {
        let pane = self.focused()?;
        Some((pane, pane.snapshot.as_ref()?))
    }

    /// What is to be said about D* and C(G), where they are shown.
    fn show_theory(&self, pane: &Pane, metrics: &Metrics) {
        let words = &self.words;
        let look = &self.scene.look;
        let theory = metrics.quality.as_ref().and_then(|one| one.theory.as_ref());
        let measured = metrics.quality.is_some();
        let bandwidth = |theory: &Divergence| {
            let value = words.significant(theory.bandwidth);
            words.say(&Sentence::new("theory.bandwidth", [("bandwidth", value)]))
        };
        let under_surface = match (look.surface, theory) {
            (SurfaceOf::Output | SurfaceOf::Sigmoid, _) => None,
            (_, Some(theory)) => Some([bandwidth(theory), words.get("theory.blank")]),
            (_, None) if measured => {
                Some(["theory.no_density", "theory.shows_output"].map(|key| words.get(key)))
            }
            _ => None,
        };
        say("theory_note", under_surface.map(|parts| parts.join(" ")));

        let has_modes = metrics
            .quality
            .is_none_or(|quality| quality.modes.is_some());
        let under_table = match (look.metric, theory) {
            (Metric::Divergence, Some(theory)) => {
                let two_c = match pane.config.loss {
                    Loss::Lsgan { sigmoid: false, .. } if theory.pearson => {
                        words.get("theory.same")
                    }
                    loss => match loss::labels(loss) {
                        None => words.get("theory.no_two_c"),
                        // The general form of the theorem: see measure::theory.
                        Some([a, b, c]) => words.say(&Sentence::new(
                            "theory.other",
                            [
                                ("scale", words.significant((b - a).powi(2) / 4.0)),
                                (
                                    "least",
                                    words.significant(2.0 * (c - 0.5 * (a + b)).powi(2)),
                                ),
                            ],
                        )),
                    },
                };
                Some(format!("{two_c} {}", bandwidth(theory)))
            }
            (Metric::Divergence, None) if measured => Some(words.get("theory.no_density")),
            (Metric::Modes | Metric::Hq | Metric::ReverseKl, _) if !has_modes => {
                Some(words.get("theory.no_modes"))
            }
            _ => None,
        };
        say("metric_note", under_table);
    }
}

/// Shows a note, or hides it where there is none.
fn say(name: &str, note: Option<String>) {
    if let Some(element) = page::hook("show", name) {
        page::set_hidden(&element, note.is_none());
    }
    page::show(name, &note.unwrap_or_default());
}

/// The rows of the table: the name in the page's hooks, the number now, a perfect sampler's.
fn rows(metrics: &Metrics, loss: Loss, words: &Words) -> Vec<(&'static str, String, String)> {
    let none = || "–".to_owned();
    let number = |value: f64| fixed(value, 3, words);
    let quality = metrics.quality.as_ref();
    let modes = quality.and_then(|quality| quality.modes);
    let theory = quality.and_then(|quality| quality.theory.as_ref());
    let of_modes = |covered: usize, of: usize| {
        let count = |count: usize| words.number(count as f64, 0);
        words.say(&Sentence::new(
            "metric.of_modes",
            [("covered", count(covered)), ("of", count(of))],
        ))
    };
    let divergence = |value: Option<f64>| value.map_or_else(none, number);
    let distance = |value: Option<f64>| value.map_or_else(none, |value| fixed(value, 4, words));
    let spread = |spread: Spread| {
        let [mean, deviation] =
            [spread.mean, spread.deviation].map(|value| words.number(value.into(), 2));
        words.say(&Sentence::new(
            "metric.spread",
            [("mean", mean), ("deviation", deviation)],
        ))
    };
    let labels = loss::labels(loss);
    vec![
        (
            "modes",
            modes.map_or_else(none, |modes| of_modes(modes.covered, modes.of)),
            modes.map_or_else(none, |modes| of_modes(modes.of, modes.of)),
        ),
        (
            "hq",
            modes.map_or_else(none, |modes| percent(modes.hq, words)),
            modes.map_or_else(none, |_| percent(perfect_hq(), words)),
        ),
        (
            "reverse_kl",
            modes.map_or_else(none, |modes| number(modes.reverse_kl)),
            modes.map_or_else(none, |_| number(0.0)),
        ),
        (
            "sliced_w1",
            distance(quality.map(|quality| quality.distances.sliced_w1)),
            distance(metrics.floor.map(|floor| floor.sliced_w1.mean)),
        ),
        (
            "energy",
            distance(quality.map(|quality| quality.distances.energy)),
            distance(metrics.floor.map(|floor| floor.energy.mean)),
        ),
        (
            "chi_squared",
            divergence(theory.map(|theory| theory.chi_squared)),
            divergence(
                metrics
                    .floor
                    .and_then(|floor| Some(floor.chi_squared?.mean)),
            ),
        ),
        (
            "two_c",
            divergence(theory.and_then(|theory| theory.two_c)),
            theory
                .and(labels)
                .map_or_else(none, |[a, b, c]| number(2.0 * (c - 0.5 * (a + b)).powi(2))),
        ),
        // Where p_g = p_d, the best that D can say is the boundary, everywhere.
        (
            "output_real",
            spread(metrics.output_real),
            words.significant(loss::boundary(loss)),
        ),
        (
            "output_fake",
            spread(metrics.output_fake),
            words.significant(loss::boundary(loss)),
        ),
    ]
}
