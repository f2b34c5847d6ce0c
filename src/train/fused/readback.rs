//! Numbers on their way between host and GPU: buffers, and one batched readback.

use burn_wgpu::wgpu::{self, BufferUsages};
use futures_channel::oneshot;

use super::{
    buffer::Buffer,
    gpu::{Gpu, VECTOR},
};
use crate::train::{EngineError, Pending};

/// A range of a buffer, in vectors of four numbers.
#[derive(Clone, Copy, Debug)]
pub struct Range<'a> {
    /// The buffer.
    pub buffer: &'a wgpu::Buffer,
    /// Its first vector.
    pub at: u64,
    /// How many.
    pub count: u64,
}

impl Gpu {
    /// A buffer of zeros that the shader may read and write.
    pub(super) fn storage(&self, vectors: u64) -> Buffer {
        self.buffer(vectors.max(1) * VECTOR, BufferUsages::STORAGE)
    }

    /// A buffer of a list that the shader reads.
    pub(super) fn list(&self, words: &[u32], usage: BufferUsages) -> Buffer {
        let buffer = self.buffer(4 * words.len().max(4) as u64, usage);
        self.0.queue.write_buffer(&buffer, 0, &bytes(words));
        buffer
    }

    fn buffer(&self, size: u64, usage: BufferUsages) -> Buffer {
        let descriptor = wgpu::BufferDescriptor {
            label: Some("fused"),
            size,
            usage: usage | BufferUsages::COPY_DST | BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        };
        Buffer::new(&self.0.device, &descriptor)
    }

    /// Overwrites vectors of a buffer.
    pub(super) fn write(&self, buffer: &wgpu::Buffer, at: u64, numbers: &[f32]) {
        let words: Vec<u32> = numbers.iter().map(|number| number.to_bits()).collect();
        self.0
            .queue
            .write_buffer(buffer, at * VECTOR, &bytes(&words));
    }

    /// Submits the commands and, behind them, a copy of these ranges; the future waits for it. Numbers
    /// come as one list for each range.
    pub(super) fn read(
        &self,
        mut commands: wgpu::CommandEncoder,
        ranges: &[Range<'_>],
    ) -> Pending<'static, Vec<Vec<f32>>> {
        let counts: Vec<u64> = ranges.iter().map(|range| range.count).collect();
        let descriptor = wgpu::BufferDescriptor {
            label: Some("fused readback"),
            size: VECTOR * counts.iter().sum::<u64>().max(1),
            usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
            mapped_at_creation: false,
        };
        let staging = Buffer::new(&self.0.device, &descriptor);
        let mut to = 0;
        for range in ranges {
            let (from, size) = (range.at * VECTOR, range.count * VECTOR);
            commands.copy_buffer_to_buffer(range.buffer, from, &staging, to, size);
            to += size;
        }
        self.0.queue.submit([commands.finish()]);
        let (tell, told) = oneshot::channel();
        staging.map_async(wgpu::MapMode::Read, .., move |outcome| {
            // Nobody waits where the future was dropped.
            let _ = tell.send(outcome);
        });
        let gpu = self.clone();
        Box::pin(async move {
            // A browser looks after the GPU by itself; elsewhere somebody must wait for it.
            #[cfg(not(target_arch = "wasm32"))]
            gpu.0
                .device
                .poll(wgpu::PollType::wait_indefinitely())
                .map_err(|error| EngineError(error.to_string()))?;
            #[cfg(target_arch = "wasm32")]
            let _gpu = gpu;
            let failed = |error: &dyn std::fmt::Display| EngineError(error.to_string());
            told.await
                .map_err(|error| failed(&error))?
                .map_err(|error| failed(&error))?;
            let mapped = staging
                .get_mapped_range(..)
                .map_err(|error| failed(&error))?;
            let mut rest: &[u8] = &mapped;
            let numbers = counts.iter().map(|count| {
                let (part, behind) = rest.split_at((count * VECTOR) as usize);
                rest = behind;
                floats(part)
            });
            Ok(numbers.collect())
        })
    }
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_ne_bytes()).collect()
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    let (numbers, _) = bytes.as_chunks::<4>();
    numbers
        .iter()
        .map(|number| f32::from_ne_bytes(*number))
        .collect()
}
