//! The charts of metrics in the gallery: each metric of one run, and of four side by side.

use super::{DARK, LIGHT};
use crate::measure::Band;
use crate::picture::chart::{
    ChartStyle, Dash, Floor, Level, MetricChart, MetricCurve, ValueAxis, metric,
};
use crate::picture::metric_history::MetricPoint;

/// For one run, and for four, whose names take their room.
const SIZES: [[(u32, u32); 3]; 2] = [
    [(280, 150), (300, 250), (600, 220)],
    [(280, 230), (300, 250), (600, 220)],
];

const DASHES: [Dash; 4] = [
    Dash::Solid,
    Dash::Dashed,
    Dash::DashDotted,
    Dash::LongDashed,
];

/// Something like noise between -1 and 1, the same every time.
fn noise(seed: f64, k: usize) -> f64 {
    let wave = (k as f64 * (12.9898 + seed)).sin() * 43_758.545_3;
    2.0 * (wave - wave.floor()) - 1.0
}

/// 200 points up to a step; `value` takes the part of the run that has passed and says mean and
/// deviation.
fn points(newest: u64, value: impl Fn(f64, usize) -> [f64; 2]) -> Vec<MetricPoint> {
    (0..200)
        .map(|k| {
            let part = k as f64 / 199.0;
            let [mean, deviation] = value(part, k);
            MetricPoint {
                step: (part * newest as f64) as u64,
                mean,
                deviation,
            }
        })
        .collect()
}

fn curve<'a>(
    name: &'a str,
    index: usize,
    colors: [[u8; 3]; 4],
    points: Vec<MetricPoint>,
) -> MetricCurve<'a> {
    MetricCurve {
        name,
        color: colors[index],
        dash: DASHES[index],
        points,
    }
}

/// A distance that falls to its floor, which is 1, at one of four speeds; the fourth run diverges.
fn distance(index: usize) -> impl Fn(f64, usize) -> [f64; 2] {
    move |part, k| {
        let left = 80.0 * (-part * [9.0, 6.0, 2.0, 1.0][index]).exp();
        let value = (left + 1.0 + 0.1 * index as f64) * (0.15 * noise(index as f64, k)).exp();
        let diverged = index == 3 && part > 0.4;
        [if diverged { f64::NAN } else { value }, 0.0]
    }
}

/// The outputs of D on real samples (or generated ones), on their way to 1/2.
fn outputs(real: bool, index: usize) -> impl Fn(f64, usize) -> [f64; 2] {
    move |part, k| {
        let apart = 0.5 * (-4.0 * part).exp() * if real { 1.0 } else { -1.0 };
        let wobble = 0.06 * noise(index as f64 + f64::from(u8::from(real)), k);
        [
            0.5 + apart + wobble,
            0.12 + 0.1 * (1.0 - part) + 0.05 * index as f64,
        ]
    }
}

/// What differs between the two languages.
struct Words {
    step: &'static str,
    panes: [&'static str; 4],
    floor: &'static str,
    values: [&'static str; 7],
    outputs: [&'static str; 2],
    two: [&'static str; 2],
    bounds: [&'static str; 2],
}

const ENGLISH: Words = Words {
    step: "step",
    panes: [
        "least squares",
        "non-saturating",
        "minimax",
        "least squares + sigmoid",
    ],
    floor: "noise floor (95 %)",
    values: [
        "modes covered of 8",
        "high-quality samples (%)",
        "reverse KL (nats)",
        "sliced W1",
        "energy distance",
        "divergence",
        "D ± deviation",
    ],
    outputs: ["on real", "on generated"],
    two: ["Pearson χ²", "2 C(G)"],
    bounds: ["equal", "disjoint"],
};

const CHINESE: Words = Words {
    step: "步",
    panes: ["最小二乘", "非饱和", "极小极大", "最小二乘 + sigmoid"],
    floor: "噪声水平（95 %）",
    values: [
        "覆盖的模式数（共 8 个）",
        "高质量样本（%）",
        "反向 KL（奈特）",
        "切片 W1",
        "能量距离",
        "散度",
        "D 的均值 ± 标准差",
    ],
    outputs: ["真实样本", "生成样本"],
    two: ["皮尔逊 χ²", "2 C(G)"],
    bounds: ["相等", "不相交"],
};

/// Each metric with the curves that `runs` runs have.
fn charts(
    words: &Words,
    colors: [[u8; 3]; 4],
    style: &ChartStyle,
    runs: usize,
) -> Vec<(String, String)> {
    let newest = [3000, 150_000][usize::from(runs > 1)];
    let of_runs = |value: &dyn Fn(usize) -> Box<dyn Fn(f64, usize) -> [f64; 2]>| -> Vec<_> {
        let name = |index: usize| if runs == 1 { "" } else { words.panes[index] };
        (0..runs)
            .map(|index| curve(name(index), index, colors, points(newest, value(index))))
            .collect()
    };
    let modes = of_runs(&|index| {
        Box::new(move |part, k| {
            let speed = [12.0, 6.0, 3.0, 9.0][index];
            let lost = if noise(index as f64, k / 3) > 0.7 {
                1.0
            } else {
                0.0
            };
            [((1.0 + speed * part).min(8.0) - lost).floor().max(0.0), 0.0]
        })
    });
    let quality = of_runs(&|index| {
        Box::new(move |part, k| {
            let left = 60.0 * (-part * (5.0 - index as f64)).exp();
            [98.5 - left - 2.0 * noise(index as f64, k).abs(), 0.0]
        })
    });
    let divergence = of_runs(&|index| {
        Box::new(move |part, k| {
            let left = 2.079 * (1.0 - part * (1.0 - 0.1 * index as f64)).powi(2);
            [left + 0.02 * noise(index as f64, k).abs(), 0.0]
        })
    });
    let w1 = of_runs(&|index| {
        let distance = distance(index);
        Box::new(move |part, k| distance(part, k).map(|value| 0.014 * value))
    });
    let energy = of_runs(&|index| {
        let distance = distance(index);
        Box::new(move |part, k| distance(part, k).map(|value| 4e-4 * value.powf(1.7)))
    });
    let chi_squared = points(newest, |part, k| {
        [
            0.15 + 1.85 * (-5.0 * part).exp() + 0.01 * noise(1.0, k),
            0.0,
        ]
    });
    let two_c = points(newest, |part, k| {
        [0.5 + 0.4 * (-5.0 * part).exp() + 0.01 * noise(2.0, k), 0.0]
    });
    let two = [
        curve(words.two[0], 0, colors, chi_squared),
        curve(words.two[1], 1, colors, two_c),
    ];
    let d: Vec<_> = if runs == 1 {
        [true, false]
            .into_iter()
            .enumerate()
            .map(|(index, real)| {
                let points = points(newest, outputs(real, 0));
                curve(words.outputs[index], index, colors, points)
            })
            .collect()
    } else {
        of_runs(&|index| Box::new(outputs(true, index)))
    };

    let floor = |scale: f64| {
        let [low, mean, high] = [0.8, 1.0, 1.3].map(|value| scale * value);
        Some(Floor {
            band: Band { mean, low, high },
            name: words.floor,
        })
    };
    let level = |value, name| Level { value, name };
    let shown = |index: usize, axis, curves, floor, levels| MetricChart {
        name: words.values[index],
        value: words.values[index],
        step: words.step,
        axis,
        curves,
        floor,
        levels,
    };
    let linear = |from, to| ValueAxis::Linear([from, to]);
    let bounds = [level(0.0, words.bounds[0]), level(2.0, words.bounds[1])];
    let labels = [level(0.0, "a = 0"), level(1.0, "b = 1")];
    let perfect = [level(98.89, "98.89 %")];
    let all = [
        (
            "modes",
            shown(0, ValueAxis::Counts(8), &modes[..], None, &[][..]),
        ),
        ("hq", shown(1, linear(0.0, 100.0), &quality, None, &perfect)),
        ("kl", shown(2, linear(0.0, 0.1), &divergence, None, &[])),
        (
            "w1",
            shown(3, ValueAxis::Logarithmic, &w1, floor(0.014), &[]),
        ),
        (
            "energy",
            shown(4, ValueAxis::Logarithmic, &energy, floor(4e-4), &[]),
        ),
        ("chi", shown(5, linear(0.0, 2.0), &two, None, &bounds)),
        ("outputs", shown(6, linear(0.0, 1.0), &d, None, &labels)),
        ("empty", shown(3, ValueAxis::Logarithmic, &[], None, &[])),
    ];
    let mut drawn = Vec::new();
    for (name, chart) in all {
        for size in SIZES[usize::from(runs > 1)] {
            drawn.push((
                format!("{name}_{runs}_{}", size.0),
                metric(&chart, style, size),
            ));
        }
    }
    drawn
}

/// Every chart of a metric worth looking at, with its name.
pub fn gallery() -> Vec<(String, String)> {
    let mut drawn = Vec::new();
    for runs in [1, 4] {
        for (name, svg) in charts(&ENGLISH, LIGHT, &ChartStyle::LIGHT, runs) {
            drawn.push((format!("metric_{name}"), svg));
        }
        for (name, svg) in charts(&CHINESE, DARK, &ChartStyle::DARK, runs) {
            drawn.push((format!("metric_dark_{name}"), svg));
        }
    }
    drawn
}
