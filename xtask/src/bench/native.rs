//! The engines outside the browser: LSGAN Lab's command line and JAX, processes of this machine.

use super::contest::{Arena, Contestant, Engine};
use super::trace::{STEPS, Traced};
use crate::python;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use xshell::{Shell, cmd};

/// Steps that the command line makes before it starts its clock.
const UNCOUNTED: usize = 2;

/// GANs of LSGAN Lab and JAX that are compared: as many as the seeds.
pub const SEEDS: u32 = 16;

/// Both programs.
pub struct Natives {
    shell: Shell,
    program: PathBuf,
    jax: Option<Jax>,
}

/// JAX, waiting for requests (bench/jax_bench.py).
struct Jax {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Natives {
    /// Starts JAX where it can be had; the command line is started for every turn.
    pub fn start(workspace: &Workspace, program: &Path) -> Result<Self> {
        let jax = match Jax::start(workspace) {
            Ok(jax) => Some(jax),
            Err(reason) => {
                crate::progress::say(&format!("JAX is left out: {reason:#}"));
                None
            }
        };
        Ok(Self {
            shell: workspace.shell()?,
            program: program.to_owned(),
            jax,
        })
    }

    /// JAX's version.
    pub fn jax_version(&mut self) -> Option<String> {
        let answer = self.jax.as_mut()?.ask(&json!({"version": true})).ok()?;
        Some(answer["version"].as_str()?.to_owned())
    }

    /// What the command line finds in one turn of a contestant of its own.
    fn ours(&self, contestant: Contestant, others: &[&str]) -> Result<Value> {
        let (program, shell) = (&self.program, &self.shell);
        let (backend, gans) = (contestant.backend, contestant.gans.to_string());
        let turn = cmd!(
            shell,
            "{program} bench --backend {backend} --gans {gans} --rounds 1 --json {others...}"
        );
        let output = turn.quiet().ignore_status().output()?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            bail!("{}", text.lines().next().unwrap_or("it fails"));
        }
        let mut answer: Value = serde_json::from_slice(&output.stdout)?;
        Ok(answer["rows"][0].take())
    }

    fn train(
        &self,
        contestant: Contestant,
        size: &Traced,
        steps: u64,
        others: &[&str],
    ) -> Result<Value> {
        let config = size.file.with_extension("json");
        let config = config
            .to_str()
            .context("the target folder has an odd name")?;
        let steps = steps.to_string();
        let these = ["--config", config, "--steps", &steps];
        self.ours(contestant, &[&these[..], others].concat())
    }

    fn jax(&mut self) -> Result<&mut Jax> {
        self.jax.as_mut().context("there is no JAX here")
    }
}

impl Jax {
    fn start(workspace: &Workspace) -> Result<Self> {
        let python = python::environment(workspace, python::JAX)?;
        let mut process = Command::new(python)
            .arg(workspace.root.join("bench/jax_bench.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let pipes = (process.stdin.take(), process.stdout.take());
        let (Some(requests), Some(answers)) = pipes else {
            bail!("it has no pipes");
        };
        Ok(Self {
            process,
            requests,
            answers: BufReader::new(answers),
        })
    }

    fn ask(&mut self, request: &Value) -> Result<Value> {
        writeln!(self.requests, "{request}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        serde_json::from_str(&answer).context("bench/jax_bench.py broke down")
    }
}

impl Drop for Jax {
    fn drop(&mut self) {
        // It holds nothing that would have to be saved.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Arena for Natives {
    fn losses(&mut self, contestant: Contestant, size: &Traced) -> Result<Vec<[f64; 2]>> {
        if contestant.engine == Engine::Jax {
            let answer = self.jax()?.ask(&json!({"replay": size.file}))?;
            return Ok(serde_json::from_value(answer["losses"].clone())?);
        }
        let row = self.train(contestant, size, (STEPS - UNCOUNTED) as u64, &[])?;
        let loss = |name: &str| {
            row[name]
                .as_f64()
                .with_context(|| format!("no {name} in {row}"))
        };
        Ok(vec![[loss("loss_d")?, loss("loss_g")?]])
    }

    fn turn(&mut self, contestant: Contestant, size: &Traced, steps: u64) -> Result<f64> {
        let (answer, name) = if contestant.engine == Engine::Jax {
            let request = json!({"time": size.file, "gans": contestant.gans, "steps": steps});
            (self.jax()?.ask(&request)?, "ms_per_step")
        } else {
            let row = self.train(contestant, size, steps, &[])?;
            (row, "ms_per_step_median")
        };
        answer[name]
            .as_f64()
            .with_context(|| format!("no {name} in {answer}"))
    }

    fn snapshot(&mut self, contestant: Contestant, size: &Traced) -> Result<Option<f64>> {
        if contestant.engine != Engine::Native || contestant.gans > 1 {
            return Ok(None);
        }
        let row = self.train(contestant, size, 1, &["--snapshot"])?;
        Ok(row["ms_per_snapshot"].as_f64())
    }

    fn first_steps(&self, contestant: Contestant) -> u64 {
        match contestant.engine {
            // It compiles anew for every number of steps.
            Engine::Jax => (400 / u64::from(contestant.gans)).max(1),
            _ => 2,
        }
    }

    fn roofline_of(&self, contestant: Contestant) -> Option<Contestant> {
        let cpu = Contestant::one(Engine::Native, "cpu");
        Some(match (contestant.engine, contestant.backend) {
            // It may use all cores, as many GANs of ours do.
            (Engine::Jax, _) => cpu.with(SEEDS),
            (_, "cpu" | "flex") => cpu.with(contestant.gans),
            _ => Contestant::one(Engine::Native, "webgpu"),
        })
    }

    fn roofline(&mut self, knows: Contestant) -> Result<Option<f64>> {
        let row = self.ours(knows, &["--steps", "1", "--roofline"])?;
        Ok(row["gflops_peak"].as_f64())
    }
}
