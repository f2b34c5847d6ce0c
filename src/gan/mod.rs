//! The two networks and what they minimise. Read [`loss`] beside the paper, then [`Mlp`].
//!
//! Nothing here moves a weight; that is [`crate::train`].

mod discriminator;
mod generator;
pub mod loss;
mod mlp;
mod weights;

pub use discriminator::Discriminator;
pub use generator::Generator;
pub use mlp::Mlp;
pub use weights::{Layer, Weights};
