//! The names of lines at the lines' right ends, beside the frame: each as near to its own end as the
//! others allow.

use super::letters::font;
use super::plot::Chart;
use super::{Area, ChartStyle, Drawn, HAIRLINE, stroke, units};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// The room between the frame and the names, in em: for the hairlines that lead to them.
pub const LEAD: f64 = 1.0;

/// How far apart the names stand, in em.
const APART: f64 = 1.0;

/// A line's end and its name.
#[derive(Debug, Clone, PartialEq)]
pub struct End<'a> {
    /// In the backend's units.
    pub at: (i32, i32),
    pub name: &'a str,
    pub color: RGBColor,
}

/// Writes the names to the right of the frame, each with a hairline from the end of its line.
pub fn draw_ends(root: &Area, chart: &Chart, ends: &[End], style: &ChartStyle) -> Drawn {
    let (columns, rows) = chart.plotting_area().get_pixel_range();
    let wanted: Vec<f64> = ends.iter().map(|end| f64::from(end.at.1)).collect();
    let gap = f64::from(units(style, APART)).max(1.0);
    let places = spread(&wanted, gap, [rows.start, rows.end].map(f64::from));
    for (end, place) in ends.iter().zip(places) {
        let Some(row) = place.map(|row| row as i32) else {
            continue;
        };
        let name = (columns.end + units(style, LEAD), row);
        let before = (name.0 - units(style, 0.25), row);
        let lead = stroke(end.color, HAIRLINE);
        root.draw(&PathElement::new(vec![end.at, before], lead))?;
        let font = font(style).pos(Pos::new(HPos::Left, VPos::Center));
        root.draw_text(end.name, &font, name)?;
    }
    Ok(())
}

/// The places of names that want to be at `wanted` (in any order), at least `gap` apart and within
/// `[first, last]`; none for names that find no room. Names keep the order of their wishes, and
/// the first and the last of `wanted` are the last to go.
fn spread(wanted: &[f64], gap: f64, [first, last]: [f64; 2]) -> Vec<Option<f64>> {
    let room = ((last - first) / gap + 1e-9).max(0.0) as usize + 1;
    let mut named = evenly(wanted.len(), room);
    named.sort_by(|one, other| wanted[*one].total_cmp(&wanted[*other]));

    let mut places = vec![None; wanted.len()];
    let mut free = first;
    for index in &named {
        let place = wanted[*index].max(free);
        places[*index] = Some(place);
        free = place + gap;
    }
    // What was pushed beyond the end pushes back.
    let mut free = last;
    for index in named.iter().rev() {
        let place = places[*index].unwrap_or(free).min(free);
        places[*index] = Some(place);
        free = place - gap;
    }
    places
}

/// At most `most` of `count` indices, evenly, the first and the last among them.
fn evenly(count: usize, most: usize) -> Vec<usize> {
    if count <= most {
        return (0..count).collect();
    }
    let steps = most.saturating_sub(1).max(1);
    (0..most).map(|step| step * (count - 1) / steps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(wanted: &[f64], range: [f64; 2]) -> Vec<f64> {
        spread(wanted, 10.0, range).into_iter().flatten().collect()
    }

    #[test]
    fn names_stand_at_their_ends_where_these_are_far_apart() {
        assert_eq!(
            placed(&[50.0, 20.0, 80.0], [0.0, 100.0]),
            [50.0, 20.0, 80.0]
        );
    }

    #[test]
    fn crowded_names_make_room_in_their_order_and_stay_in_range() {
        assert_eq!(
            placed(&[52.0, 50.0, 51.0], [0.0, 100.0]),
            [70.0, 50.0, 60.0]
        );
        assert_eq!(
            placed(&[99.0, 98.0, 20.0], [0.0, 100.0]),
            [100.0, 90.0, 20.0]
        );
        assert_eq!(placed(&[-5.0, 300.0], [0.0, 100.0]), [0.0, 100.0]);
    }

    #[test]
    fn without_room_for_all_some_are_left_out_but_not_the_first_and_the_last() {
        let wanted = [0.0; 9];
        let places = spread(&wanted, 10.0, [0.0, 35.0]);
        let named: Vec<usize> = (0..9).filter(|index| places[*index].is_some()).collect();
        assert_eq!(named, [0, 2, 5, 8]);
        let mut found: Vec<f64> = places.into_iter().flatten().collect();
        found.sort_by(f64::total_cmp);
        assert_eq!(found, [0.0, 10.0, 20.0, 30.0]);
        assert_eq!(
            spread(&wanted, 10.0, [0.0, 5.0]).iter().flatten().count(),
            1
        );
        assert!(spread(&[], 10.0, [0.0, 5.0]).is_empty());
    }
}
