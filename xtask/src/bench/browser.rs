//! The engines in the browser: LSGAN Lab's page and TensorFlow.js, side by side on one page (bench/).

use super::contest::{Arena, Contestant, Engine, median};
use super::trace::{STEPS, Traced};
use super::webdriver::Browser;
use crate::progress::say;
use crate::server::Server;
use anyhow::{Context, Result};
use serde_json::{Value, json};

/// Steps that LSGAN Lab's own benchmark makes before it starts its clock.
const UNCOUNTED: usize = 2;

/// How often the page is opened for the time to its first picture.
const VISITS: usize = 5;

/// LSGAN Lab's backends; those that the page does not offer are left out.
pub const OURS: [&str; 5] = ["cpu", "flex", "webgpu", "webgpu_split", "webgpu_autodiff"];

/// TensorFlow.js's backends.
pub const TFJS: [&str; 4] = ["wasm", "webgl", "webgpu", "cpu"];

/// The page that steers, in a browser of its own.
pub struct Page<'a> {
    browser: &'a Browser,
}

/// How long the first picture took to come, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct FirstPicture {
    /// At the first visit, nothing being in the browser's cache.
    pub first: f64,
    /// Of some visits after it.
    pub median: f64,
}

impl<'a> Page<'a> {
    /// Opens it.
    pub fn open(browser: &'a Browser, server: &Server) -> Result<Self> {
        browser.goto(&format!("{}bench/index.html", server.url()))?;
        browser.evaluate(
            "while (!globalThis.bench) await new Promise((resolve) => setTimeout(resolve, 20));",
            &Value::Null,
        )?;
        Ok(Self { browser })
    }

    fn ask(&self, what: &str, options: &Value) -> Result<Value> {
        self.browser
            .evaluate(&format!("return await bench.{what}(asked);"), options)
    }

    /// What runs here, by name.
    pub fn versions(&self) -> Result<Value> {
        self.ask("versions", &Value::Null)
    }

    /// Forgets the runs of TensorFlow.js so far.
    pub fn forget(&self) -> Result<()> {
        self.ask("forget", &Value::Null).map(drop)
    }

    /// LSGAN Lab's own benchmark.
    fn ours(&self, contestant: Contestant, size: &Traced, steps: u64) -> Result<Value> {
        self.ask(
            "ours",
            &json!({"backend": contestant.backend, "gans": contestant.gans, "steps": steps,
                    "config": size.config}),
        )
    }

    fn tfjs(&self, contestant: Contestant, size: &Traced) -> Value {
        let engine = match contestant.engine {
            Engine::TfjsByHand => "tfjs_by_hand",
            _ => "tfjs",
        };
        json!({"engine": engine, "backend": contestant.backend,
               "trace": format!("../traces/{}.safetensors", size.name)})
    }
}

impl Arena for Page<'_> {
    fn losses(&mut self, contestant: Contestant, size: &Traced) -> Result<Vec<[f64; 2]>> {
        if contestant.engine == Engine::Page {
            let answer = self.ours(contestant, size, (STEPS - UNCOUNTED) as u64)?;
            return Ok(vec![[
                number(&answer, "loss_d")?,
                number(&answer, "loss_g")?,
            ]]);
        }
        let answer = self.ask("replay", &self.tfjs(contestant, size))?;
        Ok(serde_json::from_value(answer)?)
    }

    fn turn(&mut self, contestant: Contestant, size: &Traced, steps: u64) -> Result<f64> {
        let answer = if contestant.engine == Engine::Page {
            self.ours(contestant, size, steps)?
        } else {
            let mut options = self.tfjs(contestant, size);
            options["steps"] = steps.into();
            self.ask("time", &options)?
        };
        number(&answer, "ms_per_step")
    }

    fn snapshot(&mut self, contestant: Contestant, size: &Traced) -> Result<Option<f64>> {
        if contestant.engine != Engine::Page || contestant.gans > 1 {
            return Ok(None);
        }
        let options = json!({"backend": contestant.backend, "steps": 1, "config": size.config,
                             "snapshot": true});
        number(&self.ask("ours", &options)?, "ms_per_snapshot").map(Some)
    }

    fn first_steps(&self, _: Contestant) -> u64 {
        2
    }

    fn roofline_of(&self, contestant: Contestant) -> Option<Contestant> {
        let backend = match (contestant.engine, contestant.backend) {
            (Engine::Page, "cpu" | "flex") | (_, "wasm") => "cpu",
            // Plain JavaScript has instructions of its own.
            (Engine::Tfjs | Engine::TfjsByHand, "cpu") => return None,
            _ => "webgpu",
        };
        Some(Contestant::one(Engine::Page, backend))
    }

    fn roofline(&mut self, knows: Contestant) -> Result<Option<f64>> {
        let options = json!({"backend": knows.backend, "steps": 1, "roofline": true});
        Ok(self.ask("ours", &options)?["gflops_peak"].as_f64())
    }
}

/// Opens LSGAN Lab's page as a visitor does, and waits for its first picture of a step.
pub fn first_picture(browser: &Browser, server: &Server) -> Result<FirstPicture> {
    say("opening the page for its first picture");
    let visit = || {
        browser.goto(&format!("{}site/", server.url()))?;
        let waited = browser.evaluate(
            "for (;;) {
                 const [mark] = performance.getEntriesByName('first trained picture');
                 if (mark) return mark.startTime;
                 if (performance.now() > 60000) throw 'no picture came in a minute';
                 await new Promise((resolve) => setTimeout(resolve, 20));
             }",
            &Value::Null,
        )?;
        waited.as_f64().context("the page's mark has no time")
    };
    let first = visit()?;
    let others = (0..VISITS).map(|_| visit()).collect::<Result<Vec<_>>>()?;
    Ok(FirstPicture {
        first,
        median: median(&others),
    })
}

fn number(answer: &Value, name: &str) -> Result<f64> {
    answer[name]
        .as_f64()
        .with_context(|| format!("no {name} in {answer}"))
}
