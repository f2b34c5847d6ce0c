//! Long runs, for `cargo xtask soak`: memory is flat, and the end as fast as the beginning. Chromium alone tells what
//! is held.

use anyhow::{Result, ensure};
use e2e::{
    Page, in_browser,
    memory::{COUNTER, Held},
    site::{Fault, Host},
};
use std::{
    env,
    path::Path,
    time::{Duration, Instant},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// How fast a run is, in steps a second, and what is held.
struct Row {
    speed: f64,
    held: Held,
    /// Bytes of it that checkpoints on the way have taken at most by now; each worker may keep 16 MB.
    kept: f64,
}

/// One of the numbers of a row.
type Of = fn(&Row) -> f64;

/// The same at some moments of a run.
struct Log {
    begun: Instant,
    rows: Vec<Row>,
}

impl Log {
    /// Waits a while, then notes the speed meanwhile and what is held.
    async fn note(&mut self, page: &Page, wait: Duration) -> Result<u64> {
        let read = "
            const { end, bytes } = lsganLab.timeline();
            return { step: end, bytes, at: performance.now() / 1000 };";
        let before = page.evaluate(read).await?;
        tokio::time::sleep(wait).await;
        let after = page.evaluate(read).await?;
        let passed = |name: &str| Some(after[name].as_f64()? - before[name].as_f64()?);
        let speed = passed("step").zip(passed("at")).map(|(steps, s)| steps / s);
        let step = after["step"].as_u64().unwrap_or_default();
        let (at, speed, held) = (
            self.begun.elapsed().as_secs_f64(),
            speed.unwrap_or_default(),
            page.held().await?,
        );
        let now_kept = after["bytes"].as_f64().unwrap_or_default();
        let kept = self
            .rows
            .last()
            .map_or(now_kept, |row| row.kept.max(now_kept));
        println!(
            "{at:6.0} s  step {step:8}  {speed:8.1} steps/s  wasm {:5.1} + {:5.1} MB ({:4.1} in checkpoints)  heap {:5.1} MB  {:.0} GPU buffers",
            held.page_wasm / 1e6,
            held.worker_wasm / 1e6,
            now_kept / 1e6,
            held.heap / 1e6,
            held.buffers
        );
        self.rows.push(Row { speed, held, kept });
        Ok(step)
    }

    /// The middle one of a fifth of the rows, from that place on.
    fn median(&self, from: usize, of: Of) -> f64 {
        let count = (self.rows.len() / 5).max(1);
        let mut numbers: Vec<f64> = self.rows[from..from + count].iter().map(of).collect();
        numbers.sort_by(f64::total_cmp);
        numbers[count / 2]
    }

    /// Insists that the last fifth of the rows is like the second: as fast but for a tenth, and holding no more. The
    /// first is warming up.
    fn ensure_steady(&self) -> Result<()> {
        let count = (self.rows.len() / 5).max(1);
        let (early, late) = (count.min(self.rows.len() - count), self.rows.len() - count);
        let pair = |of: Of| (self.median(early, of), self.median(late, of));
        let (before, after) = pair(|row| row.speed);
        println!("steps a second: {before:.1} early, {after:.1} late");
        ensure!(
            after >= 0.9 * before,
            "it slows down: {before} steps a second, then {after}"
        );
        let kinds: [(&str, f64, Of); 4] = [
            ("wasm of the page", 1e6, |row| row.held.page_wasm),
            // WebAssembly gives no memory back.
            ("wasm of the workers but for checkpoints", 4e6, |row| {
                row.held.worker_wasm - row.kept
            }),
            ("heap", 3e6, |row| row.held.heap),
            ("GPU buffers", 64.0, |row| row.held.buffers),
        ];
        for (name, room, of) in kinds {
            let (before, after) = pair(of);
            println!("{name}: {before} early, {after} late");
            ensure!(
                after <= before + room,
                "{name} grows: {before}, then {after}"
            );
        }
        Ok(())
    }
}

fn asked(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}

async fn long_run(
    name: &str,
    begin: &str,
    every: Duration,
    is_over: impl Fn(f64, u64) -> bool,
) -> Result<()> {
    let host = Host::start(Path::new(ROOT))?;
    host.spoil(&[("www/simd.js", Fault::After(COUNTER))]);
    in_browser(name, &host.url(), async |page| {
        page.until_ready().await?;
        page.evaluate(begin).await?;
        let mut log = Log {
            begun: Instant::now(),
            rows: Vec::new(),
        };
        loop {
            let step = log.note(page, every).await?;
            if is_over(log.begun.elapsed().as_secs_f64(), step) {
                break;
            }
        }
        log.ensure_steady()?;
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
#[ignore = "takes minutes: cargo xtask soak"]
async fn millions_of_steps_on_the_cpu() -> Result<()> {
    let steps = asked("LSGAN_SOAK_STEPS").unwrap_or(2_000_000);
    let begin = "
        await lsganLab.setBackend('cpu');
        await lsganLab.configure({ generator: { hidden: [16, 16] }, discriminator: { hidden: [16, 16] }, batch: 16 });
        lsganLab.play();";
    long_run("soak-cpu", begin, Duration::from_secs(1), |_, step| {
        step >= steps
    })
    .await
}

#[tokio::test]
#[ignore = "takes minutes: cargo xtask soak"]
async fn four_panes_on_webgpu_at_full_speed() -> Result<()> {
    let seconds = 60.0 * asked("LSGAN_SOAK_MINUTES").unwrap_or(10) as f64;
    let begin = "
        await lsganLab.show({ twins: ['non_saturating', 'minimax', 'lsgan_sigmoid'] });
        await lsganLab.setBackend('webgpu');
        lsganLab.play();";
    long_run("soak-webgpu", begin, Duration::from_secs(4), |passed, _| {
        passed >= seconds
    })
    .await
}
