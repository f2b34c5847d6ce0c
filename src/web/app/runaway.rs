//! A run whose numbers ran away: it pauses, and the page says what probably did it and offers the way back to
//! the last step that was seen in health.

use std::rc::Rc;

use super::{App, State};
use crate::{
    runaway::{Cause, Runaway, Suspect},
    web::{controls, text::Sentence},
};

impl App {
    /// Whether the numbers of a run have run away where it stands.
    pub(super) fn someone_ran_away(&self) -> bool {
        self.state.borrow().first_runaway().is_some()
    }

    /// Pauses the runs if the numbers of one have run away, and says so.
    pub(super) fn stop_if_run_away(self: &Rc<Self>, ticket: u32) {
        if self.ticket.get() == ticket && self.someone_ran_away() {
            self.show_paused();
            self.show_runaway();
        }
    }

    /// Says what happened, or says it again in other words.
    pub(super) fn show_runaway(self: &Rc<Self>) {
        let Some((told, way_back)) = self.state.borrow().tell_runaway() else {
            return;
        };
        self.show_message(told);
        self.state.borrow_mut().offers_way_back = true;
        controls::offer_way_back(Some(&way_back));
    }

    /// Goes back to the last step that was seen in health, and forgets what came after it.
    pub async fn go_back_to_health(self: &Rc<Self>) {
        let Some((_, runaway)) = self.state.borrow().first_runaway() else {
            return;
        };
        self.dismiss_message();
        // A worker that breaks down says so itself.
        if self.seek(runaway.healthy).await.is_ok() {
            let _ = self.go_on_from_here().await;
        }
    }
}

impl State {
    /// The first pane whose numbers ran away.
    fn first_runaway(&self) -> Option<(usize, Runaway)> {
        let mut panes = self.panes.iter().enumerate();
        panes.find_map(|(index, pane)| Some((index, pane.runaway?)))
    }

    /// What happened, and what the way back is called.
    fn tell_runaway(&self) -> Option<(Sentence, String)> {
        let (index, runaway) = self.first_runaway()?;
        let pane = &self.panes[index];
        let words = &self.words;
        let step = |step: u64| words.number(step as f64, 0);
        let cause = match Cause::of(&pane.config) {
            None => words.get("runaway.cause.none"),
            Some(Cause {
                suspect,
                value,
                usual,
            }) => {
                let numbers = [("value", value), ("usual", usual)];
                let numbers = numbers.map(|(name, number)| (name, words.significant(number)));
                words.say(&Sentence::new(cause_key(suspect), numbers))
            }
        };
        let key = match self.panes.len() {
            1 => "runaway.happened",
            _ => "runaway.happened_in",
        };
        let happened = [
            ("pane", self.pane_name(pane)),
            ("step", step(runaway.step)),
            ("cause", cause),
        ];
        let way_back = Sentence::new("runaway.back", [("step", step(runaway.healthy))]);
        Some((Sentence::new(key, happened), words.say(&way_back)))
    }
}

fn cause_key(suspect: Suspect) -> &'static str {
    match suspect {
        Suspect::GeneratorRate => "runaway.cause.generator_rate",
        Suspect::DiscriminatorRate => "runaway.cause.discriminator_rate",
        Suspect::Width => "runaway.cause.width",
        Suspect::Reach => "runaway.cause.reach",
        Suspect::Labels => "runaway.cause.labels",
        Suspect::Gain => "runaway.cause.gain",
    }
}
