//! A multilayer perceptron: affine layers with one nonlinearity between them, linear at the end.

use burn::{
    module::{Module, Param},
    nn::Linear,
    tensor::{Device, Tensor, TensorData, activation},
};

use super::{Layer, Weights};
use crate::config::{Activation, Network};

/// A multilayer perceptron on any burn device.
#[derive(Module, Debug)]
pub struct Mlp {
    layers: Vec<Linear>,
    #[module(skip)]
    nonlinearity: Nonlinearity,
}

#[derive(Clone, Copy, Debug)]
struct Nonlinearity {
    kind: Activation,
    slope: f64,
}

impl Mlp {
    /// Puts weights on a device; they are trainable where the device records gradients.
    pub fn new(network: &Network, weights: &Weights, device: &Device) -> Self {
        let layers = weights
            .layers
            .iter()
            .map(|layer| linear(layer, device))
            .collect();
        Self {
            layers,
            nonlinearity: Nonlinearity {
                kind: network.activation,
                slope: network.slope,
            },
        }
    }

    /// \[batch, inputs\] -> \[batch, outputs\].
    pub fn forward(&self, mut x: Tensor<2>) -> Tensor<2> {
        let last = self.layers.len() - 1;
        for (index, layer) in self.layers.iter().enumerate() {
            x = layer.forward(x);
            if index < last {
                x = self.nonlinearity.apply(x);
            }
        }
        x
    }

    /// The layers, input side first; weights are \[inputs, outputs\].
    pub fn layers(&self) -> &[Linear] {
        &self.layers
    }

    /// The same weights as constants: nothing done with them is recorded for a gradient.
    pub fn frozen(&self) -> Self {
        self.valid()
    }

    /// Widths from input to output, both included.
    pub fn widths(&self) -> Vec<usize> {
        let inputs = self.layers[0].weight.dims()[0];
        std::iter::once(inputs)
            .chain(self.layers.iter().map(|layer| layer.weight.dims()[1]))
            .collect()
    }

    /// The same network with its layers put through `change`, in order.
    pub fn map_layers(self, change: impl FnMut(Linear) -> Linear) -> Self {
        Self {
            layers: self.layers.into_iter().map(change).collect(),
            ..self
        }
    }
}

impl Nonlinearity {
    fn apply(self, x: Tensor<2>) -> Tensor<2> {
        match self.kind {
            Activation::Relu => activation::relu(x),
            // burn differentiates its own leaky_relu through a mask, which takes four times as long as
            // this sum of the same value; forward alone, its own is the faster one.
            Activation::LeakyRelu if x.is_tracked() => {
                x.clone() * self.slope + activation::relu(x) * (1.0 - self.slope)
            }
            Activation::LeakyRelu => activation::leaky_relu(x, self.slope),
            // tanh itself; burn's own goes through the C library's tanhf, which took two thirds of a step
            // of the authors' toy setting.
            Activation::Tanh => activation::sigmoid(x * 2.0) * 2.0 - 1.0,
            Activation::Sigmoid => activation::sigmoid(x),
        }
    }
}

fn linear(layer: &Layer, device: &Device) -> Linear {
    let weight = TensorData::new(layer.weight.clone(), [layer.inputs, layer.outputs]);
    let bias = TensorData::new(layer.bias.clone(), [layer.outputs]);
    Linear {
        weight: Param::from_tensor(Tensor::from_data(weight, device)),
        bias: Some(Param::from_tensor(Tensor::from_data(bias, device))),
    }
}
