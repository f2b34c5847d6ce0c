//! A program on the GPU, bound to the buffers that it works on.

use burn_wgpu::wgpu::{self, BufferUsages};

use super::{Mode, buffer::Buffer, gpu::Gpu, program::Program};

/// Bytes from one call to the next: the alignment that every GPU grants.
const CALL: u64 = 256;

/// Calls that a list holds at most, lest it grow with the number of phases.
const MOST_CALLS: usize = 1024;

/// Steps of one dispatch or one submission at most, so that the GPU can turn to the picture in between.
const MOST_STEPS: u64 = 64;

/// The buffers that a program works on.
#[derive(Clone, Copy, Debug)]
pub struct Buffers<'a> {
    pub clock: &'a wgpu::Buffer,
    pub members: &'a wgpu::Buffer,
    pub state: &'a wgpu::Buffer,
    pub work: &'a wgpu::Buffer,
}

/// A program, uploaded and bound.
#[derive(Debug)]
pub struct Bound {
    calls: Buffer,
    /// Kept for the bind group, as whoever bound them keeps the buffers that the program works on.
    _operations: Buffer,
    bind_group: wgpu::BindGroup,
    schedule: Schedule,
    /// Steps that one submission makes at most.
    pub most_steps: u64,
}

/// How a program is cut into dispatches.
#[derive(Debug)]
enum Schedule {
    /// One dispatch runs so many operations, step after step.
    Whole(u32),
    /// One dispatch for each phase, of so many workgroups.
    Phases(Vec<u32>),
}

impl Gpu {
    /// Uploads a program, with the target's modes behind it.
    pub(super) fn bind(
        &self,
        program: &Program,
        table: &[[f32; 2]],
        mode: Mode,
        buffers: Buffers<'_>,
    ) -> Bound {
        let operations = self.list(&program.words(table), BufferUsages::STORAGE);
        let at_once = self.steps_at_once(program);
        let mode = if at_once == 0 { Mode::Split } else { mode };
        let (calls, schedule, most_steps) = match mode {
            Mode::Fused => {
                let length = program.operations.len() as u32;
                (vec![0; CALL as usize / 4], Schedule::Whole(length), at_once)
            }
            Mode::Split => {
                let groups = program.groups(self.0.tiling.threads);
                let steps = (MOST_CALLS / groups.len().max(1)).clamp(1, MOST_STEPS as usize) as u64;
                (program.calls(steps as u32), Schedule::Phases(groups), steps)
            }
        };
        let calls = self.list(&calls, BufferUsages::UNIFORM);
        let bind_group = self.bind_group([
            &calls,
            buffers.clock,
            &operations,
            buffers.members,
            buffers.state,
            buffers.work,
        ]);
        Bound {
            calls,
            _operations: operations,
            bind_group,
            schedule,
            most_steps,
        }
    }

    /// Binds the buffers in the order of the shader's bindings.
    pub(super) fn bind_group(&self, buffers: [&wgpu::Buffer; 6]) -> wgpu::BindGroup {
        let entries: Vec<_> = buffers
            .into_iter()
            .enumerate()
            .map(|(binding, buffer)| wgpu::BindGroupEntry {
                binding: binding as u32,
                resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer,
                    offset: 0,
                    // The first is the window that moves from call to call.
                    size: wgpu::BufferSize::new(16).filter(|_| binding == 0),
                }),
            })
            .collect();
        self.0.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("fused"),
            layout: &self.0.layout,
            entries: &entries,
        })
    }

    /// Steps that one dispatch may make; 0 where not even one is safe.
    fn steps_at_once(&self, program: &Program) -> u64 {
        let limit = self
            .0
            .most_turns
            .get()
            .map(|turns| turns / program.turns(self.0.tiling.threads));
        limit.map_or(MOST_STEPS, |limit| limit.min(MOST_STEPS))
    }

    /// Writes the commands that run a program `steps` times, at most [`Bound::most_steps`], for so many
    /// members.
    pub(super) fn run(
        &self,
        commands: &mut wgpu::CommandEncoder,
        bound: &Bound,
        members: u32,
        steps: u64,
    ) {
        let mut pass = commands.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(&self.0.pipeline);
        match &bound.schedule {
            Schedule::Whole(length) => {
                let call = [0, *length, 0, steps as u32].map(u32::to_ne_bytes);
                self.0
                    .queue
                    .write_buffer(&bound.calls, 0, call.as_flattened());
                pass.set_bind_group(0, &bound.bind_group, &[0]);
                pass.dispatch_workgroups(1, members, 1);
            }
            Schedule::Phases(groups) => {
                let mut offset = 0;
                for _ in 0..steps {
                    for groups in groups {
                        pass.set_bind_group(0, &bound.bind_group, &[offset]);
                        pass.dispatch_workgroups(*groups, members, 1);
                        offset += CALL as u32;
                    }
                }
            }
        }
    }
}

impl Program {
    /// Workgroups of so many threads for which each phase has work.
    fn groups(&self, threads: u32) -> Vec<u32> {
        let starts = std::iter::once(0).chain(self.phases.iter().copied());
        let phases = starts.zip(&self.phases);
        phases
            .map(|(start, end)| {
                let widths = self.operations[start..*end]
                    .iter()
                    .map(|operation| operation.width());
                widths.max().unwrap_or(1).div_ceil(threads)
            })
            .collect()
    }

    /// The calls of so many steps, phase by phase, each in a slot of its own.
    fn calls(&self, steps: u32) -> Vec<u32> {
        let starts = || std::iter::once(0).chain(self.phases.iter().copied());
        let mut calls = Vec::new();
        for step in 0..steps {
            for (start, end) in starts().zip(&self.phases) {
                let slot = calls.len() + CALL as usize / 4;
                calls.extend([start as u32, *end as u32, step, 1]);
                calls.resize(slot, 0);
            }
        }
        calls
    }
}
