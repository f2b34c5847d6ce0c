//! What is said about a run: plain data, taken from an engine at one moment.

mod snapshot;

pub use snapshot::{Metrics, SHOWN_SAMPLES, Shown, Snapshot, Surface};
