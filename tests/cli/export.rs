//! `export`: what it writes, and that it is the run that `train` makes.

use std::process::Output;

use lsgan_lab::{config::TrainingConfig, train::checkpoint_file::SavedRun};
use serde_json::Value;

use super::{call, path, sentence, train};

const FIELDS: &[&str] = &["--set", "seed=5", "--set", "batch=16", "--set", "loss.a=-1"];

fn export(what: &str, steps: &str, out: &str) -> Output {
    call(&[&["export", what, "--steps", steps, "--out", out], FIELDS].concat())
}

/// The file that `export` writes, once it has.
fn exported(what: &str, steps: &str) -> Vec<u8> {
    let out = path(&format!("exported-{what}"));
    let output = export(what, steps, &out);
    assert!(output.status.success(), "{}", sentence(&output));
    std::fs::read(out).unwrap()
}

#[test]
fn weights_are_those_that_training_leaves() {
    let checkpoint = path("export-trained.safetensors");
    let options = ["--steps", "7", "--checkpoint", &checkpoint];
    let trained = train(&[&options, FIELDS].concat());
    assert!(trained.status.success(), "{}", sentence(&trained));
    let trained = SavedRun::read(checkpoint.as_ref()).unwrap();
    assert_eq!(
        SavedRun::from_bytes(&exported("safetensors", "7")).unwrap(),
        trained
    );
    let json: Value = serde_json::from_slice(&exported("json", "7")).unwrap();
    assert_eq!(
        TrainingConfig::from_value(&json["config"]).unwrap(),
        trained.config
    );
    let weight = json["discriminator"][0]["weight"][1][3].as_f64().unwrap() as f32;
    let layer = &trained.checkpoint.discriminator.weights.layers[0];
    assert_eq!(weight, layer.weight[layer.outputs + 3]);
}

#[test]
fn programs_hold_the_configuration_and_the_steps() {
    for what in ["pytorch", "burn"] {
        let text = String::from_utf8(exported(what, "321")).unwrap();
        assert!(
            text.contains("\"seed\": 5") && text.contains("\"321\""),
            "{what}"
        );
        assert!(text.contains("\"a\":-1.0"), "{what}");
    }
}

#[test]
fn bad_input_ends_with_code_2_and_writes_nothing() {
    let out = path("export-refused");
    for (what, steps, out, words) in [
        (
            "tensorflow",
            "1",
            &*out,
            "[possible values: pytorch, burn, safetensors, json]",
        ),
        ("burn", "0", &*out, "0 is not in 1..=1000000000"),
        (
            "burn",
            "1",
            "no/such/folder/main.rs",
            "no/such/folder is not a folder to write to",
        ),
    ] {
        let output = export(what, steps, out);
        let said = sentence(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words), "{said}");
        assert!(!std::path::Path::new(out).exists());
    }
}
