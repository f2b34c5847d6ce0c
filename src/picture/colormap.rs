//! The diverging colour map of the decision surface: low outputs purple, high outputs orange, the
//! decision boundary neutral.
//!
//! The colours are ColorBrewer's 11-class `PuOr` (Cynthia Brewer, Mark Harrower and The
//! Pennsylvania State University, <https://colorbrewer2.org>, Apache License 2.0), chosen there
//! as safe for colour-blind readers: the two arms differ in blue against yellow, which red-green
//! colour blindness leaves alone, and each arm changes steadily in lightness. Between the eleven
//! colours the map interpolates in OKLab (Björn Ottosson, 2020,
//! <https://bottosson.github.io/posts/oklab/>), so that equal steps look about equal.
//!
//! On a dark page a white middle would glare. The dark map turns both arms inside out: the hues of
//! the darkest published colours stand next to a near-black middle, and lightness rises outwards,
//! evenly and alike on both sides.
//!
//! The map knows positions from -1 to 1 only; which output has which position is a
//! [`Scale`](super::surface::Scale).

/// ColorBrewer `PuOr`, 11 classes, from purple (low) to orange (high).
const PURPLE_ORANGE: [[u8; 3]; 11] = [
    [0x2d, 0x00, 0x4b],
    [0x54, 0x27, 0x88],
    [0x80, 0x73, 0xac],
    [0xb2, 0xab, 0xd2],
    [0xd8, 0xda, 0xeb],
    [0xf7, 0xf7, 0xf7],
    [0xfe, 0xe0, 0xb6],
    [0xfd, 0xb8, 0x63],
    [0xe0, 0x82, 0x14],
    [0xb3, 0x58, 0x06],
    [0x7f, 0x3b, 0x08],
];

/// Index of the middle of the table; the table has `2 * MIDDLE + 1` entries.
const MIDDLE: usize = 256;

/// OKLab lightness of the dark map's stops, from the middle outwards, the same on both arms.
const DARK_LIGHTNESS: [f32; 5] = [0.22, 0.35, 0.48, 0.61, 0.74];

/// A continuous diverging colour map, kept as a table so that a whole surface costs look-ups only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColorMap {
    table: Vec<[u8; 3]>,
}

impl ColorMap {
    /// The map for a light page: the published colours less the darkest pair (which makes it the
    /// published 9-class map), near-white in the middle, and light enough at the ends for dark
    /// lines to show.
    pub fn light() -> Self {
        let stops: [[f32; 3]; 9] = std::array::from_fn(|index| to_oklab(PURPLE_ORANGE[index + 1]));
        Self::from_stops(&stops)
    }

    /// The map for a dark page: the published colours less the palest pair, near-black in the
    /// middle, bright at the ends.
    pub fn dark() -> Self {
        let [middle, end] = [PURPLE_ORANGE.len() / 2, PURPLE_ORANGE.len() - 1];
        let stops: [[f32; 3]; 9] = std::array::from_fn(|index| {
            let outward = index.abs_diff(4);
            let source = match index {
                0..4 => outward - 1,
                4 => middle,
                _ => end + 1 - outward,
            };
            let [_, a, b] = to_oklab(PURPLE_ORANGE[source]);
            [DARK_LIGHTNESS[outward], a, b]
        });
        Self::from_stops(&stops)
    }

    /// The sRGB colour at `position`, from -1 (low) through 0 (the boundary) to 1 (high).
    ///
    /// Positions beyond the ends take the end's colour; NaN takes the middle's.
    pub fn color(&self, position: f32) -> [u8; 3] {
        let position = if position.is_nan() { 0.0 } else { position };
        let steps = (position.clamp(-1.0, 1.0) * MIDDLE as f32).round();
        self.table[(steps + MIDDLE as f32) as usize]
    }

    /// `stops`: at least two OKLab colours, evenly spaced from -1 to 1.
    fn from_stops(stops: &[[f32; 3]]) -> Self {
        let last = 2 * MIDDLE;
        let table = (0..=last)
            .map(|index| {
                let at = (index * (stops.len() - 1)) as f32 / last as f32;
                let left = (at as usize).min(stops.len() - 2);
                let part = at - left as f32;
                to_srgb(std::array::from_fn(|k| {
                    stops[left][k] + part * (stops[left + 1][k] - stops[left][k])
                }))
            })
            .collect();
        Self { table }
    }
}

/// sRGB bytes to OKLab `[L, a, b]`, `L` in 0..=1.
fn to_oklab(color: [u8; 3]) -> [f32; 3] {
    let [r, g, b] = color.map(|byte| {
        let value = f32::from(byte) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    });
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

/// OKLab to sRGB bytes. A colour that sRGB lacks loses chroma, not lightness or hue, until it fits.
fn to_srgb([lightness, a, b]: [f32; 3]) -> [u8; 3] {
    const STEPS: usize = 64;
    let fits = |rgb: &[f32; 3]| rgb.iter().all(|value| (-0.001..=1.001).contains(value));
    let linear = (0..=STEPS)
        .map(|step| 1.0 - step as f32 / STEPS as f32)
        .map(|chroma| to_linear_rgb([lightness, chroma * a, chroma * b]))
        .find(fits)
        .unwrap_or([lightness.clamp(0.0, 1.0).powi(3); 3]);
    linear.map(|value| {
        let value = value.clamp(0.0, 1.0);
        let encoded = if value <= 0.003_130_8 {
            12.92 * value
        } else {
            1.055 * value.powf(1.0 / 2.4) - 0.055
        };
        (encoded * 255.0).round() as u8
    })
}

fn to_linear_rgb([lightness, a, b]: [f32; 3]) -> [f32; 3] {
    let l = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let m = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let s = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Positions away from the middle, in order.
    fn outward() -> impl Iterator<Item = f32> {
        (1..=20).map(|k| k as f32 / 20.0)
    }

    /// CIE lightness L* by its own definition, not by OKLab.
    fn cie_lightness(color: [u8; 3]) -> f64 {
        let [r, g, b] = color.map(|byte| {
            let v = f64::from(byte) / 255.0;
            if v <= 0.04045 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        });
        let luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        if luminance > 0.008856 {
            116.0 * luminance.cbrt() - 16.0
        } else {
            903.3 * luminance
        }
    }

    /// What a deuteranope sees (Machado, Oliveira and Fernandes 2009, severity 1.0), linear RGB.
    fn without_green_cones(color: [u8; 3]) -> [f64; 3] {
        let [r, g, b] = color.map(|byte| (f64::from(byte) / 255.0).powf(2.2));
        [
            0.367322 * r + 0.860646 * g - 0.227968 * b,
            0.280085 * r + 0.672501 * g + 0.047413 * b,
            -0.011820 * r + 0.042940 * g + 0.968881 * b,
        ]
    }

    #[test]
    fn oklab_agrees_with_the_values_of_its_definition() {
        // Ottosson's conversion, evaluated by hand for the sRGB primaries.
        for (color, expected) in [
            ([255, 255, 255], [1.0, 0.0, 0.0]),
            ([255, 0, 0], [0.62796, 0.22486, 0.12585]),
            ([0, 255, 0], [0.86644, -0.23389, 0.17950]),
            ([0, 0, 255], [0.45201, -0.03246, -0.31153]),
        ] {
            let found = to_oklab(color);
            for k in 0..3 {
                assert!(
                    (found[k] - expected[k]).abs() < 2e-4,
                    "{color:?}: {found:?}"
                );
            }
            assert_eq!(to_srgb(found), color);
        }
    }

    #[test]
    fn the_light_map_passes_through_the_published_colours() {
        let map = ColorMap::light();
        // ColorBrewer's own list for 9 classes.
        let published = [
            0x542788, 0x8073ac, 0xb2abd2, 0xd8daeb, 0xf7f7f7, 0xfee0b6, 0xfdb863, 0xe08214,
            0xb35806,
        ];
        for (k, published) in published.into_iter().enumerate() {
            let [r, g, b] = map.color(k as f32 / 4.0 - 1.0).map(u32::from);
            assert_eq!((r << 16) + (g << 8) + b, published);
        }
    }

    #[test]
    fn lightness_falls_away_from_a_light_middle_and_rises_from_a_dark_one() {
        for (map, sign) in [(ColorMap::light(), -1.0), (ColorMap::dark(), 1.0)] {
            for side in [-1.0, 1.0] {
                let mut before = cie_lightness(map.color(0.0));
                for t in outward() {
                    let now = cie_lightness(map.color(side * t));
                    assert!(
                        sign * (now - before) > 0.0,
                        "at {}: {before} then {now}",
                        side * t
                    );
                    before = now;
                }
            }
        }
        assert!(cie_lightness(ColorMap::light().color(0.0)) > 95.0);
        assert!(cie_lightness(ColorMap::dark().color(0.0)) < 20.0);
    }

    #[test]
    fn both_sides_stay_apart_without_green_cones() {
        for map in [ColorMap::light(), ColorMap::dark()] {
            for t in outward().filter(|t| *t > 0.25) {
                // High is yellowish (red and green above blue), low bluish, for this viewer too.
                let [r, _, b] = without_green_cones(map.color(t));
                assert!(r > 1.3 * b, "{t}: {r} {b}");
                let [r, _, b] = without_green_cones(map.color(-t));
                assert!(b > 1.2 * r, "-{t}: {r} {b}");
            }
        }
    }

    #[test]
    fn positions_beyond_the_ends_take_the_ends_and_nan_the_middle() {
        let map = ColorMap::dark();
        assert_eq!(map.color(f32::INFINITY), map.color(1.0));
        assert_eq!(map.color(-7.0), map.color(-1.0));
        assert_eq!(map.color(f32::NAN), map.color(0.0));
    }

    #[test]
    fn neighbouring_entries_differ_by_a_few_units_only() {
        for map in [ColorMap::light(), ColorMap::dark()] {
            for pair in map.table.windows(2) {
                for channel in 0..3 {
                    assert!(pair[0][channel].abs_diff(pair[1][channel]) <= 6, "{pair:?}");
                }
            }
        }
    }
}
