use burn::tensor::{Device, Tensor, TensorData};

use super::*;
use crate::{config::TrainingConfig, gan::Discriminator};

const POINTS: [[f64; 2]; 11] = [
    [0.0, 0.0],
    [0.3, -0.7],
    [-1.2, 0.4],
    [2.5, 2.5],
    [-3.0, 1.0],
    [0.01, 0.02],
    [8.0, -6.0],
    [-0.5, -0.5],
    [1.0, 0.0],
    [0.0, -1.0],
    [-20.0, 15.0],
];

fn configs() -> Vec<TrainingConfig> {
    let networks = ["leaky_relu", "relu", "tanh", "sigmoid"].map(|kind| {
        ["64,64", "5", "7,3,9"].map(|hidden| (kind, format!("discriminator.hidden={hidden}")))
    });
    networks
        .into_iter()
        .flatten()
        .map(|(kind, hidden)| {
            [format!("discriminator.activation={kind}"), hidden]
                .iter()
                .fold(TrainingConfig::default(), |config, assignment| {
                    config.with_assignment(assignment).unwrap()
                })
        })
        .collect()
}

/// Initial weights with biases, so that a layer that forgets its own shows.
fn weights(config: &TrainingConfig) -> Weights {
    let mut weights = Discriminator::initial_weights(config);
    for layer in &mut weights.layers {
        for (index, bias) in layer.bias.iter_mut().enumerate() {
            *bias = 0.1 * (index as f32 + 1.0).sin();
        }
    }
    weights
}

/// y and grad_x y at each point, by burn in f32.
fn by_burn(network: &Network, weights: &Weights, points: &[[f64; 2]]) -> Vec<Response> {
    let flat: Vec<f32> = points.iter().flatten().map(|x| *x as f32).collect();
    let data = TensorData::new(flat, [points.len(), 2]);
    let points = Tensor::<2>::from_data(data, &Device::flex())
        .autodiff()
        .require_grad();
    let device = Device::flex().autodiff();
    let outputs = Discriminator::new(network, weights, &device).forward(points.clone());
    let gradients = points.grad(&outputs.clone().sum().backward()).unwrap();
    let outputs = outputs.inner().into_data().try_into_vec::<f32>().unwrap();
    let gradients = gradients.into_data().try_into_vec::<f32>().unwrap();
    let wide = |x: f32| f64::from(x);
    outputs
        .iter()
        .zip(gradients.chunks(2))
        .map(|(y, gradient)| Response {
            output: wide(*y),
            gradient: [wide(gradient[0]), wide(gradient[1])],
        })
        .collect()
}

fn close(found: f64, expected: f64, tolerance: f64) -> bool {
    (found - expected).abs() <= tolerance * expected.abs().max(1.0)
}

fn agree(found: Response, expected: Response, tolerance: f64) -> bool {
    close(found.output, expected.output, tolerance)
        && (0..2).all(|axis| close(found.gradient[axis], expected.gradient[axis], tolerance))
}

#[test]
fn outputs_and_gradients_are_burns_own() {
    for config in configs() {
        let (network, weights) = (&config.discriminator, weights(&config));
        let fixed = FixedDiscriminator::new(network, &weights);
        let expected = by_burn(network, &weights, &POINTS);
        for (point, expected) in POINTS.into_iter().zip(expected) {
            let found = fixed.at(point);
            assert!(
                agree(found, expected, 2e-5),
                "{network:?} at {point:?}: {found:?}, burn {expected:?}"
            );
        }
    }
}

#[test]
fn gradients_are_the_finite_differences_of_the_outputs() {
    let h = 1e-6;
    for config in configs() {
        let fixed = FixedDiscriminator::new(&config.discriminator, &weights(&config));
        for [x, y] in POINTS {
            let slope = |above: [f64; 2], below: [f64; 2]| {
                (fixed.at(above).output - fixed.at(below).output) / (2.0 * h)
            };
            let expected = [slope([x + h, y], [x - h, y]), slope([x, y + h], [x, y - h])];
            let found = fixed.at([x, y]).gradient;
            assert!(
                (0..2).all(|axis| close(found[axis], expected[axis], 1e-7)),
                "{:?} at {x}, {y}: {found:?}, not {expected:?}",
                config.discriminator
            );
        }
    }
}

#[test]
fn at_a_rectifiers_corner_the_gradient_is_burns() {
    // Without biases every hidden sum is exactly 0 at the origin.
    for kind in ["relu", "leaky_relu"] {
        let config = TrainingConfig::default()
            .with_assignment(&format!("discriminator.activation={kind}"))
            .unwrap();
        let weights = Discriminator::initial_weights(&config);
        let found = FixedDiscriminator::new(&config.discriminator, &weights).at([0.0, 0.0]);
        let expected = by_burn(&config.discriminator, &weights, &[[0.0, 0.0]])[0];
        assert!(
            agree(found, expected, 1e-6),
            "{kind}: {found:?}, {expected:?}"
        );
        assert_eq!(found.gradient == [0.0, 0.0], kind == "relu");
    }
}

#[test]
fn many_points_at_once_give_the_bits_of_each_alone() {
    let config = TrainingConfig::default();
    let fixed = FixedDiscriminator::new(&config.discriminator, &weights(&config));
    for count in [0, 1, 7, 8, 9, 11] {
        let points = &POINTS[..count];
        let alone: Vec<_> = points.iter().map(|point| fixed.at(*point)).collect();
        assert_eq!(fixed.at_each(points), alone);
    }
}

#[test]
fn a_linear_discriminator_is_exact_and_so_is_one_layer_alone() {
    let fixed = FixedDiscriminator::linear([3.0, -4.0], 0.5);
    let expected = Response {
        output: 3.0 * 2.0 + 4.0 * 1.5 + 0.5,
        gradient: [3.0, -4.0],
    };
    assert_eq!(fixed.at([2.0, -1.5]), expected);
    let layer = Weights::linear([3.0, -4.0], 0.5);
    let one_layer = FixedDiscriminator::new(&TrainingConfig::default().discriminator, &layer);
    assert_eq!(one_layer.at([2.0, -1.5]), expected);
}

#[test]
fn saturated_units_keep_a_gradient_that_f64_can_hold() {
    // One hidden unit at 40: tanh'(40) = 4 e^-80, sigmoid'(40) = e^-40.
    for (activation, expected) in [
        (Activation::Tanh, 4.0 * (-80.0_f64).exp()),
        (Activation::Sigmoid, (-40.0_f64).exp()),
    ] {
        let network = Network {
            activation,
            ..TrainingConfig::default().discriminator
        };
        let layer = |inputs, weight| Layer {
            inputs,
            outputs: 1,
            weight,
            bias: vec![0.0],
        };
        let weights = Weights {
            layers: vec![layer(2, vec![1.0, 0.0]), layer(1, vec![1.0])],
        };
        let found = FixedDiscriminator::new(&network, &weights)
            .at([40.0, 0.0])
            .gradient[0];
        assert!(
            (found / expected - 1.0).abs() < 1e-12,
            "{activation:?}: {found}"
        );
    }
}

#[test]
fn distances_are_those_in_the_plane() {
    // y = 10.5 at this point and |w| = 5: the level 0.5 is 2 away; flat ground leads nowhere.
    let response = Response {
        output: 10.5,
        gradient: [3.0, -4.0],
    };
    assert_eq!(response.distance_to(0.5), 2.0);
    assert_eq!(response.distance_to(10.5), 0.0);
    let flat = Response {
        output: 1.0,
        gradient: [0.0, 0.0],
    };
    assert_eq!(flat.distance_to(0.0), f64::INFINITY);
    assert_eq!(flat.distance_to(1.0), 0.0);
}
