//! What every engine is held against: a run of each size that `lsgan-lab trace` wrote down, losses and
//! all, from weights and batches that other programs can read.

use super::sizes::Size;
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use xshell::cmd;

/// Steps that an engine repeats before it is timed.
pub const STEPS: usize = 5;

/// How far a loss may be from the trace's, or so many times the loss where that is more than 1.
pub const TOLERANCE: f64 = 1e-4;

/// A size that is ready to be trained.
#[derive(Clone, Debug)]
pub struct Traced {
    /// What it is called.
    pub name: String,
    /// The trace's file; beside it lies the configuration alone, as `.json`.
    pub file: PathBuf,
    /// The whole configuration.
    pub config: Value,
    /// The losses of D and G at every step.
    pub losses: Vec<[f64; 2]>,
    /// Floating-point operations of a step.
    pub flops: u64,
}

impl Traced {
    /// Has the command line make a trace of a size in `folder`.
    pub fn record(
        workspace: &Workspace,
        program: &Path,
        folder: &Path,
        size: &Size,
    ) -> Result<Self> {
        let shell = workspace.shell()?;
        let file = folder.join(format!("{}.safetensors", size.name));
        let (fields, steps) = (&size.fields, STEPS.to_string());
        cmd!(
            shell,
            "{program} trace {fields...} --steps {steps} --out {file}"
        )
        .quiet()
        .ignore_stdout()
        .run()?;
        let work = cmd!(shell, "{program} bench {fields...} --work --json")
            .quiet()
            .read()?;
        let work: Value = serde_json::from_str(&work)?;
        let (config, losses) = parse(&fs::read(&file)?)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        fs::write(file.with_extension("json"), config.to_string())?;
        Ok(Self {
            name: size.name.clone(),
            file,
            config,
            losses,
            flops: work["flops_per_step"]
                .as_u64()
                .context("lsgan-lab bench tells no work")?,
        })
    }

    /// How far losses are from the trace's, in units of what is allowed: equal work gives less than 1.
    pub fn misfit(&self, losses: &[[f64; 2]]) -> f64 {
        if losses.len() > self.losses.len() || losses.is_empty() {
            return f64::INFINITY;
        }
        // The last steps: who tells only one step's losses tells the last one's.
        let traced = &self.losses[self.losses.len() - losses.len()..];
        let pairs = traced.iter().flatten().zip(losses.iter().flatten());
        pairs
            .map(|(traced, found)| (found - traced).abs() / (TOLERANCE * traced.abs().max(1.0)))
            // What is no number fits nothing.
            .map(|misfit| {
                if misfit.is_nan() {
                    f64::INFINITY
                } else {
                    misfit
                }
            })
            .fold(0.0, f64::max)
    }
}

/// Configuration and losses of a safetensors file: a length, a JSON header, numbers.
fn parse(content: &[u8]) -> Result<(Value, Vec<[f64; 2]>)> {
    let length = content.first_chunk().context("it is too short")?;
    let begin = 8 + u64::from_le_bytes(*length) as usize;
    let header = content.get(8..begin).context("its header is cut off")?;
    let header: Value = serde_json::from_slice(header)?;
    let metadata = |name: &str| header["__metadata__"][name].as_str();
    let config = metadata("config").context("it has no configuration")?;
    let steps: usize = metadata("steps").context("it has no steps")?.parse()?;
    ensure!(steps > 0, "it has no steps");
    let loss = |step: usize, player: &str| -> Result<f64> {
        let name = format!("step.{step}.loss_{player}");
        let start = header[&name]["data_offsets"][0]
            .as_u64()
            .with_context(|| format!("it has no {name}"))?;
        let bytes = content.get(begin + start as usize..);
        let bytes = bytes.and_then(|bytes| bytes.first_chunk());
        Ok(f64::from(f32::from_le_bytes(
            *bytes.with_context(|| format!("{name} is cut off"))?,
        )))
    };
    let losses = (0..steps).map(|step| Ok([loss(step, "d")?, loss(step, "g")?]));
    Ok((
        serde_json::from_str(config)?,
        losses.collect::<Result<_>>()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traced(losses: &[[f64; 2]]) -> Traced {
        Traced {
            name: "any".to_owned(),
            file: PathBuf::new(),
            config: Value::Null,
            losses: losses.to_vec(),
            flops: 1,
        }
    }

    #[test]
    fn a_loss_may_be_off_by_a_ten_thousandth_or_of_a_large_one_by_that_share() {
        let trace = traced(&[[0.5, 1.0], [20.0, 0.1]]);
        let misfit = trace.misfit(&[[0.500_05, 1.0], [20.0, 0.1]]);
        assert!((misfit - 0.5).abs() < 1e-9, "{misfit}");
        let misfit = trace.misfit(&[[20.004, 0.1]]);
        assert!((misfit - 2.0).abs() < 1e-9, "{misfit}");
        assert!(trace.misfit(&[[f64::NAN, 0.1]]) > 1.0);
        assert!(trace.misfit(&[]) > 1.0);
    }

    #[test]
    fn configuration_and_losses_are_read_from_a_trace() {
        let header = r#"{"__metadata__":{"config":"{\"batch\":8}","steps":"1"},
            "step.0.loss_d":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
            "step.0.loss_g":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#;
        let numbers = [1.5f32.to_le_bytes(), 0.25f32.to_le_bytes()].concat();
        let length = (header.len() as u64).to_le_bytes();
        let file = [&length[..], header.as_bytes(), &numbers].concat();
        let (config, losses) = parse(&file).unwrap();
        assert_eq!(config["batch"], 8);
        assert_eq!(losses, [[1.5, 0.25]]);
        assert!(parse(&file[..file.len() - 5]).is_err());
    }
}
