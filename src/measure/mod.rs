//! What is said about a run: plain data, taken from an engine at one moment.

mod distance;
mod flat;
mod force;
mod manifold;
mod metrics;
mod modes;
mod quality;
mod snapshot;
mod theory;
mod wilson;

pub use distance::{Distances, Projections};
pub use flat::{Share, flat_regions, share_in_flat_region, share_of_weak_forces};
pub use force::{PointForce, force};
pub use manifold::{LatentGrid, Mesh};
pub use metrics::{Metrics, Spread};
pub use modes::{HIGH_QUALITY, ModeQuality, mode_quality, perfect_hq};
pub use quality::{Band, EVALUATED_SAMPLES, Evaluator, FLOOR_PAIRS, NoiseFloor, Quality};
pub use snapshot::{
    Detail, Measured, SHOWN_SAMPLES, SURFACE_SIDE, Shown, Snapshot, Surface, cell_middles, forces,
};
pub use theory::{Density, Divergence, OUTPUT_LIMIT, Theory, pearson_case};
pub use wilson::Proportion;
