//! The colours of www/style/colours.css: text that can be read, and colours that stay apart for everybody.
#![cfg(not(target_arch = "wasm32"))]

use std::{collections::BTreeMap, fs};

use palette::{
    FromColor, Lab, LinSrgb, Srgb,
    color_difference::{Ciede2000, Wcag21RelativeContrast},
};

type Theme = BTreeMap<String, Srgb<f64>>;

/// The blocks of the file that name colours, in its order: light, dark by choice, dark by the system's wish.
fn themes() -> [Theme; 3] {
    let css = fs::read_to_string("www/style/colours.css").unwrap();
    let blocks = css.split('}').map(|block| {
        let declarations = block.split(';').filter_map(|line| {
            let (name, value) = line.rsplit_once("--")?.1.split_once(": ")?;
            let color: Srgb<u8> = value.parse().ok()?;
            Some((name.to_owned(), color.into_format()))
        });
        declarations.collect::<Theme>()
    });
    let named: Vec<Theme> = blocks.filter(|theme| !theme.is_empty()).collect();
    named.try_into().expect("three palettes")
}

/// The pairs of a text and what lies behind it, as the style sheets put them together.
const TEXTS: [(&[&str], &[&str]); 7] = [
    (
        &["ink", "ink-soft", "accent", "accent-hover", "good", "alert"],
        &["page", "paper", "sunken"],
    ),
    (&["ink", "accent", "accent-hover"], &["accent-tint"]),
    (&["ink", "alert"], &["alert-tint"]),
    (&["on-accent"], &["accent", "accent-hover"]),
    (&["chart-ink"], &["chart-paper", "paper"]),
    (
        &["plane-ink", "plane-level", "plane-force"],
        &["plane-paper", "plane-outline"],
    ),
    // The legend's names of the losses.
    (
        &[
            "loss-minimax",
            "loss-non-saturating",
            "loss-lsgan",
            "loss-lsgan-sigmoid",
        ],
        &["paper"],
    ),
];

/// What is drawn and no text: 3 : 1 (WCAG 2.2, 1.4.11).
const SHAPES: [(&[&str], &[&str]); 3] = [
    (&["line-strong"], &["page", "paper", "sunken"]),
    (&["chart-d", "chart-g"], &["chart-paper"]),
    // Samples, lines and arrows have a halo.
    (
        &[
            "plane-real",
            "plane-fake",
            "plane-boundary",
            "plane-selected",
            "plane-mesh",
        ],
        &["plane-outline", "plane-paper"],
    ),
];

#[test]
fn texts_and_shapes_have_the_contrast_that_wcag_asks_for() {
    for (which, theme) in themes().iter().enumerate() {
        for (pairs, least) in [(&TEXTS[..], 4.5), (&SHAPES[..], 3.0)] {
            for (front, behind) in pairs {
                for (front, behind) in front
                    .iter()
                    .flat_map(|front| behind.iter().map(move |one| (*front, *one)))
                {
                    let contrast = theme[front].relative_contrast(theme[behind]);
                    assert!(
                        contrast >= least,
                        "palette {which}, {front} on {behind}: {contrast:.2}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_dark_palette_is_the_same_by_choice_and_by_wish() {
    let [light, chosen, wished] = themes();
    assert_eq!(chosen, wished);
    assert!(light.len() > 30 && light.keys().eq(chosen.keys()));
}

/// How linear red, green and blue look to people who lack one kind of cones: Machado, Oliveira and Fernandes, A
/// physiologically-based model for simulation of color vision deficiency, 2009, table 1, severity 1.0.
const VISIONS: [(&str, [[f64; 3]; 3]); 4] = [
    (
        "all cones",
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    ),
    (
        "protanopia",
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ),
];

fn seen(color: Srgb<f64>, vision: [[f64; 3]; 3]) -> Lab<palette::white_point::D65, f64> {
    let light: LinSrgb<f64> = color.into_linear();
    let light = [light.red, light.green, light.blue];
    let [red, green, blue] = vision.map(|row| {
        row.iter()
            .zip(light)
            .map(|(part, light)| part * light)
            .sum::<f64>()
    });
    let seen = LinSrgb::new(red, green, blue);
    let seen = Srgb::from_linear(LinSrgb::new(
        seen.red.clamp(0.0, 1.0),
        seen.green.clamp(0.0, 1.0),
        seen.blue.clamp(0.0, 1.0),
    ));
    Lab::from_color(seen)
}

/// Colours that stand beside each other in one picture and mean different things.
const TOGETHER: [&[&str]; 3] = [
    &["plane-real", "plane-fake", "plane-force", "plane-selected"],
    &[
        "loss-minimax",
        "loss-non-saturating",
        "loss-lsgan",
        "loss-lsgan-sigmoid",
    ],
    &["chart-d", "chart-g"],
];

/// Where 1 is just to be seen by an eye that looks for it (CIEDE2000), so much is told apart at a glance.
const APART: f64 = 10.0;

#[test]
fn colours_that_mean_different_things_stay_apart_under_every_kind_of_colour_blindness() {
    for (which, theme) in themes().iter().enumerate() {
        for (vision, matrix) in VISIONS {
            for names in TOGETHER {
                for (index, one) in names.iter().enumerate() {
                    for other in &names[..index] {
                        let [a, b] = [one, other].map(|name| seen(theme[*name], matrix));
                        let difference = a.difference(b);
                        assert!(
                            difference >= APART,
                            "palette {which}, {vision}: {one} and {other} are {difference:.1} apart"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_simulated_is_what_was_published() {
    // White stays white, and to who lacks red or green cones a red and a green of one lightness are much alike.
    for (_, vision) in VISIONS {
        let white = seen(Srgb::new(1.0, 1.0, 1.0), vision);
        assert!(
            (white.l - 100.0).abs() < 0.1 && white.a.hypot(white.b) < 0.5,
            "{white:?}"
        );
    }
    let [red, green] =
        ["#c0504d", "#6b8e23"].map(|color| color.parse::<Srgb<u8>>().unwrap().into_format());
    let apart = |vision| seen(red, vision).difference(seen(green, vision));
    assert!(apart(VISIONS[0].1) > 40.0);
    assert!(apart(VISIONS[2].1) < 15.0, "{}", apart(VISIONS[2].1));
}
