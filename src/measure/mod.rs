//! What is said about a run: plain data, taken from an engine at one moment.

mod manifold;
mod snapshot;

pub use manifold::{LatentGrid, Mesh};
pub use snapshot::{Detail, Metrics, Shown, Snapshot, Surface, forces};
