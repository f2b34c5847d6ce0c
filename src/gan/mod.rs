//! The two networks and what they minimise. Read [`loss`] beside the paper, then [`Mlp`]; a
//! [`FixedDiscriminator`] is one of them outside any training.
//!
//! Nothing here moves a weight; that is [`crate::train`].

mod discriminator;
mod fixed;
mod floats;
mod generator;
pub mod loss;
mod mlp;
mod weights;

pub use discriminator::Discriminator;
pub use fixed::{FixedDiscriminator, Response};
pub use generator::Generator;
pub use mlp::Mlp;
pub use weights::{Layer, Weights};
