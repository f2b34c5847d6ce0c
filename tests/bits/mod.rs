//! The runs whose bits are known (`runs.json`), and how bits are told apart by a few digits. A run is a link;
//! after [`STEPS`] steps its weights and the optimizers' memory have one of two prints: `fused`, where a
//! multiply-add rounds once, or `plain`, where it rounds twice.
//!
//! The end-to-end tests (tests/e2e/tests/bits.rs) hold both browsers against the same file.

use lsgan_lab::{
    config::TrainingConfig,
    scene::link,
    train::{Checkpoint, Compute, Part, cpu::InstructionSet},
};
use serde::{Deserialize, Serialize};

/// Steps that each run makes.
pub const STEPS: u64 = 1000;

/// One run and its prints.
#[derive(Serialize, Deserialize)]
pub struct Run {
    pub name: String,
    pub link: String,
    pub fused: String,
    pub plain: String,
}

impl Run {
    pub fn config(&self) -> TrainingConfig {
        let read = link::read(&self.link, &[]);
        read.unwrap_or_else(|error| panic!("{}: {error}", self.name))
            .scene
            .config
    }

    /// The print of this run, made with these instructions.
    pub fn made_by(&self, set: InstructionSet) -> String {
        let config = self.config();
        let mut engine = Compute::Cpu(set).start(&config);
        engine.advance(STEPS, Part::Both);
        let checkpoint = futures_util::FutureExt::now_or_never(engine.checkpoint());
        let checkpoint = checkpoint.expect("a CPU has no queue");
        print_of(&checkpoint.expect("a CPU does not fail"))
    }
}

/// All of them.
pub fn runs() -> Vec<Run> {
    serde_json::from_str(include_str!("runs.json")).expect("runs.json is a list of runs")
}

/// FNV-1a (Fowler, Noll and Vo) in 64 bits over the numbers of the generator, then of the discriminator: of each its
/// weights, then its optimizer's first and second moments, layer by layer.
pub fn print_of(checkpoint: &Checkpoint) -> String {
    let networks = [&checkpoint.generator, &checkpoint.discriminator];
    let parts = networks.into_iter().flat_map(|network| {
        let moments = [&network.first_moment, &network.second_moment];
        let moments = moments.into_iter().flatten();
        [&network.weights].into_iter().chain(moments)
    });
    let layers = parts.flat_map(|weights| &weights.layers);
    let numbers = layers.flat_map(|layer| layer.weight.iter().chain(&layer.bias));
    let bytes = numbers.flat_map(|number| number.to_le_bytes());
    let hash = bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    format!("{hash:016x}")
}
