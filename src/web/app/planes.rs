//! The panes' pictures: what each shows of its snapshot, and the scale that their arrows share.

use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::{State, own::OwnPicture, pane::Pane, selection::Pointed};
use crate::{
    config::Loss,
    gan::loss,
    measure::{Snapshot, Surface, forces, share_of_weak_forces},
    picture::arrows::{ArrowScale, Law},
    scene::{Arrows, Look, SurfaceOf},
    web::{
        clock, page,
        plane::{self, Colors, Forces, GHOST_DASHES, Picture},
        style::PlaneStyle,
    },
};

/// About so many samples show what every loss would do with them; more arrows would hide each other.
const GHOSTS: usize = 40;
/// The longest arrow, as a part of the plane's width; more where decades or four losses have to be
/// told apart.
const LONGEST: f32 = 0.1;
const LONGEST_APART: f32 = 0.17;

/// How far the arrows of two losses stand from each other, in widths of the letter m.
const LANE_EM: f32 = 0.22;

/// The law of a choice of arrows, if there are any.
pub(super) fn law(arrows: Arrows) -> Option<Law> {
    match arrows {
        Arrows::Off => None,
        Arrows::Linear => Some(Law::Linear),
        Arrows::Logarithmic => Some(Law::Logarithmic),
    }
}

impl State {
    /// Draws the planes that are stale, and the numbers beside them: one, and as many others as can be begun
    /// before `until_ms`. They take turns in being the first.
    pub(super) fn draw_planes(&mut self, until_ms: f64) -> Result<(), JsValue> {
        if !self.panes.iter().any(|pane| pane.stale) {
            return Ok(());
        }
        self.fit_arrows();
        let (count, first) = (self.panes.len(), self.stale.first_plane);
        let mut drawn = 0;
        for index in (first..first + count).map(|index| index % count) {
            if drawn > 0 && clock::now_ms() > until_ms {
                break;
            }
            if !std::mem::take(&mut self.panes[index].stale) {
                continue;
            }
            drawn += 1;
            self.stale.first_plane = index + 1;
            let pane = &self.panes[index];
            let Some(snapshot) = &pane.snapshot else {
                continue;
            };
            let own = self.own_shown();
            draw(
                pane,
                snapshot,
                &self.scene.look,
                self.pointed,
                self.arrows,
                &self.style,
                &own,
            )?;
            if snapshot.step > 0 && !std::mem::replace(&mut self.first_picture_marked, true) {
                clock::mark("first trained picture");
            }
        }
        // After all are drawn, so that the page is laid out once.
        if let Some(snapshot) = self.focused().and_then(|pane| pane.snapshot.as_ref()) {
            let words = &self.words;
            page::show("step", &words.number(snapshot.step as f64, 0));
            page::show("loss_d", &words.number(snapshot.loss_d.into(), 4));
            page::show("loss_g", &words.number(snapshot.loss_g.into(), 4));
        }
        Ok(())
    }

    /// Writes the numbers beside each of several planes.
    pub(super) fn show_pane_numbers(&self) {
        if self.panes.len() == 1 {
            return;
        }
        let words = &self.words;
        for pane in &self.panes {
            let Some(snapshot) = &pane.snapshot else {
                continue;
            };
            for (name, loss) in [("loss_d", snapshot.loss_d), ("loss_g", snapshot.loss_g)] {
                page::show_in(&pane.element, name, &words.number(loss.into(), 4));
            }
            let (threshold, loss) = (self.scene.look.threshold, pane.config.loss);
            let (outputs, forces) = (&snapshot.outputs, &snapshot.forces);
            let weak = share_of_weak_forces(loss, threshold, outputs, forces);
            page::show_in(&pane.element, "weak", &words.percent(weak.all));
        }
    }

    /// Fits the one scale of all panes' arrows to their forces.
    fn fit_arrows(&mut self) {
        let before = self.arrows;
        let widths = self.panes.iter().filter_map(|pane| pane.plane.view());
        let width = widths.map(|view| view.frame().width).fold(100.0, f32::max);
        self.arrows = self.arrow_scale(width, before);
        if before != self.arrows {
            self.stale.scale = true;
        }
    }

    /// The scale of all panes' arrows on a plane of that width, if there are any.
    pub(super) fn arrow_scale(&self, width: f32, before: Option<ArrowScale>) -> Option<ArrowScale> {
        let look = &self.scene.look;
        let apart = look.ghosts || look.arrows == Arrows::Logarithmic;
        let part = if apart { LONGEST_APART } else { LONGEST };
        let law = law(look.arrows)?;
        let sizes = self.panes.iter().filter_map(|pane| {
            let snapshot = pane.snapshot.as_ref()?;
            Some(shown_forces(pane, snapshot, look))
        });
        let sizes = sizes.flatten().flatten().collect::<Vec<f32>>();
        let sizes = sizes
            .chunks_exact(2)
            .map(|force| f64::from(force[0]).hypot(force[1].into()));
        Some(ArrowScale::fitting(law, sizes, part * width, before))
    }

    /// The bar that says what the arrows' lengths mean.
    pub(super) fn draw_scale(&mut self) -> Result<(), JsValue> {
        if std::mem::take(&mut self.stale.scale)
            && let Some(scale) = &self.arrows
            && let Some(canvas) = page::hook::<HtmlCanvasElement>("canvas", "scale")
        {
            plane::force_legend(&canvas, scale, &self.style)?;
        }
        Ok(())
    }
}

/// The forces that a pane shows: those of its own loss, or of all four.
pub(super) fn shown_forces(pane: &Pane, snapshot: &Snapshot, look: &Look) -> Vec<Vec<f32>> {
    if look.ghosts {
        let losses = loss::four(pane.config.loss);
        let each = |loss| forces(loss, &snapshot.outputs, &snapshot.gradients);
        losses.map(each).into()
    } else {
        vec![snapshot.forces.clone()]
    }
}

/// The arrows of a pane, one kind for each of the forces that it shows.
pub(super) fn arrows<'a>(
    snapshot: &'a Snapshot,
    forces: &'a [Vec<f32>],
    look: &Look,
    pointed: Pointed,
    scale: ArrowScale,
    style: &'a PlaneStyle,
) -> Vec<Forces<'a>> {
    let kinds = forces.iter().enumerate().map(|(index, forces)| {
        let (color, dashes, every): (_, &[f64], _) = if look.ghosts {
            let every = (snapshot.outputs.len() / GHOSTS).max(1);
            (&style.ghosts[index], GHOST_DASHES[index], every)
        } else {
            (&style.force, &[], 1)
        };
        Forces {
            every,
            always: pointed.sample(),
            lane: if look.ghosts {
                LANE_EM * style.em as f32 * (index as f32 - 1.5)
            } else {
                0.0
            },
            dashes,
            ..Forces::of_all(&snapshot.fake, forces, scale, color)
        }
    });
    kinds.collect()
}

/// What colours the plane, and where the level lines of which loss are drawn.
pub(super) fn colors<'a>(
    loss: Loss,
    snapshot: &'a Snapshot,
    look: &Look,
) -> (Colors<'a>, Option<(Loss, &'a Surface)>) {
    let surface = &snapshot.surface;
    let of_output = |surface| {
        (
            Colors::output(surface, plane::scale(loss)),
            Some((loss, surface)),
        )
    };
    match (look.surface, &snapshot.optimal) {
        (SurfaceOf::Sigmoid, _) => (Colors::sigmoid(surface), Some((loss, surface))),
        (SurfaceOf::Optimal, Some(optimal)) => of_output(optimal),
        (SurfaceOf::Difference, Some(optimal)) => {
            (Colors::difference(surface, optimal, loss), None)
        }
        // Where D* is not known the page says so, and shows D.
        (SurfaceOf::Output | SurfaceOf::Optimal | SurfaceOf::Difference, _) => of_output(surface),
    }
}

fn draw(
    pane: &Pane,
    snapshot: &Snapshot,
    look: &Look,
    pointed: Pointed,
    scale: Option<ArrowScale>,
    style: &PlaneStyle,
    own: &OwnPicture,
) -> Result<(), JsValue> {
    let forces = shown_forces(pane, snapshot, look);
    let arrows = scale.map(|scale| arrows(snapshot, &forces, look, pointed, scale, style));
    let (colors, levels) = colors(pane.config.loss, snapshot, look);
    let picture = Picture {
        surface: &snapshot.surface,
        colors,
        levels,
        mesh: snapshot.manifold.as_ref(),
        trail: &pane.trail,
        real: own.real.unwrap_or(&snapshot.real),
        fake: &snapshot.fake,
        forces: &arrows.unwrap_or_default(),
        selected: pointed.sample(),
        handles: own.handles.as_ref(),
    };
    pane.plane.draw(&picture, style)
}
