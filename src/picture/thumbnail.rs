//! The little picture of one run among many: surface, target and samples as pixels, without a canvas.
//!
//! Smaller than the plane of a single run, so it leaves out what could not be read: axes, level lines,
//! forces. All strokes are anti-aliased here, so that a wall of pictures costs a canvas one image each.

use super::{colormap::ColorMap, surface::Scale};

/// What one run shows of itself.
#[derive(Debug, Clone, Copy)]
pub struct Thumbnail<'a> {
    /// The discriminator's outputs, `side` by `side`, row by row from the upper edge down.
    pub values: &'a [f32],
    /// Values in a row.
    pub side: usize,
    /// The plane that is shown reaches from minus this to this.
    pub half_side: f32,
    /// What the colours mean.
    pub scale: Scale,
    /// The real distribution.
    pub target: &'a Landmarks,
    /// Generated samples as x0, y0, x1, y1, …
    pub fake: &'a [f32],
}

/// Where the real samples are, the same for every run of a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Landmarks {
    /// Points of the plane.
    pub points: Vec<[f32; 2]>,
    /// Radius of a ring around each, in units of the plane; a dot where there is none.
    pub radius: Option<f32>,
}

/// The colours of the strokes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inks {
    /// The real distribution.
    pub real: [u8; 3],
    /// Generated samples.
    pub fake: [u8; 3],
    /// The halo around a generated sample.
    pub halo: [u8; 3],
}

/// How much of the surface a landmark hides: the samples matter more.
const LANDMARK_ALPHA: f32 = 0.6;
/// The halo lets some of the surface through.
const HALO_ALPHA: f32 = 0.7;
/// A generated sample's radius as a part of the picture's side, and the least in pixels.
const SAMPLE: f32 = 1.0 / 75.0;
const LEAST_SAMPLE: f32 = 1.0;
/// Distance of the hatching's lines where there is nothing to say, in pixels.
const HATCH_SPACING: usize = 6;
/// Their grey, as in [`super::surface`].
const HATCH: [u8; 3] = [136; 3];

/// The picture as `size * size` RGBA pixels, row by row from the top. Where the outputs are not finite the
/// page shows through, hatched.
pub fn paint(thumbnail: &Thumbnail, size: usize, map: &ColorMap, inks: &Inks) -> Vec<u8> {
    let mut sheet = Sheet {
        size,
        pixels: vec![0; 4 * size * size],
    };
    sheet.lay_surface(thumbnail, map);
    let per_unit = size as f32 / (2.0 * thumbnail.half_side);
    let place = |x: f32, y: f32| {
        [
            (thumbnail.half_side + x) * per_unit,
            (thumbnail.half_side - y) * per_unit,
        ]
    };
    let radius = (SAMPLE * size as f32).max(LEAST_SAMPLE);
    let target = thumbnail.target;
    for point in &target.points {
        let at = place(point[0], point[1]);
        match target.radius {
            // Too small a ring would be a blot.
            Some(ring) => sheet.ring(at, (ring * per_unit).max(1.5 * radius), inks.real),
            None => sheet.disc(at, 0.7 * radius, inks.real, LANDMARK_ALPHA),
        }
    }
    // All halos first: a sample never hides another one's middle.
    for (radius, ink, alpha) in [
        (radius + 0.8, inks.halo, HALO_ALPHA),
        (radius, inks.fake, 1.0),
    ] {
        for sample in thumbnail.fake.chunks_exact(2) {
            sheet.disc(place(sample[0], sample[1]), radius, ink, alpha);
        }
    }
    sheet.pixels
}

/// A square of pixels.
struct Sheet {
    size: usize,
    pixels: Vec<u8>,
}

impl Sheet {
    /// The surface's colours, interpolated between the middles of its cells.
    fn lay_surface(&mut self, thumbnail: &Thumbnail, map: &ColorMap) {
        let side = thumbnail.side;
        if thumbnail.values.len() < side * side || side == 0 {
            return;
        }
        let colors: Vec<Option<[f32; 3]>> = thumbnail
            .values
            .iter()
            .map(|value| {
                let color = map.color(thumbnail.scale.position(*value));
                value.is_finite().then(|| color.map(f32::from))
            })
            .collect();
        // For each pixel along a side: the two cells around it, and how far it is to the second.
        let along: Vec<(usize, usize, f32)> = (0..self.size)
            .map(|pixel| {
                let at = (pixel as f32 + 0.5) * side as f32 / self.size as f32 - 0.5;
                let at = at.clamp(0.0, (side - 1) as f32);
                let first = at as usize;
                (first, (first + 1).min(side - 1), at - first as f32)
            })
            .collect();
        // A row between two rows of cells is mixed once, then between its neighbours along.
        let mut mixed: Vec<Option<[f32; 3]>> = vec![None; side];
        for (row, (top, bottom, down)) in along.iter().enumerate() {
            for (column, mixed) in mixed.iter_mut().enumerate() {
                let ends = [colors[top * side + column], colors[bottom * side + column]];
                *mixed = between(ends, *down);
            }
            for (column, (left, right, across)) in along.iter().enumerate() {
                let pixel = match between([mixed[*left], mixed[*right]], *across) {
                    Some(color) => Some(color.map(|channel| (channel + 0.5) as u8)),
                    None => (row + column)
                        .is_multiple_of(HATCH_SPACING)
                        .then_some(HATCH),
                };
                if let Some([r, g, b]) = pixel {
                    let at = 4 * (row * self.size + column);
                    self.pixels[at..at + 4].copy_from_slice(&[r, g, b, 255]);
                }
            }
        }
    }

    fn disc(&mut self, at: [f32; 2], radius: f32, ink: [u8; 3], alpha: f32) {
        self.stroke(at, radius + 1.0, ink, |distance| {
            alpha * (radius + 0.5 - distance).clamp(0.0, 1.0)
        });
    }

    fn ring(&mut self, at: [f32; 2], radius: f32, ink: [u8; 3]) {
        let half_width = (self.size as f32 / 180.0).max(0.5);
        self.stroke(at, radius + half_width + 1.0, ink, |distance| {
            LANDMARK_ALPHA * (half_width + 0.5 - (distance - radius).abs()).clamp(0.0, 1.0)
        });
    }

    /// Lays ink around a point, as thick as `alpha` says at a distance from it.
    fn stroke(&mut self, [x, y]: [f32; 2], reach: f32, ink: [u8; 3], alpha: impl Fn(f32) -> f32) {
        if !(x.is_finite() && y.is_finite()) {
            return;
        }
        let last = self.size as f32;
        let range = |middle: f32| {
            let [from, to] = [middle - reach, middle + reach + 1.0];
            from.clamp(0.0, last) as usize..to.clamp(0.0, last) as usize
        };
        for row in range(y) {
            for column in range(x) {
                let distance = (column as f32 + 0.5 - x).hypot(row as f32 + 0.5 - y);
                let alpha = alpha(distance);
                if alpha > 0.0 {
                    let at = 4 * (row * self.size + column);
                    blend(&mut self.pixels[at..at + 4], ink, alpha);
                }
            }
        }
    }
}

/// The colour that lies so far from the first to the second; none where one of them is none.
fn between(ends: [Option<[f32; 3]>; 2], part: f32) -> Option<[f32; 3]> {
    let [Some(from), Some(to)] = ends else {
        return None;
    };
    Some(std::array::from_fn(|channel| {
        from[channel] + part * (to[channel] - from[channel])
    }))
}

/// Ink over what is there; over nothing, ink alone.
fn blend(pixel: &mut [u8], ink: [u8; 3], alpha: f32) {
    if pixel[3] == 0 {
        pixel[..3].copy_from_slice(&ink);
        pixel[3] = (255.0 * alpha + 0.5) as u8;
        return;
    }
    for (channel, ink) in pixel.iter_mut().zip(ink) {
        let below = f32::from(*channel);
        *channel = (below + alpha * (f32::from(ink) - below) + 0.5) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INKS: Inks = Inks {
        real: [1, 2, 3],
        fake: [0, 255, 0],
        halo: [255, 255, 255],
    };

    fn painted(values: &[f32], target: &Landmarks, fake: &[f32], size: usize) -> Vec<[u8; 4]> {
        let thumbnail = Thumbnail {
            values,
            side: values.len().isqrt(),
            half_side: 2.0,
            scale: Scale::PROBABILITY,
            target,
            fake,
        };
        let pixels = paint(&thumbnail, size, &ColorMap::light(), &INKS);
        pixels
            .chunks_exact(4)
            .map(|pixel| [pixel[0], pixel[1], pixel[2], pixel[3]])
            .collect()
    }

    fn nothing() -> Landmarks {
        Landmarks {
            points: Vec::new(),
            radius: None,
        }
    }

    fn opaque([r, g, b]: [u8; 3]) -> [u8; 4] {
        [r, g, b, 255]
    }

    #[test]
    fn corners_have_the_colours_of_their_cells_and_the_middle_a_mean_of_all() {
        let map = ColorMap::light();
        let pixels = painted(&[0.0, 0.25, 0.75, 1.0], &nothing(), &[], 41);
        let color = |position| map.color(position);
        assert_eq!(pixels[0], opaque(color(-1.0)));
        assert_eq!(pixels[40], opaque(color(-0.5)));
        assert_eq!(pixels[41 * 40], opaque(color(0.5)));
        assert_eq!(pixels[41 * 41 - 1], opaque(color(1.0)));
        let four = [-1.0, -0.5, 0.5, 1.0].map(color);
        for channel in 0..3 {
            let sum: u32 = four.iter().map(|color| u32::from(color[channel])).sum();
            let mean = f64::from(sum) / 4.0;
            assert!((f64::from(pixels[41 * 20 + 20][channel]) - mean).abs() <= 0.5);
        }
    }

    #[test]
    fn samples_lie_where_the_plane_puts_them_and_strays_harm_nothing() {
        // Of 100 pixels for 4 units, x = 1 is pixel 75 and y = 1 is pixel 25 from the top.
        let strays = [1.0, 1.0, 9.0, 9.0, f32::NAN, 0.0, f32::INFINITY, 1e30];
        let pixels = painted(&[0.5; 4], &nothing(), &strays, 100);
        let green = |pixel: &[u8; 4]| *pixel == opaque(INKS.fake);
        for (row, column) in [(24, 74), (24, 75), (25, 74), (25, 75)] {
            assert!(green(&pixels[100 * row + column]), "{row}, {column}");
        }
        assert!(pixels.iter().filter(|pixel| green(pixel)).count() <= 12);
    }

    #[test]
    fn a_ring_is_open_and_has_its_radius_in_units_of_the_plane() {
        let target = Landmarks {
            points: vec![[0.0, 0.0]],
            radius: Some(1.0),
        };
        let ground = painted(&[0.5; 4], &nothing(), &[], 100);
        let pixels = painted(&[0.5; 4], &target, &[], 100);
        let changed = |column: usize| pixels[100 * 50 + column] != ground[100 * 50 + column];
        // A radius of 1 is 25 pixels from the middle at 50.
        let hit: Vec<usize> = (0..100).filter(|column| changed(*column)).collect();
        assert!(hit.contains(&24) && hit.contains(&75), "{hit:?}");
        assert!(
            hit.iter().all(|column| column.abs_diff(50) >= 23),
            "{hit:?}"
        );
    }

    #[test]
    fn a_run_that_diverged_is_hatched() {
        let pixels = painted(&[f32::NAN; 4], &nothing(), &[f32::NAN; 2], 24);
        let lines = pixels
            .iter()
            .filter(|pixel| **pixel == opaque(HATCH))
            .count();
        assert_eq!(lines, 24 * 24 / 6);
        assert_eq!(
            pixels.iter().filter(|pixel| pixel[3] == 0).count(),
            24 * 24 - lines
        );
    }

    #[test]
    fn a_surface_that_is_not_there_yet_leaves_the_page_as_it_is() {
        assert!(
            painted(&[], &nothing(), &[], 10)
                .iter()
                .all(|pixel| *pixel == [0; 4])
        );
    }
}
