//! Where everything is in the chart, read back from its text; `any_run` is what holds for every run.

mod any_run;

use super::super::reading::{
    assert_well_formed, attribute, curves, elements, polygons, polylines, texts,
};
use super::*;

const RED: [u8; 3] = [200, 1, 2];
const BLUE: [u8; 3] = [3, 4, 200];
const STYLE: ChartStyle = ChartStyle::LIGHT;
const SIZE: (u32, u32) = (500, 240);

fn curve(
    color: [u8; 3],
    points: impl IntoIterator<Item = (u64, f64, f64)>,
) -> MetricCurve<'static> {
    let point = |(step, mean, deviation)| MetricPoint {
        step,
        mean,
        deviation,
    };
    MetricCurve {
        name: "run",
        color,
        dash: Dash::Solid,
        points: points.into_iter().map(point).collect(),
    }
}

/// A curve without a band, a point at each step.
fn plain(color: [u8; 3], values: impl IntoIterator<Item = f64>) -> MetricCurve<'static> {
    curve(
        color,
        (0..).zip(values).map(|(step, value)| (step, value, 0.0)),
    )
}

fn chart<'a>(axis: ValueAxis, curves: &'a [MetricCurve<'a>]) -> MetricChart<'a> {
    MetricChart {
        name: "Metric",
        value: "value",
        step: "step",
        axis,
        curves,
        floor: None,
        levels: &[],
    }
}

fn drawn(shown: &MetricChart) -> String {
    let svg = metric(shown, &STYLE, SIZE);
    assert_well_formed(&svg);
    svg
}

/// Where the frame is, by the lines of its grid: left, right, top, bottom. There has to be a tick at
/// either end of the vertical axis.
struct Frame {
    x: [f64; 2],
    y: [f64; 2],
}

impl Frame {
    fn of(svg: &str) -> Self {
        let grid = polylines(svg, STYLE.grid).concat();
        let ends = |numbers: Vec<f64>| {
            [
                numbers.iter().copied().fold(f64::INFINITY, f64::min),
                numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            ]
        };
        Self {
            x: ends(grid.iter().map(|(x, _)| *x).collect()),
            y: ends(grid.iter().map(|(_, y)| *y).collect()),
        }
    }

    /// Where a point belongs that is so far along both axes, from 0 to 1.
    fn at(&self, along: f64, up: f64) -> (f64, f64) {
        let [left, right] = self.x;
        let [top, bottom] = self.y;
        (left + along * (right - left), bottom - up * (bottom - top))
    }
}

/// To a unit, a quarter of a CSS pixel.
#[track_caller]
fn assert_near(found: &[(f64, f64)], expected: &[(f64, f64)]) {
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        let apart = (found.0 - expected.0)
            .abs()
            .max((found.1 - expected.1).abs());
        assert!(apart <= 1.0, "{found:?}, not {expected:?}");
    }
}

#[test]
fn points_are_where_their_steps_and_values_say() {
    let points = [
        (0, 0.0, 0.0),
        (20, 2.0, 0.0),
        (50, 0.5, 0.0),
        (80, 1.5, 0.0),
    ];
    let curves_shown = [curve(RED, points)];
    let svg = drawn(&chart(ValueAxis::Linear([0.0, 2.0]), &curves_shown));
    let frame = Frame::of(&svg);
    let expected = points.map(|(step, value, _)| frame.at(step as f64 / 80.0, value / 2.0));
    assert_near(&curves(&svg, RED)[0], &expected);
}

#[test]
fn on_a_logarithmic_axis_a_tenth_is_as_far_down_everywhere_and_zero_is_at_the_edge() {
    let curves_shown = [plain(
        RED,
        [1.0, 0.1, 0.01, 0.03, 0.0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
    )];
    let svg = drawn(&chart(ValueAxis::Logarithmic, &curves_shown));
    let frame = Frame::of(&svg);
    // From 0.001, a decade below the least, to 1. log10(0.03) = log10(3) - 2 = -1.5229.
    let up = [3.0, 2.0, 1.0, 3.0 - 1.5229, 0.0, 2.0];
    let up = |k: usize| up[k.min(5)] / 3.0;
    let expected: Vec<_> = (0..11).map(|k| frame.at(k as f64 / 10.0, up(k))).collect();
    assert_near(&curves(&svg, RED)[0], &expected);
}

#[test]
fn counts_keep_their_value_until_the_next_is_measured() {
    let curves_shown = [curve(RED, [(0, 1.0, 0.0), (4, 3.0, 0.0), (10, 2.0, 0.0)])];
    let svg = drawn(&chart(ValueAxis::Counts(4), &curves_shown));
    let frame = Frame::of(&svg);
    let expected = [(0.0, 1.0), (0.4, 1.0), (0.4, 3.0), (1.0, 3.0), (1.0, 2.0)];
    assert_near(
        &curves(&svg, RED)[0],
        &expected.map(|(along, count)| frame.at(along, count / 4.0)),
    );
}

#[test]
fn a_band_reaches_a_deviation_to_either_side_of_its_curve() {
    let points = [(0, 0.5, 0.25), (5, 0.75, 0.0), (10, 0.25, 0.5)];
    let curves_shown = [curve(RED, points), plain(BLUE, [0.5; 3])];
    let svg = drawn(&chart(ValueAxis::Linear([-1.0, 1.0]), &curves_shown));
    let frame = Frame::of(&svg);
    let at = |along: f64, value: f64| frame.at(along, (value + 1.0) / 2.0);
    let upper = [at(0.0, 0.75), at(0.5, 0.75), at(1.0, 0.75)];
    let lower = [at(0.0, 0.25), at(0.5, 0.75), at(1.0, -0.25)];
    let around = [upper, [lower[2], lower[1], lower[0]]].concat();
    assert_near(&polygons(&svg, RED)[0], &around);
    // Its edges, then the curve itself.
    let lines = curves(&svg, RED);
    assert_near(&lines[0], &upper);
    assert_near(&lines[1], &lower);
    assert_eq!(lines.len(), 3);
    assert!(polygons(&svg, BLUE).is_empty());
}

#[test]
fn more_curves_than_two_have_no_bands() {
    let curves_shown = [RED, BLUE, RED].map(|color| curve(color, [(0, 0.5, 0.1), (9, 0.5, 0.1)]));
    let axis = ValueAxis::Linear([0.0, 1.0]);
    assert_eq!(
        polygons(&drawn(&chart(axis, &curves_shown[..2])), RED).len(),
        1
    );
    assert!(polygons(&drawn(&chart(axis, &curves_shown)), RED).is_empty());
}

#[test]
fn the_noise_floor_is_shaded_from_end_to_end_around_its_mean() {
    let band = Band {
        mean: 0.75,
        low: 0.5,
        high: 1.25,
    };
    let curves_shown = [plain(RED, [2.0, 1.0, 1.5])];
    let shown = MetricChart {
        floor: Some(Floor {
            band,
            name: "floor",
        }),
        ..chart(ValueAxis::Linear([0.0, 2.0]), &curves_shown)
    };
    let svg = drawn(&shown);
    let frame = Frame::of(&svg);
    let [shaded, mean] = floor(&svg);
    assert_near(
        &shaded,
        &[frame.at(0.0, 1.25 / 2.0), frame.at(1.0, 0.5 / 2.0)],
    );
    assert_near(&mean, &[0.0, 1.0].map(|along| frame.at(along, 0.75 / 2.0)));
    assert!(texts(&svg).iter().any(|(text, _)| text == "floor"));

    // From 0.5 to 2, and on to 0.1 for a second power of ten: log10 of 20, 12.5, 7.5 and 5 times that.
    let svg = drawn(&MetricChart {
        axis: ValueAxis::Logarithmic,
        ..shown
    });
    let frame = Frame::of(&svg);
    let [shaded, mean] = floor(&svg);
    let [high, middle, low] = [1.0969, 0.8751, 0.6990].map(|up| up / 1.3010);
    assert_near(&shaded, &[frame.at(0.0, high), frame.at(1.0, low)]);
    assert_near(&mean, &[0.0, 1.0].map(|along| frame.at(along, middle)));
}

/// The corners of the noise floor, and its middle line.
fn floor(svg: &str) -> [Vec<(f64, f64)>; 2] {
    // The sign in the legend is drawn first, then the floor itself.
    let floors: Vec<&str> = elements(svg, "rect", "fill", STYLE.axis).collect();
    assert_eq!(floors.len(), 2);
    let number = |name| attribute(floors[1], name).parse::<f64>().unwrap();
    let (x, y) = (number("x"), number("y"));
    let corners = vec![(x, y), (x + number("width"), y + number("height"))];
    [corners, polylines(svg, STYLE.axis).pop().unwrap()]
}

#[test]
fn levels_run_across_and_have_their_names_beside_the_frame() {
    let levels = [(0.0, "low"), (1.0, "b = 1")].map(|(value, name)| Level { value, name });
    let curves_shown = [plain(RED, [0.5, 0.5, 0.5])];
    let svg = drawn(&MetricChart {
        levels: &levels,
        ..chart(ValueAxis::Linear([0.0, 2.0]), &curves_shown)
    });
    let frame = Frame::of(&svg);
    let dashed = elements(&svg, "polyline", "stroke", STYLE.text);
    let dashed: Vec<&str> = dashed
        .filter(|line| line.contains("stroke-dasharray"))
        .collect();
    assert_eq!(dashed.len(), 2);
    let lines = polylines(&dashed.join("\n"), STYLE.text);
    for (level, line) in levels.iter().zip(&lines) {
        let up = level.value / 2.0;
        assert_near(line, &[frame.at(0.0, up), frame.at(1.0, up)]);
        let texts = texts(&svg);
        let (_, [left, _, top, bottom]) =
            texts.iter().find(|(text, _)| text == level.name).unwrap();
        assert!(*left > frame.x[1], "beside the frame");
        assert!(
            (top..=bottom).contains(&&frame.at(1.0, up).1),
            "at the line"
        );
    }
}

#[test]
fn names_that_are_empty_take_no_room() {
    let curves_shown = [plain(RED, [0.5, 0.25])];
    let bare = MetricCurve {
        name: "",
        ..curves_shown[0].clone()
    };
    let right = |name, curves: &[MetricCurve]| {
        let levels = [Level { value: 1.0, name }];
        let svg = drawn(&MetricChart {
            levels: &levels,
            ..chart(ValueAxis::Linear([0.0, 1.0]), curves)
        });
        let named = texts(&svg).iter().filter(|(text, _)| text == "run").count();
        (Frame::of(&svg).x[1], named)
    };
    let (with_name, named) = right("level", &curves_shown);
    let (without, unnamed) = right("", &[bare]);
    assert_eq!((named, unnamed), (1, 0));
    // Room for a last tick's label of 2 digits, and no more.
    assert!(without > 4.0 * 480.0 && with_name < without, "{without}");
}

#[test]
fn a_level_that_a_logarithmic_axis_does_not_hold_is_left_out() {
    let levels = [0.0, -1.0, 500.0, 0.1].map(|value| Level {
        value,
        name: "level",
    });
    let curves_shown = [plain(RED, [0.01, 0.5, 1.0])];
    let svg = drawn(&MetricChart {
        levels: &levels,
        ..chart(ValueAxis::Logarithmic, &curves_shown)
    });
    assert_eq!(
        texts(&svg)
            .iter()
            .filter(|(text, _)| text == "level")
            .count(),
        1
    );
}

#[test]
fn what_is_no_number_leaves_a_gap_and_what_lies_beyond_runs_along_the_edge() {
    let value = |k: usize| match k {
        10 | 11 => f64::NAN,
        12 => f64::INFINITY,
        _ => 0.5,
    };
    let curves_shown = [
        plain(RED, (0..30).map(value)),
        plain(
            BLUE,
            (0..300).map(|k| {
                if k == 150 {
                    1e20
                } else {
                    0.3 + 0.001 * k as f64
                }
            }),
        ),
    ];
    let svg = drawn(&chart(ValueAxis::Linear([0.0, 1.0]), &curves_shown));
    let runs: Vec<usize> = curves(&svg, RED).iter().map(Vec::len).collect();
    assert_eq!(runs, [10, 17]);
    let frame = Frame::of(&svg);
    assert_eq!(curves(&svg, BLUE)[0][150].1, frame.y[0]);
    // A lone number between two gaps is a dot.
    let lone = [plain(RED, [f64::NAN, 0.5, f64::NAN])];
    let svg = drawn(&chart(ValueAxis::Linear([0.0, 1.0]), &lone));
    assert_eq!(elements(&svg, "circle", "fill", RED).count(), 1);
}

#[test]
fn curves_lie_on_each_other_in_their_order() {
    let values = [0.5; 4];
    let curves_shown = [plain(RED, values), plain(BLUE, values)];
    let svg = drawn(&chart(ValueAxis::Linear([0.0, 1.0]), &curves_shown));
    let place = |[r, g, b]: [u8; 3]| svg.rfind(&format!("#{r:02X}{g:02X}{b:02X}")).unwrap();
    assert!(place(RED) < place(BLUE));
    assert_eq!(curves(&svg, RED), curves(&svg, BLUE));
}
