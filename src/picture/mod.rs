//! Pure pictures: plain numbers in, colours, polylines and SVG text out.
//!
//! Read in this order: [`colormap`] (a value becomes a colour), [`surface`] (the discriminator's
//! outputs become an image), [`contour_lines`] (its level lines), [`axis`] (where ticks go),
//! [`view`] (the plane's coordinates and the canvas's pixels), [`history`] (the losses of a run,
//! however long) and [`chart`] (the losses as an SVG chart).
//!
//! Nothing here knows a canvas, a browser, a clock or a network: the same input gives the same
//! bytes natively, on the page and in a worker. Nothing here trains or evaluates anything: it
//! reads what the measuring side hands over. Samples, arrows and markers on the plane are not
//! drawn here; the canvas draws them with [`view`].

pub mod arrows;
pub mod axis;
pub mod chart;
pub mod colormap;
pub mod contour_lines;
pub mod history;
pub mod mesh;
pub mod norm_history;
pub mod series;
pub mod surface;
pub mod view;
