//! One row of a sweep's CSV: how a run stood at one step.
//!
//! An empty cell does not apply: losses before the first step, modes where the target is no mixture.
//! `NaN` and `inf` are what a run that diverged has. Numbers are the shortest that read as the same
//! f32: more digits would say nothing about 2,500 samples.

use std::{fmt, str::FromStr};

use crate::{measure::Quality, quote::quoted, train::Losses};

/// The first line of the file.
pub const HEADER: &str =
    "variant,seed,step,modes,hq,reverse_kl,sliced_w1,energy,loss_d,loss_g,status";

/// How a run stood at one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Label of the variant.
    pub variant: String,
    /// Seed of the run.
    pub seed: u32,
    /// Steps made.
    pub step: u64,
    /// Modes covered.
    pub modes: Option<usize>,
    /// Share of samples of high quality, 0 to 1.
    pub hq: Option<f64>,
    /// Kullback-Leibler divergence of the samples over the modes, in nats.
    pub reverse_kl: Option<f64>,
    /// Sliced Wasserstein-1 distance.
    pub sliced_w1: f64,
    /// Energy distance.
    pub energy: f64,
    /// Loss of the discriminator's last update.
    pub loss_d: Option<f64>,
    /// Loss of the generator's last update.
    pub loss_g: Option<f64>,
    /// Whether the run goes on from here.
    pub status: Status,
}

/// Whether a run's numbers are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// All are finite.
    Ok,
    /// A loss or a generated sample is not finite; it is the run's last row.
    Diverged,
}

impl Row {
    /// What was measured after so many steps; `losses` are none before the first.
    pub fn new(variant: &str, seed: u32, quality: &Quality, losses: Option<Losses>) -> Self {
        let distances = quality.distances;
        let modes = quality.modes;
        let loss = |number: fn(Losses) -> f32| losses.map(|losses| f64::from(number(losses)));
        let (loss_d, loss_g) = (loss(|l| l.discriminator), loss(|l| l.generator));
        let numbers = [distances.sliced_w1, distances.energy];
        let finite = numbers
            .into_iter()
            .chain(loss_d)
            .chain(loss_g)
            .all(f64::is_finite);
        Self {
            variant: variant.to_owned(),
            seed,
            step: quality.step,
            modes: modes.map(|modes| modes.covered),
            hq: modes.map(|modes| modes.hq),
            reverse_kl: modes.map(|modes| modes.reverse_kl),
            sliced_w1: distances.sliced_w1,
            energy: distances.energy,
            loss_d,
            loss_g,
            status: if finite { Status::Ok } else { Status::Diverged },
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cell = |number: Option<f64>| number.map_or(String::new(), digits);
        let status = match self.status {
            Status::Ok => "ok",
            Status::Diverged => "diverged",
        };
        let cells = [
            self.variant.clone(),
            self.seed.to_string(),
            self.step.to_string(),
            self.modes.map_or(String::new(), |modes| modes.to_string()),
            cell(self.hq),
            cell(self.reverse_kl),
            digits(self.sliced_w1),
            digits(self.energy),
            cell(self.loss_d),
            cell(self.loss_g),
            status.to_owned(),
        ];
        formatter.write_str(&cells.join(","))
    }
}

/// A number as an f32 in its shortest form, with an exponent where it is tiny or huge.
fn digits(number: f64) -> String {
    let number = number as f32;
    // Debug, unlike Display, takes an exponent; it also writes whole numbers as 1.0.
    let text = format!("{number:?}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

impl FromStr for Row {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let cells: Vec<_> = line.split(',').collect();
        let [
            variant,
            seed,
            step,
            modes,
            hq,
            reverse_kl,
            sliced_w1,
            energy,
            loss_d,
            loss_g,
            status,
        ] = cells[..]
        else {
            return Err(format!("has {} cells, not 11", cells.len()));
        };
        if variant.is_empty() {
            return Err("names no variant".to_owned());
        }
        Ok(Self {
            variant: variant.to_owned(),
            seed: read("seed", seed)?,
            step: read("step", step)?,
            modes: maybe("modes", modes)?,
            hq: share("hq", hq)?,
            reverse_kl: maybe("reverse_kl", reverse_kl)?,
            sliced_w1: read("sliced_w1", sliced_w1)?,
            energy: read("energy", energy)?,
            loss_d: maybe("loss_d", loss_d)?,
            loss_g: maybe("loss_g", loss_g)?,
            status: match status {
                "ok" => Status::Ok,
                "diverged" => Status::Diverged,
                _ => {
                    return Err(format!(
                        "must say ok or diverged as its status, not \"{}\"",
                        quoted(status)
                    ));
                }
            },
        })
    }
}

fn read<T: FromStr>(name: &str, cell: &str) -> Result<T, String> {
    cell.parse()
        .map_err(|_| format!("must have a number as its {name}, not \"{}\"", quoted(cell)))
}

/// A share of samples.
fn share(name: &str, cell: &str) -> Result<Option<f64>, String> {
    match maybe(name, cell)? {
        Some(share) if !(0.0..=1.0).contains(&share) => Err(format!(
            "must have a share from 0 to 1 as its {name}, not \"{}\"",
            quoted(cell)
        )),
        share => Ok(share),
    }
}

fn maybe<T: FromStr>(name: &str, cell: &str) -> Result<Option<T>, String> {
    (!cell.is_empty()).then(|| read(name, cell)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Distances, ModeQuality};

    fn quality(sliced_w1: f64) -> Quality {
        Quality {
            step: 250,
            modes: Some(ModeQuality {
                covered: 7,
                of: 8,
                hq: 2467.0 / 2500.0,
                reverse_kl: 1.0 / 3.0,
            }),
            distances: Distances {
                sliced_w1,
                energy: 1e-7,
            },
            theory: None,
        }
    }

    fn losses(discriminator: f32) -> Option<Losses> {
        Some(Losses {
            discriminator,
            generator: 2.0,
        })
    }

    #[test]
    fn a_row_has_a_cell_for_each_name_of_the_header() {
        let row = Row::new("lsgan01", 3, &quality(0.05), losses(-0.25)).to_string();
        assert_eq!(
            row,
            "lsgan01,3,250,7,0.9868,0.33333334,0.05,1e-7,-0.25,2,ok"
        );
        assert_eq!(row.split(',').count(), HEADER.split(',').count());
    }

    #[test]
    fn what_does_not_apply_is_an_empty_cell() {
        let no_mixture = Quality {
            step: 0,
            modes: None,
            ..quality(0.5)
        };
        let row = Row::new("config", 1, &no_mixture, None).to_string();
        assert_eq!(row, "config,1,0,,,,0.5,1e-7,,,ok");
    }

    #[test]
    fn a_loss_or_a_sample_that_is_not_finite_is_divergence() {
        let row = |distance, loss| Row::new("a", 1, &quality(distance), losses(loss));
        assert_eq!(row(0.1, 0.1).status, Status::Ok);
        let loss = row(0.1, f32::NEG_INFINITY);
        assert!(loss.to_string().ends_with(",0.1,1e-7,-inf,2,diverged"));
        let generator = Some(Losses {
            discriminator: 0.1,
            generator: f32::NAN,
        });
        let loss = Row::new("a", 1, &quality(0.1), generator);
        assert!(loss.to_string().ends_with(",0.1,1e-7,0.1,NaN,diverged"));
        // The distances are NaN as soon as one sample is not finite.
        let sample = row(f64::NAN, 0.1);
        assert!(sample.to_string().ends_with(",NaN,1e-7,0.1,2,diverged"));
    }

    #[test]
    fn a_line_reads_and_writes_back_as_it_was() {
        for line in [
            "minimax,4294967295,35000,8,0.9876,1e-7,0.1,1e30,0.5,-0.5,ok",
            "a+b=1x2,0,0,,,,0.5,2,,,ok",
            "a,1,5,0,0,NaN,NaN,NaN,inf,-inf,diverged",
        ] {
            let row: Row = line.parse().unwrap();
            assert_eq!(row.to_string(), line);
        }
    }

    #[test]
    fn a_line_that_is_no_row_is_refused() {
        let cases = [
            ("", "has 1 cells, not 11"),
            ("a,1,0,,,,0.5,1,,ok", "has 10 cells, not 11"),
            (",1,0,,,,0.5,1,,,ok", "names no variant"),
            (
                "a,-1,0,,,,0.5,1,,,ok",
                "must have a number as its seed, not \"-1\"",
            ),
            (
                "a,1,0,x,,,0.5,1,,,ok",
                "must have a number as its modes, not \"x\"",
            ),
            (
                "a,1,0,,,,,1,,,ok",
                "must have a number as its sliced_w1, not \"\"",
            ),
            (
                "a,1,0,,,,0.5,1,,,fine",
                "must say ok or diverged as its status, not \"fine\"",
            ),
            (
                "a,1,0,8,1.5,0,0.5,1,,,ok",
                "must have a share from 0 to 1 as its hq, not \"1.5\"",
            ),
            (
                "a,1,0,8,NaN,0,0.5,1,,,ok",
                "must have a share from 0 to 1 as its hq, not \"NaN\"",
            ),
            (
                "a,\u{202e}1,0,,,,0.5,1,,,ok",
                "must have a number as its seed, not \"\\u{202e}1\"",
            ),
        ];
        for (line, words) in cases {
            assert_eq!(line.parse::<Row>().unwrap_err(), words);
        }
    }
}
