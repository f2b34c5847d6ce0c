//! Memory on the GPU that goes when its owner does.
//!
//! In a browser wgpu leaves a buffer to the garbage collection, which sees a few bytes of JavaScript and not the
//! megabytes behind them: a run that reads its numbers back a hundred times a second would hold thousands.

use std::ops::Deref;

use burn_wgpu::wgpu;

/// A buffer that is destroyed when it is dropped. What was submitted by then is still done; a bind group to which it
/// belongs is of no more use, so who keeps the one keeps the other.
#[derive(Debug)]
pub struct Buffer(wgpu::Buffer);

impl Buffer {
    /// A buffer of `device`.
    pub fn new(device: &wgpu::Device, descriptor: &wgpu::BufferDescriptor<'_>) -> Self {
        Self(device.create_buffer(descriptor))
    }
}

impl Deref for Buffer {
    type Target = wgpu::Buffer;

    fn deref(&self) -> &wgpu::Buffer {
        &self.0
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.0.destroy();
    }
}
