//! Where the chart's horizontal axis lies, for pointers.

/// Where the horizontal axis lies, in CSS pixels of the size that the chart was asked for; a chart that
/// CSS has scaled has to be scaled back first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutputAxis {
    /// The left and the right edge of the frames.
    pub pixels: [f64; 2],
    /// The outputs there.
    pub range: [f64; 2],
}

impl OutputAxis {
    /// The output under a pixel, held within the axis.
    pub fn output_at(&self, pixel: f64) -> f64 {
        let [left, right] = self.pixels;
        let part = ((pixel - left) / (right - left)).clamp(0.0, 1.0);
        self.range[0] + part * (self.range[1] - self.range[0])
    }

    /// The pixel of an output, held within the axis.
    pub fn pixel_of(&self, output: f64) -> f64 {
        let [low, high] = self.range;
        let part = ((output - low) / (high - low)).clamp(0.0, 1.0);
        self.pixels[0] + part * (self.pixels[1] - self.pixels[0])
    }

    /// The sample whose mark is nearest to a pixel, if one is within `reach` pixels.
    pub fn nearest(&self, outputs: &[f32], pixel: f64, reach: f64) -> Option<usize> {
        let away = |y: &f32| (self.pixel_of(f64::from(*y)) - pixel).abs();
        let nearest = outputs.iter().map(away).enumerate();
        nearest
            .filter(|(_, away)| *away <= reach)
            .min_by(|(_, one), (_, other)| one.total_cmp(other))
            .map(|(index, _)| index)
    }
}
