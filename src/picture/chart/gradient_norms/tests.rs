use super::*;
use crate::picture::chart::reading::{assert_well_formed, curves, texts};

const LABELS: GradientNormLabels = GradientNormLabels {
    name: "Gradient norms",
    discriminator: "D's layers",
    generator: "G's layers",
    step: "step",
};
/// Texts in the discriminator's own colour, so that all of its layers have it.
const STYLE: ChartStyle = ChartStyle {
    text: ChartStyle::LIGHT.discriminator,
    ..ChartStyle::LIGHT
};

fn history(norms: impl IntoIterator<Item = (Vec<f32>, Vec<f32>)>) -> NormHistory {
    let mut history = NormHistory::new();
    for (step, (discriminator, generator)) in norms.into_iter().enumerate() {
        history.push(step as u64, &discriminator, &generator);
    }
    history
}

fn chart(history: &NormHistory) -> String {
    gradient_norms(history, &STYLE, &LABELS, (500, 300))
}

/// The rows of the numbers 1, 2, … at the ends of the lines, by their letters' feet.
fn rows(svg: &str, number: &str) -> Vec<f64> {
    let right = 4.0 * 450.0;
    let found = texts(svg).into_iter();
    found
        .filter(|(text, [left, ..])| text == number && *left > right)
        .map(|(_, [.., foot])| foot)
        .collect()
}

#[test]
fn a_tenth_of_a_norm_is_as_far_down_everywhere_and_the_same_in_both_plots() {
    let run = history((0..20).map(|_| (vec![1e-4, 1e-3, 1e-2], vec![1e-4, 1e-2])));
    let svg = chart(&run);
    let lines = curves(&svg, STYLE.discriminator);
    let row = |layer: usize| {
        assert!(lines[layer].iter().all(|(_, y)| *y == lines[layer][0].1));
        lines[layer][0].1
    };
    assert!(row(0) > row(1) && row(1) > row(2));
    assert!((row(0) - 2.0 * row(1) + row(2)).abs() <= 2.0);
    let generator = curves(&svg, STYLE.generator);
    // The first of the generator's layers has its colour; 1e-4 is the axes' lower end.
    let floors: Vec<f64> = vec![row(0), generator[0][0].1];
    assert!(
        floors[1] > floors[0] + 300.0,
        "the generator's plot is the lower one"
    );
}

#[test]
fn layers_differ_in_pattern_and_in_shade() {
    let svg = gradient_norms(
        &history((0..20).map(|_| (vec![0.1, 0.2, 0.3, 0.4], vec![]))),
        &ChartStyle::LIGHT,
        &LABELS,
        (500, 300),
    );
    let wide: Vec<&str> = svg
        .lines()
        .filter(|line| line.starts_with("<polyline") && line.contains("stroke-width=\"6\""))
        .collect();
    assert_eq!(wide.len(), 4);
    let sign = |line: &str| line.split(" points").next().unwrap().to_owned();
    for (index, line) in wide.iter().enumerate() {
        for other in &wide[..index] {
            let pattern = |line: &str| line.split_once("dasharray").map(|(_, rest)| sign(rest));
            assert_ne!(pattern(line), pattern(other));
            assert_ne!(sign(line).split(' ').nth(2), sign(other).split(' ').nth(2));
        }
    }
}

#[test]
fn numbers_stand_at_the_ends_of_their_lines_from_the_input_side_on() {
    let svg = chart(&history((0..20).map(|_| (vec![1e-4, 1e-2, 1.0], vec![]))));
    let lines = curves(&svg, STYLE.discriminator);
    for (layer, number) in ["1", "2", "3"].into_iter().enumerate() {
        let rows = rows(&svg, number);
        assert_eq!(rows.len(), 1, "{number}");
        assert!((rows[0] - lines[layer][0].1).abs() < 20.0, "{rows:?}");
    }
}

#[test]
fn numbers_of_equal_norms_make_room_for_each_other() {
    let svg = chart(&history((0..20).map(|_| (vec![0.5; 4], vec![0.5; 4]))));
    let mut upper: Vec<f64> = ["1", "2", "3", "4"]
        .map(|number| rows(&svg, number)[0])
        .to_vec();
    upper.sort_by(f64::total_cmp);
    // Letters of 12 pixels are 48 units high.
    assert!(
        upper.windows(2).all(|two| two[1] - two[0] >= 47.0),
        "{upper:?}"
    );
}

#[test]
fn a_norm_of_zero_runs_along_the_lower_edge_and_one_that_is_no_number_leaves_a_gap() {
    let norm = |k: i32| if k == 5 { f32::NAN } else { 0.0 };
    let svg = chart(&history((0..20).map(|k| (vec![norm(k), 0.5], vec![0.01]))));
    let lines = curves(&svg, STYLE.discriminator);
    assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [5, 14, 20]);
    assert_eq!(lines[0][0].1, lines[1][0].1);
    // The axes go from 1e-3 (0.01 and a decade for the zeros) to 1: 0.5 is 90 % of the way up.
    let svg = chart(&history((0..20).map(|_| (vec![0.0, 1.0, 0.5], vec![0.01]))));
    let row = |layer: usize| curves(&svg, STYLE.discriminator)[layer][0].1;
    let up = (row(0) - row(2)) / (row(0) - row(1));
    assert!((up - (3.0 - 2_f64.log10()) / 3.0).abs() < 0.02, "{up}");
}

#[test]
fn any_norms_make_a_whole_chart() {
    let odd = [f32::NAN, f32::INFINITY, f32::MAX, 0.0, -1.0, 1e-45, 0.3];
    let runs = [
        history([]),
        history([(vec![0.5], vec![])]),
        history([(vec![f32::NAN], vec![0.0])]),
        history((0..500).map(|k| (vec![odd[k % 7], odd[k % 5]], vec![odd[k % 3]]))),
        history((0..9).map(|k| (vec![0.1; k + 1], vec![0.1; 9 - k]))),
    ];
    for run in &runs {
        for (em, size) in [(12.0, (500, 300)), (60.0, (1, 1)), (0.0, (300, 250))] {
            let style = ChartStyle { em, ..STYLE };
            assert_well_formed(&gradient_norms(run, &style, &LABELS, size));
        }
    }
}
