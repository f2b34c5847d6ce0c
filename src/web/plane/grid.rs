//! The generator's grid: where it carries a lattice of latents, the denser the darker.

use std::f64::consts::TAU;

use wasm_bindgen::prelude::*;
use web_sys::CanvasRenderingContext2d;

use crate::{
    measure,
    picture::{mesh::Mesh, view::View},
    web::style::PlaneStyle,
};

/// Shades are drawn in so many steps, each in one go.
const STEPS: usize = 8;
/// How much of the surface the densest cell hides.
const DENSEST: f64 = 0.65;

/// Draws the grid, and the trail of one node with a dot where it is now.
///
/// # Errors
/// What the browser says if it cannot draw.
pub(super) fn draw(
    context: &CanvasRenderingContext2d,
    mesh: &measure::Mesh,
    trail: &[[f32; 2]],
    view: &View,
    style: &PlaneStyle,
) -> Result<(), JsValue> {
    let Some(mesh) = Mesh::new(mesh.columns, mesh.rows, &mesh.points) else {
        return Ok(());
    };
    let unit = style.em / 16.0;
    context.set_fill_style_str(&style.mesh);
    context.set_stroke_style_str(&style.mesh);
    if mesh.is_curve() {
        curve(context, &mesh, view, unit);
    } else {
        cells(context, &mesh, view, unit);
    }
    context.set_global_alpha(1.0);
    if let Some(at) = trail.last() {
        let [x, y] = view.to_pixel(*at);
        for (width, color) in [(4.5, &style.outline), (2.0, &style.selected)] {
            context.begin_path();
            trace(context, view, trail);
            context.set_line_width(width * unit);
            context.set_stroke_style_str(color);
            context.stroke();
        }
        for (radius, color) in [(5.5, &style.outline), (4.0, &style.selected)] {
            context.begin_path();
            context.arc(x.into(), y.into(), radius * unit, 0.0, TAU)?;
            context.set_fill_style_str(color);
            context.fill();
        }
    }
    Ok(())
}

/// Which of the steps a shade belongs to.
fn step(shade: f32) -> usize {
    (shade.clamp(0.0, 1.0) * (STEPS - 1) as f32).round() as usize
}

fn trace(context: &CanvasRenderingContext2d, view: &View, line: &[[f32; 2]]) {
    for (index, point) in line.iter().enumerate() {
        let [x, y] = view.to_pixel(*point).map(f64::from);
        if index == 0 {
            context.move_to(x, y);
        } else {
            context.line_to(x, y);
        }
    }
}

fn cells(context: &CanvasRenderingContext2d, mesh: &Mesh, view: &View, unit: f64) {
    let cells = mesh.cells();
    for shade in 0..STEPS {
        context.begin_path();
        for cell in cells.iter().filter(|cell| step(cell.shade) == shade) {
            trace(context, view, &cell.corners);
            context.close_path();
        }
        context.set_global_alpha(DENSEST * (shade + 1) as f64 / STEPS as f64);
        context.fill();
        context.set_global_alpha(0.5);
        context.set_line_width(0.5 * unit);
        context.stroke();
    }
}

fn curve(context: &CanvasRenderingContext2d, mesh: &Mesh, view: &View, unit: f64) {
    let segments = mesh.segments();
    for shade in 0..STEPS {
        context.begin_path();
        for segment in segments.iter().filter(|one| step(one.shade) == shade) {
            trace(context, view, &segment.ends);
        }
        context.set_global_alpha(0.4 + 0.6 * shade as f64 / STEPS as f64);
        context.set_line_width((1.5 + 4.0 * shade as f64 / STEPS as f64) * unit);
        context.stroke();
    }
}
