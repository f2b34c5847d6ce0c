//! Puts points that were measured in other units where the networks and the picture expect them.

/// Points within so much of the origin stay where they are…
const FAR: f64 = 4.0;
/// …unless all of them lie within so much of it, where a thousandth would be coarse.
const NEAR: f64 = 0.2;
/// Others are brought to within this much of the origin.
const REACH: f64 = 1.2;

/// How points came onto the plane: x became (x - centre) * scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// The middle of the points' bounding box.
    pub centre: [f64; 2],
    /// One factor for both axes, so that shapes stay what they are.
    pub scale: f64,
}

impl Fit {
    /// What brings these points onto the plane; nothing where they lie well there.
    pub fn of(points: &[[f64; 2]]) -> Option<Self> {
        let far = points
            .iter()
            .flatten()
            .fold(0.0, |far: f64, part| far.max(part.abs()));
        if (NEAR..=FAR).contains(&far) {
            return None;
        }
        let edges = |axis: usize| {
            let parts = points.iter().map(|point| point[axis]);
            parts.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], part| {
                [low.min(part), high.max(part)]
            })
        };
        let edges = [edges(0), edges(1)];
        let half = edges.map(|[low, high]| 0.5 * (high - low));
        let reach = half[0].max(half[1]);
        Some(Self {
            centre: edges.map(|[low, high]| 0.5 * (low + high)),
            // Closer together than any number says, they are one point: 1.2 / 1e-310 would be endless.
            scale: if reach.is_normal() {
                REACH / reach
            } else {
                1.0
            },
        })
    }

    /// Where a point comes to lie.
    pub fn place(&self, point: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|axis| (point[axis] - self.centre[axis]) * self.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_the_plane_stay_and_others_fill_it() {
        assert_eq!(Fit::of(&[[0.0, 4.0], [-1.0, 0.0]]), None);
        // Heights and weights: 30 by 40, middle (175, 70); the longer side spans 2.4.
        let points = [[160.0, 50.0], [190.0, 90.0], [170.0, 60.0]];
        let fit = Fit::of(&points).unwrap();
        assert_eq!((fit.centre, fit.scale), ([175.0, 70.0], 0.06));
        assert_eq!(fit.place(points[1]), [0.8999999999999999, 1.2]);
        let small = Fit::of(&[[0.001, 0.0], [0.003, 0.0]]).unwrap();
        assert_eq!((small.centre, small.scale.round()), ([0.002, 0.0], 1200.0));
        assert_eq!(
            Fit::of(&[[9.0, 9.0]]).unwrap().place([9.0, 9.0]),
            [0.0, 0.0]
        );
    }

    #[test]
    fn points_as_near_as_numbers_can_be_have_places() {
        for near in [5e-324, 1e-310, 1e-308, 1e-300, 1e-30] {
            let points = [[0.0, 0.0], [near, -near], [-near, 0.0]];
            let fit = Fit::of(&points).unwrap();
            for place in points.map(|point| fit.place(point)) {
                assert!(place.iter().all(|x| x.abs() <= 1.3), "{near}: {place:?}");
            }
        }
    }
}
