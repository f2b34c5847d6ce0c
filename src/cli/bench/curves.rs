//! `bench curves`: curves over a size of something, drawn on axes that count by ratios.

use std::{fs, path::PathBuf};

use lsgan_lab::{
    picture::{
        axis::logarithmic::widened,
        chart::{ChartStyle, Dash, Panel, PanelKey, PanelPoint, Scale, panels},
    },
    sweep::figure::COLORS,
};
use serde::Deserialize;

use crate::cli::{Failure, check_folder, say};

/// The width of the figure in CSS pixels.
const WIDTH: u32 = 760;

#[derive(clap::Args)]
pub struct Arguments {
    /// File with the curves: {"name", "across", "panels": [{"title", "curves": [{"name", "points":
    /// [[x, y], …]}]}]}; the same names in every panel
    file: PathBuf,
    /// File to write: SVG
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Deserialize)]
struct Figure {
    /// What a screen reader says.
    name: String,
    /// What the horizontal axis is.
    across: String,
    panels: Vec<Plot>,
}

#[derive(Deserialize)]
struct Plot {
    title: String,
    curves: Vec<Curve>,
}

#[derive(Deserialize)]
struct Curve {
    name: String,
    points: Vec<(u64, f64)>,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { file, out } = arguments;
    check_folder(out)?;
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::Input(format!("{} holds no curves: {error}", file.display()))
    };
    let text = fs::read_to_string(file).map_err(|error| unreadable(&error))?;
    let figure: Figure = serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
    fs::write(out, figure.draw())
        .map_err(|error| Failure::Run(format!("{} was not written: {error}", out.display())))?;
    say(&out.display().to_string());
    Ok(())
}

impl Figure {
    fn draw(&self) -> String {
        let names = self.panels.first().map_or(&[][..], |plot| &plot.curves);
        let keys: Vec<_> = names
            .iter()
            .enumerate()
            .map(|(index, curve)| PanelKey {
                name: curve.name.clone(),
                color: COLORS[index % COLORS.len()],
                dash: Dash::ALL[index % Dash::ALL.len()],
            })
            .collect();
        let shown: Vec<_> = self.panels.iter().map(Plot::panel).collect();
        let texts = [self.name.as_str(), self.across.as_str()];
        panels(
            &shown,
            &keys,
            &ChartStyle::LIGHT,
            texts,
            Scale::Logarithmic,
            WIDTH,
        )
    }
}

impl Plot {
    fn panel(&self) -> Panel {
        let point = |&(step, value): &(u64, f64)| PanelPoint {
            step,
            value,
            band: None,
        };
        // What has no place on the axis is left out.
        let points = |curve: &Curve| -> Vec<_> {
            let shown = curve.points.iter().filter(|(_, value)| *value > 0.0);
            shown.map(point).collect()
        };
        let curves: Vec<_> = self.curves.iter().map(points).collect();
        let values = curves.iter().flatten().map(|point| point.value);
        let lowest = values.clone().fold(f64::INFINITY, f64::min);
        let highest = values.fold(0.0, f64::max);
        let range = if lowest <= highest {
            widened([lowest, highest])
        } else {
            [1.0, 10.0]
        };
        Panel {
            title: self.title.clone(),
            range,
            scale: Scale::Logarithmic,
            curves,
            level: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_drawn_with_their_names_and_what_has_no_logarithm_is_left_out() {
        let text = r#"{"name": "Cost", "across": "GANs", "panels": [{"title": "ms", "curves": [
            {"name": "cpu", "points": [[1, 0.5], [8, 0.25], [64, 0.25]]},
            {"name": "none", "points": [[1, 0.0]]}]}]}"#;
        let figure: Figure = serde_json::from_str(text).unwrap();
        let panel = figure.panels[0].panel();
        assert_eq!(
            panel.curves.iter().map(Vec::len).collect::<Vec<_>>(),
            [3, 0]
        );
        assert!(panel.range[0] <= 0.25 && panel.range[1] >= 0.5);
        let svg = figure.draw();
        for word in ["cpu", "none", "GANs", "ms", "50"] {
            assert!(
                svg.contains(&format!("\n{word}\n")),
                "{word} is missing: {svg}"
            );
        }
    }
}
