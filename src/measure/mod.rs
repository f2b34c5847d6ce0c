//! What is said about a run: plain data, taken from an engine at one moment.

mod flat;
mod snapshot;

pub use flat::{Share, flat_regions, share_in_flat_region};
pub use snapshot::{Metrics, Shown, Snapshot, Surface};
