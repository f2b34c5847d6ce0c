use super::*;
use crate::picture::chart::reading::{assert_well_formed, attribute, curves};

const LABELS: LossCurveLabels = LossCurveLabels {
    name: "Loss curves",
    output: "output",
    value: "l(y)",
    slope: "l'(y)",
    flat: "flat",
    above: "above",
    below: "below",
};
const STYLE: ChartStyle = ChartStyle::LIGHT;
const ZERO_ONE: Loss = Loss::Lsgan {
    a: 0.0,
    b: 1.0,
    c: 1.0,
    sigmoid: false,
};
const COLORS: [[u8; 3]; 2] = [[1, 2, 3], [4, 5, 6]];

fn named(losses: &[Loss]) -> Vec<LossCurve<'static>> {
    let curve = |(loss, color): (&Loss, [u8; 3])| LossCurve {
        name: "loss",
        loss: *loss,
        color,
        dash: Dash::Solid,
    };
    losses.iter().zip(COLORS).map(curve).collect()
}

const BOTH: [Loss; 2] = [Loss::NonSaturating, ZERO_ONE];

/// The chart of some losses over -8 to 8.
fn chart(losses: &[Loss], outputs: &[f32], selected: Option<usize>) -> LossCurveChart {
    let shown = LossCurves {
        curves: &named(losses),
        outputs,
        selected,
        threshold: 0.01,
        range: [-8.0, 8.0],
    };
    loss_curves(&shown, &STYLE, &LABELS, (500, 300))
}

fn elements<'a>(svg: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!("<{name} ");
    svg.lines()
        .filter(|line| line.starts_with(&start))
        .collect()
}

/// The numbers of an attribute of every element of a name.
fn numbers(svg: &str, element: &str, name: &str) -> Vec<f64> {
    let elements = elements(svg, element).into_iter();
    elements
        .map(|found| attribute(found, name).parse().unwrap())
        .collect()
}

/// Where the marks start, in the order of the paths: the top corner of each.
fn marks(svg: &str) -> Vec<[f64; 2]> {
    let paths = elements(svg, "path").into_iter();
    paths
        .flat_map(|path| attribute(path, "d").split('M').skip(1))
        .map(|mark| mark.split_once('l').unwrap().0.split_once(',').unwrap())
        .map(|(x, y)| [x.parse().unwrap(), y.parse().unwrap()])
        .collect()
}

#[test]
fn curves_are_those_of_the_losses() {
    let chart = chart(&BOTH, &[], None);
    // -log s falls from 8 to 0 and its slope rises from -1 to 0; both axes go beyond.
    let [value, slope] = [0, 1].map(|plot| curves(&chart.svg, COLORS[0]).remove(plot));
    let [left, right] = chart.outputs.pixels.map(|pixel| 4.0 * pixel);
    for curve in [&value, &slope] {
        assert!((curve[0].0 - left).abs() <= 2.0);
        assert!((curve[curve.len() - 1].0 - right).abs() <= 2.0);
    }
    assert!(
        value.windows(2).all(|two| two[0].1 <= two[1].1),
        "down is larger"
    );
    assert!(slope.windows(2).all(|two| two[0].1 >= two[1].1));
    // Half way up its way from -1 to 0 the slope is at y = 0.
    let (top, bottom) = (slope[slope.len() - 1].1, slope[0].1);
    let half = slope
        .iter()
        .find(|(_, row)| *row < 0.5 * (top + bottom))
        .unwrap();
    assert!((chart.outputs.output_at(half.0 / 4.0)).abs() < 1.0);
}

#[test]
fn samples_stand_on_the_runs_own_curve_in_both_plots() {
    let svg = chart(&BOTH, &[-6.0, 0.0, 6.0], None).svg;
    // The two of the legend, then diamonds and triangles of the upper and of the lower plot.
    let marks = marks(&svg);
    assert_eq!(marks.len(), 2 + 2 * 3);
    for (plot, curve) in [(0, 0), (1, 1)] {
        let curve = &curves(&svg, COLORS[0])[curve];
        let [below, on, above] = [2, 3, 4].map(|index| marks[3 * plot + index]);
        for ([x, top], half) in [(below, 14.0), (on, 14.0), (above, 18.0)] {
            let after = curve
                .iter()
                .position(|(column, _)| *column >= x)
                .unwrap()
                .max(1);
            let ((x0, y0), (x1, y1)) = (curve[after - 1], curve[after]);
            let expected = y0 + (x - x0) / (x1 - x0) * (y1 - y0);
            assert!(
                (top + half - expected).abs() <= 3.0,
                "{x}: {top} {expected}"
            );
        }
    }
}

#[test]
fn samples_above_the_boundary_are_triangles_and_the_others_diamonds() {
    let triangles = |svg: &str| svg.matches("l14,").count() - svg.matches("l14,14l").count();
    let svg = chart(&BOTH, &[-6.0, 0.0, 2.0, 6.0], None).svg;
    assert_eq!(triangles(&svg), 1 + 2 * 2);
    // Under the 0-1 coding 0.4 is below the boundary.
    let svg = chart(&[ZERO_ONE], &[0.4, 0.6, 2.0], None).svg;
    assert_eq!(triangles(&svg), 1 + 2 * 2);
}

#[test]
fn a_crowd_is_a_few_marks_of_which_the_fullest_stand_for_the_most() {
    let crowd: Vec<f32> = (0..500)
        .map(|k| if k < 400 { 3.0 } else { -0.01 * k as f32 })
        .collect();
    let svg = chart(&BOTH, &crowd, None).svg;
    assert!(marks(&svg).len() < 80, "{}", marks(&svg).len());
    let full: Vec<&str> = elements(&svg, "path")
        .into_iter()
        .filter(|path| attribute(path, "fill-opacity") == "1")
        .collect();
    assert_eq!(full.len(), 2, "one in each plot");
    assert!(
        full.iter()
            .all(|path| attribute(path, "d").matches('M').count() == 1)
    );
}

#[test]
fn the_flat_region_is_shaded_where_the_slope_is_below_the_threshold() {
    let found = chart(&BOTH, &[], None);
    // The legend's piece, then ln(99) = 4.595 to the right edge in both plots.
    let [lefts, widths] = ["x", "width"].map(|name| numbers(&found.svg, "rect", name));
    let [from, to] = [99_f64.ln(), 8.0].map(|y| 4.0 * found.outputs.pixel_of(y));
    assert_eq!(lefts.len(), 3);
    for plot in 1..3 {
        assert!(
            (lefts[plot] - from).abs() <= 3.0 && (lefts[plot] + widths[plot] - to).abs() <= 3.0
        );
    }
    // Least squares is flat at its target only: a sliver that can be seen.
    let svg = chart(&[ZERO_ONE], &[], None).svg;
    assert!(
        numbers(&svg, "rect", "width")[1..]
            .iter()
            .all(|width| (6.0..=9.0).contains(width))
    );
}

#[test]
fn the_selected_sample_has_a_ring_and_a_line_in_both_plots() {
    let found = chart(&BOTH, &[-6.0, 2.3], Some(1));
    let x = 4.0 * found.outputs.pixel_of(2.3);
    let rings = numbers(&found.svg, "circle", "cx");
    assert_eq!(rings.len(), 4);
    assert!(rings.iter().all(|ring| (ring - x).abs() <= 2.0));
    let column = format!("points=\"{},", rings[0]);
    let lines = elements(&found.svg, "polyline").into_iter();
    assert_eq!(lines.filter(|line| line.contains(&column)).count(), 2);
    for missing in [Some(2), None] {
        let svg = chart(&BOTH, &[-6.0, 2.3], missing).svg;
        assert!(elements(&svg, "circle").is_empty());
    }
}

#[test]
fn pixels_lead_to_outputs_and_to_the_nearest_sample() {
    let axis = OutputAxis {
        pixels: [50.0, 250.0],
        range: [-10.0, 10.0],
    };
    assert_eq!(axis.output_at(160.0), 1.0);
    assert_eq!(axis.pixel_of(1.0), 160.0);
    assert_eq!((axis.output_at(0.0), axis.pixel_of(99.0)), (-10.0, 250.0));
    let outputs = [-3.0, 1.0, f32::NAN, 1.5, 60.0];
    assert_eq!(axis.nearest(&outputs, 162.0, 10.0), Some(1));
    assert_eq!(axis.nearest(&outputs, 163.0, 10.0), Some(3));
    assert_eq!(axis.nearest(&outputs, 100.0, 10.0), None);
    // What lies beyond the axis is drawn on its edge and found there.
    assert_eq!(axis.nearest(&outputs, 247.0, 10.0), Some(4));
}

#[test]
fn anything_makes_a_whole_chart() {
    let odd = [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::MAX,
        -1e30,
        0.0,
    ];
    let far = Loss::Lsgan {
        a: 0.0,
        b: 1.0,
        c: 1e9,
        sigmoid: true,
    };
    for losses in [&[][..], &[ZERO_ONE], &[far], &[Loss::Minimax, ZERO_ONE]] {
        let curves = named(losses);
        for range in [[-8.0, 8.0], [0.0, 0.0], [-1e30, 1e30]] {
            for (em, size) in [(12.0, (500, 300)), (60.0, (1, 1)), (0.0, (300, 250))] {
                let shown = LossCurves {
                    curves: &curves,
                    outputs: &odd,
                    selected: Some(3),
                    threshold: f64::NAN,
                    range,
                };
                let style = ChartStyle { em, ..STYLE };
                assert_well_formed(&loss_curves(&shown, &style, &LABELS, size).svg);
            }
        }
    }
}
