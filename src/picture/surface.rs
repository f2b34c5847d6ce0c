//! The discriminator's outputs over the plane as an image.
//!
//! Colour is proportional to the output's distance from the decision boundary, up to a half range
//! at which it stays. Deliberately not a smooth squashing: `tanh(y / 2)` of a logit `y` is
//! `2 sigmoid(y) - 1`, and a picture of `y` must never quietly become one of `sigmoid(y)`.
//!
//! A [`Scale`] follows from the loss alone, never from the values of the moment: during a run an
//! output keeps its colour, so nothing flickers and two pictures can be compared. The price is
//! that outputs beyond the half range look alike; contour lines and read-outs tell them apart.
//!
//! The image has one pixel for each value. Enlarging it is the canvas's work.

use super::colormap::ColorMap;
use crate::measure::Surface;

/// Which outputs the colour map's positions -1, 0 and 1 stand for: `centre - half_range`,
/// `centre` and `centre + half_range`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// The output on the decision boundary, painted neutral.
    pub centre: f32,
    /// How far from the boundary the colour is full; more than 0.
    pub half_range: f32,
}

impl Scale {
    /// For logits: the boundary at 0, full colour at ±6, where `sigmoid` is within 0.25 % of its
    /// ends and the cross-entropy slopes have all but vanished.
    pub const LOGIT: Self = Self {
        centre: 0.0,
        half_range: 6.0,
    };

    /// For outputs that went through a sigmoid: 0 and 1 take full colour, 1/2 is neutral.
    pub const PROBABILITY: Self = Self {
        centre: 0.5,
        half_range: 0.5,
    };

    /// How much farther than the farthest level the colours reach in [`Scale::around`].
    const HEADROOM: f32 = 1.6;

    /// For least squares: neutral at `centre`, the boundary `(a + b) / 2`, and room for `levels`
    /// (a, b and c) and 60 % beyond the farthest of them, so that overshooting stays visible.
    ///
    /// If every level lies on the centre (or none is finite), full colour is 1 away.
    pub fn around(centre: f32, levels: &[f32]) -> Self {
        let farthest = levels
            .iter()
            .map(|level| (level - centre).abs())
            .filter(|distance| distance.is_finite())
            .fold(0.0, f32::max);
        let half_range = if farthest > 0.0 {
            Self::HEADROOM * farthest
        } else {
            1.0
        };
        Self { centre, half_range }
    }

    /// Where `output` lies on the colour map, from -1 to 1; NaN for NaN.
    pub fn position(&self, output: f32) -> f32 {
        ((output - self.centre) / self.half_range).clamp(-1.0, 1.0)
    }
}

/// The lines of the hatching that stands for outputs that are not finite: a mid-grey, red, green and blue
/// alike, that shows on a light and on a dark page and belongs to neither arm of the map.
const HATCH: u8 = 136;

/// How far the lines of the hatching are apart, in pixels of the image.
const HATCH_SPACING: usize = 6;

/// The surface as `width * height` RGBA pixels, row by row from the top (the largest y).
///
/// Where there is nothing to say - NaN and infinite outputs, and values the surface lacks - the page
/// shows through, hatched with thin diagonal lines. All else is opaque.
pub fn rgba(surface: &Surface, scale: Scale, map: &ColorMap) -> Vec<u8> {
    let count = surface.width * surface.height;
    let mut pixels = Vec::with_capacity(4 * count);
    for index in 0..count {
        let output = surface.values.get(index).copied().unwrap_or(f32::NAN);
        let diagonal = index % surface.width + index / surface.width;
        let pixel = if output.is_finite() {
            let [r, g, b] = map.color(scale.position(output));
            [r, g, b, 255]
        } else if diagonal.is_multiple_of(HATCH_SPACING) {
            [HATCH, HATCH, HATCH, 255]
        } else {
            [0; 4]
        };
        pixels.extend_from_slice(&pixel);
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surface(width: usize, height: usize, values: Vec<f32>) -> Surface {
        Surface {
            width,
            height,
            x: [-1.0, 1.0],
            y: [-1.0, 1.0],
            values,
        }
    }

    /// Whether nothing is said here: the page itself, or a grey line of the hatching.
    fn is_blank(pixel: &[u8]) -> bool {
        pixel[3] == 0 || pixel == [HATCH, HATCH, HATCH, 255]
    }

    #[test]
    fn codes_keep_their_colours_whatever_the_coding() {
        // Hand-worked: 0-1 coding, boundary 0.5, farthest level 0.5 away, half range 0.8.
        let zero_one = Scale::around(0.5, &[0.0, 1.0, 1.0]);
        assert!((zero_one.half_range - 0.8).abs() < 1e-6);
        // Pearson coding: boundary 0, a = -1 and b = 1, half range 1.6.
        let pearson = Scale::around(0.0, &[-1.0, 1.0, 0.0]);
        assert!((pearson.half_range - 1.6).abs() < 1e-6);
        for (scale, a, b) in [(zero_one, 0.0, 1.0), (pearson, -1.0, 1.0)] {
            assert!((scale.position(a) + 0.625).abs() < 1e-6);
            assert!((scale.position(b) - 0.625).abs() < 1e-6);
            assert_eq!(scale.position((a + b) / 2.0), 0.0);
        }
    }

    #[test]
    fn a_far_target_code_widens_the_scale() {
        assert!((Scale::around(0.5, &[0.0, 1.0, 3.0]).half_range - 4.0).abs() < 1e-6);
    }

    #[test]
    fn equal_codes_still_give_a_usable_scale() {
        for levels in [&[1.0, 1.0, 1.0][..], &[], &[f32::NAN, f32::INFINITY]] {
            assert_eq!(
                Scale::around(1.0, levels),
                Scale {
                    centre: 1.0,
                    half_range: 1.0
                }
            );
        }
    }

    #[test]
    fn position_is_proportional_to_the_output_and_then_stays() {
        assert_eq!(Scale::LOGIT.position(3.0), 0.5);
        assert_eq!(Scale::LOGIT.position(-1.5), -0.25);
        assert_eq!(Scale::LOGIT.position(60.0), 1.0);
        assert_eq!(Scale::PROBABILITY.position(0.0), -1.0);
        assert_eq!(Scale::PROBABILITY.position(0.75), 0.5);
        assert!(Scale::LOGIT.position(f32::NAN).is_nan());
    }

    #[test]
    fn each_value_becomes_its_own_opaque_pixel_in_row_order() {
        let map = ColorMap::light();
        let picture = rgba(
            &surface(3, 2, vec![-6.0, 0.0, 6.0, 3.0, -3.0, 0.0]),
            Scale::LOGIT,
            &map,
        );
        assert_eq!(picture.len(), 3 * 2 * 4);
        for (index, position) in [-1.0, 0.0, 1.0, 0.5, -0.5, 0.0].into_iter().enumerate() {
            assert_eq!(picture[4 * index..4 * index + 3], map.color(position));
            assert_eq!(picture[4 * index + 3], 255);
        }
        // Low is purple (blue above green), high orange (red above blue).
        assert!(picture[2] > picture[1] && picture[8] > picture[10]);
    }

    #[test]
    fn outputs_that_are_not_finite_are_hatched_and_nothing_else_is() {
        let bad = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY];
        let values: Vec<f32> = (0..24 * 24)
            .map(|k| if k < 24 * 18 { bad[k % 3] } else { 0.4 })
            .collect();
        for map in [ColorMap::light(), ColorMap::dark()] {
            let picture = rgba(&surface(24, 24, values.clone()), Scale::LOGIT, &map);
            let (blank, said) = picture.split_at(4 * 24 * 18);
            assert!(blank.chunks(4).all(is_blank));
            assert!(
                said.chunks(4)
                    .all(|pixel| pixel[3] == 255 && !is_blank(pixel))
            );
            // Four lines cross each row and each column, one pixel on for each row down.
            let line = |row: usize, column: usize| blank[4 * (24 * row + column) + 3] == 255;
            for row in 0..18 {
                let found: Vec<usize> = (0..24).filter(|column| line(row, *column)).collect();
                let first = (24 - row) % 6;
                assert_eq!(found, [first, first + 6, first + 12, first + 18], "{row}");
            }
        }
    }

    #[test]
    fn no_colour_of_the_map_is_taken_for_the_hatching() {
        for map in [ColorMap::light(), ColorMap::dark()] {
            for step in -100..=100 {
                let color = map.color(step as f32 / 100.0);
                let apart = color.map(|channel| channel.abs_diff(HATCH));
                assert!(apart.into_iter().any(|apart| apart > 20), "{color:?}");
            }
        }
    }

    #[test]
    fn missing_values_are_hatched_and_an_empty_surface_is_empty() {
        let short = rgba(&surface(2, 2, vec![0.0]), Scale::LOGIT, &ColorMap::light());
        assert_eq!(short.len(), 16);
        assert!(!is_blank(&short[0..4]) && is_blank(&short[12..16]));
        assert!(rgba(&surface(0, 0, vec![]), Scale::LOGIT, &ColorMap::light()).is_empty());
    }
}
