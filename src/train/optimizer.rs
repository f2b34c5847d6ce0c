//! Adam, RMSprop and plain gradient descent on burn tensors, with a memory that can be saved.
//!
//! burn's own `ModuleOptimizer` reads its memory back synchronously, which a browser's GPU does not
//! allow, and restores it on the default device. So the three rules are written out, one update of
//! one tensor each, as in their papers (Kingma and Ba 2015, algorithm 1; Tieleman and Hinton 2012).

use burn::{
    module::Param,
    nn::Linear,
    optim::GradientsParams,
    tensor::{Device, Tensor, TensorData},
};

use super::NetworkState;
use crate::{
    config,
    gan::{Layer, Mlp, Weights},
};

/// Moves the weights of one network.
#[derive(Debug)]
pub struct Optimizer {
    rule: config::Optimizer,
    updates: u64,
    moments: Vec<LayerMoments>,
}

/// What the rule remembers of one layer.
#[derive(Debug)]
struct LayerMoments {
    weight: Moments<2>,
    bias: Moments<1>,
}

/// Running means of the gradient and of its square, where the rule keeps them.
#[derive(Debug)]
struct Moments<const D: usize> {
    first: Option<Tensor<D>>,
    second: Option<Tensor<D>>,
}

/// One tensor for each parameter of a layer: its gradient, or a running mean of it.
#[derive(Clone, Debug)]
pub struct LayerTensors {
    /// \[inputs, outputs\].
    pub weight: Tensor<2>,
    /// \[outputs\].
    pub bias: Tensor<1>,
}

impl LayerTensors {
    fn new(layer: &Layer, device: &Device) -> Self {
        let weight = TensorData::new(layer.weight.clone(), [layer.inputs, layer.outputs]);
        let bias = TensorData::new(layer.bias.clone(), [layer.outputs]);
        Self {
            weight: Tensor::from_data(weight, device),
            bias: Tensor::from_data(bias, device),
        }
    }

    /// The gradients of a network's layers, input side first.
    pub fn of(network: &Mlp, gradients: &GradientsParams) -> Vec<Self> {
        let gradient = |layer: &Linear| Self {
            weight: gradients
                .get(layer.weight.id)
                .expect("every weight takes part in the loss"),
            bias: gradients
                .get(bias(layer).id)
                .expect("every bias takes part in the loss"),
        };
        network.layers().iter().map(gradient).collect()
    }

    /// Euclidean norm over weights and biases: \[1\].
    pub fn norm(&self) -> Tensor<1> {
        (self.weight.clone().square().sum() + self.bias.clone().square().sum()).sqrt()
    }
}

impl Optimizer {
    /// An optimizer whose memory is that of `state`; kept on `device`, which records no gradients.
    pub fn new(rule: config::Optimizer, state: &NetworkState, device: &Device) -> Self {
        let moments = (0..state.weights.layers.len()).map(|index| {
            let layer = |moment: &Option<Weights>| {
                let tensors = moment
                    .as_ref()
                    .map(|weights| LayerTensors::new(&weights.layers[index], device));
                tensors
                    .map(|tensors| (tensors.weight, tensors.bias))
                    .unzip()
            };
            let (first_weight, first_bias) = layer(&state.first_moment);
            let (second_weight, second_bias) = layer(&state.second_moment);
            LayerMoments {
                weight: Moments {
                    first: first_weight,
                    second: second_weight,
                },
                bias: Moments {
                    first: first_bias,
                    second: second_bias,
                },
            }
        });
        Self {
            rule,
            updates: state.updates,
            moments: moments.collect(),
        }
    }

    /// Takes another learning rate.
    pub fn set_learning_rate(&mut self, lr: f64) {
        self.rule = self.rule.with_lr(lr);
    }

    /// Number of updates made.
    pub fn updates(&self) -> u64 {
        self.updates
    }

    /// Moves a network against its gradient.
    pub fn update(&mut self, network: &Mlp, gradients: &[LayerTensors]) -> Mlp {
        self.updates += 1;
        let (rule, updates) = (self.rule, self.updates as f64);
        let mut layers = self.moments.iter_mut().zip(gradients.iter().cloned());
        network.clone().map_layers(|layer| {
            let (moments, gradient) = layers
                .next()
                .expect("one memory and one gradient for each layer");
            let weight = layer.weight.map(|w| {
                trainable(
                    moments
                        .weight
                        .apply(rule, updates, w.inner(), gradient.weight),
                )
            });
            let bias = layer.bias.map(|bias| {
                bias.map(|b| trainable(moments.bias.apply(rule, updates, b.inner(), gradient.bias)))
            });
            Linear { weight, bias }
        })
    }

    /// The running means of the gradients and of their squares, layer by layer, where the rule keeps
    /// them.
    pub fn memory(&self) -> [Option<Vec<LayerTensors>>; 2] {
        let layer = |weight: &Option<Tensor<2>>, bias: &Option<Tensor<1>>| {
            Some(LayerTensors {
                weight: weight.clone()?,
                bias: bias.clone()?,
            })
        };
        [
            self.moments
                .iter()
                .map(|moments| layer(&moments.weight.first, &moments.bias.first))
                .collect(),
            self.moments
                .iter()
                .map(|moments| layer(&moments.weight.second, &moments.bias.second))
                .collect(),
        ]
    }
}

impl<const D: usize> Moments<D> {
    /// One update of one tensor; `updates` counts this one.
    fn apply(
        &mut self,
        rule: config::Optimizer,
        updates: f64,
        weight: Tensor<D>,
        gradient: Tensor<D>,
    ) -> Tensor<D> {
        match rule {
            config::Optimizer::Sgd { lr } => weight - gradient * lr,
            config::Optimizer::Rmsprop { lr, alpha, epsilon } => {
                let second = mean(self.second.take(), gradient.clone().square(), alpha);
                self.second = Some(second.clone());
                weight - gradient / (second.sqrt() + epsilon) * lr
            }
            config::Optimizer::Adam {
                lr,
                beta1,
                beta2,
                epsilon,
            } => {
                let first = mean(self.first.take(), gradient.clone(), beta1);
                let second = mean(self.second.take(), gradient.square(), beta2);
                self.first = Some(first.clone());
                self.second = Some(second.clone());
                // The corrections are folded into scalars: first / (1 - beta1^t) over
                // sqrt(second / (1 - beta2^t)) + epsilon.
                let root =
                    second.sqrt() * (1.0 - libm::pow(beta2, updates)).sqrt().recip() + epsilon;
                weight - first / root * (lr / (1.0 - libm::pow(beta1, updates)))
            }
        }
    }
}

/// decay * old + (1 - decay) * new; old is zero at first.
fn mean<const D: usize>(old: Option<Tensor<D>>, new: Tensor<D>, decay: f64) -> Tensor<D> {
    let new = new * (1.0 - decay);
    match old {
        Some(old) => old * decay + new,
        None => new,
    }
}

/// A tensor whose gradient is recorded from here on.
fn trainable<const D: usize>(value: Tensor<D>) -> Tensor<D> {
    value.autodiff().require_grad()
}

/// The bias of a layer.
pub(super) fn bias(layer: &Linear) -> &Param<Tensor<1>> {
    layer
        .bias
        .as_ref()
        .expect("every layer is made with a bias")
}
