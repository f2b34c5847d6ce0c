//! How far one engine is from another: each tensor by its own measure, so that small moments count as much
//! as large weights.

use lsgan_lab::{
    gan::Weights,
    train::{Checkpoint, GradientNorms, Losses, NetworkState, Observation},
};

/// Losses are near if they are so beside 1: theirs are sums that cancel.
const OF_LOSSES: f32 = 1.0;
/// A tensor that is smaller throughout has but rounding in it.
const LEAST: f32 = 1e-6;

/// Some numbers that belong together, by name.
pub struct Tensor {
    name: String,
    numbers: Vec<f32>,
    /// The size beside which they are compared, if they are all smaller.
    floor: f32,
}

impl Tensor {
    pub fn new(name: impl Into<String>, numbers: &[f32]) -> Self {
        Self {
            name: name.into(),
            numbers: numbers.to_vec(),
            floor: LEAST,
        }
    }

    fn with_floor(self, floor: f32) -> Self {
        Self { floor, ..self }
    }
}

/// Each loss for itself.
pub fn losses(losses: Losses) -> Vec<Tensor> {
    let Losses {
        discriminator,
        generator,
    } = losses;
    vec![
        Tensor::new("the discriminator's loss", &[discriminator]).with_floor(OF_LOSSES),
        Tensor::new("the generator's loss", &[generator]).with_floor(OF_LOSSES),
    ]
}

/// Weights and moments, layer by layer. A layer's mean gradient that is smaller than `least_gradient` throughout
/// is compared beside that: its terms, of real against fake samples, may cancel to a thousandth and less, and their
/// rounding stays.
pub fn checkpoint(checkpoint: &Checkpoint, least_gradient: f32) -> Vec<Tensor> {
    // Of a gradient's square, Adam's first update keeps a thousandth.
    let least_square = 1e-3 * least_gradient * least_gradient;
    let mut tensors = Vec::new();
    for (player, network) in [
        ("generator", &checkpoint.generator),
        ("discriminator", &checkpoint.discriminator),
    ] {
        let NetworkState {
            weights,
            updates,
            first_moment,
            second_moment,
        } = network;
        for (what, weights, floor) in [
            ("weights", Some(weights), LEAST),
            ("first moment", first_moment.as_ref(), least_gradient),
            ("second moment", second_moment.as_ref(), least_square),
        ] {
            for (index, numbers) in weights.map(layers).into_iter().flatten().enumerate() {
                let name = format!("{player}'s {what} after {updates} updates, layer {index}");
                tensors.push(Tensor::new(name, &numbers).with_floor(floor));
            }
        }
    }
    tensors
}

fn layers(weights: &Weights) -> Vec<Vec<f32>> {
    let layers = weights.layers.iter();
    layers
        .map(|layer| [&layer.weight[..], &layer.bias].concat())
        .collect()
}

/// All that is seen of a run.
pub fn observation(seen: &Observation) -> Vec<Tensor> {
    let Observation {
        losses,
        outputs,
        fake,
        fake_outputs,
        fake_gradients,
        carried,
        gradient_norms,
    } = seen;
    let GradientNorms {
        generator,
        discriminator,
    } = gradient_norms;
    let mut tensors = self::losses(*losses);
    tensors.extend(
        [
            ("outputs", outputs),
            ("samples", fake),
            ("outputs on samples", fake_outputs),
            ("gradients at samples", fake_gradients),
            ("carried samples", carried),
            ("generator's gradient norms", generator),
            ("discriminator's gradient norms", discriminator),
        ]
        .map(|(name, numbers)| Tensor::new(name, numbers)),
    );
    tensors
}

/// The largest difference, as a fraction of the largest number in its tensor, and which tensor that is; where that
/// is above 1, of the number itself or of 1. Where both have diverged to the same there is none; where one has, it is
/// infinite.
pub fn worst(expected: &[Tensor], found: &[Tensor]) -> (f32, String) {
    fn names(tensors: &[Tensor]) -> Vec<(&str, usize)> {
        let tensors = tensors.iter();
        tensors
            .map(|tensor| (tensor.name.as_str(), tensor.numbers.len()))
            .collect()
    }
    assert_eq!(names(expected), names(found));
    let pairs = expected.iter().zip(found);
    let all = pairs.map(|(expected, found)| (off(expected, found), expected.name.clone()));
    all.max_by(|(one, _), (other, _)| one.total_cmp(other))
        .expect("something is compared")
}

fn off(expected: &Tensor, found: &Tensor) -> f32 {
    let finite = expected.numbers.iter().filter(|number| number.is_finite());
    let largest = finite.fold(expected.floor, |most, number| most.max(number.abs()));
    let pairs = expected.numbers.iter().zip(&found.numbers);
    let off = pairs.map(|(expected, found)| {
        if expected == found || (expected.is_nan() && found.is_nan()) {
            return 0.0;
        }
        let off = (expected - found).abs() / largest.min(expected.abs().max(1.0));
        // f32::max would take a NaN for nothing.
        if off.is_nan() { f32::INFINITY } else { off }
    });
    off.fold(0.0, f32::max)
}
