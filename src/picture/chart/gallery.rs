//! Every chart in typical states: drawn for the eye, and held to what a phone can bear.
//!
//! `cargo test --no-default-features --lib gallery -- --ignored` writes them as SVG files into
//! the system's folder for temporary files.

mod metrics;

use super::*;
use crate::config::Loss;
use crate::picture::history::LossHistory;
use crate::picture::norm_history::NormHistory;
use std::time::Instant;

const fn least_squares(a: f64, b: f64, c: f64, sigmoid: bool) -> Loss {
    Loss::Lsgan { a, b, c, sigmoid }
}

const ZERO_ONE: Loss = least_squares(0.0, 1.0, 1.0, false);
const PEARSON: Loss = least_squares(-1.0, 1.0, 0.0, false);
const ON_SIGMOID: Loss = least_squares(0.0, 1.0, 1.0, true);

/// Okabe and Ito's colours, for a light and for a dark page.
const LIGHT: [[u8; 3]; 4] = [[0, 114, 178], [0, 138, 102], [204, 71, 140], [150, 100, 0]];
const DARK: [[u8; 3]; 4] = [
    [86, 180, 233],
    [63, 214, 170],
    [240, 140, 190],
    [240, 228, 66],
];

const ENGLISH: LossCurveLabels = LossCurveLabels {
    name: "The generator's losses over D's output, with the samples",
    output: "D's output y",
    value: "l(y)",
    slope: "l′(y)",
    flat: "|l′| < 0.01",
    above: "above the boundary",
    below: "below",
};
const CHINESE: LossCurveLabels = LossCurveLabels {
    name: "生成器的损失随 D 的输出的变化，附样本",
    output: "D 的输出 y",
    value: "l(y)",
    slope: "l′(y)",
    flat: "|l′| < 0.01",
    above: "边界之上",
    below: "边界之下",
};

/// Outputs about two middles, spread by about two units of `spread`, the same every time.
fn outputs(middles: [f32; 2], spread: f32, count: usize) -> Vec<f32> {
    (0..count)
        .map(|k| {
            let wave = (k as f32 * 12.9898).sin() + (k as f32 * 4.1414).sin();
            middles[k % 2] + spread * wave
        })
        .collect()
}

fn curve(loss: Loss, name: &'static str, index: usize, colors: [[u8; 3]; 4]) -> LossCurve<'static> {
    LossCurve {
        name,
        loss,
        color: colors[index],
        dash: [Dash::DashDotted, Dash::Dashed, Dash::Solid, Dash::Dotted][index],
    }
}

fn four(colors: [[u8; 3]; 4], chinese: bool) -> Vec<LossCurve<'static>> {
    let names = if chinese {
        ["极小极大", "非饱和", "最小二乘", "最小二乘 + sigmoid"]
    } else {
        [
            "minimax",
            "non-saturating",
            "least squares",
            "least squares + sigmoid",
        ]
    };
    [Loss::Minimax, Loss::NonSaturating, ZERO_ONE, ON_SIGMOID]
        .into_iter()
        .enumerate()
        .map(|(index, loss)| curve(loss, names[index], index, colors))
        .collect()
}

const SIZES: [(u32, u32); 3] = [(300, 250), (420, 320), (700, 400)];

/// Every loss chart worth looking at, with its name.
fn loss_curve_gallery() -> Vec<(String, String)> {
    let mut drawn = Vec::new();
    let mut own_first = four(LIGHT, false);
    own_first.swap(0, 2);
    let cases = [
        (
            "all",
            four(LIGHT, false),
            outputs([-6.0, -2.0], 1.0, 500),
            3,
        ),
        ("all_ls", own_first, outputs([0.3, 0.7], 0.2, 500), 7),
        (
            "minimax",
            four(LIGHT, false)[..1].to_vec(),
            outputs([-5.0, 1.0], 1.2, 500),
            2,
        ),
        (
            "ns",
            four(LIGHT, false)[1..2].to_vec(),
            outputs([-30.0, 5.0], 4.0, 500),
            9,
        ),
        (
            "ls",
            vec![curve(ZERO_ONE, "least squares", 2, LIGHT)],
            outputs([0.2, 0.8], 0.1, 500),
            5,
        ),
        (
            "ls_far",
            vec![curve(PEARSON, "least squares", 2, LIGHT)],
            outputs([-8.0, 8.0], 0.0, 2),
            0,
        ),
        (
            "sigmoid",
            four(LIGHT, false)[3..].to_vec(),
            outputs([-7.0, 7.0], 0.5, 40),
            1,
        ),
    ];
    for (name, curves, outputs, selected) in &cases {
        let losses: Vec<Loss> = curves.iter().map(|curve| curve.loss).collect();
        let shown = LossCurves {
            curves,
            outputs,
            selected: Some(*selected),
            threshold: 0.01,
            range: output_range(&losses, outputs),
        };
        for size in SIZES {
            let chart = loss_curves(&shown, &ChartStyle::LIGHT, &ENGLISH, size);
            drawn.push((format!("loss_{name}_{}", size.0), chart.svg));
        }
    }
    let outputs = outputs([-6.0, 5.0], 1.5, 500);
    let curves = four(DARK, true);
    let shown = LossCurves {
        curves: &curves,
        outputs: &outputs,
        selected: None,
        threshold: 0.01,
        range: [-10.0, 10.0],
    };
    for size in SIZES {
        let chart = loss_curves(&shown, &ChartStyle::DARK, &CHINESE, size);
        drawn.push((format!("loss_dark_{}", size.0), chart.svg));
    }
    drawn
}

const NORMS: GradientNormLabels = GradientNormLabels {
    name: "Gradient norms over the steps",
    discriminator: "D: gradient norm by layer (1 = input side)",
    generator: "G: gradient norm by layer (1 = input side)",
    step: "step",
};
const CHINESE_NORMS: GradientNormLabels = GradientNormLabels {
    name: "梯度范数随步数的变化",
    discriminator: "D 各层的梯度范数（1 = 输入侧）",
    generator: "G 各层的梯度范数（1 = 输入侧）",
    step: "步",
};

/// A run whose layers have norms about those of `middles`, with the noise of minibatches.
fn norms(steps: u64, discriminator: &[f32], generator: &[f32]) -> NormHistory {
    let mut history = NormHistory::new();
    for step in (1..=steps).step_by(5) {
        let noisy = |layers: &[f32], decay: f32| -> Vec<f32> {
            let noise = |layer: usize| (step as f32 * (12.9898 + layer as f32)).sin();
            layers
                .iter()
                .enumerate()
                .map(|(layer, norm)| norm * (0.35 * noise(layer) - decay * step as f32).exp())
                .collect()
        };
        history.push(step, &noisy(discriminator, 0.0), &noisy(generator, 2e-3));
    }
    history
}

fn gradient_norm_gallery() -> Vec<(String, String)> {
    let deep = [3e-6, 4e-5, 6e-4, 9e-3, 0.12];
    let cases = [
        ("deep", norms(3000, &deep, &deep)),
        ("healthy", norms(700, &[0.4, 0.5, 0.3], &[0.8, 0.6, 0.7])),
        ("nothing", norms(2000, &[0.4, 0.5, 0.3], &[0.0, 1e-5, 3e-5])),
        ("start", norms(6, &[0.4, 0.5, 0.3], &[0.8, 0.6, 0.7])),
        ("wide", norms(150_000, &[0.4; 9], &[1e-3; 9])),
    ];
    let mut drawn = Vec::new();
    for (name, history) in &cases {
        for size in SIZES {
            let light = gradient_norms(history, &ChartStyle::LIGHT, &NORMS, size);
            drawn.push((format!("norms_{name}_{}", size.0), light));
            let dark = gradient_norms(history, &ChartStyle::DARK, &CHINESE_NORMS, size);
            drawn.push((format!("norms_dark_{name}_{}", size.0), dark));
        }
    }
    drawn
}

fn loss_gallery() -> Vec<(String, String)> {
    let labels = ChartLabels {
        name: "Losses over the steps",
        discriminator: "loss of D",
        generator: "loss of G",
        step: "step",
        loss: "loss",
    };
    let mut history = LossHistory::new();
    for step in 0..3000 {
        let noise = (step as f32 * 12.9898).sin();
        history.push(
            step,
            0.5 + 0.1 * noise,
            0.3 + 0.1 * (step as f32 * 0.01).cos(),
        );
    }
    let sizes = SIZES.into_iter();
    sizes
        .map(|size| {
            let svg = losses(&history, &ChartStyle::LIGHT, &labels, size);
            (format!("losses_{}", size.0), svg)
        })
        .collect()
}

fn gallery() -> Vec<(String, String)> {
    let mut drawn = loss_curve_gallery();
    drawn.extend(loss_gallery());
    drawn.extend(gradient_norm_gallery());
    drawn.extend(metrics::gallery());
    drawn
}

#[test]
#[ignore = "draws for the eye"]
fn drawn_into_files() {
    let folder = std::env::temp_dir().join("lsgan-lab-charts");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, svg) in gallery() {
        std::fs::write(folder.join(name).with_extension("svg"), svg).unwrap();
    }
}

#[test]
fn every_chart_is_legible_at_every_size() {
    for (name, svg) in gallery() {
        reading::assert_well_formed(&svg);
        reading::assert_legible(&svg, &name);
    }
}

#[test]
fn every_chart_is_small_and_quick_enough_to_redraw_four_times_a_second() {
    for (name, svg) in gallery() {
        // The losses of a long run are 2000 points, noise and all.
        let most = if name.starts_with("losses") {
            90_000
        } else {
            60_000
        };
        assert!(svg.len() < most, "{name}: {} bytes", svg.len());
    }
    let start = Instant::now();
    let count = gallery().len();
    let each = start.elapsed().as_secs_f64() / count as f64;
    // About 0.5 ms where 3 would do; ten times that, lest a busy machine fail.
    assert!(each < 0.03, "{each} s");
}
