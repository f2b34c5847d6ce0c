//! Small kernels that find out what a GPU is like: whether it counts far enough, and how many
//! multiply-adds it can make at all.

use burn_wgpu::wgpu::{self, BufferUsages};

use super::{
    gpu::{Gpu, compile},
    readback::Range,
};
use crate::train::{EngineError, Pending};

/// Turns of a loop that every GPU must be able to take; more than 65,536.
const FAR: u32 = 70_000;

/// Floating-point operations of one turn of one thread.
const OPERATIONS_PER_TURN: u64 = 8 * 4 * 4 * 2;

/// A kernel that does nothing but multiply and add in registers: the roof over every engine's speed.
#[derive(Debug)]
pub struct Peak {
    gpu: Gpu,
    pipeline: wgpu::ComputePipeline,
}

impl Peak {
    /// Compiles it.
    pub fn new(gpu: &Gpu) -> Self {
        Self {
            pipeline: gpu.small("multiply_add"),
            gpu: gpu.clone(),
        }
    }

    /// Runs it on so many workgroups, for so many turns, at most 60,000, of 256 operations in each of
    /// their threads, and waits. Answers the number of floating-point operations made; a multiply-add
    /// is two. One workgroup is what trains one GAN.
    pub fn run(&self, workgroups: u32, turns: u32) -> Pending<'static, u64> {
        let threads = self.gpu.0.tiling.threads;
        let reading = self.gpu.run_small(
            &self.pipeline,
            turns,
            workgroups,
            u64::from(workgroups * threads),
        );
        let made =
            u64::from(workgroups) * u64::from(threads) * u64::from(turns) * OPERATIONS_PER_TURN;
        Box::pin(async move { reading.await.map(|_| made) })
    }
}

impl Gpu {
    /// Whether loops of more than 65,536 turns are run to their end. Mesa's llvmpipe leaves them then
    /// (LP_MAX_TGSI_LOOP_ITERATIONS), all loops of a thread counted together, and computes something
    /// else; and browsers do not tell its name.
    pub(super) async fn counts_far(&self) -> Result<bool, EngineError> {
        let found = self.run_small(&self.small("count"), FAR, 1, 1).await?;
        let next = |x: u32, _| x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let expected = (0..FAR).fold(0, next) & 0xffff;
        Ok(found[0] == expected as f32)
    }

    fn small(&self, entry: &str) -> wgpu::ComputePipeline {
        let threads = format!("{}u", self.0.tiling.threads);
        let text = include_str!("micro.wgsl").replace("THREADS", &threads);
        compile(&self.0.device, &self.0.layout, entry, &text)
    }

    /// Runs a small kernel; the answer is what it wrote into so many vectors.
    fn run_small(
        &self,
        pipeline: &wgpu::ComputePipeline,
        turns: u32,
        workgroups: u32,
        vectors: u64,
    ) -> Pending<'static, Vec<f32>> {
        // Factors under which no number grows or fades.
        let call = [turns, 0.999_f32.to_bits(), 0.001_f32.to_bits(), 0];
        let (uniform, unused) = (self.list(&call, BufferUsages::UNIFORM), self.storage(1));
        let (list, state) = (self.storage(1), self.storage(vectors));
        let bind_group = self.bind_group([&uniform, &uniform, &list, &list, &state, &unused]);
        let mut commands = self.commands();
        let mut pass = commands.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(pipeline);
        pass.set_bind_group(0, &bind_group, &[0]);
        pass.dispatch_workgroups(workgroups, 1, 1);
        drop(pass);
        let reading = self.read(
            commands,
            &[Range {
                buffer: &state,
                at: 0,
                count: vectors,
            }],
        );
        Box::pin(async move { Ok(reading.await?.remove(0)) })
    }
}
