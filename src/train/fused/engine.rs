//! The engine itself: GANs of one shape in two buffers, and how they are moved, read and saved.

use std::cell::RefCell;

use burn_wgpu::wgpu::{self, BufferUsages};

use super::{
    Gpu, Mode, Plan,
    buffer::Buffer,
    gpu::VECTOR,
    layout::NetworkPlace,
    looking::Looking,
    member,
    readback::Range,
    run::{Bound, Buffers},
};
use crate::{
    config::{Optimizer, Optimizers, Target, TrainingConfig},
    train::{
        Checkpoint, Engine, EngineError, Fleet, Losses, NetworkState, Observation, Part, Pending,
        Probe,
    },
};

/// GANs of one shape, trained together by the fused shader; also an engine of one.
#[derive(Debug)]
pub struct Fused {
    pub(super) gpu: Gpu,
    pub(super) plan: Plan,
    members: Vec<Member>,
    pub(super) step: u64,
    /// Updates of generator and discriminator since this engine began.
    pub(super) made: [u64; 2],
    pub(super) clock: Buffer,
    pub(super) parameters: Buffer,
    pub(super) state: Buffer,
    work: Buffer,
    /// The programs of [`Part::Both`], `Discriminator` and `Generator`, made when they are asked for.
    programs: [Option<Bound>; 3],
    pub(super) looking: RefCell<Vec<Looking>>,
}

/// What differs between members, as far as the host must know it.
#[derive(Clone, Debug)]
struct Member {
    config: TrainingConfig,
    /// Updates of generator and discriminator before this engine began.
    updates: [u64; 2],
}

impl Fused {
    /// Runs at their first step; see [`Gpu::fits`]. The configurations differ at most in seed, loss and
    /// learning rates.
    pub fn new(gpu: &Gpu, configs: &[TrainingConfig]) -> Self {
        let checkpoints: Vec<_> = configs.iter().map(Checkpoint::initial).collect();
        Self::resume(gpu, configs, &checkpoints)
    }

    /// Runs that go on from checkpoints of the same step and shapes.
    ///
    /// # Panics
    /// If there is none, or they are not as many as the configurations.
    pub fn resume(gpu: &Gpu, configs: &[TrainingConfig], from: &[Checkpoint]) -> Self {
        assert_eq!(
            configs.len(),
            from.len(),
            "one checkpoint for each configuration"
        );
        let plan = gpu.plan(&configs[0], &from[0]);
        let count = configs.len() as u64;
        let size = u64::from(plan.state.size);
        let state = gpu.storage(count * size);
        let mut words = Vec::new();
        for (index, (config, from)) in configs.iter().zip(from).enumerate() {
            gpu.write(&state, index as u64 * size, &numbers(&plan, from));
            words.extend(member::words(config, from));
        }
        let members = configs.iter().zip(from).map(|(config, from)| Member {
            config: config.clone(),
            updates: [from.generator.updates, from.discriminator.updates],
        });
        Self {
            members: members.collect(),
            step: from[0].step,
            made: [0; 2],
            clock: gpu.list(&[0; 8], BufferUsages::UNIFORM),
            parameters: gpu.list(&words, BufferUsages::STORAGE),
            state,
            work: gpu.storage(count * u64::from(plan.work)),
            programs: [None, None, None],
            looking: RefCell::default(),
            gpu: gpu.clone(),
            plan,
        }
    }

    /// How its work is spread over the GPU.
    pub fn mode(&self) -> Mode {
        self.gpu.mode()
    }

    /// The dimension of the latents.
    pub(super) fn latent_dim(&self) -> usize {
        self.members[0].config.latent.dim
    }

    /// The configuration of the first, whose shapes are everyone's.
    pub(super) fn config(&self) -> &TrainingConfig {
        &self.members[0].config
    }

    pub(super) fn count(&self) -> usize {
        self.members.len()
    }

    fn make_steps(&mut self, count: u64, part: Part) {
        let index = match part {
            Part::Both => 0,
            Part::Discriminator => 1,
            Part::Generator => 2,
        };
        let bound = self.programs[index].get_or_insert_with(|| {
            let buffers = Buffers {
                clock: &self.clock,
                members: &self.parameters,
                state: &self.state,
                work: &self.work,
            };
            self.gpu.bind(
                &self.plan.step(part),
                &self.plan.table(),
                self.gpu.mode(),
                buffers,
            )
        });
        let updates = self.plan.updates(part);
        let mut rest = count;
        while rest > 0 {
            let steps = rest.min(bound.most_steps);
            let clock = clock(self.step, self.made, self.plan.state.size, self.plan.work);
            self.gpu
                .0
                .queue
                .write_buffer(&self.clock, 0, clock.as_flattened());
            let mut commands = self.gpu.commands();
            self.gpu
                .run(&mut commands, bound, self.members.len() as u32, steps);
            self.gpu.0.queue.submit([commands.finish()]);
            self.step += steps;
            for (made, updates) in self.made.iter_mut().zip(updates) {
                *made += steps * updates;
            }
            rest -= steps;
        }
    }

    /// The vectors of the last losses of a member.
    pub(super) fn losses_range(&self, member: usize) -> Range<'_> {
        let place = &self.plan.state;
        Range {
            buffer: &self.state,
            at: member as u64 * u64::from(place.size) + u64::from(place.losses),
            count: u64::from(place.size - place.losses),
        }
    }

    /// The last losses from their parts.
    pub(super) fn losses_of(&self, parts: &[f32]) -> Losses {
        let (d, g) = parts.split_at(parts.len() / 2);
        let loss = |network: usize, parts: &[f32]| match self.made[network] {
            0 => f32::NAN,
            _ => parts.iter().map(|part| f64::from(*part)).sum::<f64>() as f32,
        };
        Losses {
            discriminator: loss(1, d),
            generator: loss(0, g),
        }
    }

    fn read_losses(&self) -> Pending<'_, Vec<Losses>> {
        let ranges: Vec<_> = (0..self.count())
            .map(|member| self.losses_range(member))
            .collect();
        let reading = self.gpu.read(self.gpu.commands(), &ranges);
        Box::pin(async move {
            let parts = reading.await?;
            Ok(parts.iter().map(|parts| self.losses_of(parts)).collect())
        })
    }

    fn read_checkpoint(&self, member: usize) -> Pending<'_, Checkpoint> {
        let size = u64::from(self.plan.state.size);
        let range = Range {
            buffer: &self.state,
            at: member as u64 * size,
            count: size,
        };
        let reading = self.gpu.read(self.gpu.commands(), &[range]);
        let step = self.step;
        let before = self.members[member].updates;
        let updates = [0, 1].map(|network| before[network] + self.made[network]);
        Box::pin(async move {
            let state = reading.await?.remove(0);
            let optimizer = &self.members[member].config.optimizer;
            let network = |place: &NetworkPlace, rule: Optimizer, updates: u64| NetworkState {
                weights: place.take(&state, 0),
                updates,
                // A memory that has never been written is no memory.
                first_moment: (updates > 0 && matches!(rule, Optimizer::Adam { .. }))
                    .then(|| place.take(&state, 1)),
                second_moment: (updates > 0 && !matches!(rule, Optimizer::Sgd { .. }))
                    .then(|| place.take(&state, 2)),
            };
            let place = &self.plan.state;
            Ok(Checkpoint {
                step,
                generator: network(&place.generator, optimizer.generator, updates[0]),
                discriminator: network(&place.discriminator, optimizer.discriminator, updates[1]),
            })
        })
    }
}

/// One member's state as numbers.
fn numbers(plan: &Plan, from: &Checkpoint) -> Vec<f32> {
    let mut numbers = vec![0.0; plan.state.size as usize * VECTOR as usize / 4];
    for (place, network) in [
        (&plan.state.generator, &from.generator),
        (&plan.state.discriminator, &from.discriminator),
    ] {
        let copies = [
            Some(&network.weights),
            network.first_moment.as_ref(),
            network.second_moment.as_ref(),
        ];
        for (copy, weights) in copies.into_iter().enumerate() {
            if let Some(weights) = weights {
                place.put(&mut numbers, copy as u32, weights);
            }
        }
    }
    numbers
}

/// The words of the clock: the step's number, updates made, vectors of one member in both buffers.
pub(super) fn clock(step: u64, made: [u64; 2], state: u32, work: u32) -> [[u8; 4]; 8] {
    let words = [
        step as u32,
        (step >> 32) as u32,
        made[0] as u32,
        made[1] as u32,
        state,
        work,
        0,
        0,
    ];
    words.map(u32::to_ne_bytes)
}

impl Gpu {
    pub(super) fn commands(&self) -> wgpu::CommandEncoder {
        self.0
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor {
                label: Some("fused"),
            })
    }
}

impl Engine for Fused {
    fn advance(&mut self, count: u64, part: Part) {
        self.make_steps(count, part);
    }

    fn steps_done(&self) -> u64 {
        self.step
    }

    fn set_learning_rates(&mut self, optimizers: &Optimizers) {
        for (index, member) in self.members.iter_mut().enumerate() {
            let rules = &mut member.config.optimizer;
            rules.generator = rules.generator.with_lr(optimizers.generator.lr());
            rules.discriminator = rules.discriminator.with_lr(optimizers.discriminator.lr());
            let at = (index * member::WORDS + member::RATES) as u64 / 4;
            let [generator, discriminator] = member::rates(&member.config);
            self.gpu
                .write(&self.parameters, at, &[generator, discriminator, 0.0, 0.0]);
        }
    }

    fn set_target(&mut self, target: &Target) {
        for member in &mut self.members {
            member.config.target = target.clone();
        }
        self.plan.set_target(target);
        self.programs = [None, None, None];
    }

    fn losses(&self) -> Pending<'_, Losses> {
        let losses = self.read_losses();
        Box::pin(async move { first(losses.await?) })
    }

    fn observe<'a>(&'a self, probe: &'a Probe) -> Pending<'a, Observation> {
        let seen = self.look(std::slice::from_ref(probe));
        Box::pin(async move { first(seen.await?) })
    }

    fn generate<'a>(&'a self, latents: &'a [f32]) -> Pending<'a, Vec<f32>> {
        let samples = self.images(&[latents]);
        Box::pin(async move { first(samples.await?) })
    }

    fn checkpoint(&self) -> Pending<'_, Checkpoint> {
        self.read_checkpoint(0)
    }
}

impl Fleet for Fused {
    fn members(&self) -> usize {
        self.count()
    }

    fn advance(&mut self, count: u64) {
        self.make_steps(count, Part::Both);
    }

    fn steps_done(&self) -> u64 {
        self.step
    }

    fn losses(&self) -> Pending<'_, Vec<Losses>> {
        self.read_losses()
    }

    fn observe<'a>(&'a self, probes: &'a [Probe]) -> Pending<'a, Vec<Observation>> {
        self.look(probes)
    }

    fn generate<'a>(&'a self, latents: &[&'a [f32]]) -> Pending<'a, Vec<Vec<f32>>> {
        self.images(latents)
    }

    fn checkpoint(&self, member: usize) -> Pending<'_, Checkpoint> {
        self.read_checkpoint(member)
    }
}

/// What the only member answers.
fn first<T>(answers: Vec<T>) -> Result<T, EngineError> {
    let mut answers = answers.into_iter();
    answers
        .next()
        .ok_or_else(|| EngineError("an engine without members".to_owned()))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
