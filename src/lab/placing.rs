//! Where samples are placed that nobody has pointed a place out for.

/// Decimals of the coordinates of placed samples: finer than a hand, and links stay short.
const DECIMALS: i32 = 3;

/// A number with so many decimals at most.
pub fn tidy(number: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    // Adding zero turns -0 into 0.
    (number * scale).round() / scale + 0.0
}

/// The place for a sample at `point`: inside the square of ±`half_side`, and tidy.
pub fn place([x, y]: [f64; 2], half_side: f64) -> [f64; 2] {
    [x, y].map(|coordinate| tidy(coordinate.clamp(-half_side, half_side), DECIMALS))
}

/// A place in the square of ±`half_side` that is far from all `samples`: the same one for the same
/// samples.
pub fn free_place(samples: &[[f64; 2]], half_side: f64) -> [f64; 2] {
    /// Places that are tried, on a spiral that spreads them evenly.
    const TRIED: usize = 200;
    const GOLDEN_ANGLE: f64 = 2.399_963_229_728_653;
    let place = |index: usize| {
        let radius = 0.8 * half_side * (index as f64 / TRIED as f64).sqrt();
        let turn = GOLDEN_ANGLE * index as f64;
        [radius * libm::cos(turn), radius * libm::sin(turn)]
    };
    let room = |[x, y]: [f64; 2]| {
        let distances = samples.iter().map(|[a, b]| (x - a).hypot(y - b));
        distances.fold(f64::INFINITY, f64::min)
    };
    let places = (1..=TRIED).map(place);
    let freest = places.reduce(|one, other| if room(other) > room(one) { other } else { one });
    self::place(freest.unwrap_or_default(), half_side)
}

/// One sample far on each side of the line n.x = `offset`, where n points along `angle` (degrees), in
/// the square of ±`half_side`.
pub fn far_pair(angle: f64, offset: f64, half_side: f64) -> [[f64; 2]; 2] {
    // In the square of the default target, 1.5 away and 0.4 aside.
    let [away, aside] = [1.5, 0.4].map(|part| part / 1.725 * half_side);
    let angle = angle.to_radians();
    let normal = [libm::cos(angle), libm::sin(angle)];
    [1.0, -1.0].map(|side| {
        let (along, across) = (offset + side * away, side * aside);
        place(
            [
                along * normal[0] - across * normal[1],
                along * normal[1] + across * normal[0],
            ],
            half_side,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{scene::Scene, target};

    #[test]
    fn tidy_numbers_are_short_and_near() {
        assert_eq!(tidy(0.123456, 3), 0.123);
        assert_eq!(tidy(-17.95, 1), -18.0);
        assert!(tidy(-0.0001, 3).is_sign_positive());
        assert_eq!(place([9.0, -0.12345], 1.725), [1.725, -0.123]);
    }

    #[test]
    fn many_samples_find_room_without_touching() {
        let mut samples = vec![[1.5, 0.4], [-1.5, -0.4]];
        while samples.len() < 64 {
            let next = free_place(&samples, 1.725);
            let nearest = samples
                .iter()
                .map(|[x, y]: &[f64; 2]| (x - next[0]).hypot(y - next[1]))
                .fold(f64::INFINITY, f64::min);
            assert!(nearest > 0.15, "{} {nearest}", samples.len());
            samples.push(next);
        }
        assert!(samples.iter().flatten().all(|x| x.abs() <= 1.725));
        assert_eq!(free_place(&samples, 1.725), free_place(&samples, 1.725));
    }

    #[test]
    fn the_default_samples_are_the_far_pair_of_the_default_boundary() {
        let Scene { config, lab, .. } = Scene::default();
        let half_side = target::extent(&config.target).into();
        assert_eq!(
            far_pair(lab.angle, lab.offset, half_side).to_vec(),
            lab.samples
        );
    }

    #[test]
    fn the_far_pair_lies_on_both_sides_of_the_line() {
        for angle in [0.0, 30.0, -120.0, 180.0] {
            for offset in [0.0, 0.4, -1.0] {
                let [above, below] = far_pair(angle, offset, 1.725);
                let normal = [
                    libm::cos(f64::to_radians(angle)),
                    libm::sin(f64::to_radians(angle)),
                ];
                let along = |[x, y]: [f64; 2]| normal[0] * x + normal[1] * y - offset;
                assert!(
                    along(above) > 0.3 && along(below) < -0.3,
                    "{angle} {offset}"
                );
            }
        }
    }
}
