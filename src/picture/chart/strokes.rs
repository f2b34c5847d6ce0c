//! What a page's charts draw and plotters has no element for: dashed lines, and many marks of one
//! shape as a single path.

use super::pixels;
use super::svg::{Hex, PageSvg, Paint, vertices};
use plotters::element::{Drawable, PointCollection};
use plotters::prelude::*;
use plotters_backend::{BackendCoord, DrawingErrorKind};
use std::convert::Infallible;
use std::fmt::{Display, Write};

/// How a line is broken up, so that colour is not the only thing that tells two lines apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dash {
    /// Not at all.
    Solid,
    /// Dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// Dashes and dots in turn.
    DashDotted,
    /// Long dashes.
    LongDashed,
}

impl Dash {
    /// Every pattern, the plainest first.
    pub const ALL: [Self; 5] = [
        Self::Solid,
        Self::Dashed,
        Self::DashDotted,
        Self::Dotted,
        Self::LongDashed,
    ];

    /// The lengths of dashes and gaps in turn, in widths of the line. Line caps are round: they
    /// lengthen each dash by one width and make a dot of a dash of no length.
    fn lengths(self) -> &'static [f64] {
        match self {
            Self::Solid => &[],
            Self::Dashed => &[3.0, 3.0],
            Self::Dotted => &[0.0, 2.5],
            Self::DashDotted => &[4.0, 2.8, 0.0, 2.8],
            Self::LongDashed => &[8.0, 3.0],
        }
    }
}

/// A line through points in the backend's units.
pub struct Stroke {
    /// Its points.
    pub points: Vec<BackendCoord>,
    /// Its colour.
    pub color: RGBAColor,
    /// Its width in CSS pixels.
    pub width: f64,
    /// How it is broken up.
    pub dash: Dash,
}

impl<'a> PointCollection<'a, BackendCoord> for &'a Stroke {
    type Point = &'a BackendCoord;
    type IntoIter = &'a [BackendCoord];

    fn point_iter(self) -> Self::IntoIter {
        &self.points
    }
}

impl Drawable<PageSvg<'_>> for Stroke {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        points: I,
        backend: &mut PageSvg,
        _parent: (u32, u32),
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let (width, points) = (pixels(self.width), vertices(points));
        let mut lengths = String::new();
        for length in self.dash.lengths() {
            let space = if lengths.is_empty() { "" } else { " " };
            let _ = write!(lengths, "{space}{}", pixels(length * self.width));
        }
        let mut attributes: Vec<(&str, &dyn Display)> = vec![("stroke-width", &width)];
        if !lengths.is_empty() {
            attributes.push(("stroke-dasharray", &lengths));
        }
        attributes.push(("points", &points));
        let color = self.color.to_backend_color();
        backend.element("polyline", Paint::Stroke, color, &attributes)
    }
}

/// The shape of a sample's mark, as in the chapter's figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The discriminator takes the sample for real.
    Triangle,
    /// It does not.
    Diamond,
}

/// Marks of one shape, all in one path.
pub struct Marks {
    /// Their shape.
    pub shape: Shape,
    /// Their centres in the backend's units.
    pub at: Vec<BackendCoord>,
    /// Half their width in CSS pixels.
    pub half: f64,
    /// Their colour.
    pub color: RGBColor,
    /// How opaque they are inside their outlines, from 0 to 1.
    pub inside: f64,
}

/// The width of a mark's outline in CSS pixels.
const OUTLINE: f64 = 1.0;

impl Marks {
    /// From the centre to the first corner, and from there on to the others.
    fn corners(&self) -> [(i32, i32); 4] {
        let half = pixels(self.half);
        match self.shape {
            // Its centre of mass a third of the way up.
            Shape::Triangle => [(0, -4 * half / 3), (half, 2 * half), (-2 * half, 0), (0, 0)],
            Shape::Diamond => [(0, -half), (half, half), (-half, half), (-half, -half)],
        }
    }
}

impl<'a> PointCollection<'a, BackendCoord> for &'a Marks {
    type Point = &'a BackendCoord;
    type IntoIter = &'a [BackendCoord];

    fn point_iter(self) -> Self::IntoIter {
        &self.at
    }
}

impl Drawable<PageSvg<'_>> for Marks {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        centres: I,
        backend: &mut PageSvg,
        _parent: (u32, u32),
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let [first, sides @ ..] = self.corners();
        let mut around = String::new();
        for (x, y) in sides.into_iter().filter(|side| *side != (0, 0)) {
            let _ = write!(around, "l{x},{y}");
        }
        let mut path = String::new();
        for (x, y) in centres {
            let _ = write!(path, "M{},{}{around}z", x + first.0, y + first.1);
        }
        if path.is_empty() {
            return Ok(());
        }
        let attributes: [(&str, &dyn Display); 4] = [
            ("fill-opacity", &self.inside),
            ("stroke", &Hex(self.color)),
            ("stroke-width", &pixels(OUTLINE)),
            ("d", &path),
        ];
        let color = self.color.to_backend_color();
        backend.element("path", Paint::Fill, color, &attributes)
    }
}

#[cfg(test)]
mod tests {
    use super::super::svg::render;
    use super::*;

    fn drawn<E>(element: E) -> String
    where
        for<'a> &'a E: PointCollection<'a, BackendCoord>,
        E: for<'b> Drawable<PageSvg<'b>>,
    {
        render::<DrawingAreaErrorKind<Infallible>>((300, 200), "", |backend| {
            backend.into_drawing_area().draw(&element)
        })
        .unwrap()
    }

    fn stroke(dash: Dash) -> String {
        drawn(Stroke {
            points: vec![(0, 4), (8, 12)],
            color: RGBColor(1, 2, 255).mix(0.5),
            width: 2.0,
            dash,
        })
    }

    fn marks(shape: Shape, at: &[BackendCoord]) -> String {
        drawn(Marks {
            shape,
            at: at.to_vec(),
            half: 3.0,
            color: RGBColor(0, 0, 0),
            inside: 0.5,
        })
    }

    #[test]
    fn dashes_are_as_long_as_the_line_is_wide_times_their_pattern() {
        // A width of 2 pixels is 8 units: three of them are 24.
        let svg = stroke(Dash::Dashed);
        assert!(svg.contains(
            "<polyline fill=\"none\" stroke=\"#0102FF\" opacity=\"0.5\" stroke-width=\"8\" \
             stroke-dasharray=\"24 24\" points=\"0,4 8,12\"/>"
        ));
        assert!(stroke(Dash::DashDotted).contains("=\"32 22 0 22\""));
        assert!(!stroke(Dash::Solid).contains("dasharray"));
    }

    #[test]
    fn no_two_patterns_are_the_same() {
        for (index, dash) in Dash::ALL.into_iter().enumerate() {
            for other in &Dash::ALL[..index] {
                assert_ne!(stroke(dash), stroke(*other));
            }
        }
    }

    #[test]
    fn any_number_of_marks_is_one_path() {
        // Half a width of 3 pixels is 12 units.
        let svg = marks(Shape::Diamond, &[(40, 40), (100, 200)]);
        assert_eq!(svg.matches("<path").count(), 1);
        assert!(svg.contains("d=\"M40,28l12,12l-12,12l-12,-12zM100,188l12,12l-12,12l-12,-12z\""));
        let svg = marks(Shape::Triangle, &[(40, 40)]);
        assert!(svg.contains("d=\"M40,24l12,24l-24,0z\""));
        assert!(!marks(Shape::Triangle, &[]).contains("<path"));
    }
}
