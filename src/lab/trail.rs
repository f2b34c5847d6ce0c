//! Where a sample has been: a line of no more than so many points, however long the way.

/// Points that a trail may hold; from then on it keeps every other one.
const MOST: usize = 128;

/// The way of one sample, from where it was placed.
#[derive(Clone, Debug, PartialEq)]
pub struct Trail {
    points: Vec<[f64; 2]>,
    spacing: f64,
}

impl Trail {
    /// A trail that begins at `start` and notes a point once it is `spacing` away from the last one.
    pub fn new(start: [f64; 2], spacing: f64) -> Self {
        Self {
            points: vec![start],
            spacing,
        }
    }

    /// The sample is now at `at`.
    pub fn follow(&mut self, at: [f64; 2]) {
        let [x, y] = self.points[self.points.len() - 1];
        if (at[0] - x).hypot(at[1] - y) < self.spacing {
            return;
        }
        self.points.push(at);
        if self.points.len() == MOST {
            // The first point stays: the trail begins where the sample was placed.
            let mut index = 0;
            self.points.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.spacing *= 2.0;
        }
    }

    /// The points of the way, the first where it began; the sample may be up to a spacing further.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_leads_from_the_start_to_within_a_spacing_of_the_sample_and_stays_short() {
        let mut trail = Trail::new([0.0, 0.0], 0.01);
        // A spiral of some 400 units, in 20,000 steps.
        let place = |step: u32| {
            let turn = f64::from(step) * 0.005;
            [turn * turn.cos() * 0.08, turn * turn.sin() * 0.08]
        };
        for step in 1..=20_000 {
            trail.follow(place(step));
        }
        let points = trail.points();
        assert_eq!(points[0], [0.0, 0.0]);
        assert!((32..MOST).contains(&points.len()), "{}", points.len());
        let [end, now] = [points[points.len() - 1], place(20_000)];
        assert!((end[0] - now[0]).hypot(end[1] - now[1]) <= trail.spacing);
    }

    #[test]
    fn a_sample_that_hardly_moves_leaves_no_trail() {
        let mut trail = Trail::new([1.0, 1.0], 0.01);
        for step in 0..1000 {
            trail.follow([1.0 + f64::from(step) * 1e-6, 1.0]);
        }
        assert_eq!(trail.points(), [[1.0, 1.0]]);
    }
}
