//! The oracle's cases, read and replayed; used natively and in the browser.

use burn::tensor::{Device, Tensor, TensorData};
use lsgan_lab::{
    config::{TrainingConfig, Update},
    gan::{Layer, Weights},
    train::{Autodiff, Checkpoint, Engine, NetworkState},
};
use serde_json::Value;

/// One configuration, its start, its batches and what the oracle makes of them.
pub struct Case {
    pub name: String,
    pub config: TrainingConfig,
    init: [Weights; 2],
    steps: Vec<Value>,
    last: [Weights; 2],
}

/// What an engine made of a case.
pub struct Replayed {
    /// (loss_d, loss_g) of each step.
    losses: Vec<[f64; 2]>,
    weights: [Weights; 2],
}

impl Case {
    /// All cases of tests/oracle/cases.json.
    pub fn all() -> Vec<Self> {
        let file: Value = serde_json::from_str(include_str!("../oracle/cases.json")).unwrap();
        let cases: Vec<Self> = file["cases"]
            .as_array()
            .unwrap()
            .iter()
            .map(Self::read)
            .collect();
        assert!(cases.len() >= 13, "cases are missing");
        cases
    }

    fn read(case: &Value) -> Self {
        Self {
            name: case["name"].as_str().unwrap().to_owned(),
            config: TrainingConfig::from_value(&case["config"]).unwrap(),
            init: networks(&case["init"]),
            steps: case["steps"].as_array().unwrap().clone(),
            last: networks(&case["final"]),
        }
    }

    /// Trains on the oracle's batches, on a device.
    pub async fn replayed(&self, device: &Device) -> Replayed {
        let [generator, discriminator] = self.init.clone().map(NetworkState::initial);
        let mut engine = Autodiff::resume(
            &self.config,
            device,
            &Checkpoint {
                step: 0,
                generator,
                discriminator,
            },
        );
        let mut losses = Vec::new();
        for step in &self.steps {
            for batch in step["d"].as_array().unwrap() {
                let (real, latents) =
                    (rows(&batch["real"], device), rows(&batch["latent"], device));
                match self.config.update {
                    Update::Alternating => engine.update_discriminator(real, latents),
                    Update::Simultaneous => engine.update_both(real, latents),
                }
            }
            for batch in step["g"].as_array().unwrap() {
                engine.update_generator(rows(&batch["latent"], device));
            }
            let step = engine.losses().await.unwrap();
            losses.push([step.discriminator, step.generator].map(f64::from));
        }
        let end = engine.checkpoint().await.unwrap();
        Replayed {
            losses,
            weights: [end.generator.weights, end.discriminator.weights],
        }
    }

    /// The largest difference from the oracle, over losses (relative to 1 or to their size, whichever
    /// is larger) and weights.
    pub fn largest_deviation(&self, found: &Replayed) -> f64 {
        let losses = self
            .steps
            .iter()
            .zip(&found.losses)
            .flat_map(|(step, losses)| {
                ["loss_d", "loss_g"]
                    .into_iter()
                    .zip(losses)
                    .map(|(name, loss)| {
                        let expected = step[name].as_f64().unwrap();
                        (loss - expected).abs() / expected.abs().max(1.0)
                    })
            });
        let layers = |networks: &[Weights; 2]| -> Vec<f32> {
            let layers = networks.iter().flat_map(|network| &network.layers);
            layers
                .flat_map(|layer| layer.weight.iter().chain(&layer.bias).copied())
                .collect()
        };
        let (expected, found) = (layers(&self.last), layers(&found.weights));
        assert_eq!(
            expected.len(),
            found.len(),
            "{}: weights are missing",
            self.name
        );
        let weights = expected
            .into_iter()
            .zip(found)
            .map(|(expected, found)| f64::from((expected - found).abs()));
        // A NaN must not pass for a small difference.
        losses.chain(weights).fold(0.0, |largest, off| {
            if off.is_nan() {
                f64::INFINITY
            } else {
                off.max(largest)
            }
        })
    }

    /// Fails if any loss or weight is off by more than `tolerance`.
    pub fn assert_matches(&self, found: &Replayed, tolerance: f64) {
        let deviation = self.largest_deviation(found);
        assert!(
            deviation <= tolerance,
            "{}: off by {deviation:e}",
            self.name
        );
    }
}

fn networks(value: &Value) -> [Weights; 2] {
    ["generator", "discriminator"].map(|name| {
        let layers = value[name].as_array().unwrap().iter().map(|layer| {
            let (weight, bias) = (numbers(&layer["weight"]), numbers(&layer["bias"]));
            Layer {
                inputs: weight.len() / bias.len(),
                outputs: bias.len(),
                weight,
                bias,
            }
        });
        Weights {
            layers: layers.collect(),
        }
    })
}

/// All numbers of nested arrays, in order.
fn numbers(value: &Value) -> Vec<f32> {
    match value {
        Value::Array(list) => list.iter().flat_map(numbers).collect(),
        number => vec![number.as_f64().unwrap() as f32],
    }
}

fn rows(value: &Value, device: &Device) -> Tensor<2> {
    let numbers = numbers(value);
    let count = value.as_array().unwrap().len();
    let width = numbers.len() / count;
    Tensor::from_data(TensorData::new(numbers, [count, width]), device)
}
