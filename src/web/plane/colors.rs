//! What the plane's colours stand for: the discriminator's output, its sigmoid, or how far the output
//! is from the optimal one.

use std::borrow::Cow;

use super::levels::scale;
use crate::{
    config::Loss,
    gan::loss::logistic,
    measure::Surface,
    picture::surface::{Scale, rgba},
    scene::SurfaceOf,
    web::style::PlaneStyle,
};

/// The values that colour the plane, and what their colours mean.
pub struct Colors<'a> {
    values: Cow<'a, Surface>,
    scale: Scale,
}

impl<'a> Colors<'a> {
    /// A discriminator's output as it is.
    pub fn output(surface: &'a Surface, scale: Scale) -> Self {
        Self {
            values: Cow::Borrowed(surface),
            scale,
        }
    }

    /// s = sigmoid(y).
    pub fn sigmoid(surface: &Surface) -> Self {
        let values = surface.values.iter();
        Self::of(
            surface,
            values.map(|y| logistic(f64::from(*y)) as f32),
            Scale::PROBABILITY,
        )
    }

    /// y - D*, two surfaces of one size.
    pub fn difference(output: &Surface, optimal: &Surface, loss: Loss) -> Self {
        let pairs = output.values.iter().zip(&optimal.values);
        Self::of(output, pairs.map(|(y, best)| y - best), difference(loss))
    }

    fn of(like: &Surface, values: impl Iterator<Item = f32>, scale: Scale) -> Self {
        let values = values.collect();
        Self {
            values: Cow::Owned(Surface { values, ..*like }),
            scale,
        }
    }

    /// Columns and rows, and as many pixels.
    pub fn image(&self, style: &PlaneStyle) -> ([u32; 2], Vec<u8>) {
        let size = [self.values.width, self.values.height].map(|side| side as u32);
        (size, rgba(&self.values, self.scale, &style.map))
    }
}

/// What the colours of a surface mean under a loss.
pub fn scale_of(surface: SurfaceOf, loss: Loss) -> Scale {
    match surface {
        SurfaceOf::Output | SurfaceOf::Optimal => scale(loss),
        SurfaceOf::Sigmoid => Scale::PROBABILITY,
        SurfaceOf::Difference => difference(loss),
    }
}

/// As wide as the scale of the outputs, around no difference.
fn difference(loss: Loss) -> Scale {
    Scale {
        centre: 0.0,
        ..scale(loss)
    }
}
