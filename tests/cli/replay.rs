//! Traces made again by a program in another language: tests/oracle/replay.py, in float64 NumPy.
//!
//! They need Python with the packages of tests/oracle/requirements.txt, so plain `cargo test` leaves
//! them out; `cargo xtask test --only replay` fetches those and runs them, and `--only gpu` those of the fused
//! engine. The environment variable LSGAN_PYTHON says which Python to take.

use std::{
    env, fs,
    process::{Command, Output},
};

use safetensors::SafeTensors;

use super::{call, file, path, sentence, trace::Read};

const STEPS: usize = 20;

const LOSSES: [(&str, &[&str]); 5] = [
    ("lsgan01", &[]),
    ("pearson", &["loss.a=-1", "loss.c=0"]),
    ("on_a_sigmoid", &["loss.sigmoid=true"]),
    ("non_saturating", &["loss.kind=non_saturating"]),
    ("minimax", &["loss.kind=minimax"]),
];

/// Rates at which nothing diverges; the two networks' differ, so that an engine that swaps them is
/// caught.
const OPTIMIZERS: [(&str, &[&str]); 3] = [
    (
        "adam",
        &[
            "optimizer.generator.lr=0.01",
            "optimizer.discriminator.lr=0.02",
            "optimizer.discriminator.beta1=0.9",
            "optimizer.discriminator.beta2=0.99",
        ],
    ),
    (
        "rmsprop",
        &[
            "optimizer.generator.kind=rmsprop",
            "optimizer.generator.lr=0.002",
            "optimizer.discriminator.kind=rmsprop",
            "optimizer.discriminator.lr=0.004",
            "optimizer.discriminator.alpha=0.9",
        ],
    ),
    (
        "sgd",
        &[
            "optimizer.generator.kind=sgd",
            "optimizer.generator.lr=0.05",
            "optimizer.discriminator.kind=sgd",
            "optimizer.discriminator.lr=0.1",
        ],
    ),
];

const ACTIVATIONS: [(&str, &[&str]); 4] = [
    (
        "relu",
        &["generator.activation=relu", "discriminator.activation=relu"],
    ),
    ("leaky_relu", &[]),
    (
        "tanh",
        &["generator.activation=tanh", "discriminator.activation=tanh"],
    ),
    (
        "sigmoid",
        &[
            "generator.activation=sigmoid",
            "generator.gain=3",
            "discriminator.activation=sigmoid",
            "discriminator.gain=3",
        ],
    ),
];

/// Two layers of sigmoids would leave a generator under sgd all but unmoved, even at their larger gain.
const SGD_THROUGH_SIGMOIDS: &[&str] = &["optimizer.generator.lr=0.5"];

/// Fields of all cases. With this seed no pre-activation of a rectifier comes within 2e-6 of zero in any
/// case: nearer, rounding decides on which side of its kink it lies, and a replay in float64 takes
/// the other slope.
const SMALL: &[&str] = &[
    "seed=31",
    "batch=16",
    "generator.hidden=16,16",
    "discriminator.hidden=16,16",
];

/// What the spread leaves out.
const OTHERS: [(&str, &[&str]); 8] = [
    ("steps_d_2", &["steps_d=2"]),
    ("steps_g_3", &["steps_g=3"]),
    ("simultaneous", &["update=simultaneous"]),
    (
        "dim_5",
        &[
            "latent.dim=5",
            "latent.kind=uniform",
            "steps_d=3",
            "steps_g=2",
        ],
    ),
    (
        "three_layers",
        &["generator.hidden=16,12,8", "discriminator.hidden=9"],
    ),
    (
        "other_labels",
        &[
            "loss.a=-0.5",
            "loss.b=2",
            "loss.c=0.7",
            "generator.slope=0.01",
        ],
    ),
    (
        "an_epsilon_that_counts",
        &[
            "optimizer.generator.epsilon=0.05",
            "optimizer.discriminator.kind=rmsprop",
            "optimizer.discriminator.epsilon=0.05",
        ],
    ),
    (
        "labels_on_a_sigmoid",
        &[
            "loss.sigmoid=true",
            "loss.a=0.1",
            "loss.b=0.9",
            "loss.c=0.8",
        ],
    ),
];

/// Every loss under every optimizer with every activation, and the others.
fn cases() -> Vec<(String, Vec<String>)> {
    let mut cases = Vec::new();
    let mut add = |name: String, fields: &[&[&str]]| {
        let fields = SMALL.iter().chain(fields.iter().copied().flatten());
        cases.push((name, fields.map(|field| (*field).to_owned()).collect()));
    };
    for (loss, of_loss) in LOSSES {
        for (optimizer, of_optimizer) in OPTIMIZERS {
            for (activation, of_activation) in ACTIVATIONS {
                let name = format!("{loss}-{optimizer}-{activation}");
                let rate = match (optimizer, activation) {
                    ("sgd", "sigmoid") => SGD_THROUGH_SIGMOIDS,
                    _ => &[],
                };
                add(name, &[of_loss, of_optimizer, of_activation, rate]);
            }
        }
    }
    for (name, fields) in OTHERS {
        add(name.to_owned(), &[OPTIMIZERS[0].1, fields]);
    }
    cases
}

/// Writes the trace of a case; gives its path.
fn traced(backend: &str, name: &str, fields: &[String]) -> String {
    let path = path(&format!("replay-{backend}-{name}.safetensors"));
    let steps = STEPS.to_string();
    let mut arguments = vec!["trace", "--backend", backend, "--steps", &steps];
    arguments.extend(["--out", &path]);
    arguments.extend(fields.iter().flat_map(|field| ["--set", field]));
    let output = call(&arguments);
    assert!(output.status.success(), "{name}: {}", sentence(&output));
    path
}

fn replay(traces: &[String], tolerance: &str) -> Output {
    let python = env::var("LSGAN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    Command::new(python)
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/oracle/replay.py"
        ))
        .args(["--tolerance", tolerance])
        .args(traces)
        .output()
        .unwrap()
}

/// How far the layer that moved least moved in one of its numbers.
fn least_move(read: &Read) -> f32 {
    let layers = read.names().filter_map(|name| {
        let of_network = name.strip_prefix("init.")?;
        of_network.strip_suffix(".weight")
    });
    let moves = layers.map(|layer| {
        let pairs = ["weight", "bias"].map(|part| {
            let before = read.numbers(&format!("init.{layer}.{part}"));
            before
                .iter()
                .zip(read.numbers(&format!("final.{layer}.{part}")))
        });
        let moves = pairs
            .into_iter()
            .flatten()
            .map(|(from, to)| (to - from).abs());
        moves.fold(0.0, f32::max)
    });
    moves.fold(f32::INFINITY, f32::min)
}

/// Traces every case on every backend and has them all made again. In each of them all layers move by more than
/// `least`, many times the tolerance: where nothing moves, nothing can go wrong.
fn assert_replayed(backends: &[&str], tolerance: &str, least: f32) {
    let cases = cases();
    assert_eq!(cases.len(), 5 * 3 * 4 + 8);
    let traces: Vec<_> = backends
        .iter()
        .flat_map(|backend| {
            let of = move |(name, fields): &(String, Vec<String>)| traced(backend, name, fields);
            cases.iter().map(of)
        })
        .collect();
    let output = replay(&traces, tolerance);
    assert!(output.status.success(), "{}", sentence(&output));
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.lines().count(), traces.len(), "{said}");
    println!("{said}");
    for trace in &traces {
        let moved = least_move(&Read::file(trace));
        assert!(moved > least, "{trace}: a layer moved by {moved} at most");
    }
}

#[test]
#[ignore = "needs NumPy: cargo xtask test --only replay"]
fn every_loss_optimizer_and_activation_is_replayed_to_1e_4() {
    assert_replayed(&["cpu", "flex"], "1e-4", 1e-3);
}

#[cfg(feature = "webgpu")]
#[test]
#[ignore = "needs NumPy and a GPU: cargo xtask test --only gpu"]
fn the_fused_engine_is_replayed_to_1e_3_both_ways() {
    let probe = call(&[
        "bench",
        "--backend",
        "webgpu",
        "--steps",
        "1",
        "--rounds",
        "1",
    ]);
    if !probe.status.success() {
        let said = sentence(&probe);
        assert!(env::var_os("LSGAN_GPU_TESTS").is_none(), "{said}");
        eprintln!("not tested: {said}");
        return;
    }
    assert_replayed(&["webgpu", "webgpu_split"], "1e-3", 4e-3);
}

/// The same trace under a configuration that is wrong in one field.
fn misread(trace: &str, assignment: &str) -> String {
    let read = Read::file(trace);
    let config = read.config().with_assignment(assignment).unwrap();
    let metadata = [
        ("config".to_owned(), config.to_value().to_string()),
        ("steps".to_owned(), STEPS.to_string()),
    ];
    let bytes = fs::read(trace).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap().tensors();
    let bytes = safetensors::serialize(tensors, Some(metadata.into())).unwrap();
    file("replay-misread.safetensors", &bytes)
}

#[test]
#[ignore = "needs NumPy: cargo xtask test --only replay"]
fn a_field_that_is_off_is_noticed_at_the_first_number_that_depends_on_it() {
    let fields = ["batch=16", "generator.hidden=16", "discriminator.hidden=16"];
    let trace = traced("cpu", "right", &fields.map(str::to_owned));
    for (assignment, words) in [
        ("loss.a=0.01", "deviates first in step.0.loss_d:"),
        ("loss.b=0.99", "deviates first in step.0.loss_d:"),
        ("loss.c=0.99", "deviates first in step.0.loss_g:"),
        ("generator.slope=0.25", "deviates first in step.0.loss_d:"),
        // The generator learns through the discriminator that has just moved.
        (
            "optimizer.discriminator.lr=0.002",
            "deviates first in step.0.loss_g:",
        ),
        (
            "optimizer.generator.lr=0.002",
            "deviates first in step.1.loss_d:",
        ),
        // Adam's first move is the same under any decay.
        (
            "optimizer.discriminator.beta1=0.9",
            "deviates first in step.1.loss_g:",
        ),
        ("steps_d=2", "has no tensor step.0.d1.real"),
        (
            "update=simultaneous",
            "holds a tensor step.0.g0.latent that does not belong",
        ),
    ] {
        let output = replay(&[misread(&trace, assignment)], "1e-4");
        let said = sentence(&output);
        assert_eq!(output.status.code(), Some(1), "{assignment}: {said}");
        assert!(said.contains(words), "{assignment}: {said}");
    }
}
