//! The gradient norms of a run, layer by layer, however long: a [`Series`] of both networks'.

use super::series::Series;

/// The gradient norms at one step, input side first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NormPoint<'a> {
    /// The step after which they were measured.
    pub step: u64,
    /// The discriminator's layers.
    pub discriminator: &'a [f32],
    /// The generator's layers.
    pub generator: &'a [f32],
}

/// Gradient norms over steps, oldest first, at most [`NormHistory::CAPACITY`] points.
#[derive(Debug, Clone, Default)]
pub struct NormHistory {
    norms: Series<Norms, { Self::CAPACITY }>,
}

#[derive(Debug, Clone)]
struct Norms {
    /// The discriminator's, then the generator's.
    layers: Box<[f32]>,
    discriminator_layers: usize,
}

impl NormHistory {
    /// The most points that [`NormHistory::points`] yields. Fewer than of losses: ten curves of
    /// them have to stay a small picture.
    pub const CAPACITY: usize = 240;

    /// An empty history.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the norms at `step`. A step that is not later than the newest one is ignored, and so
    /// are norms of no layers at all, as before the first update; a run that starts again calls
    /// [`NormHistory::clear`].
    pub fn push(&mut self, step: u64, discriminator: &[f32], generator: &[f32]) {
        let layers: Box<[f32]> = discriminator.iter().chain(generator).copied().collect();
        if !layers.is_empty() {
            let norms = Norms {
                layers,
                discriminator_layers: discriminator.len(),
            };
            self.norms.push(step, norms);
        }
    }

    /// Forgets what came after a step: the run goes on from there.
    pub fn forget_after(&mut self, step: u64) {
        self.norms.forget_after(step);
    }

    /// Forgets everything: the run starts again.
    pub fn clear(&mut self) {
        self.norms.clear();
    }

    /// The points, oldest first, ending with the newest one.
    pub fn points(&self) -> impl Iterator<Item = NormPoint<'_>> + '_ {
        self.norms.points().map(point)
    }

    /// The point that was pushed last.
    pub fn newest(&self) -> Option<NormPoint<'_>> {
        self.norms.newest().map(point)
    }

    /// Whether there are no norms since the start or the last [`NormHistory::clear`].
    pub fn is_empty(&self) -> bool {
        self.norms.is_empty()
    }
}

fn point((step, norms): (u64, &Norms)) -> NormPoint<'_> {
    let (discriminator, generator) = norms.layers.split_at(norms.discriminator_layers);
    NormPoint {
        step,
        discriminator,
        generator,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norms_stay_with_their_networks_layers_and_steps() {
        let mut history = NormHistory::new();
        history.push(0, &[], &[]);
        assert!(history.is_empty() && history.newest().is_none());
        history.push(1, &[0.1, 0.2, 0.3], &[0.4, 0.5]);
        history.push(2, &[1.0, 2.0, 3.0], &[]);
        let points: Vec<NormPoint> = history.points().collect();
        assert_eq!(points.len(), 2);
        assert_eq!((points[0].step, points[1].step), (1, 2));
        assert_eq!(points[0].discriminator, [0.1, 0.2, 0.3]);
        assert_eq!(points[0].generator, [0.4, 0.5]);
        assert_eq!(history.newest().unwrap().discriminator, [1.0, 2.0, 3.0]);
        assert!(points[1].generator.is_empty());
        history.clear();
        assert!(history.is_empty());
    }

    #[test]
    fn a_long_run_stays_bounded() {
        let mut history = NormHistory::new();
        for step in 0..5000 {
            history.push(step, &[step as f32], &[f32::NAN]);
        }
        let count = history.points().count();
        assert!((NormHistory::CAPACITY / 2..=NormHistory::CAPACITY).contains(&count));
        assert_eq!(history.newest().unwrap().discriminator, [4999.0]);
    }
}
