//! The weights of a run as JSON. As safetensors they are a checkpoint
//! ([`SavedRun::to_bytes`](crate::train::checkpoint_file::SavedRun::to_bytes)), from which the command line goes on.

use std::fmt::Write;

use crate::{
    config::TrainingConfig,
    train::{Checkpoint, NetworkState},
};

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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::train::{Compute, Part};

    /// A run after some steps.
    fn run() -> (TrainingConfig, Checkpoint) {
        let config = [
            "generator.hidden=5,7",
            "discriminator.hidden=6",
            "latent.dim=3",
            "batch=8",
        ]
        .iter()
        .fold(TrainingConfig::default(), |config, field| {
            config.with_assignment(field).unwrap()
        });
        let mut engine = Compute::cpu().start(&config);
        engine.advance(3, Part::Both);
        let checkpoint = pollster::block_on(engine.checkpoint()).unwrap();
        (config, checkpoint)
    }

    #[test]
    fn json_has_a_row_for_each_input_and_the_same_numbers() {
        let (config, checkpoint) = run();
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

    #[test]
    fn a_run_that_diverged_is_still_json() {
        let (config, mut checkpoint) = run();
        checkpoint.generator.weights.layers[0].bias[1] = f32::NAN;
        checkpoint.generator.weights.layers[0].weight[0] = f32::NEG_INFINITY;
        let read: Value = serde_json::from_str(&json(&config, &checkpoint)).unwrap();
        assert!(read["generator"][0]["bias"][1].is_null());
        assert!(read["generator"][0]["weight"][0][0].is_null());
        assert!(read["generator"][0]["bias"][0].is_number());
    }
}
