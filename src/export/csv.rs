//! The curves of a run as a table (RFC 4180): a row for each step at which anything was measured, a column
//! for each number.
//!
//! A cell is empty where a number was not measured at that step or does not apply, such as modes of a target
//! that has none; one that was measured and is none, as after a run diverged, is NaN or inf. The curves of a
//! long run are thinned (see [`Series`](crate::picture::series::Series)), and so is the table; the last step
//! is always in it.

use super::loss_name;
use crate::{
    config::Loss,
    measure::ModeQuality,
    picture::{
        history::LossHistory,
        metric_history::{Metric, MetricHistory, MetricPoint},
        norm_history::NormHistory,
    },
    table::Table,
};

/// A name, and the numbers over the steps, in rising order of these.
struct Column {
    name: String,
    points: Vec<(u64, f32)>,
}

/// Everything that was measured over the steps: losses, metrics of 2,500 samples, outputs with their
/// standard deviations, and the gradient norm of each layer, input side first.
pub fn metrics(losses: &LossHistory, norms: &NormHistory, metrics: &MetricHistory) -> String {
    let mut columns = vec![
        column("loss_d", losses.points().map(|at| (at.step, at.loss_d))),
        column("loss_g", losses.points().map(|at| (at.step, at.loss_g))),
    ];
    let mut add = |name: &str, metric, number: fn(MetricPoint) -> f64| {
        let points = metrics.points(metric);
        columns.push(column(name, points.map(|at| (at.step, number(at) as f32))));
    };
    add("modes", Metric::Modes, |at| at.mean);
    // As a share, as everywhere but on the chart; of 2,500 samples it has four decimals.
    add("hq", Metric::HighQuality, |at| {
        (1e4 * at.mean).round() / 1e6
    });
    add("reverse_kl", Metric::ReverseKl, |at| at.mean);
    add("sliced_w1", Metric::SlicedW1, |at| at.mean);
    add("energy", Metric::Energy, |at| at.mean);
    add("chi_squared", Metric::ChiSquared, |at| at.mean);
    add("two_c", Metric::TwoC, |at| at.mean);
    add("output_real", Metric::OutputReal, |at| at.mean);
    add("output_real_deviation", Metric::OutputReal, |at| {
        at.deviation
    });
    add("output_fake", Metric::OutputFake, |at| at.mean);
    add("output_fake_deviation", Metric::OutputFake, |at| {
        at.deviation
    });
    let layers = norms.newest();
    let layers = layers.map_or([0, 0], |at| [at.discriminator.len(), at.generator.len()]);
    for layer in 0..layers[0] {
        let points = norms.points();
        let norm = points.filter_map(|at| Some((at.step, *at.discriminator.get(layer)?)));
        columns.push(column(&format!("gradient_d{layer}"), norm));
    }
    for layer in 0..layers[1] {
        let points = norms.points();
        let norm = points.filter_map(|at| Some((at.step, *at.generator.get(layer)?)));
        columns.push(column(&format!("gradient_g{layer}"), norm));
    }
    table("step", &columns)
}

/// A run of a wall of seeds.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its loss.
    pub loss: Loss,
    /// Its seed.
    pub seed: u32,
    /// Its modes as last counted; none before, and where the target has none.
    pub modes: Option<ModeQuality>,
    /// Its worker broke down.
    pub lost: bool,
}

/// How the runs of a wall stood when their modes were last counted, at `step`; a row for each run.
pub fn wall(step: u64, members: impl IntoIterator<Item = Member>) -> String {
    let header = [
        "loss",
        "seed",
        "step",
        "modes",
        "of",
        "hq",
        "reverse_kl",
        "status",
    ];
    let mut table = Table::new(&header);
    for member in members {
        let modes = member.modes.map(|modes| {
            [
                modes.covered.to_string(),
                modes.of.to_string(),
                modes.hq.to_string(),
                modes.reverse_kl.to_string(),
            ]
        });
        let [covered, of, hq, reverse_kl] = modes.unwrap_or_default();
        table.add(&[
            loss_name(member.loss),
            member.seed.to_string(),
            step.to_string(),
            covered,
            of,
            hq,
            reverse_kl,
            if member.lost { "lost" } else { "" }.to_owned(),
        ]);
    }
    table.into_text()
}

fn column(name: &str, points: impl Iterator<Item = (u64, f32)>) -> Column {
    Column {
        name: name.to_owned(),
        points: points.collect(),
    }
}

/// The columns side by side, each number in the row of its step.
fn table(key: &str, columns: &[Column]) -> String {
    let steps = columns.iter().flat_map(|column| &column.points);
    let mut steps: Vec<u64> = steps.map(|(step, _)| *step).collect();
    steps.sort_unstable();
    steps.dedup();
    let names = columns.iter().map(|column| column.name.as_str());
    let header: Vec<_> = [key].into_iter().chain(names).collect();
    let mut table = Table::new(&header);
    let mut next = vec![0; columns.len()];
    for step in steps {
        let mut record = vec![step.to_string()];
        for (column, next) in columns.iter().zip(&mut next) {
            let point = column.points.get(*next).filter(|(at, _)| *at == step);
            *next += usize::from(point.is_some());
            record.push(point.map_or(String::new(), |(_, number)| number.to_string()));
        }
        table.add(&record);
    }
    table.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Distances, Metrics, ModeQuality, Quality, Spread};

    /// Header and rows, read as RFC 4180 has them: CRLF after each record, the same number of fields in all.
    fn read(text: &str) -> (Vec<&str>, Vec<Vec<&str>>) {
        let records = text.strip_suffix("\r\n").unwrap().split("\r\n");
        let mut records = records.map(|record| record.split(',').collect::<Vec<_>>());
        let header = records.next().unwrap();
        let rows: Vec<_> = records.collect();
        assert!(!text.contains('"') && text.matches('\n').count() == rows.len() + 1);
        assert!(rows.iter().all(|row| row.len() == header.len()));
        (header, rows)
    }

    fn measured(step: u64, sliced_w1: f64) -> Metrics {
        Metrics {
            fake_mean: [0.0; 2],
            fake_deviation: [0.0; 2],
            output_real: Spread {
                mean: 0.75,
                deviation: 0.1,
            },
            output_fake: Spread {
                mean: 0.5,
                deviation: 0.2,
            },
            quality: Some(Quality {
                step,
                modes: Some(ModeQuality {
                    covered: 7,
                    of: 8,
                    hq: 0.875,
                    reverse_kl: 0.25,
                }),
                distances: Distances {
                    sliced_w1,
                    energy: 0.0625,
                },
                theory: None,
            }),
            floor: None,
        }
    }

    #[test]
    fn every_number_stands_in_the_row_of_its_own_step() {
        let (mut losses, mut norms, mut history) =
            (LossHistory::new(), NormHistory::new(), MetricHistory::new());
        losses.push(3, 0.1, f32::NAN);
        losses.push(5, 0.3, 0.4);
        norms.push(5, &[1.5, 2.5], &[3.5]);
        // Measured at step 4, told at step 5.
        history.push(5, &measured(4, f64::INFINITY));
        let text = metrics(&losses, &norms, &history);
        let (header, rows) = read(&text);
        let cell = |row: usize, name: &str| {
            let column = header.iter().position(|it| *it == name);
            rows[row][column.unwrap_or_else(|| panic!("no column {name}"))]
        };
        let steps: Vec<_> = rows.iter().map(|row| row[0]).collect();
        assert_eq!((header[0], steps), ("step", vec!["3", "4", "5"]));
        for (row, name, expected) in [
            (0, "loss_d", "0.1"),
            (0, "loss_g", "NaN"),
            (0, "modes", ""),
            (1, "loss_d", ""),
            (1, "modes", "7"),
            (1, "hq", "0.875"),
            (1, "reverse_kl", "0.25"),
            (1, "sliced_w1", "inf"),
            (1, "energy", "0.0625"),
            (1, "chi_squared", ""),
            (2, "loss_g", "0.4"),
            (2, "output_real", "0.75"),
            (2, "output_fake_deviation", "0.2"),
            (2, "gradient_d0", "1.5"),
            (2, "gradient_d1", "2.5"),
            (2, "gradient_g0", "3.5"),
        ] {
            assert_eq!(cell(row, name), expected, "{name} in row {row}");
        }
    }

    #[test]
    fn numbers_read_back_to_the_last_bit() {
        let mut losses = LossHistory::new();
        let mut state = 1_u32;
        let mut pushed = Vec::new();
        for step in 0..500 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let number = f32::from_bits(state);
            if number.is_finite() {
                losses.push(step, number, -number);
                pushed.push(number);
            }
        }
        let text = metrics(&losses, &NormHistory::new(), &MetricHistory::new());
        let (_, rows) = read(&text);
        let found: Vec<f32> = rows.iter().map(|row| row[1].parse().unwrap()).collect();
        assert_eq!(found, pushed);
    }

    #[test]
    fn a_wall_has_a_row_for_each_run() {
        let modes = measured(0, 0.5).quality.and_then(|quality| quality.modes);
        let member = |seed, loss, modes| Member {
            loss,
            seed,
            modes,
            lost: seed == 2,
        };
        let members = [
            member(1, Loss::Minimax, modes),
            member(2, Loss::NonSaturating, None),
        ];
        let text = wall(40, members);
        let (header, rows) = read(&text);
        assert_eq!(header.len(), 8);
        assert_eq!(
            rows,
            [
                ["minimax", "1", "40", "7", "8", "0.875", "0.25", ""],
                ["non_saturating", "2", "40", "", "", "", "", "lost"],
            ]
        );
    }

    #[test]
    fn a_run_without_steps_has_a_header_alone() {
        let text = metrics(
            &LossHistory::new(),
            &NormHistory::new(),
            &MetricHistory::new(),
        );
        let (header, rows) = read(&text);
        assert!(header.starts_with(&["step", "loss_d", "loss_g", "modes", "hq"]));
        assert!(rows.is_empty());
    }
}
