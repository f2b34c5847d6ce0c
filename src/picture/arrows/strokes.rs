//! The strokes of one arrow.

/// The strokes of an arrow, as polylines in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrow {
    /// From its start to its tip.
    pub shaft: [[f32; 2]; 2],
    /// One barb's end, the tip, the other barb's end.
    pub head: [[f32; 2]; 3],
    /// A second head behind the first, for a force stronger than the arrow is long.
    pub second_head: Option<[[f32; 2]; 3]>,
}

/// The cosine and the sine of the angle between the shaft and a barb, 27 degrees.
const BARB: [f32; 2] = [0.891, 0.454];

/// No barb is longer than this part of the shaft.
const LONGEST_BARB: f32 = 0.6;

/// How far behind the tip the second head stands, in heads.
const SECOND: f32 = 0.7;

impl Arrow {
    /// The arrow from one pixel to another, with barbs of `head` pixels, shorter on a short shaft.
    pub fn new(from: [f32; 2], to: [f32; 2], head: f32) -> Self {
        Self {
            shaft: [from, to],
            head: barbs(from, to, head, to),
            second_head: None,
        }
    }

    /// Adds the second head.
    pub(super) fn add_second_head(&mut self, head: f32) {
        let [from, to] = self.shaft;
        let [x, y] = backwards(from, to);
        let (_, head_length) = lengths(from, to, head);
        let behind = SECOND * head_length;
        let at = [to[0] + behind * x, to[1] + behind * y];
        self.second_head = Some(barbs(from, to, head, at));
    }
}

/// The lengths of the shaft and of its barbs.
fn lengths(from: [f32; 2], to: [f32; 2], head: f32) -> (f32, f32) {
    let shaft = (to[0] - from[0]).hypot(to[1] - from[1]);
    (shaft, head.min(LONGEST_BARB * shaft))
}

/// The unit vector from the tip to the start; of no length for an arrow of none.
fn backwards(from: [f32; 2], to: [f32; 2]) -> [f32; 2] {
    let (length, _) = lengths(from, to, 0.0);
    if length > 0.0 {
        [(from[0] - to[0]) / length, (from[1] - to[1]) / length]
    } else {
        [0.0, 0.0]
    }
}

/// Two barbs that meet in `at`, in the direction of the arrow.
fn barbs(from: [f32; 2], to: [f32; 2], head: f32, at: [f32; 2]) -> [[f32; 2]; 3] {
    let [x, y] = backwards(from, to);
    let (_, head) = lengths(from, to, head);
    let [cosine, sine] = BARB.map(|part| part * head);
    [
        [at[0] + cosine * x - sine * y, at[1] + sine * x + cosine * y],
        at,
        [at[0] + cosine * x + sine * y, at[1] - sine * x + cosine * y],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f32, expected: f32) -> bool {
        (found - expected).abs() < 1e-3
    }

    #[test]
    fn barbs_are_as_long_as_asked_and_lean_back_on_both_sides() {
        let arrow = Arrow::new([0.0, 0.0], [50.0, 0.0], 10.0);
        let [one, tip, other] = arrow.head;
        assert_eq!(tip, [50.0, 0.0]);
        // 10 cos 27° = 8.91 back, 10 sin 27° = 4.54 aside.
        assert!(close(one[0], 41.09) && close(other[0], 41.09));
        assert!(close(one[1], -other[1]) && close(one[1].abs(), 4.54));
        // A shaft of 5 pixels carries barbs of 3.
        let [barb, ..] = Arrow::new([0.0, 0.0], [0.0, 5.0], 10.0).head;
        assert!(close(barb[0].hypot(barb[1] - 5.0), 3.0));
        // And one of none is a point.
        assert_eq!(
            Arrow::new([1.0, 2.0], [1.0, 2.0], 9.0).head,
            [[1.0, 2.0]; 3]
        );
    }
}
