//! The lab's frame: steps that are due, then the panes that are stale, then some of the numbers.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::{LabView, StraightBoundary};
use crate::{
    config::Loss,
    gan::loss,
    lab::{Sample, Track, Trail},
    measure::Surface,
    picture::{arrows::ArrowScale, surface::Scale},
    scene::{self, Look, SurfaceOf},
    web::{
        app::{App, State, planes::law, selection::short_name},
        clock::now_ms,
        page,
        plane::{self, Bare, Colors, Forces, Over, Placed},
        style::PlaneStyle,
        text::{Sentence, Words},
    },
};

/// The longest arrow as a part of the plane's width: for a few samples, and for a crowd.
const LONGEST: f32 = 0.25;
const LONGEST_IN_CROWD: f32 = 0.1;
/// Planes narrower than this, in pixels, have arrows as if they were not.
const LEAST_WIDTH: f32 = 100.0;
/// How thick the arrows of a few samples are.
const BOLD: f32 = 1.8;

impl App {
    /// Moves and draws the lab, and asks for the next frame while there is something to do in it.
    pub(in crate::web::app) fn draw_lab(self: &Rc<Self>) -> Result<(), JsValue> {
        let now = now_ms();
        let more = {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            state.lab.advance(now);
            state.draw_lab_planes()?;
            state.draw_scale()?;
            state.show_lab_numbers(now) || state.lab.is_moving()
        };
        if more {
            self.ask_frame();
        }
        Ok(())
    }
}

impl State {
    pub(in crate::web::app) fn draw_lab_planes(&mut self) -> Result<(), JsValue> {
        if !self.lab.panes.iter().any(|pane| pane.stale) {
            return Ok(());
        }
        self.fit_lab_arrows();
        for index in 0..self.lab.panes.len() {
            if std::mem::take(&mut self.lab.panes[index].stale) {
                self.lab
                    .draw(index, &self.scene.look, self.arrows, &self.style)?;
            }
        }
        Ok(())
    }

    /// Fits the one scale of all panes' arrows. It stays while samples move by themselves: a force that
    /// fades is to be seen as an arrow that shrinks.
    fn fit_lab_arrows(&mut self) {
        let may_stay = self.lab.moves_samples() && self.arrows.is_some();
        if !std::mem::take(&mut self.lab.refit) && may_stay {
            return;
        }
        let before = self.arrows;
        let views = self.lab.panes.iter().filter_map(|pane| pane.plane.view());
        let width = views
            .map(|view| view.frame().width)
            .fold(LEAST_WIDTH, f32::max);
        self.arrows = self
            .lab
            .scale_of_arrows(self.scene.look.arrows, width, before);
        if before != self.arrows {
            self.stale.scale = true;
        }
    }

    /// Writes the names of the lab's panes.
    pub(in crate::web::app) fn show_lab_names(&self) {
        for pane in &self.lab.panes {
            let name = pane_name(pane.loss, &self.words);
            page::show_in(&pane.element, "name", &name);
            if let Some(canvas) = page::inner::<web_sys::Element>(&pane.element, "plane") {
                let label = Sentence::new("lab.label", [("name", name)]);
                page::set_attribute(&canvas, "aria-label", &self.words.say(&label));
            }
        }
    }
}

/// The name of a pane: that of its loss.
pub(super) fn pane_name(loss: Loss, words: &Words) -> String {
    words.get(&format!("loss.short.{}", short_name(loss)))
}

impl LabView {
    /// What the colours mean in the pane of a loss. All panes show the same discriminator, so a colour
    /// says the same in all of them: how far D is from undecided, or, for the run's, what it says in
    /// the run's own picture.
    pub(in crate::web::app) fn scale(&self, loss: Loss) -> Scale {
        match self.frozen_in_use() {
            Some(frozen) => plane::scale(frozen.config.loss),
            None => Scale {
                centre: loss::boundary(loss) as f32,
                ..Scale::LOGIT
            },
        }
    }

    /// The colours of the surface in the pane of a loss.
    fn colors(&self, loss: Loss, look: &Look) -> Colors<'_> {
        match look.surface {
            SurfaceOf::Sigmoid => Colors::sigmoid(&self.surface),
            // There is no generator to be optimal against.
            _ => Colors::output(&self.surface, self.scale(loss)),
        }
    }

    /// The one scale of all panes' arrows, in planes so wide; none where there are no arrows.
    pub(in crate::web::app) fn scale_of_arrows(
        &self,
        arrows: scene::Arrows,
        width: f32,
        before: Option<ArrowScale>,
    ) -> Option<ArrowScale> {
        let part = match self.moves_samples() {
            true => LONGEST,
            false => LONGEST_IN_CROWD,
        };
        law(arrows).map(|law| ArrowScale::fitting(law, self.force_sizes(), part * width, before))
    }

    /// The sizes of all forces that are shown.
    fn force_sizes(&self) -> Vec<f64> {
        if self.moves_samples() {
            let samples = self.lab.tracks().iter().flat_map(|track| &track.samples);
            return samples
                .map(|sample| sample.force[0].hypot(sample.force[1]))
                .collect();
        }
        let standing = self.generators.standing.iter().flatten();
        let forces = standing.flat_map(|standing| standing.snapshot.forces.chunks_exact(2));
        forces
            .map(|force| f64::from(force[0]).hypot(force[1].into()))
            .collect()
    }

    fn draw(
        &self,
        index: usize,
        look: &Look,
        scale: Option<ArrowScale>,
        style: &PlaneStyle,
    ) -> Result<(), JsValue> {
        let pane = &self.panes[index];
        let bare = Bare {
            surface: &self.surface,
            colors: self.colors(pane.loss, look),
            loss: pane.loss,
        };
        let mut over = Over {
            placed: &[],
            selected: None,
            generated: &[],
            forces: None,
            boundary: self.boundary(pane.loss),
        };
        if self.moves_samples() {
            let Some(track) = self.lab.tracks().get(index) else {
                return Ok(());
            };
            let placed = placed(track, &pane.trails);
            let (points, pulls) = flat(track);
            over.placed = &placed;
            over.selected = self.selected;
            over.forces = scale.map(|scale| Forces {
                weight: BOLD,
                ..Forces::of_all(&points, &pulls, scale, &style.force)
            });
            pane.plane.draw_over(&pane.ground, &bare, &over, style)
        } else {
            if let Some(Some(standing)) = self.generators.standing.get(index) {
                let snapshot = &standing.snapshot;
                over.generated = &snapshot.fake;
                over.forces = scale.map(|scale| {
                    Forces::of_all(&snapshot.fake, &snapshot.forces, scale, &style.force)
                });
            }
            pane.plane.draw_over(&pane.ground, &bare, &over, style)
        }
    }
}

fn placed<'a>(track: &Track, trails: &'a [Trail]) -> Vec<Placed<'a>> {
    let boundary = loss::boundary(track.loss);
    let samples = track.samples.iter().zip(trails);
    samples
        .map(|(sample, trail)| Placed {
            at: sample.at,
            above: sample.response.output > boundary,
            trail,
        })
        .collect()
}

/// Places and forces as x0, y0, x1, y1, …
fn flat(track: &Track) -> (Vec<f32>, Vec<f32>) {
    let flat = |pairs: &mut dyn Iterator<Item = [f64; 2]>| -> Vec<f32> {
        pairs.flatten().map(|number| number as f32).collect()
    };
    (
        flat(&mut track.samples.iter().map(|sample| sample.at)),
        flat(&mut track.samples.iter().map(|sample| sample.force)),
    )
}

/// The pane in focus, as data.
pub(in crate::web::app) struct Shown<'a> {
    pub surface: &'a Surface,
    pub colors: Colors<'a>,
    pub loss: Loss,
    /// Whether the samples are the generator's.
    pub generated: bool,
    /// The samples as x0, y0, x1, y1, …
    pub points: Vec<f32>,
    forces: Vec<f32>,
    /// The ways on which they came.
    pub trails: Vec<Vec<[f32; 2]>>,
}

impl Shown<'_> {
    /// The arrows of all samples.
    pub fn forces<'a>(&'a self, scale: ArrowScale, color: &'a str) -> Forces<'a> {
        Forces::of_all(&self.points, &self.forces, scale, color)
    }
}

/// What can be taken away.
impl LabView {
    /// The pane that the legend speaks of; none as long as there is nothing in it.
    pub(in crate::web::app) fn shown(&self, look: &Look) -> Option<Shown<'_>> {
        let pane = self.panes.get(self.focus)?;
        let narrow = |[x, y]: [f64; 2]| [x as f32, y as f32];
        let (points, forces, trails) = if self.moves_samples() {
            let track = self.lab.tracks().get(self.focus)?;
            let (points, forces) = flat(track);
            let ways = track.samples.iter().zip(&pane.trails);
            let way = |(sample, trail): (&Sample, &Trail)| {
                let points = trail.points().iter().chain([&sample.at]);
                points.map(|at| narrow(*at)).collect()
            };
            (points, forces, ways.map(way).collect())
        } else {
            let snapshot = &self.generators.standing.get(self.focus)?.as_ref()?.snapshot;
            (snapshot.fake.clone(), snapshot.forces.clone(), Vec::new())
        };
        Some(Shown {
            surface: &self.surface,
            colors: self.colors(pane.loss, look),
            loss: pane.loss,
            generated: !self.moves_samples(),
            points,
            forces,
            trails,
        })
    }

    /// The canvas of the pane that the legend speaks of.
    pub(in crate::web::app) fn canvas(&self) -> Option<&HtmlCanvasElement> {
        Some(self.panes.get(self.focus)?.plane.canvas())
    }

    /// All panes' names and canvases.
    pub(in crate::web::app) fn pictures(&self, words: &Words) -> Vec<(String, HtmlCanvasElement)> {
        let panes = self.panes.iter();
        panes
            .map(|pane| (pane_name(pane.loss, words), pane.plane.canvas().clone()))
            .collect()
    }

    /// Whether something moves, or would if it could.
    pub(in crate::web::app) fn playing(&self) -> bool {
        self.playing
    }
}

/// What a hand could take hold of in a pane.
impl LabView {
    /// The pixels of the samples' marks.
    pub(super) fn marks(&self, index: usize, style: &PlaneStyle) -> Vec<[f32; 2]> {
        let view = self.panes.get(index).and_then(|pane| pane.plane.view());
        let track = self.lab.tracks().get(index);
        let (Some(view), Some(track)) = (view, track) else {
            return Vec::new();
        };
        let placed = placed(track, &self.panes[index].trails);
        placed
            .iter()
            .map(|sample| sample.mark(&view, style))
            .collect()
    }

    /// The boundary of a pane and the pixel of its handle.
    pub(super) fn grip(&self, index: usize) -> Option<(StraightBoundary, [f32; 2])> {
        let pane = self.panes.get(index)?;
        let boundary = self.boundary(pane.loss)?;
        let handle = boundary.handle().map(|coordinate| coordinate as f32);
        Some((boundary, pane.plane.view()?.to_pixel(handle)))
    }
}
