use burn::tensor::Device;
use pollster::block_on;
use serde_json::{Value, json};

use super::*;
use crate::train::{Autodiff, Engine, Part};

fn run(assignments: &[&str], part: Part) -> SavedRun {
    let config = assignments
        .iter()
        .fold(TrainingConfig::default(), |config, assignment| {
            config.with_assignment(assignment).unwrap()
        });
    let mut engine = Autodiff::new(&config, &Device::flex());
    engine.advance(3, part);
    let checkpoint = block_on(engine.checkpoint()).unwrap();
    SavedRun { config, checkpoint }
}

fn small() -> SavedRun {
    run(
        &["generator.hidden=5", "discriminator.hidden=4,3", "batch=8"],
        Part::Both,
    )
}

/// The header of a file as JSON, put through `change`.
fn with_header(bytes: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let mut header: Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
    change(&mut header);
    let header = header.to_string().into_bytes();
    let length = (header.len() as u64).to_le_bytes();
    [
        &length,
        header.as_slice(),
        &bytes[bytes.len() - data_length(bytes)..],
    ]
    .concat()
}

fn data_length(bytes: &[u8]) -> usize {
    bytes.len() - 8 - u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize
}

fn refusal(bytes: &[u8]) -> String {
    SavedRun::from_bytes(bytes).unwrap_err().to_string()
}

/// What is said where one of the run's numbers is another.
fn refusal_of(change: impl FnOnce(&mut SavedRun)) -> String {
    let mut saved = small();
    change(&mut saved);
    refusal(&saved.to_bytes().unwrap())
}

#[test]
fn what_was_written_is_read_again_bit_by_bit_under_every_optimizer() {
    for optimizer in ["adam", "sgd", "rmsprop"] {
        for part in [Part::Both, Part::Generator] {
            let saved = run(
                &[
                    &format!("optimizer.generator.kind={optimizer}"),
                    &format!("optimizer.discriminator.kind={optimizer}"),
                    "latent.dim=3",
                ],
                part,
            );
            let read = SavedRun::from_bytes(&saved.to_bytes().unwrap()).unwrap();
            assert!(read == saved, "{optimizer}, {part:?}");
        }
    }
}

#[test]
fn tensors_and_metadata_have_the_documented_names() {
    let saved = small();
    let bytes = saved.to_bytes().unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let weight = file.tensor("discriminator.1.weight").unwrap();
    assert_eq!((weight.dtype(), weight.shape()), (Dtype::F32, &[4, 3][..]));
    // Row by row: entry [2][1] is number 7.
    let number: [u8; 4] = weight.data()[28..32].try_into().unwrap();
    let layers = &saved.checkpoint.discriminator.weights.layers;
    assert_eq!(f32::from_le_bytes(number), layers[1].weight[7]);
    assert_eq!(file.tensor("generator.1.bias").unwrap().shape(), [2]);
    let moment = file
        .tensor("optimizer.generator.second_moment.0.weight")
        .unwrap();
    assert_eq!(moment.shape(), [2, 5]);
    // Two networks of 2 and 3 layers, each with two moments.
    assert_eq!(file.len(), 2 * 5 * 3);
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let metadata = header.metadata().clone().unwrap();
    assert_eq!(
        (&*metadata["step"], &*metadata["generator.updates"]),
        ("3", "3")
    );
    let config: Value = serde_json::from_str(&metadata["config"]).unwrap();
    assert_eq!(config, saved.config.to_value());
}

#[test]
fn a_file_cut_off_anywhere_or_with_any_byte_of_its_head_changed_is_refused_without_panic() {
    let bytes = small().to_bytes().unwrap();
    for length in (0..bytes.len()).step_by(7) {
        assert!(SavedRun::from_bytes(&bytes[..length]).is_err(), "{length}");
    }
    assert!(SavedRun::from_bytes(&[bytes.clone(), vec![0]].concat()).is_err());
    let head = bytes.len() - data_length(&bytes);
    for at in 0..head {
        for value in [0, b'9', b'"', 0xff] {
            let mut broken = bytes.clone();
            broken[at] = value;
            // Some changes leave a file that is right: another seed, or the byte that was there.
            if let Ok(read) = SavedRun::from_bytes(&broken) {
                assert_eq!(read.checkpoint.generator.weights.layers.len(), 2);
            }
        }
    }
}

#[test]
fn each_way_to_be_broken_has_its_sentence() {
    let bytes = small().to_bytes().unwrap();
    let header = |change: &dyn Fn(&mut Value)| refusal(&with_header(&bytes, change));
    let entry = |name: &str, value: Value| header(&|all| all["__metadata__"][name] = value.clone());
    let removed = |name: &str| {
        header(&|all| {
            all["__metadata__"].as_object_mut().unwrap().remove(name);
        })
    };
    let renamed = |from: &str, to: &str| {
        header(&|all| {
            let tensor = all.as_object_mut().unwrap().remove(from).unwrap();
            all[to] = tensor;
        })
    };
    let tensor =
        |name: &str, field: &str, value: Value| header(&|all| all[name][field] = value.clone());
    let said = [
        (refusal(b""), "is not a safetensors file: header too small"),
        (
            refusal(b"GIF89a, no checkpoint"),
            "is not a safetensors file: header too large",
        ),
        (
            refusal(&[5, 0, 0, 0, 0, 0, 0, 0, b'{']),
            "is not a safetensors file: invalid header length",
        ),
        (
            removed("config"),
            "is not a checkpoint of LSGAN Lab: its metadata has no config",
        ),
        (
            removed("step"),
            "is not a checkpoint of LSGAN Lab: its metadata has no step",
        ),
        (
            entry("step", json!("-3")),
            "must say a whole number from 0 to 1000000000000 as step in its metadata, not \"-3\"",
        ),
        (
            entry("discriminator.updates", json!("9e99")),
            "as discriminator.updates in its metadata, not \"9e99\"",
        ),
        (
            entry("config", json!("{")),
            "holds a configuration that is refused: the configuration is not JSON",
        ),
        (
            entry("config", json!(r#"{"batch": 7}"#)),
            "holds a configuration that is refused: batch must be a whole number from 8 to 1024, not 7",
        ),
        (
            entry("config", json!(" ".repeat(300_000))),
            "the configuration is 300000 bytes long; at most 262144 are allowed",
        ),
        (
            entry("config", json!("{}")),
            "must hold generator.0.weight in the shape [2, 64], not [2, 5]",
        ),
        (
            renamed("generator.1.bias", "generator.2.bias"),
            "has no tensor generator.1.bias",
        ),
        (
            renamed("optimizer.generator.first_moment.0.bias", "x"),
            "has no tensor optimizer.generator.first_moment.0.bias",
        ),
        (
            tensor("generator.0.weight", "shape", json!([5, 2])),
            "must hold generator.0.weight in the shape [2, 5], not [5, 2]",
        ),
        (
            tensor(
                "generator.0.weight",
                "shape",
                json!([vec![1; 9_999], vec![10]].concat()),
            ),
            "in the shape [2, 5], not [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, …",
        ),
        (
            renamed("generator.1.bias", "\u{202e}generator.2.bias"),
            "has no tensor generator.1.bias",
        ),
        (
            header(&|all| {
                let twin = all["generator.1.bias"].clone();
                all["\u{202e}x"] = twin;
            }),
            "is not a safetensors file",
        ),
        (
            header(&|all| all["__metadata__"]["x"] = json!(" ".repeat(1 << 20))),
            "bytes; at most 1048576 are read",
        ),
        (
            tensor("generator.0.weight", "dtype", json!("I32")),
            "must hold F32 in generator.0.weight, not I32",
        ),
        (
            tensor("generator.0.weight", "dtype", json!("F64")),
            "is not a safetensors file: invalid shape, data type, or offset",
        ),
        (
            tensor("generator.0.weight", "shape", json!([u64::MAX, 5])),
            "is not a safetensors file: overflow",
        ),
        (
            tensor("generator.0.weight", "data_offsets", json!([0, 99_999])),
            "is not a safetensors file: invalid offset",
        ),
        (
            tensor("generator.0.weight", "dtype", json!("X".repeat(9_999))),
            "is not a safetensors file: invalid JSON in header",
        ),
        (entry("step", json!("7".repeat(9_999))), "not \"7777777777"),
        (
            renamed("generator.1.bias", &"n\n".repeat(9_999)),
            "has no tensor generator.1.bias",
        ),
    ];
    for (said, expected) in said {
        assert!(said.contains(expected), "{said:?} instead of {expected:?}");
        assert!(!said.contains('\n') && said.len() < 300, "{said}");
    }
}

#[test]
fn numbers_that_no_run_can_go_on_from_are_refused() {
    let nan =
        refusal_of(|saved| saved.checkpoint.discriminator.weights.layers[2].weight[1] = f32::NAN);
    assert_eq!(
        nan,
        "holds a number in discriminator.2.weight that is not finite, as after a run that diverged"
    );
    let infinite = refusal_of(|saved| {
        let moment = saved.checkpoint.generator.first_moment.as_mut().unwrap();
        moment.layers[0].bias[4] = f32::INFINITY;
    });
    assert!(
        infinite.contains("optimizer.generator.first_moment.0.bias"),
        "{infinite}"
    );
    let negative = refusal_of(|saved| {
        let moment = saved.checkpoint.generator.second_moment.as_mut().unwrap();
        moment.layers[1].bias[0] = -1.0;
    });
    assert!(
        negative.contains("negative number in optimizer.generator.second_moment.1"),
        "{negative}"
    );
}

#[test]
fn memory_that_the_optimizer_does_not_keep_is_refused() {
    let stranger = refusal_of(|saved| {
        saved.config = saved
            .config
            .with_assignment("optimizer.discriminator.kind=sgd")
            .unwrap();
    });
    assert_eq!(
        stranger,
        "holds a tensor \"optimizer.discriminator.first_moment.0.bias\" that does not belong to its configuration"
    );
    let unused = refusal_of(|saved| saved.checkpoint.generator.updates = 0);
    assert!(
        unused.contains("optimizer.generator.first_moment"),
        "{unused}"
    );
}
