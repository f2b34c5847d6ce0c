//! Points as text, for other programs and for [`super::read()`].

use crate::table::Table;

/// Two columns with a header.
pub fn csv(points: &[[f64; 2]]) -> String {
    let mut table = Table::new(&["x", "y"]);
    for point in points {
        table.add(&point.map(|number| number.to_string()));
    }
    table.into_text()
}

/// A list of pairs, one a line.
pub fn json(points: &[[f64; 2]]) -> String {
    let pairs: Vec<_> = points.iter().map(|[x, y]| format!("[{x}, {y}]")).collect();
    format!("[\n{}\n]\n", pairs.join(",\n"))
}

#[cfg(test)]
mod tests {
    use super::{super::read, *};

    #[test]
    fn what_is_written_is_read_again() {
        let points = vec![[0.125, -1.2], [0.0, 3.0], [-0.001, 0.5]];
        assert_eq!(csv(&points[..2]), "x,y\r\n0.125,-1.2\r\n0,3\r\n");
        for text in [csv(&points), json(&points)] {
            assert_eq!(read(&text, 10).unwrap().points, points, "{text}");
        }
    }
}
