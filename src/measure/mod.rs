//! What is said about a run: plain data, taken from an engine at one moment.

mod force;
mod snapshot;

pub use force::{PointForce, force};
pub use snapshot::{Metrics, SURFACE_SIDE, Shown, Snapshot, Surface};
