//! The networks of a run as files that other programs read: safetensors and JSON.
//!
//! The safetensors file is a checkpoint as `lsgan-lab train --checkpoint` writes it
//! (`train::checkpoint_file` has the names): weights, the optimizers' memory, and the configuration and the
//! step as metadata; the command line goes on from it. It is put together here from the format itself - the
//! length of a header, the header as JSON, the numbers -, which is shorter than to bring the format's own crate, made
//! for reading large files, into the bundle that starts first; the tests read it back with that crate.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::{
    config::TrainingConfig,
    gan::{Layer, Weights},
    train::{Checkpoint, NetworkState},
};

/// The checkpoint as a safetensors file.
pub fn safetensors(config: &TrainingConfig, checkpoint: &Checkpoint) -> Vec<u8> {
    let mut file = File::default();
    for (name, network) in networks(checkpoint) {
        file.add_layers(name, &network.weights);
        let moments = [
            ("first_moment", &network.first_moment),
            ("second_moment", &network.second_moment),
        ];
        for (moment, weights) in moments {
            if let Some(weights) = weights {
                file.add_layers(&format!("optimizer.{name}.{moment}"), weights);
            }
        }
    }
    // Metadata are strings, whatever they say.
    let updates = |network: &NetworkState| network.updates.to_string();
    file.into_bytes(json!({
        "config": config.to_value().to_string(),
        "step": checkpoint.step.to_string(),
        "generator.updates": updates(&checkpoint.generator),
        "discriminator.updates": updates(&checkpoint.discriminator),
    }))
}

/// The weights as JSON: `{"config": …, "step": …, "generator": [{"weight": [[…], …], "bias": […]}, …],
/// "discriminator": […]}`. A weight has a row for each input of its layer: y = x W + b. What is not finite,
/// as after a run diverged, is null.
pub fn json(config: &TrainingConfig, checkpoint: &Checkpoint) -> String {
    let mut text = String::from("{\n\"config\": ");
    text.push_str(&config.to_value().to_string());
    // Writing into a string never fails.
    let _ = write!(text, ",\n\"step\": {}", checkpoint.step);
    for (name, network) in networks(checkpoint) {
        let layers = network.weights.layers.iter().map(|layer| {
            let rows = layer.weight.chunks(layer.outputs).map(numbers);
            let rows = rows.collect::<Vec<_>>().join(",\n ");
            let bias = numbers(&layer.bias);
            format!("{{\"weight\": [\n {rows}],\n\"bias\": {bias}}}")
        });
        let layers = layers.collect::<Vec<_>>().join(",\n");
        let _ = write!(text, ",\n\"{name}\": [\n{layers}]");
    }
    text.push_str("\n}\n");
    text
}

fn networks(checkpoint: &Checkpoint) -> [(&'static str, &NetworkState); 2] {
    [
        ("generator", &checkpoint.generator),
        ("discriminator", &checkpoint.discriminator),
    ]
}

/// A list of numbers, each with as many digits as tell it from its neighbours.
fn numbers(numbers: &[f32]) -> String {
    let written = numbers.iter().map(|number| match number.is_finite() {
        true => number.to_string(),
        false => "null".to_owned(),
    });
    format!("[{}]", written.collect::<Vec<_>>().join(", "))
}

/// A safetensors file in the making.
#[derive(Default)]
struct File {
    header: Map<String, Value>,
    numbers: Vec<u8>,
}

impl File {
    /// Adds `{prefix}.{i}.weight` \[inputs, outputs\] and `{prefix}.{i}.bias` \[outputs\] for each layer.
    fn add_layers(&mut self, prefix: &str, weights: &Weights) {
        for (index, layer) in weights.layers.iter().enumerate() {
            let Layer {
                inputs,
                outputs,
                weight,
                bias,
            } = layer;
            self.add(
                format!("{prefix}.{index}.weight"),
                &[*inputs, *outputs],
                weight,
            );
            self.add(format!("{prefix}.{index}.bias"), &[*outputs], bias);
        }
    }

    fn add(&mut self, name: String, shape: &[usize], numbers: &[f32]) {
        let begin = self.numbers.len();
        self.numbers
            .extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        let offsets = [begin, self.numbers.len()];
        let entry = json!({ "dtype": "F32", "shape": shape, "data_offsets": offsets });
        self.header.insert(name, entry);
    }

    fn into_bytes(mut self, metadata: Value) -> Vec<u8> {
        self.header.insert("__metadata__".to_owned(), metadata);
        let mut header = Value::Object(self.header).to_string();
        // Spaces behind the header let the numbers begin where a reader may map them as they are.
        while !header.len().is_multiple_of(8) {
            header.push(' ');
        }
        let length = (header.len() as u64).to_le_bytes();
        [&length, header.as_bytes(), &self.numbers].concat()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::train::{Compute, Part, checkpoint_file::SavedRun};

    /// Runs with every kind of optimizer's memory, before and after some steps.
    fn runs() -> Vec<(TrainingConfig, Checkpoint)> {
        let mut runs = Vec::new();
        for (kind, steps) in [("adam", 0), ("adam", 3), ("rmsprop", 2), ("sgd", 1)] {
            let config = [
                format!("optimizer.generator.kind={kind}"),
                "generator.hidden=5,7".to_owned(),
                "discriminator.hidden=6".to_owned(),
                "latent.dim=3".to_owned(),
                "batch=8".to_owned(),
            ]
            .iter()
            .fold(TrainingConfig::default(), |config, field| {
                config.with_assignment(field).unwrap()
            });
            let mut engine = Compute::cpu().start(&config);
            engine.advance(steps, Part::Both);
            let checkpoint = pollster::block_on(engine.checkpoint()).unwrap();
            runs.push((config, checkpoint));
        }
        runs
    }

    #[test]
    fn the_formats_own_library_reads_the_checkpoint_back_bit_by_bit() {
        for (config, checkpoint) in runs() {
            let bytes = safetensors(&config, &checkpoint);
            let read = SavedRun::from_bytes(&bytes).unwrap();
            assert_eq!(read.config, config);
            assert_eq!(read.checkpoint, checkpoint);
            // The numbers begin at a multiple of their length.
            let header = u64::from_le_bytes(bytes[..8].try_into().unwrap());
            assert_eq!((8 + header) % 8, 0);
        }
    }

    #[test]
    fn json_has_a_row_for_each_input_and_the_same_numbers() {
        for (config, checkpoint) in runs() {
            let read: Value = serde_json::from_str(&json(&config, &checkpoint)).unwrap();
            assert_eq!(read["step"], checkpoint.step);
            assert_eq!(TrainingConfig::from_value(&read["config"]).unwrap(), config);
            for (name, network) in networks(&checkpoint) {
                let layers = &network.weights.layers;
                assert_eq!(read[name].as_array().unwrap().len(), layers.len());
                for (found, layer) in read[name].as_array().unwrap().iter().zip(layers) {
                    let numbers = |list: &Value| -> Vec<f32> {
                        let list = list.as_array().unwrap().iter();
                        list.map(|number| number.as_f64().unwrap() as f32).collect()
                    };
                    let rows = found["weight"].as_array().unwrap();
                    assert_eq!(rows.len(), layer.inputs);
                    assert_eq!(
                        rows.iter().flat_map(numbers).collect::<Vec<_>>(),
                        layer.weight
                    );
                    assert_eq!(numbers(&found["bias"]), layer.bias);
                }
            }
        }
    }

    #[test]
    fn a_run_that_diverged_is_still_json() {
        let (config, mut checkpoint) = runs().remove(0);
        checkpoint.generator.weights.layers[0].bias[1] = f32::NAN;
        checkpoint.generator.weights.layers[0].weight[0] = f32::NEG_INFINITY;
        let read: Value = serde_json::from_str(&json(&config, &checkpoint)).unwrap();
        assert!(read["generator"][0]["bias"][1].is_null());
        assert!(read["generator"][0]["weight"][0][0].is_null());
        assert!(read["generator"][0]["bias"][0].is_number());
    }
}
