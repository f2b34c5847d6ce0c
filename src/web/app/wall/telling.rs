//! How the wall stands, for the API.

use std::rc::Rc;

use js_sys::{Array, Float32Array};
use wasm_bindgen::prelude::*;

use crate::web::{app::App, wire};

impl App {
    /// The wall as the API's `Wall`; null before it was first shown.
    ///
    /// # Errors
    /// What the browser says if it takes no such object.
    pub fn wall_standing(self: &Rc<Self>) -> Result<JsValue, JsValue> {
        let state = self.state.borrow();
        let Some(hung) = &state.wall.hung else {
            return Ok(JsValue::NULL);
        };
        let members = Array::new();
        for (index, standing) in state.wall.standing.iter().enumerate() {
            let member = standing.member.as_ref();
            let fake = member.map_or(&[][..], |member| &member.fake);
            members.push(&wire::object(&[
                ("seed", hung.wall.seed(index).into()),
                ("loss", wire::to_js(&hung.wall.loss(index))?),
                ("modes", wire::to_js(&standing.modes)?),
                ("fake", Float32Array::from(fake).into()),
                ("lost", standing.lost.into()),
            ])?);
        }
        wire::object(&[
            ("step", (state.wall.step as f64).into()),
            ("members", members.into()),
        ])
    }
}
