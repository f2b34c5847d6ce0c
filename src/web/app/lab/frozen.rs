//! The discriminator of the run, taken as it stands and held fixed.

use std::rc::Rc;

use super::{LabView, Seat};
use crate::{
    config::TrainingConfig,
    gan::FixedDiscriminator,
    measure::Surface,
    scene::Held,
    session::Command,
    train::Checkpoint,
    web::{
        app::{App, State, controls},
        page,
        text::Sentence,
        wire,
    },
};

/// The run of the first pane at one moment.
pub(super) struct Frozen {
    pub config: TrainingConfig,
    pub checkpoint: Checkpoint,
    pub discriminator: FixedDiscriminator,
    pub surface: Surface,
}

impl App {
    /// Freezes the run's discriminator, if the lab waits for it.
    pub(in crate::web::app) async fn freeze(self: &Rc<Self>) {
        if !self.state.borrow().lab.freezing {
            return;
        }
        let frozen = self.frozen_run().await;
        match self.reported(frozen) {
            Ok(frozen) => self.state.borrow_mut().lab.take_frozen(frozen),
            Err(_) => {
                // The reason is shown; the lab goes on with what needs no run.
                let mut state = self.state.borrow_mut();
                let state = &mut *state;
                state.scene.lab.discriminator = Held::Linear;
                state.lab.freezing = false;
                controls::show_scene(&state.scene);
            }
        }
        self.sync_lab();
    }

    async fn frozen_run(&self) -> Result<Frozen, String> {
        let _turn = self.standing().await;
        let runner = self.runners()?.remove(0);
        let answer = runner.command(Command::Checkpoint).await?;
        let checkpoint: Checkpoint =
            wire::from_js(answer).map_err(|error| wire::sentence(&error))?;
        let snapshot = runner.command(Command::Snapshot).await?;
        let snapshot = wire::snapshot_from_js(&snapshot).map_err(|error| wire::sentence(&error))?;
        let state = self.state.borrow();
        let config = state.panes.first().map(|pane| pane.config.clone());
        let config = config.ok_or("the worker is starting")?;
        let weights = &checkpoint.discriminator.weights;
        Ok(Frozen {
            discriminator: FixedDiscriminator::new(&config.discriminator, weights),
            surface: snapshot.surface,
            config,
            checkpoint,
        })
    }
}

impl LabView {
    fn take_frozen(&mut self, frozen: Frozen) {
        self.frozen = Some(Rc::new(frozen));
        self.freezing = false;
        self.hold();
        self.generators.seat(Seat::Anew);
        self.restart();
    }
}

impl State {
    /// Says which step's discriminator is held fixed, if it is the run's.
    pub(super) fn show_frozen(&self) {
        let frozen = self.lab.frozen_in_use().map(|frozen| {
            let step = self.words.number(frozen.checkpoint.step as f64, 0);
            let sentence = Sentence::new("lab.frozen", [("step", step)]);
            self.words.say(&sentence)
        });
        page::show("lab_frozen", &frozen.unwrap_or_default());
    }
}
