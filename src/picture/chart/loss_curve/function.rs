//! A function as a line: sampled, cut to its frame, and drawn through as few points as will do.

/// A function at `count` even steps through a range.
pub fn sampled(
    function: impl Fn(f64) -> f64,
    [from, to]: [f64; 2],
    count: usize,
) -> Vec<(f64, f64)> {
    (0..=count)
        .map(|index| from + (to - from) * index as f64 / count as f64)
        .map(|y| (y, function(y)))
        .collect()
}

/// The parts of a curve within a range of its values, cut where it crosses an end.
pub fn cut(curve: &[(f64, f64)], [low, high]: [f64; 2]) -> Vec<Vec<(f64, f64)>> {
    let mut parts = vec![Vec::new()];
    for two in curve.windows(2) {
        let (a, b) = (two[0], two[1]);
        // Where the piece from a (0) to b (1) is inside.
        let crossing = |level: f64| (level - a.1) / (b.1 - a.1);
        let (enter, leave) = if a.1 == b.1 {
            (
                0.0,
                if (low..=high).contains(&a.1) {
                    1.0
                } else {
                    -1.0
                },
            )
        } else {
            let [one, other] = [crossing(low), crossing(high)];
            (one.min(other).max(0.0), one.max(other).min(1.0))
        };
        if enter > leave || !(a.1 + b.1).is_finite() {
            continue;
        }
        let at = |part: f64| (a.0 + part * (b.0 - a.0), a.1 + part * (b.1 - a.1));
        if enter > 0.0 || parts.last().is_some_and(Vec::is_empty) {
            parts.push(vec![at(enter)]);
        }
        if let Some(part) = parts.last_mut() {
            part.push(at(leave));
        }
    }
    parts.retain(|part| part.len() > 1);
    parts
}

/// The fewest of the points through which a line stays within `tolerance` of all of them (Ramer
/// 1972; Douglas and Peucker 1973).
pub fn simplified(points: &[(i32, i32)], tolerance: f64) -> Vec<(i32, i32)> {
    let [first, inner @ .., last] = points else {
        return points.to_vec();
    };
    let aside = |point: &(i32, i32)| {
        let from_first = |p: &(i32, i32)| [f64::from(p.0 - first.0), f64::from(p.1 - first.1)];
        let ([x, y], [u, v]) = (from_first(last), from_first(point));
        let length = x.hypot(y);
        if length > 0.0 {
            (x * v - y * u).abs() / length
        } else {
            u.hypot(v)
        }
    };
    let farthest = inner
        .iter()
        .map(aside)
        .enumerate()
        .max_by(|(_, one), (_, other)| one.total_cmp(other));
    match farthest {
        Some((index, distance)) if distance > tolerance => {
            let mut line = simplified(&points[..index + 2], tolerance);
            line.pop();
            line.extend(simplified(&points[index + 1..], tolerance));
            line
        }
        _ => vec![*first, *last],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_cut_where_it_crosses_an_end() {
        // y^2 - 2 at -2, -1, … 2, between -1.5 and 0: in at (-1.33, 0), out at (-0.5, -1.5).
        let curve = sampled(|y| y * y - 2.0, [-2.0, 2.0], 4);
        let parts = cut(&curve, [-1.5, 0.0]);
        assert_eq!(parts.len(), 2);
        let third = 4.0 / 3.0;
        for (found, expected) in parts[0]
            .iter()
            .zip([(-third, 0.0), (-1.0, -1.0), (-0.5, -1.5)])
        {
            assert!((found.0 - expected.0).abs() < 1e-12 && (found.1 - expected.1).abs() < 1e-12);
        }
        assert_eq!(parts[1][0], (0.5, -1.5));
        assert_eq!(cut(&curve, [-9.0, 9.0])[0], curve);
        assert!(cut(&curve, [5.0, 9.0]).is_empty());
        assert_eq!(cut(&[(0.0, 1.0), (1.0, 1.0)], [0.0, 1.0]).len(), 1);
        assert!(cut(&[(0.0, f64::NAN), (1.0, 1.0)], [0.0, 1.0]).is_empty());
        // A piece that jumps over the whole range crosses it.
        assert_eq!(
            cut(&[(0.0, -9.0), (1.0, 9.0)], [-9.0, 0.0]),
            [[(0.0, -9.0), (0.5, 0.0)]]
        );
    }

    #[test]
    fn straight_lines_keep_their_ends_and_bends_their_corners() {
        let line: Vec<_> = (0..100).map(|k| (3 * k, 2 * k)).collect();
        assert_eq!(simplified(&line, 0.5), [(0, 0), (297, 198)]);
        let corner: Vec<_> = (-50..=50_i32).map(|k| (k, k.abs())).collect();
        assert_eq!(simplified(&corner, 0.5), [(-50, 50), (0, 0), (50, 50)]);
        let circle: Vec<_> = (0..=600)
            .map(|k| (f64::from(k) / 100.0).sin_cos())
            .map(|(y, x)| ((1e3 * x) as i32, (1e3 * y) as i32))
            .collect();
        let few = simplified(&circle, 2.0);
        assert!((20..100).contains(&few.len()), "{}", few.len());
        assert_eq!(simplified(&[(1, 1)], 1.0), [(1, 1)]);
    }
}
