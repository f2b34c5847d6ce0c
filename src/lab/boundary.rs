//! The straight boundary of a linear discriminator, as something that a hand can shift and turn.
//!
//! Only geometry in the plane; pixels and pointers are not known here.

use super::tidy;

/// Where the handle sits: on the boundary, at this part of the half side from the plane's middle.
const HANDLE: f64 = 0.8;
/// A boundary may be shifted up to this part of the half side, so that it stays in the picture.
const FARTHEST: f64 = 0.95;

/// The line where D(x) = steepness (n.x - offset) has one level, and a handle on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StraightBoundary {
    /// Direction of n in degrees.
    angle: f64,
    /// n.x on the line.
    along: f64,
    /// What the offset lacks of that: level / steepness.
    beyond_offset: f64,
    half_side: f64,
}

impl StraightBoundary {
    /// The line of `level`, in the square of ±`half_side`.
    pub fn new(angle: f64, offset: f64, steepness: f64, level: f64, half_side: f64) -> Self {
        let beyond_offset = level / steepness;
        Self {
            angle,
            along: offset + beyond_offset,
            beyond_offset,
            half_side,
        }
    }

    /// n, of length 1: it points to where the output is higher.
    fn normal(&self) -> [f64; 2] {
        let angle = self.angle.to_radians();
        [libm::cos(angle), libm::sin(angle)]
    }

    fn along(&self, [x, y]: [f64; 2]) -> f64 {
        let normal = self.normal();
        normal[0] * x + normal[1] * y
    }

    /// How far a point is from the line: positive where the output is higher.
    pub fn distance(&self, point: [f64; 2]) -> f64 {
        self.along(point) - self.along
    }

    /// How far along the line from its middle the handle is.
    fn reach(&self) -> f64 {
        let [circle, least] = [HANDLE, 0.25].map(|part| part * self.half_side);
        (circle * circle - self.along * self.along)
            .max(least * least)
            .sqrt()
    }

    /// The handle by which it is turned.
    pub fn handle(&self) -> [f64; 2] {
        let [x, y] = self.normal();
        let reach = self.reach();
        [self.along * x - reach * y, self.along * y + reach * x]
    }

    /// The point beside the middle of the line that is at `distance` from it.
    pub fn beside(&self, distance: f64) -> [f64; 2] {
        self.normal().map(|n| n * (self.along + distance))
    }

    /// The offset with which the line runs at `distance` from a point: where a hand has shifted it.
    pub fn offset_at(&self, distance: f64, point: [f64; 2]) -> f64 {
        let most = FARTHEST * self.half_side;
        let along = (self.along(point) - distance).clamp(-most, most);
        tidy(along - self.beyond_offset, 3)
    }

    /// By how many degrees the line would have to turn for its handle to point at a point, from the
    /// plane's middle; where the point is the middle itself, by none.
    pub fn turn_to(&self, [x, y]: [f64; 2]) -> f64 {
        if x == 0.0 && y == 0.0 {
            return 0.0;
        }
        let handle = libm::atan2(self.reach(), self.along);
        (libm::atan2(y, x) - handle).to_degrees() - self.angle
    }

    /// The angle once a hand that took hold `beside` so many degrees from the handle is at a point.
    pub fn angle_at(&self, beside: f64, point: [f64; 2]) -> f64 {
        let degrees = self.angle + self.turn_to(point) - beside;
        let turns = (degrees / 360.0).round();
        tidy(degrees - 360.0 * turns, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn the_line_is_where_the_output_has_the_level() {
        // 4 (0.6 x + 0.8 y - 0.5) = 1 at 0.6 x + 0.8 y = 0.75.
        let angle = libm::atan2(0.8, 0.6).to_degrees();
        let line = StraightBoundary::new(angle, 0.5, 4.0, 1.0, 2.0);
        assert!(close(line.distance([1.25, 0.0]), 0.0));
        assert!(close(line.distance([2.25, 0.0]), 0.6));
        assert!(close(line.distance([0.0, 0.0]), -0.75));
    }

    #[test]
    fn the_handle_is_on_the_line_and_in_the_picture() {
        for angle in [-180.0, -33.0, 0.0, 71.5, 180.0] {
            for offset in [-1.9, -0.4, 0.0, 1.0] {
                let line = StraightBoundary::new(angle, offset, 5.0, 0.5, 2.0);
                let [x, y] = line.handle();
                assert!(close(line.distance([x, y]), 0.0));
                assert!(x.hypot(y) < 2.0);
                // Where the handle is, the line has the angle that it has.
                assert!((line.angle_at(0.0, [x, y]) - angle).abs() % 360.0 < 0.051);
            }
        }
    }

    #[test]
    fn a_hand_that_shifts_it_keeps_the_distance_with_which_it_took_hold() {
        let line = StraightBoundary::new(90.0, 0.2, 5.0, 0.5, 2.0);
        let held = line.distance([0.3, 0.33]);
        let offset = line.offset_at(held, [-1.0, 0.83]);
        assert!(close(offset, 0.7), "{offset}");
        let moved = StraightBoundary::new(90.0, offset, 5.0, 0.5, 2.0);
        assert!(close(moved.distance([-1.0, 0.83]), held));
    }

    #[test]
    fn a_line_is_never_shifted_out_of_the_picture() {
        let line = StraightBoundary::new(0.0, 0.0, 5.0, 0.5, 2.0);
        assert_eq!(line.offset_at(0.0, [50.0, 0.0]), 1.8);
        assert_eq!(line.offset_at(0.0, [-50.0, 0.0]), -2.0);
    }

    #[test]
    fn a_turned_handle_follows_the_hand() {
        let line = StraightBoundary::new(0.0, 0.0, 5.0, 0.0, 1.0);
        // The handle of an upright line is above the middle; a hand takes it to the left.
        assert_eq!(line.angle_at(0.0, [-3.0, 0.0]), 90.0);
        assert_eq!(line.angle_at(0.0, [0.0, -0.1]).abs(), 180.0);
        assert_eq!(line.turn_to([0.0, 0.0]), 0.0);
        // It took hold three degrees beside the handle.
        assert_eq!(line.angle_at(3.0, [-3.0, 0.0]), 87.0);
        for (x, y) in [(1.0, 1e-9), (-1.0, -1e-9), (1e-300, -1.0)] {
            assert!((-180.0..=180.0).contains(&line.angle_at(0.0, [x, y])));
        }
    }
}
