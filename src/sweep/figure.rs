//! The figure of a sweep: the share of seeds with all modes, the modes covered and the share of samples
//! of high quality, over the steps; where a target is no mixture, the distances.
//!
//! Colours are those that Okabe and Ito chose for colour-blind readers (2008); each variant has its own
//! dashes as well.

use super::outcomes::{Mean, Outcomes, Standing};
use crate::{
    measure::{NoiseFloor, perfect_hq},
    picture::chart::{ChartStyle, Dash, Panel, PanelKey, PanelPoint, Scale, panels},
};

/// Colours that are told apart by all readers, sRGB.
pub const COLORS: [[u8; 3]; 7] = [
    [0, 114, 178],
    [213, 94, 0],
    [0, 158, 115],
    [204, 121, 167],
    [230, 159, 0],
    [86, 180, 233],
    [51, 51, 51],
];

/// The width of the figure in CSS pixels.
const WIDTH: u32 = 760;

/// How much higher an axis is than what is drawn there.
const HEADROOM: f64 = 1.04;

/// Up to so many variants have bands; more would veil each other.
const MOST_BANDS: usize = 6;

/// What one of the plots shows.
struct Plot {
    what: &'static str,
    /// A number for a variant at a step.
    number: fn(&Standing) -> Option<Number>,
    /// What the band around it is.
    band: &'static str,
    /// The largest possible.
    most: Option<f64>,
    /// A value to compare with, and what it is.
    line: Option<(f64, &'static str)>,
}

/// A number and the ends of its band.
struct Number {
    value: f64,
    band: [f64; 2],
}

impl Number {
    /// A mean in other units, and one standard error on either side of it.
    fn new(mean: Mean, factor: f64) -> Self {
        let error = mean.standard_error.unwrap_or(0.0);
        let band = [mean.mean - error, mean.mean + error];
        Self {
            value: factor * mean.mean,
            band: band.map(|end| factor * end),
        }
    }
}

/// Draws the figure as an SVG document. `floor` is the distances' noise floor, where it is known.
pub fn figure(outcomes: &Outcomes, floor: Option<&NoiseFloor>) -> String {
    let at = |step| (step, outcomes.at(step));
    let steps: Vec<_> = outcomes.steps().map(at).collect();
    let variants = steps.last().map_or(&[][..], |(_, standings)| standings);
    let keys = variants
        .iter()
        .enumerate()
        .map(|(index, standing)| PanelKey {
            name: standing.variant.clone(),
            color: COLORS[index % COLORS.len()],
            dash: Dash::ALL[index % Dash::ALL.len()],
        });
    let keys: Vec<_> = keys.collect();
    let plots = match outcomes.modes() {
        Some(modes) => mode_plots(modes),
        None => distance_plots(floor),
    };
    let shown: Vec<_> = plots
        .iter()
        .map(|plot| plot.panel(&steps, keys.len()))
        .collect();
    let texts = ["What came out of a sweep, over the steps", "step"];
    panels(
        &shown,
        &keys,
        &ChartStyle::LIGHT,
        texts,
        Scale::Linear,
        WIDTH,
    )
}

fn mode_plots(modes: usize) -> Vec<Plot> {
    vec![
        Plot {
            what: "Seeds with all modes, %",
            number: |at| {
                let share = at.all_modes.filter(|share| share.of > 0)?;
                Some(Number {
                    value: 100.0 * share.share,
                    band: [share.low, share.high].map(|end| 100.0 * end),
                })
            },
            band: "Wilson 95 % interval",
            most: Some(100.0),
            line: None,
        },
        Plot {
            what: "Modes covered, mean",
            number: |at| at.modes.map(|mean| Number::new(mean, 1.0)),
            band: "standard error",
            most: Some(modes as f64),
            line: None,
        },
        Plot {
            what: "Samples of high quality, %, mean",
            number: |at| at.hq.map(|mean| Number::new(mean, 100.0)),
            band: "standard error",
            most: Some(100.0),
            line: Some((100.0 * perfect_hq(), "a perfect sampler, 98.89 %")),
        },
    ]
}

fn distance_plots(floor: Option<&NoiseFloor>) -> Vec<Plot> {
    let plot = |what, number, floor: Option<f64>| Plot {
        what,
        number,
        band: "standard error",
        most: None,
        line: floor.map(|floor| (floor, "real samples")),
    };
    vec![
        plot(
            "Sliced Wasserstein-1, mean",
            |at| at.sliced_w1.map(|mean| Number::new(mean, 1.0)),
            floor.map(|floor| floor.sliced_w1.mean),
        ),
        plot(
            "Energy distance, mean",
            |at| at.energy.map(|mean| Number::new(mean, 1.0)),
            floor.map(|floor| floor.energy.mean),
        ),
    ]
}

impl Plot {
    fn panel(&self, steps: &[(u64, Vec<Standing>)], variants: usize) -> Panel {
        let banded = variants <= MOST_BANDS;
        let curves: Vec<_> = (0..variants)
            .map(|variant| self.curve(steps, variant, banded))
            .collect();
        let level = self.line.map(|(level, _)| level);
        let points = curves.iter().flatten();
        let highest = points
            .map(|point| point.band.map_or(point.value, |[_, high]| high))
            .fold(level.unwrap_or(0.0), f64::max);
        let most = self.most.unwrap_or(highest.max(f64::MIN_POSITIVE));
        let notes: Vec<_> = [
            banded.then(|| format!("band: {}", self.band)),
            self.line.map(|(_, what)| format!("line: {what}")),
        ]
        .into_iter()
        .flatten()
        .collect();
        let title = match &notes[..] {
            [] => self.what.to_owned(),
            notes => format!("{} ({})", self.what, notes.join("; ")),
        };
        Panel {
            title,
            range: [0.0, HEADROOM * most],
            scale: Scale::Linear,
            curves,
            level,
        }
    }

    /// One variant's curve through the steps at which it has a number.
    fn curve(
        &self,
        steps: &[(u64, Vec<Standing>)],
        variant: usize,
        banded: bool,
    ) -> Vec<PanelPoint> {
        let point = |(step, standings): &(u64, Vec<Standing>)| {
            let Number { value, band } = (self.number)(&standings[variant])?;
            let finite = [value, band[0], band[1]].into_iter().all(f64::is_finite);
            finite.then_some(PanelPoint {
                step: *step,
                value,
                band: banded.then_some(band),
            })
        };
        steps.iter().filter_map(point).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Band;

    fn drawn(rows: &str, floor: Option<&NoiseFloor>) -> String {
        let rows = rows.lines().map(|line| line.parse().unwrap());
        figure(&Outcomes::new(rows, |_| Some(8)).unwrap(), floor)
    }

    #[test]
    fn a_mixture_has_its_share_with_wilsons_interval_its_modes_and_its_quality() {
        let svg = drawn("a,1,0,8,0.5,0,1,1,,,ok\na,2,0,3,0.5,0,1,1,,,ok\n", None);
        for title in [
            "Seeds with all modes, % (band: Wilson 95 % interval)",
            "Modes covered, mean (band: standard error)",
            "Samples of high quality, %, mean (band: standard error; line: a perfect sampler, 98.89 %)",
        ] {
            assert!(svg.contains(title), "{title} is missing");
        }
        let steps = [(
            0,
            outcome("a,1,0,8,0.5,0,1,1,,,ok\na,2,0,3,0.5,0,1,1,,,ok\n"),
        )];
        let point = mode_plots(8)[0].curve(&steps, 0, true)[0];
        // One of two: 1/2 +- z sqrt(1/8 + z^2/16) / (1 + z^2/2), by hand 9.45 % and 90.55 %.
        let [low, high] = point.band.unwrap();
        assert_eq!(point.value, 50.0);
        assert!((low - 9.453).abs() < 1e-3 && (high - 90.547).abs() < 1e-3);
    }

    fn outcome(rows: &str) -> Vec<Standing> {
        let rows = rows.lines().map(|line| line.parse().unwrap());
        Outcomes::new(rows, |_| Some(8)).unwrap().at(0)
    }

    #[test]
    fn a_target_without_modes_has_its_distances_beside_those_of_real_samples() {
        let band = |mean| Band {
            mean,
            low: mean,
            high: mean,
        };
        let floor = NoiseFloor {
            sliced_w1: band(0.02),
            energy: band(0.001),
            chi_squared: None,
        };
        let rows = "a,1,0,,,,1,1,,,ok\na,1,5,,,,NaN,NaN,NaN,NaN,diverged\n";
        let svg = drawn(rows, Some(&floor));
        assert!(svg.contains("Energy distance, mean (band: standard error; line: real samples)"));
        assert!(!svg.contains("NaN") && !svg.contains("line: a perfect sampler"));
        assert!(drawn(rows, None).contains("Sliced Wasserstein-1, mean (band: standard error)"));
    }

    #[test]
    fn many_variants_have_no_bands() {
        let rows: String = (0..9)
            .map(|v| format!("v{v},1,0,8,0.5,0,1,1,,,ok\n"))
            .collect();
        let svg = drawn(&rows, None);
        assert!(svg.contains("\nModes covered, mean\n") && !svg.contains("<polygon"));
    }
}
