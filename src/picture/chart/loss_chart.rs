//! The losses of both networks over the steps of a run.
//!
//! A minibatch loss jumps about. Each curve is therefore drawn twice: the losses as they were
//! measured, faint, and their running mean over a fiftieth of the run, strong. Up to a hundred
//! points these are the same and drawn once. A gap is left where there is no loss.
//!
//! A few extreme losses do not flatten all others: the axis then covers the bulk, and what lies
//! beyond runs along the frame's edge.
//!
//! Markers stand at ticks of the step axis, so that they stay with their curve while it grows;
//! they mark no events.

use super::curve::{axis_range, bulk, marked, running_mean, series};
use super::legend::{Network, Sign, draw_entry, draw_marker, legend, row_count};
use super::letters::{LINE, draw_text, text_width};
use super::plot::{
    BELOW, Chart, Place, draw_line, draw_mark, plot, room_on_the_left, room_on_the_right,
    size_in_em,
};
use super::strokes::Dash;
use super::svg::render;
use super::ticked::Ticked;
use super::{Area, ChartLabels, ChartStyle, Drawn};
use crate::picture::axis::Tick;
use crate::picture::history::{LossHistory, LossPoint};
use plotters::prelude::*;

/// The losses over the steps of a run, as an SVG element of `size` CSS pixels (width, height; taken
/// as at least 240 x 140) with a `viewBox`, so that CSS can scale it.
pub fn losses(
    history: &LossHistory,
    style: &ChartStyle,
    labels: &ChartLabels,
    size: (u32, u32),
) -> String {
    let size = (size.0.max(240), size.1.max(140));
    let points: Vec<LossPoint> = history.points().collect();
    // Writing into a string cannot fail; were it to, no chart would be better than no page.
    render(size, labels.name, |backend| {
        let root = backend.into_drawing_area();
        draw_losses(&root, &points, style, labels)?;
        root.present()
    })
    .unwrap_or_default()
}

/// The room that each tick of the loss axis needs, in em.
const EM_PER_TICK: f64 = 2.5;

/// What part of the run's points the running mean covers, and the opacity of what it averages.
const RUN_PER_MEAN: usize = 50;
const FAINT: f64 = 0.35;

fn draw_losses(
    root: &Area,
    points: &[LossPoint],
    style: &ChartStyle,
    labels: &ChartLabels,
) -> Drawn {
    let [width, height] = size_in_em(root, style);
    let steps = Ticked::steps(points.last().map_or(0, |point| point.step), width);
    let loss_count = ((height - 5.0) / EM_PER_TICK).clamp(3.0, 6.0) as usize;
    let losses = points.iter().flat_map(|point| [point.loss_d, point.loss_g]);
    let range = axis_range(bulk(losses.map(f64::from)), loss_count);
    let losses = Ticked::new(range, loss_count);

    let left = room_on_the_left([&losses]);
    let named = [
        (Sign::Network(Network::Discriminator), labels.discriminator),
        (Sign::Network(Network::Generator), labels.generator),
    ];
    let entries = legend(named, left.max(text_width(labels.loss) + 1.5), width);
    let place = Place {
        left,
        right: room_on_the_right(&steps),
        top: LINE * (row_count(&entries) as f64 + 0.4),
        bottom: BELOW,
    };
    let chart = plot(root, place, [steps, losses], Some(labels.step), style)?;
    entries
        .iter()
        .try_for_each(|entry| draw_entry(root, entry, style))?;
    draw_text(root, labels.loss, [0.3, 0.6 * LINE], style)?;

    draw_curves(root, &chart, points, style)?;
    draw_mark(root, &chart, style)
}

fn draw_curves(root: &Area, chart: &Chart, points: &[LossPoint], style: &ChartStyle) -> Drawn {
    let range = chart.y_range();
    let range = [range.start, range.end];
    let discriminator = series(points, range, |point| point.loss_d);
    let generator = series(points, range, |point| point.loss_g);
    let curves = [
        (Network::Discriminator, discriminator),
        (Network::Generator, generator),
    ];

    let half = points.len() / RUN_PER_MEAN / 2;
    if half > 0 {
        for (network, curve) in &curves {
            draw_line(
                root,
                chart,
                curve,
                network.color(style).mix(FAINT),
                Dash::Solid,
            )?;
        }
    }
    let means = curves.map(|(network, curve)| (network, running_mean(&curve, half)));
    for (network, mean) in &means {
        draw_line(
            root,
            chart,
            mean,
            network.color(style).mix(1.0),
            Dash::Solid,
        )?;
    }
    let ticks = chart.as_coord_spec().x_spec().ticks();
    for (network, mean) in &means {
        for at in marked(mean, &marker_steps(ticks, *network)) {
            let pixel = chart.plotting_area().map_coordinate(&at);
            draw_marker(root, pixel, *network, style)?;
        }
    }
    Ok(())
}

/// The discriminator's markers stand at the ticks and the generator's half way between them, lest
/// one cover the other.
fn marker_steps(ticks: &[Tick], network: Network) -> Vec<f64> {
    let ticks: Vec<f64> = ticks.iter().map(|tick| tick.value).collect();
    match network {
        Network::Discriminator => ticks,
        Network::Generator => ticks
            .windows(2)
            .map(|two| (two[0] + two[1]) / 2.0)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::reading::{assert_legible, assert_well_formed, curves};
    use super::*;
    use crate::picture::numerals::Numerals;

    const LABELS: ChartLabels = ChartLabels {
        name: "Losses",
        discriminator: "判别器",
        generator: "Generator <G>",
        step: "Step",
        loss: "Loss",
    };
    const SIZE: (u32, u32) = (500, 240);

    fn history(losses: impl IntoIterator<Item = (f32, f32)>) -> LossHistory {
        let mut history = LossHistory::new();
        for (step, (loss_d, loss_g)) in losses.into_iter().enumerate() {
            history.push(step as u64, loss_d, loss_g);
        }
        history
    }

    fn chart(history: &LossHistory) -> String {
        losses(history, &ChartStyle::LIGHT, &LABELS, SIZE)
    }

    #[test]
    fn losses_land_in_proportion_on_a_rising_axis() {
        let history = history((0..=10).map(|k| (k as f32 / 10.0, 1.0 - k as f32 / 10.0)));
        let svg = chart(&history);
        let [d, g] = [ChartStyle::LIGHT.discriminator, ChartStyle::LIGHT.generator]
            .map(|color| curves(&svg, color).remove(0));
        assert_eq!((d.len(), g.len()), (11, 11));
        for k in 0..=10 {
            let part = k as f64 / 10.0;
            assert!((d[k].0 - (d[0].0 + part * (d[10].0 - d[0].0))).abs() <= 1.0);
            assert!((d[k].1 - (d[0].1 + part * (d[10].1 - d[0].1))).abs() <= 1.0);
            // What one gains the other loses, at the same step.
            assert_eq!(d[k].0, g[k].0);
            assert!((d[k].1 - g[10 - k].1).abs() <= 1.0);
        }
        assert!(
            d[10].0 > d[0].0 && d[10].1 < d[0].1,
            "later is right, larger is up"
        );
    }

    #[test]
    fn any_run_makes_a_whole_chart_inside_its_own_frame() {
        let odd = [
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::MAX,
            -f32::MAX,
            0.0,
            -1e-30,
        ];
        let runs = [
            history([]),
            history([(0.5, 0.5)]),
            history([(f32::NAN, f32::NAN)]),
            history([(f32::MAX, f32::MAX)]),
            history([(-f32::MAX, f32::MAX), (0.0, 0.0)]),
            history((0..500).map(|k| (odd[k % 7], odd[k % 5]))),
            history((0..9000).map(|k| ((k as f32).sin(), 1e12))),
        ];
        for (index, run) in runs.iter().enumerate() {
            let svg = chart(run);
            assert_well_formed(&svg);
            for color in [ChartStyle::LIGHT.discriminator, ChartStyle::LIGHT.generator] {
                for (x, y) in curves(&svg, color).into_iter().flatten() {
                    let [width, height] = [SIZE.0, SIZE.1].map(|pixels| f64::from(4 * pixels));
                    assert!((0.0..=width).contains(&x), "run {index}: {x}");
                    assert!((0.0..=height).contains(&y), "run {index}: {y}");
                }
            }
        }
    }

    #[test]
    fn texts_keep_apart_at_any_size() {
        let run = history((0..50).map(|k| (0.01 * k as f32, 1e4)));
        for size in [(240, 140), (300, 250), (700, 400)] {
            assert_legible(&losses(&run, &ChartStyle::LIGHT, &LABELS, size), "losses");
        }
    }

    #[test]
    fn the_first_steps_are_not_counted_in_fractions() {
        let svg = chart(&history([(0.5, 0.5), (0.4, 0.6)]));
        let labels: Vec<&str> = svg.lines().filter(|line| !line.starts_with('<')).collect();
        assert!(labels.contains(&"10"), "{labels:?}");
    }

    #[test]
    fn numbers_are_written_as_in_the_language_of_the_page() {
        let style = ChartStyle {
            numerals: Numerals {
                decimal: ',',
                ..Numerals::PLAIN
            },
            ..ChartStyle::LIGHT
        };
        let svg = losses(
            &history([(0.5, 0.5), (0.4, 0.6)]),
            &style,
            &LABELS,
            (700, 400),
        );
        let labels: Vec<&str> = svg.lines().filter(|line| !line.starts_with('<')).collect();
        assert!(
            labels.contains(&"10") && labels.contains(&"0,50"),
            "{labels:?}"
        );
        assert!(!labels.contains(&"0.50"), "{labels:?}");
    }

    #[test]
    fn letters_too_large_for_the_size_do_no_harm() {
        for em in [0.0, 1.0, 60.0, 1000.0] {
            let style = ChartStyle {
                em,
                ..ChartStyle::LIGHT
            };
            let svg = losses(&history([(0.5, 0.5)]), &style, &LABELS, (1, 1));
            assert_well_formed(&svg);
            assert!(svg.contains("viewBox=\"0 0 960 560\""));
        }
    }

    #[test]
    fn the_same_history_gives_the_same_bytes() {
        let history = history((0..3000).map(|k| ((k as f32).sin(), (k as f32).cos())));
        assert_eq!(chart(&history), chart(&history));
    }

    #[test]
    fn texts_are_the_pages_and_escaped() {
        let svg = chart(&history([(0.5, 0.5)]));
        for text in [
            "判别器",
            "Generator &lt;G&gt;",
            "Step",
            "Loss",
            "aria-label=\"Losses\"",
        ] {
            assert!(svg.contains(text), "{text}");
        }
    }

    #[test]
    fn colours_are_the_styles() {
        let dark = losses(&history([(0.5, 0.5)]), &ChartStyle::DARK, &LABELS, SIZE);
        for [r, g, b] in [
            ChartStyle::DARK.text,
            ChartStyle::DARK.generator,
            ChartStyle::DARK.grid,
        ] {
            assert!(dark.contains(&format!("#{r:02X}{g:02X}{b:02X}")));
        }
        assert!(!dark.contains("#000000") && !dark.contains("#FFFFFF"));
    }

    #[test]
    fn the_networks_differ_by_marker_too() {
        let svg = chart(&history((0..=10).map(|_| (0.2, 0.4))));
        // Discs and triangles, each with its rim: on the curves six (at 0, 2, … 10) and six
        // (half way between them and at the end), and one in the legend.
        assert_eq!(svg.matches("<circle").count(), 2 * (6 + 1));
        assert_eq!(svg.matches("<polygon").count(), 2 * (5 + 1 + 1));
        // The discs stand on their curve, which is flat.
        let (_, y) = curves(&svg, ChartStyle::LIGHT.discriminator)[0][0];
        assert_eq!(svg.matches(&format!(" cy=\"{y}\"")).count(), 2 * 6);
    }

    #[test]
    fn a_missing_loss_leaves_a_gap() {
        let lossy = |k: i32| {
            if k == 10 || k == 11 {
                f32::NAN
            } else {
                0.1 * k as f32
            }
        };
        let svg = chart(&history((0..30).map(|k| (lossy(k), 1.0))));
        let found = curves(&svg, ChartStyle::LIGHT.discriminator);
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [10, 18]);
        assert_eq!(curves(&svg, ChartStyle::LIGHT.generator).len(), 1);
    }

    #[test]
    fn a_long_run_is_drawn_as_measured_and_as_its_mean() {
        // Losses that alternate between 0 and 1: a mean of 0.5, give or take one loss.
        let svg = chart(&history((0..1000).map(|k| ((k % 2) as f32, 0.0))));
        let found = curves(&svg, ChartStyle::LIGHT.discriminator);
        assert_eq!(found.len(), 2);
        let height = |curve: &[(f64, f64)]| {
            let heights = || curve.iter().map(|(_, y)| *y);
            heights().fold(f64::MIN, f64::max) - heights().fold(f64::MAX, f64::min)
        };
        assert!(height(&found[1]) < 0.11 * height(&found[0]));
    }
}
