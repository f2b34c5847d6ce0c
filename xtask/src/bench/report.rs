//! What was found, as a table for the terminal, as bench/RESULTS.md and as JSON.

use super::browser::FirstPicture;
use super::contest::Entry;
use super::demands::{Demand, demands};
use super::sizes::Named;
use crate::bundle::Bundle;
use crate::sizes::kilobytes;
use clap::ValueEnum;
use serde_json::{Value, json};

/// Everything that one run of the benchmark found.
#[derive(Default)]
pub struct Results {
    /// The command that was given.
    pub command: String,
    /// What it ran on and with, each a name and words.
    pub surroundings: Vec<(&'static str, String)>,
    /// The engines at the named sizes.
    pub entries: Vec<Entry>,
    /// The page's first picture.
    pub first_picture: Option<FirstPicture>,
    /// What each bundle weighs under gzip, and may weigh, in bytes.
    pub bundles: Vec<(Bundle, usize, usize)>,
    /// Figures in bench/.
    pub figures: Vec<String>,
}

impl Results {
    /// What `--json` writes.
    pub fn json(&self) -> Value {
        let rows: Vec<_> = self.entries.iter().map(row).collect();
        let demands: Vec<_> = demands(&self.entries)
            .into_iter()
            .map(|demand| {
                json!({"what": demand.what, "wanted": demand.wanted(), "found": demand.found,
                       "verdict": demand.verdict()})
            })
            .collect();
        let surroundings = self.surroundings.iter();
        let surroundings =
            surroundings.map(|(name, words)| ((*name).to_owned(), words.as_str().into()));
        let bundles: Vec<_> = self
            .bundles
            .iter()
            .map(|(bundle, gzip, limit)| {
                json!({"bundle": bundle.folder(), "gzip_bytes": gzip, "limit_bytes": limit})
            })
            .collect();
        json!({
            "rows": rows,
            "demands": demands,
            "first_picture_ms": self.first_picture.map(|found| json!({"first": found.first, "median": found.median})),
            "bundles": bundles,
            "surroundings": Value::Object(surroundings.collect()),
            "command": self.command,
        })
    }

    /// The tables alone, for the terminal.
    pub fn tables(&self) -> String {
        let mut text = String::new();
        for (size, rows) in self.by_size() {
            text += &format!("\n{size}\n{}", plain(&rows));
        }
        text += &format!("\n{}", plain(&verdicts(&demands(&self.entries))));
        for line in self.page() {
            text += &format!("\n{line}");
        }
        text
    }

    /// bench/RESULTS.md.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "# How fast the engines are\n\nWritten by `{}`; not by hand. Numbers hold for the machine that they \
             were taken on, ratios travel better.\n\n",
            self.command
        );
        for (name, words) in &self.surroundings {
            text += &format!("- {name}: {words}\n");
        }
        text += "\n## What they are to reach\n\nRatios of medians of this run, at the default size.\n\n";
        text += &table(&verdicts(&demands(&self.entries)));
        for (size, rows) in self.by_size() {
            text += &format!("\n## Size {size}\n\n{}", table(&rows));
        }
        text += NOTES;
        if !self.page().is_empty() {
            text += "\n## The page\n\n";
            for line in self.page() {
                text += &format!("- {line}\n");
            }
        }
        if !self.figures.is_empty() {
            text += "\n## What a step costs as things grow\n\nOtherwise the default size. Short turns: \
                     the tables above are the better measurement.\n\n";
            for figure in &self.figures {
                let what = figure.trim_end_matches(".svg");
                text += &format!("![The cost of a step against {what}]({figure})\n\n");
            }
        }
        text.trim_end().to_owned() + "\n"
    }

    /// For each size, its name and words, and its table.
    fn by_size(&self) -> Vec<(String, Vec<Vec<String>>)> {
        let tables = Named::value_variants().iter().map(|named| {
            let name = named.size().name;
            let entries = self.entries.iter().filter(|entry| entry.size.name == name);
            let rows: Vec<_> = entries.map(cells).collect();
            let flops = self.entries.iter().find(|entry| entry.size.name == name);
            let flops = flops.map_or(0.0, |entry| entry.size.flops as f64 / 1e6);
            let heading = format!("{name}: {}; {flops:.1} MFLOP a step", named.words());
            let head = HEAD.map(str::to_owned).to_vec();
            (heading, [vec![head], rows].concat())
        });
        tables.filter(|(_, rows)| rows.len() > 1).collect()
    }

    /// What a visitor waits for and downloads, in sentences.
    fn page(&self) -> Vec<String> {
        let picture = self.first_picture.map(|found| {
            format!(
                "The first picture of a trained step comes {:.0} ms after the address is opened for the first \
                 time, {:.0} ms at later visits (median).",
                found.first, found.median
            )
        });
        let bundles = self.bundles.iter().map(|(bundle, gzip, limit)| {
            let verdict = if gzip <= limit { "within" } else { "more than" };
            format!(
                "The {} bundle is {} under gzip -9, {verdict} the {} that it may be.",
                bundle.folder(),
                kilobytes(*gzip),
                kilobytes(*limit)
            )
        });
        picture.into_iter().chain(bundles).collect()
    }
}

const HEAD: [&str; 8] = [
    "engine",
    "backend",
    "GANs",
    "ms a step, least",
    "ms a step, median",
    "GFLOP/s",
    "of the roofline",
    "ms a snapshot",
];

/// How the tables are to be read.
const NOTES: &str = "
## How it was measured

- The engines took turns, each a turn in every round, after a rest of 0.3 s; ms are for one step of one GAN (the time for all GANs, \
divided by their number). A step is a discriminator's update and a generator's, with fresh samples and latents \
drawn in it. Steps before the clock was started, in which kernels are compiled, do not count.
- Before it was timed, every engine repeated five steps from the same weights and batches; each loss fits those of \
`lsgan-lab trace` to 1e-4. An engine that did other work would have ended the run.
- GFLOP/s count the matrix products of the forward and backward passes (src/train/work.rs), at the median. The \
roofline is a loop of multiply-adds in registers, taken in the same rounds: with simd128 in the browser's wasm \
(fused, by relaxed SIMD, where the browser has it), with the widest instructions of the processor natively, in a shader \
on WebGPU.
- A snapshot is what a picture of a run needs: the surface at 128 x 128 points, 500 real and 500 generated samples \
with the outputs on them and the forces on the latter, and the losses; with one readback on WebGPU. The thread that \
trains makes it, so training waits that long.
- TensorFlow.js is `tf.variableGrads` and `tf.train.adam`, as its users write it; *by hand* are gradients and \
optimizer written out in its operations, and for its wasm backend the operands transposed beforehand. Its wasm \
backend runs on one thread here, as LSGAN Lab's page does.
- JAX is `jit` and `scan` on the CPU, and `vmap` over several GANs. LSGAN Lab's command line trains several GANs on \
as many threads as there are cores.
";

/// A row of the JSON.
fn row(entry: &Entry) -> Value {
    json!({
        "engine": entry.contestant.engine.name(),
        "backend": entry.contestant.backend,
        "size": entry.size.name,
        "ms_per_step_min": entry.min(),
        "ms_per_step_median": entry.median(),
        "gans": entry.contestant.gans,
        "gflops": entry.gflops(),
        "roofline_share": entry.roofline_share(),
        "roofline_gflops": entry.peak(),
        "ms_per_snapshot": entry.snapshot(),
        "rounds": entry.times.len(),
    })
}

/// The same for people.
fn cells(entry: &Entry) -> Vec<String> {
    let share = entry.roofline_share();
    vec![
        entry.contestant.engine.name().to_owned(),
        entry.contestant.backend.to_owned(),
        entry.contestant.gans.to_string(),
        digits(entry.min()),
        digits(entry.median()),
        digits(entry.gflops()),
        share.map_or("–".to_owned(), |share| format!("{:.0} %", 100.0 * share)),
        entry.snapshot().map_or("–".to_owned(), digits),
    ]
}

fn verdicts(demands: &[Demand]) -> Vec<Vec<String>> {
    let head = ["what", "wanted", "found", ""].map(str::to_owned).to_vec();
    let rows = demands.iter().map(|demand| {
        vec![
            demand.what.clone(),
            demand.wanted(),
            demand.found.map_or("–".to_owned(), digits),
            demand.verdict().to_owned(),
        ]
    });
    [head].into_iter().chain(rows).collect()
}

/// A number with three digits that count.
fn digits(number: f64) -> String {
    let places = match number.abs() {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        _ => 3,
    };
    format!("{number:.places$}")
}

/// A table in Markdown; the first row is its head.
fn table(rows: &[Vec<String>]) -> String {
    let line = |cells: &Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut lines: Vec<_> = rows.iter().map(line).collect();
    let columns = rows.first().map_or(0, Vec::len);
    lines.insert(1.min(lines.len()), format!("|{}\n", "---|".repeat(columns)));
    lines.concat()
}

/// A table with columns as wide as they need.
fn plain(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths);
        let cells: Vec<_> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        format!("  {}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::super::contest::{Contestant, Engine, tests::entry};
    use super::*;

    fn results() -> Results {
        let cpu = Contestant::one(Engine::Page, "cpu");
        Results {
            command: "cargo xtask bench".to_owned(),
            surroundings: vec![("Machine", "2 cores".to_owned())],
            entries: vec![
                entry(cpu, &[2.0, 1.5, 2.5], &[20.0]),
                entry(Contestant::one(Engine::Tfjs, "cpu"), &[40.0], &[]),
            ],
            first_picture: Some(FirstPicture {
                first: 812.4,
                median: 500.0,
            }),
            bundles: vec![(Bundle::Cpu, 712_000, 800_000)],
            figures: vec!["gans.svg".to_owned()],
        }
    }

    #[test]
    fn a_row_of_the_json_has_what_was_promised() {
        let json = results().json();
        let row = &json["rows"][0];
        assert_eq!(row["engine"], "lsgan-lab");
        assert_eq!(row["backend"], "cpu");
        assert_eq!(row["size"], "default");
        assert_eq!(row["ms_per_step_min"], 1.5);
        assert_eq!(row["ms_per_step_median"], 2.0);
        assert_eq!(row["gans"], 1);
        assert_eq!(row["gflops"], 13.0);
        assert_eq!(row["roofline_share"], 0.65);
        assert_eq!(json["rows"][1]["roofline_share"], Value::Null);
    }

    #[test]
    fn the_report_has_its_tables_and_says_what_is_met() {
        let text = results().markdown();
        for line in [
            "Written by `cargo xtask bench`",
            "- Machine: 2 cores",
            "| lsgan-lab | cpu | 1 | 1.50 | 2.00 | 13.0 | 65 % | – |",
            "| tensorflow.js | cpu | 1 | 40.0 | 40.0 | 0.650 | – | – |",
            "| lsgan-lab cpu: share of the measured simd128 roofline | at least 0.6 | 0.650 | met |",
            "comes 812 ms after",
            "712.0 kB under gzip -9, within the 800.0 kB",
            "](gans.svg)",
        ] {
            assert!(text.contains(line), "{line} is missing:\n{text}");
        }
        assert!(!text.contains("## Size wide"));
    }

    #[test]
    fn a_plain_table_is_aligned() {
        let rows = [vec!["a", "bb"], vec!["ccc", "d"]];
        let rows = rows.map(|row| row.into_iter().map(str::to_owned).collect());
        assert_eq!(plain(&rows), "  a    bb\n  ccc  d\n");
    }
}
