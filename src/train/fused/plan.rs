//! What a step of training is for the shader: the operations in their order, and where they must wait
//! for each other. Plain data, made from a configuration and the shapes of the networks.

use super::{
    layout::{NetworkPlace, StatePlace, WorkPlace, columns4},
    operation::{Matrix, Nonlinearity, Operation, Rule},
    program::Program,
};
use crate::{
    config::{LatentKind, Network, Optimizer, Target, TrainingConfig, Update},
    random::Stream,
    target::gaussians,
    train::Part,
};

/// The activations of a network on a batch, and the deltas that come back through it.
#[derive(Clone, Debug)]
struct Passes {
    /// Input of each layer; the first is given from outside.
    inputs: Vec<Matrix>,
    /// dl / d(output before the nonlinearity) of each layer.
    deltas: Vec<Matrix>,
}

/// The plan of a configuration: where its matrices lie, from which the programs are made.
#[derive(Clone, Debug)]
pub struct Plan {
    config: TrainingConfig,
    /// Where weights and losses lie.
    pub state: StatePlace,
    /// Vectors of the work buffer for one GAN.
    pub work: u32,
    /// Columns of one batch, in fours.
    pub columns4: u32,
    /// Latents of the discriminator's update, then those of the generator's.
    pub latents: Matrix,
    /// Real samples, the discriminator's generated ones, the generator's own.
    pub points: Matrix,
    outputs: Matrix,
    generator: Passes,
    discriminator: Passes,
}

impl Plan {
    /// For a configuration with networks of these shapes, on workgroups of so many threads.
    pub fn new(config: &TrainingConfig, state: StatePlace) -> Self {
        let columns4 = columns4(config.batch as u32);
        let mut work = WorkPlace::default();
        let latents = work.matrix(config.latent.dim as u32, 2 * columns4);
        let points = work.matrix(2, 3 * columns4);
        let outputs = work.matrix(1, 2 * columns4);
        let mut passes = |network: &NetworkPlace, input: Matrix, back4: u32| {
            let mut inputs = vec![input];
            let mut deltas = Vec::new();
            for (index, layer) in network.layers.iter().enumerate() {
                if index + 1 < network.layers.len() {
                    inputs.push(work.matrix(layer.outputs, 2 * columns4));
                }
                deltas.push(work.matrix(layer.outputs, back4));
            }
            Passes { inputs, deltas }
        };
        let generator = passes(&state.generator, latents, columns4);
        let discriminator = passes(&state.discriminator, points, 2 * columns4);
        Self {
            config: config.clone(),
            work: work.size,
            state,
            columns4,
            latents,
            points,
            outputs,
            generator,
            discriminator,
        }
    }

    /// One step that moves these networks.
    pub fn step(&self, part: Part) -> Program {
        let mut program = Program::default();
        if self.config.update == Update::Simultaneous && part == Part::Both {
            self.both(&mut program);
        } else {
            let [updates_g, updates_d] = self.updates(part);
            for update in 0..updates_d as u32 {
                // The generator does not move before its own first update, so one pass carries both.
                let ahead = updates_g > 0 && u64::from(update) + 1 == updates_d;
                self.update_discriminator(&mut program, update, ahead);
            }
            for update in 0..updates_g as u32 {
                self.update_generator(&mut program, update, update == 0 && updates_d > 0);
            }
        }
        program.wait();
        program
    }

    /// Updates of generator and discriminator in a step that moves these networks.
    pub fn updates(&self, part: Part) -> [u64; 2] {
        let [g, d] = [self.config.steps_g, self.config.steps_d].map(|count| count as u64);
        match part {
            Part::Both if self.config.update == Update::Simultaneous => [1, 1],
            Part::Both => [g, d],
            Part::Discriminator => [0, d],
            Part::Generator => [g, 0],
        }
    }

    fn update_discriminator(&self, program: &mut Program, update: u32, ahead: bool) {
        self.draw_real(program, update);
        self.draw_latents(program, Stream::DiscriminatorLatent, update, 0);
        if ahead {
            self.draw_latents(program, Stream::GeneratorLatent, 0, self.columns4);
        }
        program.wait();
        let columns = if ahead { 2 } else { 1 } * self.columns4;
        self.generate(program, 0, columns);
        self.discriminate(program, 0, 2 * self.columns4);
        self.discriminator_loss(program);
        self.descend_discriminator(program);
        self.move_network(program, 1, update, self.config.steps_d);
    }

    fn update_generator(&self, program: &mut Program, update: u32, ahead: bool) {
        // Its latents' images may be there, made before the discriminator moved.
        if !ahead {
            self.draw_latents(program, Stream::GeneratorLatent, update, self.columns4);
        }
        program.wait();
        if !ahead {
            self.generate(program, self.columns4, self.columns4);
        }
        self.discriminate(program, 2 * self.columns4, self.columns4);
        self.generator_loss(program, 0);
        self.carry_back(program, 0);
        self.descend_generator(program, self.columns4);
        self.move_network(program, 0, update, self.config.steps_g);
    }

    /// Both updates from one pass, before either network moves.
    fn both(&self, program: &mut Program) {
        self.draw_real(program, 0);
        self.draw_latents(program, Stream::DiscriminatorLatent, 0, 0);
        program.wait();
        self.generate(program, 0, self.columns4);
        self.discriminate(program, 0, 2 * self.columns4);
        self.discriminator_loss(program);
        self.descend_discriminator(program);
        self.generator_loss(program, self.columns4);
        self.carry_back(program, self.columns4);
        self.descend_generator(program, 0);
        self.move_network(program, 1, 0, 1);
        self.move_network(program, 0, 0, 1);
    }

    fn draw_real(&self, program: &mut Program, update: u32) {
        let target = &self.config.target;
        let (shape, lengths, count) = match *target {
            Target::Ring { sigma, .. }
            | Target::Grid { sigma, .. }
            | Target::TwoGaussians { sigma, .. }
            | Target::Mixture { sigma, .. }
            | Target::Points { sigma, .. } => (0, [sigma, 0.0], self.table().len()),
            Target::Line { length, sigma } => (1, [sigma, length], 0),
            Target::Moons { sigma } => (2, [sigma, 0.0], 0),
            Target::Spiral { turns, sigma } => (3, [sigma, turns], 0),
            Target::Checkerboard { side, width } => (4, [0.0, width], side),
        };
        program.push(Operation::Real {
            to: self.points,
            columns4: self.columns4,
            stream: Stream::Real as u32,
            update,
            shape,
            lengths: lengths.map(|length| length as f32),
            count: count as u32,
        });
    }

    /// The target's modes or points, which the list of operations ends with.
    pub fn table(&self) -> Vec<[f32; 2]> {
        gaussians(&self.config.target).map_or(Vec::new(), |gaussians| gaussians.modes)
    }

    /// Draws real samples from another target from here on: programs that are made later do.
    pub fn set_target(&mut self, target: &Target) {
        self.config.target = target.clone();
    }

    fn draw_latents(&self, program: &mut Program, stream: Stream, update: u32, column4: u32) {
        program.push(Operation::Latents {
            to: self.latents.at_column(column4),
            columns4: self.columns4,
            stream: stream as u32,
            update,
            dim: self.config.latent.dim as u32,
            uniform: self.config.latent.kind == LatentKind::Uniform,
        });
    }

    /// Latents from a column on become samples, beside the real ones.
    fn generate(&self, program: &mut Program, column4: u32, columns4: u32) {
        let to = self.points.at_column(self.columns4 + column4);
        let inputs: Vec<_> = self
            .generator
            .inputs
            .iter()
            .map(|x| x.at_column(column4))
            .collect();
        forward(
            program,
            &self.state.generator,
            &self.config.generator,
            &inputs,
            to,
            columns4,
        );
    }

    /// Samples from a column on get outputs, from the first column on.
    fn discriminate(&self, program: &mut Program, column4: u32, columns4: u32) {
        let mut inputs = self.discriminator.inputs.clone();
        inputs[0] = inputs[0].at_column(column4);
        let (place, network) = (&self.state.discriminator, &self.config.discriminator);
        forward(program, place, network, &inputs, self.outputs, columns4);
    }

    fn discriminator_loss(&self, program: &mut Program) {
        program.push(Operation::Loss {
            y: self.outputs,
            delta: self.last_delta(),
            columns4: self.columns4,
            batch: self.config.batch as u32,
            segments: 2,
            criterion: 0,
            to: self.state.losses,
        });
        program.wait();
    }

    /// On the outputs from a column on.
    fn generator_loss(&self, program: &mut Program, column4: u32) {
        let threads = (self.state.size - self.state.losses) / 2;
        program.push(Operation::Loss {
            y: self.outputs.at_column(column4),
            delta: self.last_delta().at_column(column4),
            columns4: self.columns4,
            batch: self.config.batch as u32,
            segments: 1,
            criterion: 2,
            to: self.state.losses + threads,
        });
        program.wait();
    }

    fn last_delta(&self) -> Matrix {
        *self
            .discriminator
            .deltas
            .last()
            .expect("a network has a layer")
    }

    /// Gradients of a network's weights, from its last delta down; the samples in front are constants.
    fn descend(
        &self,
        program: &mut Program,
        place: &NetworkPlace,
        network: &Network,
        passes: &Passes,
        columns4: u32,
    ) {
        for (index, layer) in place.layers.iter().enumerate().rev() {
            let (x, delta) = (passes.inputs[index], passes.deltas[index]);
            program.push(Operation::Weights {
                x,
                delta,
                layer: *layer,
                columns4,
            });
            if index > 0 {
                program.push(Operation::Backward {
                    delta,
                    to: passes.deltas[index - 1],
                    layer: *layer,
                    columns4,
                    x,
                    nonlinearity: Nonlinearity::new(network.activation, network.slope),
                });
            }
            program.wait();
        }
    }

    /// The gradients of the discriminator's weights, from all columns of real and generated samples.
    fn descend_discriminator(&self, program: &mut Program) {
        let (place, passes) = (&self.state.discriminator, &self.discriminator);
        self.descend(
            program,
            place,
            &self.config.discriminator,
            passes,
            2 * self.columns4,
        );
    }

    /// Through the generator, whose activations stand from a column on.
    fn descend_generator(&self, program: &mut Program, column4: u32) {
        let passes = Passes {
            inputs: self
                .generator
                .inputs
                .iter()
                .map(|x| x.at_column(column4))
                .collect(),
            deltas: self.generator.deltas.clone(),
        };
        let (place, network) = (&self.state.generator, &self.config.generator);
        self.descend(program, place, network, &passes, self.columns4);
    }

    /// The discriminator's deltas from a column on, down to its input, where they are the
    /// generator's; its weights get no gradient.
    fn carry_back(&self, program: &mut Program, column4: u32) {
        let to = *self.generator.deltas.last().expect("a network has a layer");
        let passes = Passes {
            inputs: self
                .discriminator
                .inputs
                .iter()
                .map(|x| x.at_column(column4))
                .collect(),
            deltas: self
                .discriminator
                .deltas
                .iter()
                .map(|d| d.at_column(column4))
                .collect(),
        };
        let network = &self.config.discriminator;
        input_gradient(
            program,
            &self.state.discriminator,
            network,
            (&passes.inputs, &passes.deltas),
            to,
            self.columns4,
        );
    }

    /// The next step's batches may be drawn at the same time, so nothing waits here but at the list's
    /// next operation that reads weights.
    fn move_network(&self, program: &mut Program, network: u32, update: u32, updates: usize) {
        let (place, rule) = match network {
            0 => (&self.state.generator, self.config.optimizer.generator),
            _ => (
                &self.state.discriminator,
                self.config.optimizer.discriminator,
            ),
        };
        let (rule, decays, epsilon) = match rule {
            Optimizer::Sgd { .. } => (Rule::Sgd, [0.0; 2], 0.0),
            Optimizer::Rmsprop { alpha, epsilon, .. } => (Rule::Rmsprop, [0.0, alpha], epsilon),
            Optimizer::Adam {
                beta1,
                beta2,
                epsilon,
                ..
            } => (Rule::Adam, [beta1, beta2], epsilon),
        };
        program.push(Operation::Update {
            parameters: place.at,
            count4: place.count4,
            rule,
            network,
            updates: updates as u32,
            update,
            decays,
            epsilon,
        });
    }
}

/// A network's pass over samples: `inputs` of each layer, the last one's output to `to`.
pub(super) fn forward(
    program: &mut Program,
    place: &NetworkPlace,
    network: &Network,
    inputs: &[Matrix],
    to: Matrix,
    columns4: u32,
) {
    let last = place.layers.len() - 1;
    for (index, layer) in place.layers.iter().enumerate() {
        let (y, nonlinearity) = if index == last {
            (to, Nonlinearity::NONE)
        } else {
            (
                inputs[index + 1],
                Nonlinearity::new(network.activation, network.slope),
            )
        };
        program.push(Operation::Forward {
            x: inputs[index],
            y,
            layer: *layer,
            columns4,
            nonlinearity,
        });
        program.wait();
    }
}

/// From a network's last delta down to its input, past its weights.
pub(super) fn input_gradient(
    program: &mut Program,
    place: &NetworkPlace,
    network: &Network,
    (inputs, deltas): (&[Matrix], &[Matrix]),
    to: Matrix,
    columns4: u32,
) {
    for (index, layer) in place.layers.iter().enumerate().rev() {
        let (to, nonlinearity) = if index == 0 {
            (to, Nonlinearity::NONE)
        } else {
            (
                deltas[index - 1],
                Nonlinearity::new(network.activation, network.slope),
            )
        };
        program.push(Operation::Backward {
            delta: deltas[index],
            to,
            layer: *layer,
            columns4,
            x: inputs[index],
            nonlinearity,
        });
        program.wait();
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
