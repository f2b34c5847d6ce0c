//! One pane of the lab: a loss, its picture and its rows in the table.

use wasm_bindgen::prelude::*;
use web_sys::Element;

use crate::{
    config::Loss,
    lab::{Track, Trail},
    web::{
        controls::RowGroup,
        page,
        plane::{Ground, Plane},
    },
};

/// What moves under one loss, and where it is shown.
pub(super) struct LabPane {
    pub loss: Loss,
    pub element: Element,
    pub plane: Plane,
    pub ground: Ground,
    /// Where each sample went.
    pub trails: Vec<Trail>,
    pub rows: RowGroup,
    /// The picture is not that of the lab.
    pub stale: bool,
}

impl LabPane {
    /// A pane on the page, after those that are there.
    ///
    /// # Errors
    /// If the page has no template for it, or the browser cannot draw.
    pub fn new(loss: Loss) -> Result<Self, JsValue> {
        let element = page::clone_template("lab_pane")?;
        let place: Element =
            page::hook("show", "lab_panes").ok_or("the page has no place for the lab")?;
        place.append_child(&element)?;
        Ok(Self {
            loss,
            plane: Plane::inside(&element)?,
            ground: Ground::new()?,
            element,
            trails: Vec::new(),
            rows: RowGroup::new()?,
            stale: true,
        })
    }

    /// Every sample's way begins where it is placed.
    pub fn begin_trails(&mut self, starts: &[[f64; 2]], spacing: f64) {
        let trails = starts.iter().map(|start| Trail::new(*start, spacing));
        self.trails = trails.collect();
        self.stale = true;
    }

    /// The samples have moved.
    pub fn follow(&mut self, track: &Track) {
        for (trail, sample) in self.trails.iter_mut().zip(&track.samples) {
            trail.follow(sample.at);
        }
        self.stale = true;
    }
}

impl Drop for LabPane {
    fn drop(&mut self) {
        self.element.remove();
    }
}
