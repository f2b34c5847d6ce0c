//! The textbook engine: a GAN's step as burn writes it, on any burn device.
//!
//! Read [`Autodiff::update_discriminator`] and [`Autodiff::update_generator`], top to bottom. This is
//! the reference for the fast engines, not itself one: every operation is a call of its own.

use burn::{
    optim::GradientsParams,
    tensor::{Device, Tensor, TensorData, Transaction},
};

use super::{
    Batches, Checkpoint, Engine, EngineError, GradientNorms, Losses, NetworkState, Observation,
    Optimizer, Part, Pending, Probe,
    optimizer::{LayerTensors, bias},
};
use crate::{
    config::{Optimizers, Target, TrainingConfig, Update},
    gan::{Discriminator, Generator, Layer, Mlp, Weights, loss},
};

/// Rows whose activations, 64 wide, fit into a core's cache.
const ROWS_IN_CACHE: usize = 256;

/// Trains by burn's automatic differentiation.
pub struct Autodiff {
    config: TrainingConfig,
    /// Without gradients; what is to be differentiated is lifted where it is needed.
    device: Device,
    batches: Batches,
    generator: Generator,
    discriminator: Discriminator,
    optimizer_g: Optimizer,
    optimizer_d: Optimizer,
    step: u64,
    last_d: Option<LastUpdate>,
    last_g: Option<LastUpdate>,
}

/// What the last update of a network saw, left on the device until somebody asks.
struct LastUpdate {
    loss: Tensor<1>,
    gradients: Vec<LayerTensors>,
}

impl Autodiff {
    /// A run at its first step.
    pub fn new(config: &TrainingConfig, device: &Device) -> Self {
        Self::resume(config, device, &Checkpoint::initial(config))
    }

    /// A run that goes on from a checkpoint of the same configuration.
    pub fn resume(config: &TrainingConfig, device: &Device, from: &Checkpoint) -> Self {
        let device = device.clone().inner();
        let recording = device.clone().autodiff();
        let (g, d) = (&from.generator, &from.discriminator);
        Self {
            batches: Batches::new(config),
            generator: Generator::new(&config.generator, &g.weights, &recording),
            discriminator: Discriminator::new(&config.discriminator, &d.weights, &recording),
            optimizer_g: Optimizer::new(config.optimizer.generator, g, &device),
            optimizer_d: Optimizer::new(config.optimizer.discriminator, d, &device),
            step: from.step,
            last_d: None,
            last_g: None,
            config: config.clone(),
            device,
        }
    }

    fn step(&mut self, part: Part) {
        if self.config.update == Update::Simultaneous && part == Part::Both {
            let (real, latents) = self.discriminator_batch(0);
            self.update_both(real, latents);
        } else {
            if part != Part::Generator {
                for update in 0..self.config.steps_d {
                    let (real, latents) = self.discriminator_batch(update);
                    self.update_discriminator(real, latents);
                }
            }
            if part != Part::Discriminator {
                for update in 0..self.config.steps_g {
                    let latents = self.batches.generator_latents(self.step, update);
                    self.update_generator(self.rows(latents, self.config.latent.dim));
                }
            }
        }
        self.step += 1;
    }

    /// Real samples \[batch, 2\] and latents \[batch, dim\].
    fn discriminator_batch(&self, update: usize) -> (Tensor<2>, Tensor<2>) {
        let real = self.batches.real(self.step, update);
        let latents = self.batches.discriminator_latents(self.step, update);
        let dim = self.config.latent.dim;
        (self.rows(real, 2), self.rows(latents, dim))
    }

    /// One discriminator update, the generator held: real \[batch, 2\], latents \[batch, dim\].
    pub fn update_discriminator(&mut self, real: Tensor<2>, latents: Tensor<2>) {
        // A frozen generator stays off the tape: its samples are constants here.
        let fake = self.generator.frozen().forward(latents);
        let on_real = self.discriminator.forward(real.autodiff());
        let on_fake = self.discriminator.forward(fake.autodiff());
        let loss = loss::discriminator(self.config.loss, on_real, on_fake);
        let gradients = gradients(&loss, &self.discriminator.network);
        self.move_discriminator(loss, gradients);
    }

    /// One generator update, the discriminator held: latents \[batch, dim\].
    pub fn update_generator(&mut self, latents: Tensor<2>) {
        let fake = self.generator.forward(latents.autodiff());
        // The gradient flows through the discriminator to the samples, but not to its weights.
        let on_fake = self.discriminator.frozen().forward(fake);
        let loss = loss::generator(self.config.loss, on_fake);
        let gradients = gradients(&loss, &self.generator.network);
        self.move_generator(loss, gradients);
    }

    /// Both updates from one pass over the same samples, before either network moves.
    pub fn update_both(&mut self, real: Tensor<2>, latents: Tensor<2>) {
        let fake = self.generator.forward(latents.autodiff());
        let loss_g = loss::generator(
            self.config.loss,
            self.discriminator.frozen().forward(fake.clone()),
        );
        let on_real = self.discriminator.forward(real.autodiff());
        let on_fake = self.discriminator.forward(fake.inner().autodiff());
        let loss_d = loss::discriminator(self.config.loss, on_real, on_fake);
        let gradients_d = gradients(&loss_d, &self.discriminator.network);
        let gradients_g = gradients(&loss_g, &self.generator.network);
        self.move_discriminator(loss_d, gradients_d);
        self.move_generator(loss_g, gradients_g);
    }

    fn move_discriminator(&mut self, loss: Tensor<1>, gradients: Vec<LayerTensors>) {
        let network = &self.discriminator.network;
        self.discriminator.network = self.optimizer_d.update(network, &gradients);
        self.last_d = Some(LastUpdate {
            loss: loss.inner(),
            gradients,
        });
    }

    fn move_generator(&mut self, loss: Tensor<1>, gradients: Vec<LayerTensors>) {
        let network = &self.generator.network;
        self.generator.network = self.optimizer_g.update(network, &gradients);
        self.last_g = Some(LastUpdate {
            loss: loss.inner(),
            gradients,
        });
    }

    /// Row-major numbers as a tensor of rows.
    fn rows(&self, numbers: Vec<f32>, width: usize) -> Tensor<2> {
        let rows = numbers.len() / width;
        Tensor::from_data(TensorData::new(numbers, [rows, width]), &self.device)
    }

    /// What a network makes of many rows, `width` wide.
    fn forward_all<const D: usize>(
        &self,
        rows: &[f32],
        width: usize,
        forward: impl Fn(Tensor<2>) -> Tensor<D>,
    ) -> Tensor<D> {
        // On the CPU in parts whose layers stay in its cache, which halves the time; on a GPU each
        // part would cost its launches.
        let on_cpu = self.device == Device::flex();
        let at_once = if on_cpu {
            ROWS_IN_CACHE * width
        } else {
            rows.len()
        };
        let parts = rows
            .chunks(at_once)
            .map(|part| forward(self.rows(part.to_vec(), width)));
        Tensor::cat(parts.collect(), 0)
    }

    /// The losses of the last updates: \[2\], NaN where there was none.
    fn last_losses(&self) -> Tensor<1> {
        let loss = |last: &Option<LastUpdate>| match last {
            Some(last) => last.loss.clone(),
            None => Tensor::full([1], f32::NAN, &self.device),
        };
        Tensor::cat(vec![loss(&self.last_d), loss(&self.last_g)], 0)
    }
}

/// The gradient of a loss by a network's weights, layer by layer.
fn gradients(loss: &Tensor<1>, network: &Mlp) -> Vec<LayerTensors> {
    LayerTensors::of(
        network,
        &GradientsParams::from_grads(loss.backward(), network),
    )
}

impl Engine for Autodiff {
    fn advance(&mut self, count: u64, part: Part) {
        for _ in 0..count {
            self.step(part);
        }
    }

    fn steps_done(&self) -> u64 {
        self.step
    }

    fn set_target(&mut self, target: &Target) {
        self.config.target = target.clone();
        self.batches.set_target(target);
    }

    fn set_learning_rates(&mut self, optimizers: &Optimizers) {
        self.optimizer_g
            .set_learning_rate(optimizers.generator.lr());
        self.optimizer_d
            .set_learning_rate(optimizers.discriminator.lr());
    }

    fn losses(&self) -> Pending<'_, Losses> {
        let losses = Transaction::default().register(self.last_losses());
        Box::pin(async move {
            let losses = read(losses).await?.remove(0);
            Ok(Losses {
                discriminator: losses[0],
                generator: losses[1],
            })
        })
    }

    fn observe<'a>(&'a self, probe: &'a Probe) -> Pending<'a, Observation> {
        let discriminator = self.discriminator.frozen();
        let outputs = self.forward_all(&probe.points, 2, |rows| discriminator.forward(rows));

        let generator = self.generator.frozen();
        let image = |latents: &[f32]| {
            let latents = self.rows(latents.to_vec(), self.config.latent.dim);
            generator.forward(latents)
        };
        let fake = image(&probe.latents);
        let moving = fake.clone().autodiff().require_grad();
        let fake_outputs = discriminator.forward(moving.clone());
        // No sample's output depends on another sample, so the sum has grad_x y as the gradient of each.
        let gradients = moving
            .grad(&fake_outputs.clone().sum().backward())
            .expect("the samples take part in the outputs");

        let norms = |last: &Option<LastUpdate>| {
            last.iter()
                .flat_map(|last| &last.gradients)
                .map(LayerTensors::norm)
                .collect::<Vec<_>>()
        };
        let (norms_g, norms_d) = (norms(&self.last_g), norms(&self.last_d));
        let layers_g = norms_g.len();
        let mut scalars = vec![self.last_losses()];
        scalars.extend(norms_g);
        scalars.extend(norms_d);
        let mut reading = Transaction::default()
            .register(Tensor::cat(scalars, 0))
            .register(outputs)
            .register(fake)
            .register(fake_outputs.inner())
            .register(gradients);
        if !probe.carried.is_empty() {
            reading = reading.register(image(&probe.carried));
        }

        Box::pin(async move {
            let mut numbers = read(reading).await?.into_iter();
            let mut next = || numbers.next().unwrap_or_default();
            let scalars = next();
            let (norms_g, norms_d) = scalars[2..].split_at(layers_g);
            Ok(Observation {
                losses: Losses {
                    discriminator: scalars[0],
                    generator: scalars[1],
                },
                outputs: next(),
                fake: next(),
                fake_outputs: next(),
                fake_gradients: next(),
                carried: next(),
                gradient_norms: GradientNorms {
                    generator: norms_g.to_vec(),
                    discriminator: norms_d.to_vec(),
                },
            })
        })
    }

    fn generate<'a>(&'a self, latents: &'a [f32]) -> Pending<'a, Vec<f32>> {
        let generator = self.generator.frozen();
        let dim = self.config.latent.dim;
        let samples = self.forward_all(latents, dim, |rows| generator.forward(rows));
        let reading = Transaction::default().register(samples);
        Box::pin(async move { Ok(read(reading).await?.remove(0)) })
    }

    fn checkpoint(&self) -> Pending<'_, Checkpoint> {
        let parts = [
            (&self.generator.network, &self.optimizer_g),
            (&self.discriminator.network, &self.optimizer_d),
        ];
        let mut reading = Transaction::default();
        let mut shapes = Vec::new();
        for (network, optimizer) in parts {
            let [first, second] = optimizer.memory();
            shapes.push((
                network.widths(),
                optimizer.updates(),
                first.is_some(),
                second.is_some(),
            ));
            let weights = network.layers().iter().map(|layer| LayerTensors {
                weight: layer.weight.val().inner(),
                bias: bias(layer).val().inner(),
            });
            for layer in weights
                .chain(first.into_iter().flatten())
                .chain(second.into_iter().flatten())
            {
                reading = reading.register(layer.weight).register(layer.bias);
            }
        }
        let step = self.step;
        Box::pin(async move {
            let mut numbers = read(reading).await?.into_iter();
            let mut states = shapes.into_iter().map(|(widths, updates, first, second)| {
                let mut weights = || take_weights(&widths, &mut numbers);
                NetworkState {
                    weights: weights(),
                    updates,
                    first_moment: first.then(&mut weights),
                    second_moment: second.then(&mut weights),
                }
            });
            let mut next = || states.next().expect("two networks were registered");
            Ok(Checkpoint {
                step,
                generator: next(),
                discriminator: next(),
            })
        })
    }
}

/// Weights of layers between neighbouring `widths`, from numbers read in that order.
fn take_weights(widths: &[usize], numbers: &mut impl Iterator<Item = Vec<f32>>) -> Weights {
    let mut next = || {
        numbers
            .next()
            .expect("a transaction returns what was registered")
    };
    let layers = widths.windows(2).map(|pair| Layer {
        inputs: pair[0],
        outputs: pair[1],
        weight: next(),
        bias: next(),
    });
    Weights {
        layers: layers.collect(),
    }
}

/// Reads tensors back in one go.
async fn read(reading: Transaction) -> Result<Vec<Vec<f32>>, EngineError> {
    let data = reading
        .execute_async()
        .await
        .map_err(|error| EngineError(format!("{error:?}")))?;
    data.into_iter()
        .map(|data| {
            data.try_into_vec::<f32>()
                .map_err(|error| EngineError(format!("{error:?}")))
        })
        .collect()
}
