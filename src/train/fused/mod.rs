//! The fused engine: whole steps on the GPU, many GANs in one dispatch.
//!
//! Where the textbook engine sends a few hundred small operations to the GPU for each step, this one
//! sends a list of them once. A single shader reads the list and makes step after step without coming
//! back: draws the batches, passes forward and backward, moves the weights. One workgroup trains one
//! GAN, so that a GPU with many cores trains many at the price of one; a single wide GAN can instead be
//! split over the workgroups, phase by phase ([`Mode::Split`]).
//!
//! `plan` makes the list from a configuration, `operation` says what can stand in it, `layout`
//! where the numbers lie, `tiles` writes the products for the tile sizes that suit the adapter.
//! Losses, forces and samples are read when somebody asks (`looking`), by operations of the same
//! kind; nothing is read during training. There is no clock here: how many steps fit into a moment is
//! for whoever asks.

mod buffer;
mod engine;
mod gpu;
mod layout;
mod looking;
mod member;
mod micro;
mod operation;
mod plan;
mod program;
mod readback;
mod run;
mod tiles;

pub use engine::Fused;
pub use gpu::{Gpu, Unfit};
pub use micro::Peak;
use plan::Plan;

/// How the work of a step is spread over the GPU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// One workgroup for each GAN makes many steps in one dispatch.
    #[default]
    Fused,
    /// A dispatch for each phase of a step, with as many workgroups as have work.
    Split,
}
