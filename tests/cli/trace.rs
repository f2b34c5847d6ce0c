//! `trace`: what stands in its file, and that it is the run that `train` makes.

use std::{collections::BTreeMap, process::Output};

use lsgan_lab::{
    config::TrainingConfig,
    gan::{Discriminator, Generator, Weights},
    train::{Batches, checkpoint_file::SavedRun},
};
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;

use super::{call, path, sentence, train};

/// Small networks of different depths, a latent of five and more updates than one.
const UNEVEN: &[&str] = &[
    "seed=4",
    "batch=8",
    "latent.dim=5",
    "generator.hidden=6,4",
    "discriminator.hidden=3,7,2",
    "steps_d=2",
    "steps_g=3",
];

fn with<'a>(options: &[&'a str], fields: &[&'a str]) -> Vec<&'a str> {
    let fields = fields.iter().flat_map(|field| ["--set", field]);
    options.iter().copied().chain(fields).collect()
}

fn trace(steps: &str, out: &str, fields: &[&str]) -> Output {
    call(&with(&["trace", "--steps", steps, "--out", out], fields))
}

/// A trace, read again by the format's own library.
pub struct Read {
    metadata: BTreeMap<String, String>,
    tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
}

impl Read {
    fn of(steps: &str, name: &str, fields: &[&str]) -> Self {
        let path = path(name);
        let output = trace(steps, &path, fields);
        assert!(output.status.success(), "{}", sentence(&output));
        Self::file(&path)
    }

    pub fn file(path: &str) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
        let tensors = SafeTensors::deserialize(&bytes).unwrap().tensors();
        let tensors = tensors.into_iter().map(|(name, tensor)| {
            assert_eq!(tensor.dtype(), Dtype::F32, "{name}");
            let (numbers, _) = tensor.data().as_chunks();
            let numbers = numbers.iter().map(|number| f32::from_le_bytes(*number));
            (name, (tensor.shape().to_vec(), numbers.collect()))
        });
        Self {
            metadata: header.metadata().clone().unwrap().into_iter().collect(),
            tensors: tensors.collect(),
        }
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    pub fn config(&self) -> TrainingConfig {
        TrainingConfig::from_json(&self.metadata["config"]).unwrap()
    }

    pub fn numbers(&self, name: &str) -> &[f32] {
        &self.tensors[name].1
    }

    fn assert_holds(&self, prefix: &str, weights: &Weights) {
        for (index, layer) in weights.layers.iter().enumerate() {
            let name = |part| format!("{prefix}.{index}.{part}");
            assert!(self.numbers(&name("weight")) == layer.weight, "{prefix}");
            assert!(self.numbers(&name("bias")) == layer.bias, "{prefix}");
        }
    }
}

#[test]
fn the_tensors_have_the_documented_names_and_shapes() {
    let read = Read::of("2", "names.safetensors", UNEVEN);
    let mut expected: Vec<(String, Vec<usize>)> = Vec::new();
    for when in ["init", "final"] {
        for (network, widths) in [
            ("generator", &[5, 6, 4, 2][..]),
            ("discriminator", &[2, 3, 7, 2, 1]),
        ] {
            for (layer, pair) in widths.windows(2).enumerate() {
                let name = format!("{when}.{network}.{layer}");
                expected.push((format!("{name}.weight"), pair.to_vec()));
                expected.push((format!("{name}.bias"), vec![pair[1]]));
            }
        }
    }
    for step in ["step.0", "step.1"] {
        for update in ["d0", "d1"] {
            expected.push((format!("{step}.{update}.real"), vec![8, 2]));
            expected.push((format!("{step}.{update}.latent"), vec![8, 5]));
        }
        for update in ["g0", "g1", "g2"] {
            expected.push((format!("{step}.{update}.latent"), vec![8, 5]));
        }
        expected.push((format!("{step}.loss_d"), vec![1]));
        expected.push((format!("{step}.loss_g"), vec![1]));
    }
    expected.sort();
    let found = read.tensors.iter();
    let found: Vec<_> = found
        .map(|(name, it)| (name.clone(), it.0.clone()))
        .collect();
    assert_eq!(found, expected);
    let metadata: Vec<_> = read.metadata.keys().collect();
    assert_eq!(metadata, ["config", "steps"]);
    assert_eq!(read.metadata["steps"], "2");
    let config = read.config();
    assert_eq!((config.seed, config.steps_g), (4, 3));
}

#[test]
fn simultaneous_updates_have_one_batch_a_step() {
    let read = Read::of("1", "simultaneous.safetensors", &["update=simultaneous"]);
    let names = read.tensors.keys().filter(|name| name.starts_with("step."));
    let names: Vec<_> = names.collect();
    let expected = ["d0.latent", "d0.real", "loss_d", "loss_g"];
    let expected = expected.map(|name| format!("step.0.{name}"));
    assert_eq!(names, expected.each_ref());
}

#[test]
fn it_starts_from_the_initial_weights_and_holds_fresh_batches_of_every_update() {
    let read = Read::of("3", "start.safetensors", UNEVEN);
    let config = read.config();
    read.assert_holds("init.generator", &Generator::initial_weights(&config));
    read.assert_holds(
        "init.discriminator",
        &Discriminator::initial_weights(&config),
    );
    let batches = Batches::new(&config);
    for (step, update) in [(0, 0), (0, 1), (2, 1)] {
        let numbers = |name| read.numbers(&format!("step.{step}.{name}"));
        let d = |part| numbers(format!("d{update}.{part}"));
        assert!(d("real") == batches.real(step, update));
        assert!(d("latent") == batches.discriminator_latents(step, update));
        let latent = numbers(format!("g{update}.latent"));
        assert!(latent == batches.generator_latents(step, update));
    }
}

#[test]
fn it_ends_where_train_ends_with_the_same_losses() {
    for (name, fields) in [("uneven", UNEVEN), ("at_once", &["update=simultaneous"])] {
        let read = Read::of("25", &format!("{name}.safetensors"), fields);
        let checkpoint = path(&format!("{name}_trained.safetensors"));
        let options = ["--steps", "25", "--checkpoint", &checkpoint, "--json"];
        let trained: Value =
            serde_json::from_slice(&train(&with(&options, fields)).stdout).unwrap();
        let saved = SavedRun::read(checkpoint.as_ref()).unwrap();
        assert!(read.config() == saved.config);
        read.assert_holds("final.generator", &saved.checkpoint.generator.weights);
        let discriminator = &saved.checkpoint.discriminator.weights;
        read.assert_holds("final.discriminator", discriminator);
        for loss in ["loss_d", "loss_g"] {
            let last = read.numbers(&format!("step.24.{loss}"))[0];
            assert_eq!(trained[loss].as_f64().map(|loss| loss as f32), Some(last));
        }
    }
}

#[test]
fn bad_input_ends_with_code_2_and_writes_nothing() {
    let out = path("refused.safetensors");
    let large = &["batch=1024", "latent.dim=256"][..];
    let cases: [(&str, &str, &[&str], &str); 5] = [
        ("0", &out, &[], "0 is not in 1..=10000"),
        ("10001", &out, &[], "10001 is not in 1..=10000"),
        ("1", &out, &["loss.c=x"], "loss.c must be a number from"),
        (
            "10000",
            &out,
            large,
            "10000 steps of this configuration are 19.6 GiB; at most 1 are written",
        ),
        (
            "1",
            "no/such/folder/t.safetensors",
            &[],
            "no/such/folder is not a folder to write to",
        ),
    ];
    for (steps, out, fields, words) in cases {
        let output = trace(steps, out, fields);
        let said = sentence(&output);
        assert_eq!(output.status.code(), Some(2), "{fields:?}: {said}");
        assert!(said.contains(words), "{fields:?}: {said}");
        assert!(!std::path::Path::new(out).exists());
    }
}
