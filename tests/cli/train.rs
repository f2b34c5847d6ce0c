//! `train`: what it prints, what it refuses, what it saves.

use std::process::Output;

use lsgan_lab::train::checkpoint_file::SavedRun;
use serde_json::Value;

use super::{file, path, sentence, train};

#[test]
fn json_is_one_object_with_the_promised_fields() {
    let output = train(&[
        "--steps",
        "12",
        "--set",
        "seed=7",
        "--set",
        "loss.kind=minimax",
        "--json",
    ]);
    assert!(output.status.success());
    let object: Value = serde_json::from_slice(&output.stdout).unwrap();
    let fields: Vec<_> = object.as_object().unwrap().keys().collect();
    assert_eq!(
        fields,
        [
            "backend",
            "config",
            "loss_d",
            "loss_g",
            "ms_per_step",
            "step"
        ]
    );
    assert_eq!(
        (object["step"].as_u64(), object["backend"].as_str()),
        (Some(12), Some("cpu"))
    );
    assert_eq!(
        (&object["config"]["seed"], &object["config"]["loss"]["kind"]),
        (&7.into(), &"minimax".into())
    );
    assert!(
        object["loss_d"].is_f64() && object["loss_g"].is_f64() && object["ms_per_step"].is_f64()
    );
    let again: Value = serde_json::from_slice(
        &train(&[
            "--steps",
            "12",
            "--set",
            "seed=7",
            "--set",
            "loss.kind=minimax",
            "--json",
        ])
        .stdout,
    )
    .unwrap();
    assert_eq!(again["loss_g"], object["loss_g"]);
}

#[test]
fn a_file_is_read_first_and_set_goes_over_it() {
    let path = file(
        "run.json",
        br#"{"seed": 3, "batch": 16, "generator": {"hidden": [8]}}"#,
    );
    let output = train(&[
        "--steps", "1", "--config", &path, "--set", "batch=32", "--json",
    ]);
    let object: Value = serde_json::from_slice(&output.stdout).unwrap();
    let config = &object["config"];
    assert_eq!((&config["seed"], &config["batch"]), (&3.into(), &32.into()));
    assert_eq!(config["generator"]["hidden"], serde_json::json!([8]));
}

#[test]
fn bad_input_ends_with_code_2_and_one_sentence() {
    let (broken, large) = (
        file("broken.json", b"{\"seed\": "),
        file("large.json", &vec![b' '; 10_000_000]),
    );
    let cases: [(&[&str], &str); 9] = [
        (
            &["--set", "wings=2"],
            "wings is not a field here; allowed: seed, target",
        ),
        (
            &["--set", "generator.hidden=0"],
            "generator.hidden must be 1 to 4 whole numbers from 1 to 256, not [0]",
        ),
        (
            &["--set", "target.sigma=0"],
            "target.sigma must be a number from 0.0001 to 10, not 0",
        ),
        (
            &["--set", "target.sigma=NaN"],
            "target.sigma must be a number from 0.0001 to 10, not \"NaN\"",
        ),
        (&["--set", "seed"], "seed must have the form path=value"),
        (
            &["--config", &broken],
            "the configuration is not JSON: EOF while parsing a value",
        ),
        (
            &["--config", &large],
            "large.json is 10000000 bytes long; at most 262144 are allowed",
        ),
        (&["--config", "no/such.json"], "no/such.json: No such file"),
        (
            &["--backend", "abacus"],
            "invalid value 'abacus' for '--backend",
        ),
    ];
    for (arguments, words) in cases {
        let output = train(&[&["--steps", "1"], arguments].concat());
        let said = sentence(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty());
    }
    assert_eq!(train(&[]).status.code(), Some(2));
}

#[test]
fn help_names_every_field_that_can_be_set() {
    let help = String::from_utf8(train(&["--help"]).stdout).unwrap();
    for words in [
        "target.kind",
        "loss.kind",
        "latent.kind",
        "generator.hidden",
        "optimizer.generator.kind",
        "--set",
    ] {
        assert!(help.contains(words), "{words} is missing");
    }
}

#[test]
fn a_run_resumed_from_its_file_ends_where_it_would_have_without_a_break() {
    let path = path("half.safetensors");
    let loss = |output: Output| {
        assert!(output.status.success(), "{}", sentence(&output));
        let object: Value = serde_json::from_slice(&output.stdout).unwrap();
        (
            object["step"].clone(),
            object["loss_g"].clone(),
            object["config"].clone(),
        )
    };
    let small = ["--set", "batch=32", "--set", "seed=9", "--json"];
    let whole = loss(train(&[&["--steps", "24"], &small[..]].concat()));
    train(&[&["--steps", "10", "--checkpoint", &path], &small[..]].concat());
    let resumed = train(&[
        "--steps",
        "14",
        "--resume",
        &path,
        "--checkpoint",
        &path,
        "--json",
    ]);
    assert_eq!(loss(resumed), whole);
    // The file was replaced by the resumed run's.
    let saved = SavedRun::read(path.as_ref()).unwrap();
    assert_eq!((saved.checkpoint.step, saved.config.seed), (24, 9));
}

#[test]
fn a_run_that_diverged_is_not_saved_over_an_older_one() {
    let older = file("diverged.safetensors", b"older");
    let output = train(&[
        "--steps",
        "60",
        "--checkpoint",
        &older,
        "--set",
        "optimizer.generator.kind=sgd",
        "--set",
        "optimizer.discriminator.kind=sgd",
        "--set",
        "optimizer.discriminator.lr=10",
    ]);
    let said = sentence(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("diverged.safetensors was not written: it holds a number in "),
        "{said}"
    );
    assert_eq!(std::fs::read(&older).unwrap(), b"older");
}
