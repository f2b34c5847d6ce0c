//! Looking at GANs: the surface, samples with their forces, losses and gradient norms, by the same
//! operations as training, over a buffer of their own, and with one readback.
//!
//! Samples go through the networks in rounds of as many columns as the buffer has room for.

use burn_wgpu::wgpu::BufferUsages;

use super::{
    Fused, Mode,
    buffer::Buffer,
    engine::clock,
    gpu::VECTOR,
    layout::{NetworkPlace, WorkPlace, columns4, padded4},
    operation::{Matrix, Operation},
    plan::{forward, input_gradient},
    program::Program,
    readback::Range,
    run::{Bound, Buffers},
};
use crate::train::{EngineError, GradientNorms, Observation, Pending, Probe};

/// Bytes that the activations of one round may take, or the latents that are uploaded at once, for all
/// members together.
const ROUND: u64 = 48 << 20;

/// Samples up to which an adapter that the CPU plays passes them through in one dispatch, by one thread
/// for each member: a further dispatch costs SwiftShader some 4 ms, as much as a thousand samples.
const FEW: usize = 4096;

/// How much there is to see, for each member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sizes {
    points: usize,
    /// Latents whose images are to be judged.
    latents: usize,
    /// Latents whose images alone are wanted.
    carried: usize,
    /// Whether the norms of the last gradients are wanted.
    norms: bool,
}

/// What is ready to look at so many samples; kept, as they are mostly as many as before.
#[derive(Debug)]
pub struct Looking {
    sizes: Sizes,
    places: Places,
    /// Kept, as the clock is, for what is bound.
    work: Buffer,
    _clock: Buffer,
    bound: Bound,
    /// Vectors of the work buffer for one member.
    size: u32,
}

/// Where things lie in the work buffer.
#[derive(Clone, Copy, Debug)]
struct Places {
    latents: Matrix,
    fake: Matrix,
    points: Matrix,
    outputs: Matrix,
    fake_outputs: Matrix,
    gradients: Matrix,
    norms: u32,
}

/// Activations and deltas of a round.
struct Scratch {
    columns4: u32,
    generator: Vec<Matrix>,
    discriminator: Vec<Matrix>,
    deltas: Vec<Matrix>,
}

impl Scratch {
    fn new(
        work: &mut WorkPlace,
        generator: &NetworkPlace,
        discriminator: &NetworkPlace,
        columns4: u32,
    ) -> Self {
        let mut matrices = |place: &NetworkPlace, count: usize| -> Vec<Matrix> {
            let layers = &place.layers[..count];
            layers
                .iter()
                .map(|layer| work.matrix(layer.outputs, columns4))
                .collect()
        };
        let layers = discriminator.layers.len();
        Self {
            columns4,
            generator: matrices(generator, generator.layers.len() - 1),
            discriminator: matrices(discriminator, layers - 1),
            deltas: matrices(discriminator, layers),
        }
    }

    /// Vectors that a further column of four samples takes.
    fn rows(generator: &NetworkPlace, discriminator: &NetworkPlace) -> u32 {
        let rows = |place: &NetworkPlace| -> u32 {
            place
                .layers
                .iter()
                .map(|layer| 4 * padded4(layer.outputs))
                .sum()
        };
        rows(generator) + 2 * rows(discriminator)
    }

    /// The rounds that cover so many columns: where each begins, and how wide it is.
    fn rounds(&self, columns4: u32) -> impl Iterator<Item = (u32, u32)> + use<> {
        let step = self.columns4;
        (0..columns4)
            .step_by(step as usize)
            .map(move |start| (start, step.min(columns4 - start)))
    }
}

impl Fused {
    /// Looks at each member by its own probe.
    pub(super) fn look<'a>(&'a self, probes: &'a [Probe]) -> Pending<'a, Vec<Observation>> {
        let dim = self.latent_dim();
        let sizes = Sizes {
            points: probes[0].points.len() / 2,
            latents: probes[0].latents.len() / dim,
            carried: probes[0].carried.len() / dim,
            norms: true,
        };
        let inputs: Vec<_> = probes
            .iter()
            .map(|probe| {
                (
                    probe.points.as_slice(),
                    [probe.latents.as_slice(), probe.carried.as_slice()],
                )
            })
            .collect();
        let reading = self.ask(sizes, &inputs);
        Box::pin(async move {
            let numbers = reading?.await?;
            Ok(numbers
                .chunks(6)
                .map(|numbers| self.observation(sizes, numbers))
                .collect())
        })
    }

    /// Each member's images of its own latents.
    pub(super) fn images<'a>(&'a self, latents: &[&'a [f32]]) -> Pending<'a, Vec<Vec<f32>>> {
        let (latents, dim) = (latents.to_vec(), self.latent_dim());
        let room = (ROUND / (VECTOR / 4)) as usize / (self.count() * dim);
        Box::pin(async move {
            let mut images = vec![Vec::new(); latents.len()];
            let all = latents[0].len() / dim;
            for start in (0..all).step_by(room.max(1)) {
                let carried = room.max(1).min(all - start);
                let sizes = Sizes {
                    points: 0,
                    latents: 0,
                    carried,
                    norms: false,
                };
                let part = |latents: &&'a [f32]| &latents[start * dim..][..carried * dim];
                let inputs: Vec<_> = latents
                    .iter()
                    .map(|latents| (&[][..], [&[][..], part(latents)]))
                    .collect();
                let numbers = self.ask(sizes, &inputs)?.await?;
                for (images, numbers) in images.iter_mut().zip(numbers.chunks(6)) {
                    images.extend(pairs(&numbers[1], 0, carried));
                }
            }
            Ok(images)
        })
    }

    fn observation(&self, sizes: Sizes, numbers: &[Vec<f32>]) -> Observation {
        let [losses, fake, outputs, fake_outputs, gradients, norms] = numbers else {
            unreachable!("six ranges are read for each member");
        };
        let lanes = 4 * self.gpu.0.tiling.threads as usize;
        let norm = |parts: &[f32]| {
            parts
                .iter()
                .map(|part| f64::from(*part))
                .sum::<f64>()
                .sqrt() as f32
        };
        let norms: Vec<f32> = norms.chunks(lanes).map(norm).collect();
        let (generator, discriminator) = norms.split_at(self.plan.state.generator.layers.len());
        let if_any = |network: usize, norms: &[f32]| match self.made[network] {
            0 => Vec::new(),
            _ => norms.to_vec(),
        };
        Observation {
            losses: self.losses_of(losses),
            outputs: outputs[..sizes.points].to_vec(),
            fake: pairs(fake, 0, sizes.latents),
            fake_outputs: fake_outputs[..sizes.latents].to_vec(),
            fake_gradients: pairs(gradients, 0, sizes.latents),
            carried: pairs(fake, sizes.latents, sizes.carried),
            gradient_norms: GradientNorms {
                generator: if_any(0, generator),
                discriminator: if_any(1, discriminator),
            },
        }
    }

    /// Sends the questions, points and latents of each member; the answers are six lists for each.
    fn ask(
        &self,
        sizes: Sizes,
        inputs: &[(&[f32], [&[f32]; 2])],
    ) -> Result<Pending<'static, Vec<Vec<f32>>>, EngineError> {
        let mut kept = self.looking.borrow_mut();
        let index = match kept.iter().position(|looking| looking.sizes == sizes) {
            Some(index) => index,
            None => {
                // Two are in use in turn: what is drawn and what is measured.
                kept.truncate(1);
                kept.insert(0, self.prepare(sizes)?);
                0
            }
        };
        let looking = &kept[index];
        let places = &looking.places;
        let dim = self.latent_dim();
        let mut ranges = Vec::new();
        for (member, (points, latents)) in inputs.iter().enumerate() {
            let base = member as u64 * u64::from(looking.size);
            for (matrix, width, rows) in [
                (places.points, 2, [*points, &[]]),
                (places.latents, dim, *latents),
            ] {
                let numbers = by_feature(&rows, width, matrix.stride as usize);
                if !numbers.is_empty() {
                    self.gpu
                        .write(&looking.work, base + u64::from(matrix.at), &numbers);
                }
            }
            ranges.push(self.losses_range(member));
            let norms = if sizes.norms { self.norm_vectors() } else { 0 };
            for (at, count) in [
                (places.fake.at, 2 * places.fake.stride),
                (places.outputs.at, places.outputs.stride),
                (places.fake_outputs.at, places.fake_outputs.stride),
                (places.gradients.at, 2 * places.gradients.stride),
                (places.norms, norms),
            ] {
                ranges.push(Range {
                    buffer: &looking.work,
                    at: base + u64::from(at),
                    count: u64::from(count),
                });
            }
        }
        let mut commands = self.gpu.commands();
        self.gpu
            .run(&mut commands, &looking.bound, self.count() as u32, 1);
        Ok(self.gpu.read(commands, &ranges))
    }

    fn norm_vectors(&self) -> u32 {
        let place = &self.plan.state;
        let layers = place.generator.layers.len() + place.discriminator.layers.len();
        layers as u32 * self.gpu.0.tiling.threads
    }

    fn prepare(&self, sizes: Sizes) -> Result<Looking, EngineError> {
        let place = &self.plan.state;
        let mut work = WorkPlace::default();
        let [points4, latents4] = [sizes.points, sizes.latents].map(|count| columns4(count as u32));
        let images4 = columns4((sizes.latents + sizes.carried) as u32);
        let places = Places {
            latents: work.matrix(self.latent_dim() as u32, images4),
            fake: work.matrix(2, images4),
            points: work.matrix(2, points4),
            outputs: work.matrix(1, points4),
            fake_outputs: work.matrix(1, latents4),
            gradients: work.matrix(2, latents4),
            norms: work.vectors(self.norm_vectors()),
        };
        let room = ROUND / self.count() as u64 / VECTOR;
        let widest = points4.max(images4).max(4);
        let rows = Scratch::rows(&place.generator, &place.discriminator);
        let fitting = (room / u64::from(rows)) as u32 / 4 * 4;
        let scratch = Scratch::new(
            &mut work,
            &place.generator,
            &place.discriminator,
            fitting.clamp(4, widest),
        );

        let needed = u64::from(work.size) * self.count() as u64 * VECTOR;
        if needed > self.gpu.largest_buffer() {
            return Err(EngineError(format!(
                "{} MiB of samples do not fit into one buffer",
                needed >> 20
            )));
        }
        let buffer = self.gpu.storage(u64::from(work.size) * self.count() as u64);
        // The slope of a sum of outputs by each of them.
        let last = scratch.deltas[scratch.deltas.len() - 1];
        let ones = vec![1.0; 4 * last.stride as usize];
        for member in 0..self.count() as u64 {
            self.gpu.write(
                &buffer,
                member * u64::from(work.size) + u64::from(last.at),
                &ones,
            );
        }
        let clock_words = clock(0, [0; 2], place.size, work.size).map(u32::from_ne_bytes);
        let clock = self.gpu.list(&clock_words, BufferUsages::UNIFORM);
        let buffers = Buffers {
            clock: &clock,
            members: &self.parameters,
            state: &self.state,
            work: &buffer,
        };
        let program = self.looking_program(sizes, &places, &scratch);
        let few = sizes.points + sizes.latents + sizes.carried <= FEW;
        let mode = if few && self.gpu.is_software() {
            Mode::Fused
        } else {
            Mode::Split
        };
        let bound = self.gpu.bind(&program, &[], mode, buffers);
        Ok(Looking {
            sizes,
            places,
            bound,
            size: work.size,
            work: buffer,
            _clock: clock,
        })
    }

    fn looking_program(&self, sizes: Sizes, places: &Places, scratch: &Scratch) -> Program {
        let mut program = Program::default();
        let place = &self.plan.state;
        let config = self.config();
        let (generator, discriminator) = (&place.generator, &place.discriminator);
        if sizes.norms {
            let layers = generator.layers.iter().chain(&discriminator.layers);
            for (index, layer) in layers.enumerate() {
                program.push(Operation::Squares {
                    from: layer.weight + layer.to_gradient,
                    count4: layer.bias + layer.outputs4 - layer.weight,
                    to: places.norms + index as u32 * self.gpu.0.tiling.threads,
                });
            }
        }
        let through = |input: Matrix, hidden: &[Matrix]| -> Vec<Matrix> {
            std::iter::once(input)
                .chain(hidden.iter().copied())
                .collect()
        };
        for (start, width) in scratch.rounds(columns4((sizes.latents + sizes.carried) as u32)) {
            let inputs = through(places.latents.at_column(start), &scratch.generator);
            let to = places.fake.at_column(start);
            forward(
                &mut program,
                generator,
                &config.generator,
                &inputs,
                to,
                width,
            );
        }
        for (start, width) in scratch.rounds(columns4(sizes.points as u32)) {
            let inputs = through(places.points.at_column(start), &scratch.discriminator);
            let to = places.outputs.at_column(start);
            forward(
                &mut program,
                discriminator,
                &config.discriminator,
                &inputs,
                to,
                width,
            );
        }
        for (start, width) in scratch.rounds(columns4(sizes.latents as u32)) {
            let inputs = through(places.fake.at_column(start), &scratch.discriminator);
            let network = &config.discriminator;
            let to = places.fake_outputs.at_column(start);
            forward(&mut program, discriminator, network, &inputs, to, width);
            let to = places.gradients.at_column(start);
            let passes = (inputs.as_slice(), scratch.deltas.as_slice());
            input_gradient(&mut program, discriminator, network, passes, to, width);
        }
        program.wait();
        program
    }
}

/// Rows of samples as rows of features, each filled up to `stride` vectors of four.
fn by_feature(rows: &[&[f32]], width: usize, stride: usize) -> Vec<f32> {
    let samples: usize = rows.iter().map(|rows| rows.len() / width).sum();
    if samples == 0 {
        return Vec::new();
    }
    let mut numbers = vec![0.0; width * 4 * stride];
    let samples = rows.iter().flat_map(|rows| rows.chunks_exact(width));
    for (index, sample) in samples.enumerate() {
        for (feature, number) in sample.iter().enumerate() {
            numbers[feature * 4 * stride + index] = *number;
        }
    }
    numbers
}

/// Two rows of features as x0, y0, x1, y1, …
fn pairs(numbers: &[f32], start: usize, count: usize) -> Vec<f32> {
    let (xs, ys) = numbers.split_at(numbers.len() / 2);
    let both = xs.iter().zip(ys).skip(start).take(count);
    both.flat_map(|(x, y)| [*x, *y]).collect()
}
