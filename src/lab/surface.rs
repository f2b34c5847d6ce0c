//! The decision surface of a discriminator held fixed, in the form in which a run's is shown.

use crate::{
    gan::FixedDiscriminator,
    measure::{SURFACE_SIDE, Surface},
};

/// The outputs over the square of ±`half_side`, at the middles of its cells.
pub fn surface(discriminator: &FixedDiscriminator, half_side: f64) -> Surface {
    let cell = 2.0 * half_side / SURFACE_SIDE as f64;
    let middle = |index: usize| (index as f64 + 0.5) * cell - half_side;
    let edges = [-half_side as f32, half_side as f32];
    let mut values = Vec::with_capacity(SURFACE_SIDE * SURFACE_SIDE);
    for row in 0..SURFACE_SIDE {
        let points: Vec<_> = (0..SURFACE_SIDE)
            .map(|column| [middle(column), -middle(row)])
            .collect();
        let responses = discriminator.at_each(&points);
        values.extend(responses.iter().map(|response| response.output as f32));
    }
    Surface {
        width: SURFACE_SIDE,
        height: SURFACE_SIDE,
        x: edges,
        y: edges,
        values,
    }
}
