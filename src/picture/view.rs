//! Where the plane lies on the screen: data coordinates to pixels and back.
//!
//! One scale serves both axes, so that a circle stays a circle and an arrow keeps its angle. The
//! pixels are the caller's: CSS pixels for pointers, device pixels for drawing; y grows downwards.
//! A view neither draws nor listens, and it does not zoom: another range is another view.

/// Room around the frame for ticks and labels, in pixels, none negative.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Margins {
    /// Room on the left.
    pub left: f32,
    /// Room on the right.
    pub right: f32,
    /// Room above.
    pub top: f32,
    /// Room below.
    pub bottom: f32,
}

/// The rectangle that the plane fills, in pixels from the picture's upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// The left edge.
    pub left: f32,
    /// The upper edge.
    pub top: f32,
    /// Its width, more than 0.
    pub width: f32,
    /// Its height, more than 0.
    pub height: f32,
}

/// The mapping between a part of the plane and a [`Frame`] of pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    x: [f32; 2],
    y: [f32; 2],
    pixels_per_unit: f32,
    frame: Frame,
}

impl View {
    /// The plane from `x[0]` to `x[1]` and `y[0]` to `y[1]`, as large as it fits at one scale into
    /// `size` (width and height in pixels) less `margins`, centred in what is left.
    ///
    /// A range that does not rise is taken as one unit from its start, and a size without room as
    /// one pixel: a page that is still being laid out gets a view without sense, never a panic.
    pub fn new(x: [f32; 2], y: [f32; 2], size: [f32; 2], margins: Margins) -> Self {
        let rising = |[low, high]: [f32; 2]| {
            if high > low {
                [low, high]
            } else {
                [low, low + 1.0]
            }
        };
        let (x, y) = (rising(x), rising(y));
        let room = [
            (size[0] - margins.left - margins.right).max(1.0),
            (size[1] - margins.top - margins.bottom).max(1.0),
        ];
        let pixels_per_unit = (room[0] / (x[1] - x[0])).min(room[1] / (y[1] - y[0]));
        let width = pixels_per_unit * (x[1] - x[0]);
        let height = pixels_per_unit * (y[1] - y[0]);
        let frame = Frame {
            left: margins.left + (room[0] - width) / 2.0,
            top: margins.top + (room[1] - height) / 2.0,
            width,
            height,
        };
        Self {
            x,
            y,
            pixels_per_unit,
            frame,
        }
    }

    /// The pixel of a point of the plane; it may lie outside the frame.
    pub fn to_pixel(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        [
            self.frame.left + (x - self.x[0]) * self.pixels_per_unit,
            self.frame.top + (self.y[1] - y) * self.pixels_per_unit,
        ]
    }

    /// The point of the plane under a pixel; it may lie outside the ranges.
    pub fn to_data(&self, [column, row]: [f32; 2]) -> [f32; 2] {
        [
            self.x[0] + (column - self.frame.left) / self.pixels_per_unit,
            self.y[1] - (row - self.frame.top) / self.pixels_per_unit,
        ]
    }

    /// Whether a pixel lies in the frame, its edges included.
    pub fn contains(&self, [column, row]: [f32; 2]) -> bool {
        let Frame {
            left,
            top,
            width,
            height,
        } = self.frame;
        (left..=left + width).contains(&column) && (top..=top + height).contains(&row)
    }

    /// Pixels for one unit of the plane, the same along both axes.
    pub fn pixels_per_unit(&self) -> f32 {
        self.pixels_per_unit
    }

    /// Where the plane lies.
    pub fn frame(&self) -> Frame {
        self.frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARGINS: Margins = Margins {
        left: 40.0,
        right: 10.0,
        top: 5.0,
        bottom: 25.0,
    };

    fn close(a: [f32; 2], b: [f32; 2]) -> bool {
        (a[0] - b[0]).abs() < 1e-3 && (a[1] - b[1]).abs() < 1e-3
    }

    #[test]
    fn corners_and_middle_land_where_a_ruler_puts_them() {
        // 450 x 430 less the margins leaves 400 x 400 for 4 units: 100 pixels a unit.
        let view = View::new([-2.0, 2.0], [-1.0, 3.0], [450.0, 430.0], MARGINS);
        assert_eq!(view.pixels_per_unit(), 100.0);
        assert!(close(view.to_pixel([-2.0, 3.0]), [40.0, 5.0]));
        assert!(close(view.to_pixel([2.0, -1.0]), [440.0, 405.0]));
        assert!(close(view.to_pixel([0.0, 1.0]), [240.0, 205.0]));
    }

    #[test]
    fn pixels_lead_back_to_the_points_they_came_from() {
        let view = View::new([-1.5, 1.5], [-1.5, 1.5], [613.0, 377.0], MARGINS);
        for point in [[-1.5, 1.5], [0.25, -0.75], [9.0, -4.0]] {
            assert!(close(view.to_data(view.to_pixel(point)), point));
        }
    }

    #[test]
    fn a_circle_stays_a_circle_and_the_frame_is_centred_in_spare_room() {
        let view = View::new([0.0, 1.0], [0.0, 1.0], [300.0, 100.0], Margins::default());
        let frame = Frame {
            left: 100.0,
            top: 0.0,
            width: 100.0,
            height: 100.0,
        };
        assert_eq!(view.frame(), frame);
        let [a, b, c] = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]].map(|point| view.to_pixel(point));
        assert_eq!(b[0] - a[0], a[1] - c[1]);
    }

    #[test]
    fn only_pixels_of_the_frame_are_hits() {
        let view = View::new([0.0, 1.0], [0.0, 1.0], [300.0, 100.0], Margins::default());
        assert!(view.contains([100.0, 0.0]) && view.contains([200.0, 100.0]));
        assert!(!view.contains([99.0, 50.0]) && !view.contains([150.0, 101.0]));
    }

    #[test]
    fn a_page_without_room_gets_finite_numbers() {
        let view = View::new([1.0, 1.0], [f32::NAN, 0.0], [0.0, 0.0], MARGINS);
        assert!(view.to_pixel([1.0, 1.0])[0].is_finite());
        assert!(view.pixels_per_unit() > 0.0);
    }
}
