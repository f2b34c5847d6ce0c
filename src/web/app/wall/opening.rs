//! A picture of the wall becomes the run: the same weights at the same step, in the big pane.

use std::rc::Rc;

use super::super::App;
use crate::{
    config::TrainingConfig,
    scene::View,
    train::Checkpoint,
    web::{
        protocol::{Request, WallRequest},
        wire,
    },
};

/// A run that comes with its state, to be taken over by the first pane.
pub(in crate::web::app) struct Arrival {
    pub config: TrainingConfig,
    pub checkpoint: Checkpoint,
}

impl App {
    /// Opens the member to which an element belongs. The wall stands still from then on, and is found so by
    /// whoever goes back.
    pub async fn wall_open(self: &Rc<Self>, element: &web_sys::Element) {
        let found = {
            let state = self.state.borrow();
            let wall = &state.wall;
            wall.frames.member_of(element).and_then(|member| {
                let seat = wall.crew.iter().find_map(|hand| hand.of(member));
                Some((seat?, wall.hung.as_ref()?.wall.config(member)))
            })
        };
        let Some(((runner, member), config)) = found else {
            return;
        };
        self.wall_pause();
        // Answered after the steps that are under way.
        let order = WallRequest::Checkpoint { member };
        let answer = runner.ask(Request::Wall { order }).await;
        let checkpoint = answer.and_then(|answer| {
            wire::from_js::<Checkpoint>(answer).map_err(|error| wire::sentence(&error))
        });
        // A worker that breaks down says so itself.
        let Ok(checkpoint) = checkpoint else { return };
        let scene = {
            let mut state = self.state.borrow_mut();
            state.wall.let_run_rest();
            let mut scene = state.scene.clone();
            scene.config = config.clone();
            scene.twins = Vec::new();
            scene.look.view = View::Run;
            state.arrival = Some(Arrival { config, checkpoint });
            state.scene = scene.clone();
            scene
        };
        self.push_link();
        self.set_scene(scene).await;
    }
}
