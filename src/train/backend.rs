//! The names of what computes: one list for the page, its link, the JavaScript API and the command line.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::quote::quoted;

/// Where and how a run is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Backend {
    /// The fast engine on the CPU.
    #[serde(rename = "cpu")]
    Cpu,
    /// The textbook engine on the CPU, by burn flex.
    #[serde(rename = "flex")]
    Flex,
    /// The fused engine on a GPU: one workgroup for each GAN, many steps in one dispatch.
    #[serde(rename = "webgpu")]
    WebGpu,
    /// The fused engine's steps phase by phase, each spread over many workgroups.
    #[serde(rename = "webgpu_split")]
    WebGpuSplit,
    /// The textbook engine on a GPU, by burn on wgpu.
    #[serde(rename = "webgpu_autodiff")]
    WebGpuAutodiff,
}

impl Backend {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Cpu,
        Self::Flex,
        Self::WebGpu,
        Self::WebGpuSplit,
        Self::WebGpuAutodiff,
    ];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Flex => "flex",
            Self::WebGpu => "webgpu",
            Self::WebGpuSplit => "webgpu_split",
            Self::WebGpuAutodiff => "webgpu_autodiff",
        }
    }

    /// Whether it computes on a GPU: all that is asked of it goes through one queue.
    pub fn on_gpu(self) -> bool {
        !matches!(self, Self::Cpu | Self::Flex)
    }
}

impl FromStr for Backend {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|backend| backend.name() == name);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("the backend must be one of {names}, not {}", quoted(name))
        })
    }
}
