//! What may differ between the GANs of one dispatch: seed, loss, learning rates, updates made before.

use crate::{
    config::{Loss, TrainingConfig},
    train::Checkpoint,
};

/// Words of one member in the list that the shader reads.
pub const WORDS: usize = 20;

/// Where a member's learning rates stand among its words: the generator's, then the discriminator's.
pub const RATES: usize = 16;

/// The words of a member that goes on from a checkpoint.
pub fn words(config: &TrainingConfig, from: &Checkpoint) -> [u32; WORDS] {
    let mut words = [0; WORDS];
    words[..3].copy_from_slice(&[
        from.generator.updates as u32,
        from.discriminator.updates as u32,
        config.seed,
    ]);
    for (place, criterion) in words[4..RATES].chunks_mut(4).zip(criteria(config.loss)) {
        place.copy_from_slice(&criterion.map(f32::to_bits));
    }
    words[RATES..RATES + 2].copy_from_slice(&rates(config).map(f32::to_bits));
    words
}

/// Learning rates of generator and discriminator.
pub fn rates(config: &TrainingConfig) -> [f32; 2] {
    [
        config.optimizer.generator.lr(),
        config.optimizer.discriminator.lr(),
    ]
    .map(|lr| lr as f32)
}

/// What D minimises on real samples, on generated ones, and what G minimises on its own: (kind, label,
/// outer, inner), half a square to the label, of y (kind 0) or of its sigmoid (kind 1), or outer *
/// softplus(inner * y) (kind 2).
fn criteria(loss: Loss) -> [[f32; 4]; 3] {
    match loss {
        Loss::Lsgan { a, b, c, sigmoid } => {
            [b, a, c].map(|label| [f32::from(u8::from(sigmoid)), label as f32, 0.0, 0.0])
        }
        Loss::NonSaturating => [
            [2.0, 0.0, 1.0, -1.0],
            [2.0, 0.0, 1.0, 1.0],
            [2.0, 0.0, 1.0, -1.0],
        ],
        Loss::Minimax => [
            [2.0, 0.0, 1.0, -1.0],
            [2.0, 0.0, 1.0, 1.0],
            [2.0, 0.0, -1.0, 1.0],
        ],
    }
}
