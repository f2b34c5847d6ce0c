//! However long a run is, whatever its numbers and its texts are, the chart of it is whole, small and
//! legible.

use super::super::super::reading::{assert_legible, assert_well_formed, curves};
use super::super::*;
use super::{BLUE, RED, SIZE, STYLE, chart, curve, drawn, plain};
use crate::measure::{Distances, Metrics, Quality, Spread};
use crate::picture::metric_history::{Metric, MetricHistory};

#[test]
fn a_long_run_is_a_small_picture() {
    let mut history = MetricHistory::new();
    for step in 0..200_000_u64 {
        let wave = (step as f32 * 0.37).sin();
        let spread = Spread {
            mean: wave,
            deviation: 0.5,
        };
        let distances = Distances {
            sliced_w1: 1.0 + f64::from(wave),
            energy: 0.5,
        };
        let metrics = Metrics {
            fake_mean: [0.0; 2],
            fake_deviation: [0.0; 2],
            output_real: spread,
            output_fake: spread,
            quality: Some(Quality {
                step,
                modes: None,
                distances,
                theory: None,
            }),
            floor: None,
        };
        history.push(step, &metrics);
    }
    let of = |metric: Metric, color| MetricCurve {
        points: history.points(metric).collect(),
        ..plain(color, [])
    };
    let four = [RED, BLUE, RED, BLUE].map(|color| of(Metric::SlicedW1, color));
    let svg = drawn(&chart(ValueAxis::Logarithmic, &four));
    assert!(curves(&svg, RED)[0].len() <= MetricHistory::CAPACITY);
    assert!(svg.len() < 25_000, "{} bytes", svg.len());
    let banded = [of(Metric::OutputReal, RED), of(Metric::OutputFake, BLUE)];
    let svg = drawn(&chart(ValueAxis::Linear([0.0, 1.0]), &banded));
    assert!(svg.len() < 35_000, "{} bytes", svg.len());
}

#[test]
fn texts_are_the_pages_and_escaped() {
    let curves_shown = [MetricCurve {
        name: "a < b",
        ..plain(RED, [0.5, 0.25])
    }];
    let band = Band {
        mean: 0.5,
        low: 0.25,
        high: 0.75,
    };
    let svg = drawn(&MetricChart {
        name: "\"quoted\"",
        value: "覆盖 & co",
        step: "<step>",
        floor: Some(Floor {
            band,
            name: "<floor>",
        }),
        levels: &[Level {
            value: 1.0,
            name: "<b>",
        }],
        ..chart(ValueAxis::Linear([0.0, 1.0]), &curves_shown)
    });
    for text in [
        "a &lt; b",
        "aria-label=\"&quot;quoted&quot;\"",
        "覆盖 &amp; co",
        "&lt;step&gt;",
        "&lt;floor&gt;",
        "&lt;b&gt;",
    ] {
        assert!(svg.contains(text), "{text}");
    }
}

#[test]
fn any_numbers_make_a_whole_chart_at_any_size() {
    let odd = [
        f64::NAN,
        f64::INFINITY,
        f64::MAX,
        0.0,
        -1.0,
        1e-300,
        0.3,
        -f64::MAX,
    ];
    let shapes = [
        vec![],
        vec![plain(RED, [])],
        vec![plain(RED, [f64::NAN; 3])],
        vec![plain(RED, [f64::MAX; 3])],
        (0..6)
            .map(|_| plain(RED, (0..200).map(|k| odd[k % 8])))
            .collect(),
        vec![curve(
            RED,
            (0..200).map(|k| (k, odd[k as usize % 8], odd[k as usize % 7])),
        )],
    ];
    let bands = [
        [0.1, 0.2, 0.3],
        [f64::NAN; 3],
        [0.0; 3],
        [-1.0, 0.0, f64::MAX],
    ];
    let levels = odd.map(|value| Level {
        value,
        name: "level",
    });
    for curves in &shapes {
        for axis in [
            ValueAxis::Counts(0),
            ValueAxis::Counts(25),
            ValueAxis::Linear([0.0, 0.0]),
            ValueAxis::Linear([f64::NAN, 1.0]),
            ValueAxis::Logarithmic,
        ] {
            for [low, mean, high] in bands {
                let shown = MetricChart {
                    floor: Some(Floor {
                        band: Band { mean, low, high },
                        name: "floor",
                    }),
                    levels: &levels,
                    ..chart(axis, curves)
                };
                for (em, size) in [(12.0, SIZE), (60.0, (1, 1)), (0.0, (300, 250))] {
                    assert_well_formed(&metric(&shown, &ChartStyle { em, ..STYLE }, size));
                }
            }
        }
    }
}

#[test]
fn texts_keep_apart_at_any_size() {
    let names = ["least squares", "non-saturating", "最小二乘 + sigmoid", ""];
    let four = names.map(|name| MetricCurve {
        name,
        ..plain(RED, (0..40).map(|k| 12_345.0 * f64::from(k)))
    });
    let levels = [(0.0, "equal"), (1e4, "1e4"), (1.1e4, "next to it")];
    let levels = levels.map(|(value, name)| Level { value, name });
    let shown = MetricChart {
        value: "a long name for the values",
        levels: &levels,
        ..chart(ValueAxis::Linear([0.0, 1.0]), &four)
    };
    for size in [(240, 160), (300, 200), (600, 140)] {
        assert_legible(&metric(&shown, &STYLE, size), "metric");
    }
}
