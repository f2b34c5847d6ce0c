//! What a step costs as the number of GANs, the width of the layers or the batch grows, as figures.

use super::contest::{Arena, Contestant, Engine, Entry, Measure, play};
use super::sizes::{self, Size};
use super::trace::Traced;
use crate::workspace::Workspace;
use anyhow::Result;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::Duration;
use xshell::cmd;

/// How points are measured: there are many.
pub const MEASURE: Measure = Measure {
    rounds: 3,
    turn_ms: 100.0,
    rest: Duration::from_millis(100),
    snapshots: false,
};

/// What grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    Gans,
    Width,
    Batch,
}

impl Along {
    pub const ALL: [Self; 3] = [Self::Gans, Self::Width, Self::Batch];

    /// The name of its figure's file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gans => "gans",
            Self::Width => "width",
            Self::Batch => "batch",
        }
    }

    /// What stands below the figure.
    fn across(self) -> &'static str {
        match self {
            Self::Gans => "GANs at once",
            Self::Width => "units in each hidden layer",
            Self::Batch => "batch",
        }
    }

    /// Where a contestant is measured: a graphics card has room for more GANs than a CPU has cores.
    pub fn values(self, of: Contestant) -> &'static [u32] {
        match (self, of.engine, of.backend) {
            (Self::Gans, Engine::Native, "webgpu") => {
                &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
            }
            (Self::Gans, ..) => &[1, 2, 4, 8, 16, 32, 64],
            (Self::Width, ..) => &[16, 32, 64, 128, 256],
            (Self::Batch, ..) => &[32, 64, 128, 256, 512, 1024],
        }
    }

    /// The size at one of its values.
    pub fn size(self, value: u32) -> Size {
        match self {
            Self::Gans => sizes::Named::Default.size(),
            Self::Width => sizes::of_width(value),
            Self::Batch => sizes::of_batch(value),
        }
    }

    /// Who is measured in the browser.
    pub fn in_browser(self) -> Vec<Contestant> {
        let page = |backend| Contestant::one(Engine::Page, backend);
        match self {
            Self::Gans => vec![page("webgpu")],
            Self::Width | Self::Batch => vec![
                page("cpu"),
                page("webgpu"),
                Contestant::one(Engine::Tfjs, "wasm"),
            ],
        }
    }

    /// Who is measured outside, where there may be engines for a GPU among them.
    pub fn natively(self, gpu: bool) -> Vec<Contestant> {
        let ours = |backend| Contestant::one(Engine::Native, backend);
        match self {
            Self::Gans => {
                let on_gpu = gpu.then(|| ours("webgpu"));
                let jax = Contestant::one(Engine::Jax, "cpu");
                [ours("cpu"), jax].into_iter().chain(on_gpu).collect()
            }
            Self::Width | Self::Batch => vec![ours("cpu")],
        }
    }
}

/// A curve: who, and an entry at each value.
pub struct Curve {
    pub along: Along,
    pub contestant: Contestant,
    pub points: Vec<(u32, Entry)>,
}

/// Measures one contestant's curves, each value in turn.
pub fn measure(
    arena: &mut impl Arena,
    along: Along,
    contestants: &[Contestant],
    traced: impl Fn(&Size) -> Result<Traced>,
) -> Result<Vec<Curve>> {
    let mut entries = Vec::new();
    let mut keys = Vec::new();
    for &contestant in contestants {
        for &value in along.values(contestant) {
            let gans = if along == Along::Gans { value } else { 1 };
            let size = traced(&along.size(value))?;
            let one = contestant.with(gans);
            // They were held against a trace at the named sizes. Some of these sizes train so roughly that the
            // smallest rounding shows after five steps.
            if let Some(entry) = Entry::admit_unseen(arena, one, &size, MEASURE.turn_ms) {
                entries.push(entry);
                keys.push((contestant, value));
            }
        }
    }
    play(arena, &mut entries, MEASURE)?;
    let mut measured: Vec<_> = keys.into_iter().zip(entries).collect();
    let curves = contestants.iter().map(|&contestant| {
        let points = measured.extract_if(.., |((of, _), _)| *of == contestant);
        Curve {
            along,
            contestant,
            points: points.map(|((_, value), entry)| (value, entry)).collect(),
        }
    });
    Ok(curves.filter(|curve| !curve.points.is_empty()).collect())
}

/// Has the command line draw one figure for each of what grows, into `folder`; says their names.
pub fn draw(
    workspace: &Workspace,
    program: &Path,
    curves: &[Curve],
    scratch: &Path,
    folder: &Path,
) -> Result<Vec<String>> {
    let shell = workspace.shell()?;
    let mut drawn = Vec::new();
    for along in Along::ALL {
        let shown: Vec<_> = curves.iter().filter(|curve| curve.along == along).collect();
        if shown.is_empty() {
            continue;
        }
        let name = format!("{}.svg", along.name());
        let (file, out) = (
            scratch.join(along.name()).with_extension("json"),
            folder.join(&name),
        );
        fs::write(&file, figure(along, &shown).to_string())?;
        cmd!(shell, "{program} bench curves {file} --out {out}")
            .quiet()
            .ignore_stdout()
            .run()?;
        drawn.push(name);
    }
    Ok(drawn)
}

/// What the command line reads.
fn figure(along: Along, curves: &[&Curve]) -> Value {
    let panel = |title: &str, number: fn(&Entry) -> f64| {
        let curves = curves.iter().map(|curve| {
            let points = curve.points.iter();
            let points: Vec<_> = points
                .map(|(value, entry)| json!([value, number(entry)]))
                .collect();
            json!({"name": curve.contestant.to_string(), "points": points})
        });
        json!({"title": title, "curves": curves.collect::<Vec<_>>()})
    };
    json!({
        "name": format!("The cost of a step against {}", along.across()),
        "across": along.across(),
        "panels": [
            panel("ms for one step of one GAN, median", Entry::median),
            panel("GFLOP/s in matrix products, median", Entry::gflops),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::super::contest::tests::entry;
    use super::*;

    #[test]
    fn as_many_gans_as_the_command_line_takes_are_measured_on_a_gpu_alone() {
        let most = |gpu| -> Vec<_> {
            let contestants = Along::Gans.natively(gpu).into_iter();
            contestants
                .map(|one| (one.backend, Along::Gans.values(one).last().copied()))
                .collect()
        };
        let without = [("cpu", Some(64)), ("cpu", Some(64))];
        assert_eq!(most(false), without);
        assert_eq!(
            most(true),
            [&without[..], &[("webgpu", Some(1024))]].concat()
        );
    }

    #[test]
    fn a_figure_has_times_and_operations_of_every_point() {
        let contestant = Contestant::one(Engine::Page, "webgpu");
        let curve = Curve {
            along: Along::Gans,
            contestant,
            points: vec![(1, entry(contestant, &[2.0], &[]))],
        };
        let figure = figure(Along::Gans, &[&curve]);
        assert_eq!(
            figure["panels"][0]["curves"][0]["points"],
            json!([[1, 2.0]])
        );
        assert_eq!(
            figure["panels"][1]["curves"][0]["points"],
            json!([[1, 13.0]])
        );
        assert_eq!(figure["panels"][0]["curves"][0]["name"], "lsgan-lab webgpu");
    }
}
