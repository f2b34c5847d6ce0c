//! A handle on burn's own GPU with the compiled shader: what every fused engine there shares.

use std::sync::{Arc, OnceLock};

use burn::tensor::Device;
use burn_wgpu::{WgpuInitError, WgpuSetup, wgpu};

use super::{
    Mode, Plan,
    layout::{StatePlace, widths},
    tiles::Tiling,
};
use crate::{
    config::TrainingConfig,
    train::{Checkpoint, EngineError},
};

/// Tasks that burn gathers before it hands them to the GPU; its default is made for bigger work.
const BURN_TASKS: usize = 64;

/// Names by which adapters that compute on the CPU are known; not all of them own up to it.
const SOFTWARE: [&str; 4] = ["swiftshader", "llvmpipe", "lavapipe", "basic render"];

/// Turns that the loops of a thread may take in one dispatch where they cannot be counted on.
const FEW_TURNS: u64 = 60_000;

/// Bytes of a vector of four numbers.
pub(super) const VECTOR: u64 = 16;

/// A GPU, ready to train; cheap to clone.
#[derive(Clone, Debug)]
pub struct Gpu(pub(super) Arc<Inner>, pub(super) Mode);

#[derive(Debug)]
pub(super) struct Inner {
    burn: Device,
    name: String,
    software: bool,
    /// Turns that the loops of a thread may take in one dispatch, where there is such a limit.
    pub(super) most_turns: OnceLock<u64>,
    pub(super) tiling: Tiling,
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    pub(super) layout: wgpu::BindGroupLayout,
    pub(super) pipeline: wgpu::ComputePipeline,
}

/// Why GANs do not fit on a GPU.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{members} of these GANs need {needed} MiB in one buffer, and this GPU allows {allowed} MiB"
)]
pub struct Unfit {
    /// How many GANs.
    pub members: usize,
    /// What they need, in MiB.
    pub needed: u64,
    /// What a buffer may hold.
    pub allowed: u64,
}

/// Runs the constructors of static data, by which cubecl's compiler registers its operations, once.
///
/// Without a call of this function anywhere, wasm-ld takes the module for a command and has every export run all
/// of them first; and a call from Rust to the browser goes through several exports (ARCHITECTURE.md, "What a
/// dispatch costs").
#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code)]
fn run_constructors() {
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    static ONCE: std::sync::Once = std::sync::Once::new();
    // SAFETY: the linker makes this function; what it runs are registrations that may come at any time before
    // they are read, and nothing reads them before burn opens the GPU.
    ONCE.call_once(|| unsafe { __wasm_call_ctors() });
}

impl Gpu {
    /// Opens burn's default GPU and compiles the shader for it, which takes a second or so. Once in the
    /// life of a program or page: burn opens a device once.
    ///
    /// # Errors
    /// [`EngineError`] if there is no adapter or it refuses the shader.
    pub async fn open() -> Result<Self, EngineError> {
        #[cfg(target_arch = "wasm32")]
        run_constructors();
        let opened = Device::wgpu_options()
            .tasks_max(BURN_TASKS)
            .init_with_setup_async();
        let (device, setup) = opened
            .await
            .map_err(|error: WgpuInitError| EngineError(error.to_string()))?;
        Self::new(device, &setup).await
    }

    /// Compiles the shader for a GPU that burn has opened.
    ///
    /// # Errors
    /// [`EngineError`] if the GPU refuses the shader.
    pub async fn new(burn: Device, setup: &WgpuSetup) -> Result<Self, EngineError> {
        let info = setup.adapter.get_info();
        let name = [&info.name, &info.driver]
            .into_iter()
            .filter(|part| !part.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(" ");
        let lower = name.to_ascii_lowercase();
        let software = info.device_type == wgpu::DeviceType::Cpu
            || SOFTWARE.iter().any(|word| lower.contains(word));
        let tiling = if software {
            Tiling::SOFTWARE
        } else {
            Tiling::HARDWARE
        };
        Self::with_tiling(burn, setup, name, software, tiling).await
    }

    pub(super) async fn with_tiling(
        burn: Device,
        setup: &WgpuSetup,
        name: String,
        software: bool,
        tiling: Tiling,
    ) -> Result<Self, EngineError> {
        let (device, queue) = (setup.device.clone(), setup.queue.clone());
        let scope = device.push_error_scope(wgpu::ErrorFilter::Validation);
        let layout = bind_group_layout(&device);
        let pipeline = compile(&device, &layout, "run", &tiling.shader());
        if let Some(error) = scope.pop().await {
            return Err(EngineError(error.to_string()));
        }
        let inner = Inner {
            burn,
            name,
            software,
            most_turns: OnceLock::new(),
            tiling,
            device,
            queue,
            layout,
            pipeline,
        };
        let gpu = Self(Arc::new(inner), Mode::Fused);
        if !gpu.counts_far().await? {
            gpu.0.most_turns.get_or_init(|| FEW_TURNS);
        }
        Ok(gpu)
    }

    /// The same GPU, for engines whose work is spread in another way.
    pub fn in_mode(&self, mode: Mode) -> Self {
        Self(self.0.clone(), mode)
    }

    /// How the work of its engines is spread.
    pub fn mode(&self) -> Mode {
        self.1
    }

    /// burn's device on the same GPU, for the textbook engine.
    pub fn burn(&self) -> &Device {
        &self.0.burn
    }

    /// What the adapter calls itself; browsers may hide it.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether it computes on the CPU.
    pub fn is_software(&self) -> bool {
        self.0.software
    }

    /// Whether so many GANs of a configuration fit.
    ///
    /// # Errors
    /// [`Unfit`] says what is missing.
    pub fn fits(&self, config: &TrainingConfig, members: usize) -> Result<(), Unfit> {
        self.fits_resumed(config, &Checkpoint::initial(config), members)
    }

    /// Whether so many GANs with networks of a checkpoint's shapes fit.
    ///
    /// # Errors
    /// As [`Gpu::fits`].
    pub fn fits_resumed(
        &self,
        config: &TrainingConfig,
        from: &Checkpoint,
        members: usize,
    ) -> Result<(), Unfit> {
        let plan = self.plan(config, from);
        let largest = plan.work.max(plan.state.size);
        let needed = VECTOR * u64::from(largest) * members as u64;
        let allowed = self.largest_buffer();
        if needed <= allowed {
            Ok(())
        } else {
            Err(Unfit {
                members,
                needed: needed.div_ceil(1 << 20),
                allowed: allowed >> 20,
            })
        }
    }

    /// Bytes that one buffer may hold.
    pub(super) fn largest_buffer(&self) -> u64 {
        let limits = self.0.device.limits();
        limits
            .max_storage_buffer_binding_size
            .min(limits.max_buffer_size)
    }

    pub(super) fn plan(&self, config: &TrainingConfig, from: &Checkpoint) -> Plan {
        let shapes = [&from.generator, &from.discriminator].map(|network| widths(&network.weights));
        let place = StatePlace::new(&shapes[0], &shapes[1], self.0.tiling.threads);
        Plan::new(config, place)
    }
}

/// One uniform with a moving offset, one without, two lists to read and two buffers to write.
fn bind_group_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    use wgpu::BufferBindingType::{Storage, Uniform};
    let kinds = [
        (Uniform, true),
        (Uniform, false),
        (Storage { read_only: true }, false),
        (Storage { read_only: true }, false),
        (Storage { read_only: false }, false),
        (Storage { read_only: false }, false),
    ];
    let entry = |(index, (ty, has_dynamic_offset))| wgpu::BindGroupLayoutEntry {
        binding: index as u32,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty,
            has_dynamic_offset,
            min_binding_size: None,
        },
        count: None,
    };
    let entries: Vec<_> = kinds.into_iter().enumerate().map(entry).collect();
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("fused"),
        entries: &entries,
    })
}

/// Compiles one entry point; what is wrong with it goes to the error scope in force.
pub(super) fn compile(
    device: &wgpu::Device,
    layout: &wgpu::BindGroupLayout,
    entry: &str,
    text: &str,
) -> wgpu::ComputePipeline {
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("fused"),
        source: wgpu::ShaderSource::Wgsl(text.into()),
    });
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("fused"),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: Some("fused"),
        layout: Some(&layout),
        module: &module,
        entry_point: Some(entry),
        compilation_options: wgpu::PipelineCompilationOptions::default(),
        cache: None,
    })
}
