//! `forces` and `lab`: numbers through a discriminator held fixed.

use std::process::Output;

use lsgan_lab::{
    config::{Loss, TrainingConfig},
    gan::{FixedDiscriminator, loss},
    lab::arrivals,
    train::{Compute, Part},
};
use serde_json::Value;

use super::{call, file, path, sentence, train};

fn lab(arguments: &[&str]) -> Output {
    call(&[&["lab"], arguments].concat())
}

/// The rows of `forces --json`, under a loss.
fn forces(discriminator: &str, loss: &str, points: &str) -> Vec<Value> {
    let output = call(&[
        "forces",
        "--discriminator",
        discriminator,
        "--loss",
        loss,
        "--points",
        points,
        "--json",
    ]);
    assert!(output.status.success(), "{}", sentence(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn pair(row: &Value, field: &str) -> [f64; 2] {
    let [first, second] = &row[field].as_array().unwrap()[..] else {
        panic!("{field} is not a pair: {row}");
    };
    [first.as_f64().unwrap(), second.as_f64().unwrap()]
}

fn scalar(row: &Value, field: &str) -> f64 {
    row[field].as_f64().unwrap()
}

#[test]
fn forces_through_a_linear_discriminator_are_the_closed_form() {
    // D(x) = 3 x1 - 4 x2 + 0.5; s by its plain definition.
    let s = |y: f64| 1.0 / (1.0 + (-y).exp());
    type Slope = Box<dyn Fn(f64) -> f64>;
    let losses: [(&str, Slope); 4] = [
        (r#"{"kind": "minimax"}"#, Box::new(move |y| -s(y))),
        (
            r#"{"kind": "non_saturating"}"#,
            Box::new(move |y| s(y) - 1.0),
        ),
        (r#"{"kind": "lsgan", "c": -0.25}"#, Box::new(|y| y + 0.25)),
        (
            r#"{"kind": "lsgan", "sigmoid": true}"#,
            Box::new(move |y| (s(y) - 1.0) * s(y) * (1.0 - s(y))),
        ),
    ];
    let points = [[-1.5, 0.25], [0.0, 0.0], [1.0, -2.0]];
    for (loss, slope) in losses {
        let rows = forces("linear:3,-4,0.5", loss, "-1.5,0.25; 0,0;1,-2;");
        assert_eq!(rows.len(), 3);
        for (row, [x1, x2]) in rows.iter().zip(points) {
            assert_eq!(pair(row, "x"), [x1, x2]);
            let y = 3.0 * x1 - 4.0 * x2 + 0.5;
            assert_eq!(
                (scalar(row, "output"), pair(row, "gradient")),
                (y, [3.0, -4.0])
            );
            let near = |found: f64, expected: f64| (found - expected).abs() < 1e-9;
            assert!(near(scalar(row, "slope"), slope(y)), "{loss}: {row}");
            let [f1, f2] = pair(row, "force");
            assert!(
                near(f1, -3.0 * slope(y)) && near(f2, 4.0 * slope(y)),
                "{loss}: {row}"
            );
        }
    }
    let output = call(&[
        "forces",
        "--discriminator",
        "linear:1,0,0",
        "--points",
        "60,0",
        "--json",
    ]);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "[{\"x\":[60.0,0.0],\"output\":60.0,\"slope\":59.0,\"gradient\":[1.0,0.0],\"force\":[-59.0,0.0]}]\n"
    );
}

#[test]
fn a_checkpoint_gives_the_runs_own_discriminator_and_its_forces() {
    let path = path("trained.safetensors");
    let trained = train(&[
        "--steps",
        "60",
        "--set",
        "seed=4",
        "--set",
        "loss.a=-1",
        "--set",
        "loss.c=0",
        "--checkpoint",
        &path,
    ]);
    assert!(trained.status.success(), "{}", sentence(&trained));
    let source = format!("run:{path}");
    let h = 1e-5;
    for [x1, x2] in [[0.3, -0.8], [1.1, 0.2], [-2.0, 3.0]] {
        let around = format!(
            "{x1},{x2};{},{x2};{},{x2};{x1},{};{x1},{}",
            x1 + h,
            x1 - h,
            x2 + h,
            x2 - h
        );
        let rows = forces(&source, r#"{"kind": "non_saturating"}"#, &around);
        let y: Vec<_> = rows.iter().map(|row| scalar(row, "output")).collect();
        // -log s = log(1 + e^-y), differenced.
        let value = |y: f64| (1.0 + (-y).exp()).ln();
        let expected = [
            (value(y[2]) - value(y[1])) / (2.0 * h),
            (value(y[4]) - value(y[3])) / (2.0 * h),
        ];
        let found = pair(&rows[0], "force");
        assert!(
            (found[0] - expected[0]).abs() < 1e-6 && (found[1] - expected[1]).abs() < 1e-6,
            "{found:?}, not {expected:?}"
        );
        // Left out, the loss is the run's own: Pearson's least squares, whose slope is y.
        let point = format!("{x1},{x2}");
        let own = call(&[
            "forces",
            "--discriminator",
            &source,
            "--points",
            &point,
            "--json",
        ]);
        let own: Value = serde_json::from_slice(&own.stdout).unwrap();
        assert_eq!(own[0]["slope"], own[0]["output"]);
        // The same run again, in this process.
        let expected = discriminator_after(60, &["seed=4", "loss.a=-1", "loss.c=0"]).at([x1, x2]);
        assert_eq!(scalar(&own[0], "output"), expected.output);
    }
}

fn discriminator_after(steps: u64, assignments: &[&str]) -> FixedDiscriminator {
    let config = assignments
        .iter()
        .fold(TrainingConfig::default(), |config, assignment| {
            config.with_assignment(assignment).unwrap()
        });
    let mut engine = Compute::cpu().start(&config);
    engine.advance(steps, Part::Both);
    let checkpoint = pollster::block_on(engine.checkpoint()).unwrap();
    FixedDiscriminator::new(&config.discriminator, &checkpoint.discriminator.weights)
}

#[test]
fn the_lab_prints_what_the_library_counts() {
    let rows: Value = serde_json::from_slice(&lab(&["--json"]).stdout).unwrap();
    let mut losses = loss::four(Loss::Minimax).to_vec();
    losses.insert(3, Loss::from_json(r#"{"a": -1, "c": 0}"#).unwrap());
    let expected = arrivals(&losses, &[8.0, -8.0], 0.1, 0.5, 100_000);
    assert_eq!(rows, serde_json::to_value(expected).unwrap());
    let text = String::from_utf8(lab(&[]).stdout).unwrap();
    let row = |loss: &str, sample: &str| {
        let mut lines = text.lines();
        let line = lines.find(|line| line.starts_with(loss) && line.contains(sample));
        let cells = line.unwrap().split(" = ").nth(1).unwrap();
        cells
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        row("LSGAN 0, 1, 1", "triangle"),
        ["8", "never", "26", "1.000"]
    );
    assert_eq!(
        row("LSGAN -1, 1, 0", "diamond"),
        ["-8", "27", "27", "0.000"]
    );
    assert_eq!(row("minimax", "triangle")[1..4], ["never", "has", "none"]);
    // README shows this table.
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    assert!(
        readme.contains(text.trim()),
        "README shows another table than\n{text}"
    );
}

#[test]
fn bad_points_discriminators_losses_and_files_end_with_code_2_and_one_sentence() {
    let linear = ["forces", "--discriminator", "linear:1,0,0"];
    let point = ["--points", "1,2"];
    let (text, empty) = (
        file("no.safetensors", b"{\"seed\": 1}"),
        file("empty.safetensors", b""),
    );
    let saved = path("short.safetensors");
    train(&["--steps", "1", "--checkpoint", &saved]);
    let whole = std::fs::read(&saved).unwrap();
    let short = file("short.safetensors", &whole[..whole.len() - 4]);
    let at = |path: &str| format!("run:{path}");
    let from = |source: &str| call(&[&["forces", "--discriminator", source], &point[..]].concat());
    let with = |arguments: &[&str]| call(&[&linear[..], arguments].concat());
    let cases = [
        (
            from("linear:1,0"),
            "must be linear:W1,W2,B or run:FILE; 2 found, 3 wanted",
        ),
        (
            from("linear:1,inf,0"),
            "each must be a number from -1000000 to 1000000",
        ),
        (from("parabola:1,0,0"), "must be linear:W1,W2,B or run:FILE"),
        (from("run:no/such"), "no/such cannot be used: No such file"),
        (from(&at(&text)), "no.safetensors is not a safetensors file"),
        (
            from(&at(&empty)),
            "empty.safetensors is not a safetensors file: header too small",
        ),
        (
            from(&at(&short)),
            "short.safetensors is not a safetensors file",
        ),
        (from("run:/dev/zero"), "is more than 16777216 bytes long"),
        (
            with(&["--points", "1,2;3"]),
            "point 2 must be x,y; 1 found, 2 wanted",
        ),
        (
            with(&["--points", "1,NaN"]),
            "each must be a number from -1000000 to 1000000",
        ),
        (with(&["--points", ""]), "point 1 must be x,y"),
        (
            with(&["--points", "1,2", "--loss", r#"{"kind": "hinge"}"#]),
            "loss.kind must be one of lsgan, non_saturating, minimax, not \"hinge\"",
        ),
        (
            with(&["--points", "1,2", "--loss", r#"{"c": 101}"#]),
            "loss.c must be a number from -100 to 100, not 101",
        ),
        (
            with(&["--points", "1,2", "--loss", "3"]),
            "loss must be an object with fields, not 3",
        ),
        (
            with(&["--points", "1,2", "--loss", "{"]),
            "loss is not JSON",
        ),
        (
            train(&["--steps", "1", "--resume", &text]),
            "no.safetensors is not a safetensors file",
        ),
        (
            train(&["--steps", "1", "--resume", &saved, "--set", "seed=2"]),
            "cannot be used with",
        ),
        (
            train(&["--steps", "1", "--checkpoint", "no/such/file"]),
            "no/such is not a folder",
        ),
        (lab(&["--rate", "2"]), "must be a number from 0.0001 to 1"),
        (lab(&["--steps", "0"]), "invalid value '0' for '--steps"),
    ];
    for (output, words) in cases {
        let said = sentence(&output);
        assert_eq!(output.status.code(), Some(2), "{words}: {said}");
        assert!(said.contains(words), "{words}: {said}");
        assert!(output.stdout.is_empty());
    }
}
