//! Pure pictures: plain numbers in, colours, polylines and SVG text out.
//!
//! Read in this order: [`colormap`] (a value becomes a colour), [`surface`] (the discriminator's
//! outputs become an image), [`contour_lines`] (its level lines), [`axis`] (where ticks go; [`numerals`]: how their numbers are written),
//! [`view`] (the plane's coordinates and the canvas's pixels), [`arrows`] (how long a force is
//! drawn), [`mesh`] (the generator's manifold and its shades), [`series`] with [`history`],
//! [`norm_history`] and [`metric_history`] (what is measured over a run, however long) and [`chart`]
//! (SVG charts). [`thumbnail`] is all of a run in a few pixels.
//!
//! Nothing here knows a canvas, a browser, a clock or a network: the same input gives the same
//! bytes natively, on the page and in a worker. Nothing here trains or evaluates a network: it
//! reads what the measuring side hands over, and the formulas of the losses. Samples, arrows and
//! meshes on the plane are laid out here and stroked by the canvas.

pub mod arrows;
pub mod axis;
pub mod chart;
pub mod colormap;
pub mod contour_lines;
pub mod history;
pub mod mesh;
pub mod metric_history;
pub mod norm_history;
pub mod numerals;
pub mod qr;
pub mod series;
pub mod surface;
pub mod thumbnail;
pub mod view;
