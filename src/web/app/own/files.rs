//! Points that come from a text and go into one.

use std::rc::Rc;

use super::{App, State, places, with_places};
use crate::{
    config::{MOST_POINTS, Target},
    data::{self, Argument, Loaded, Unreadable},
    web::text::Sentence,
};

impl App {
    /// Takes the points of a text for the target, and says what became of them.
    ///
    /// # Errors
    /// Why it has none, as a sentence in the page's language; the run goes on as it was.
    pub async fn own_load(self: &Rc<Self>, text: &str) -> Result<(), String> {
        let loaded = match data::read(text, MOST_POINTS) {
            Ok(loaded) => loaded,
            Err(reason) => return Err(self.own_refuse(&reason)),
        };
        let target = match self.config().target {
            points @ Target::Points { .. } => with_places(&points, &loaded.points),
            _ => with_places(&self.own_points(), &loaded.points),
        };
        if matches!(self.config().target, Target::Points { .. }) {
            // One act like any other, that can be undone.
            self.own_act(|own| {
                own.sketch.clear();
                loaded
                    .points
                    .iter()
                    .for_each(|point| own.sketch.put(*point));
            });
        } else {
            let mut scene = self.scene();
            scene.config.target = target;
            self.set_scene(scene).await;
        }
        let notice = self.state.borrow().loaded(&loaded);
        self.show_notice(notice);
        Ok(())
    }

    /// Shows why a text or a file is not taken; returns the sentence.
    pub fn own_refuse(&self, reason: &Unreadable) -> String {
        let (key, arguments) = reason.sentence();
        let (sentence, said) = {
            let words = &self.state.borrow().words;
            let arguments = arguments.into_iter().map(|(name, argument)| {
                let written = match argument {
                    Argument::Count(count) => words.number(count as f64, 0),
                    Argument::Text(text) => text,
                };
                (name, written)
            });
            let sentence = Sentence::new(key, arguments);
            let said = words.say(&sentence);
            (sentence, said)
        };
        self.show_message(sentence);
        said
    }

    /// Whether a text that somebody pastes is meant for the target: where there are points already, or
    /// where it can only be a list of points.
    pub fn own_wants(&self, text: &str) -> bool {
        let state = self.state.borrow();
        let is_points = matches!(state.scene.config.target, Target::Points { .. });
        is_points || data::read(text, MOST_POINTS).is_ok_and(|loaded| loaded.found > 1)
    }

    /// The target's points or modes as CSV or JSON; none where it has no list of them.
    pub fn own_text(&self, format: &str) -> Option<String> {
        let state = self.state.borrow();
        let places = places(&state.scene.config.target)?;
        match format {
            "csv" => Some(data::csv(places)),
            "json" => Some(data::json(places)),
            _ => None,
        }
    }
}

impl State {
    /// What became of a text's points.
    fn loaded(&self, loaded: &Loaded) -> Sentence {
        let whole = |count: usize| self.words.number(count as f64, 0);
        let mut arguments = vec![("count", whole(loaded.points.len()))];
        let is_part = loaded.found > loaded.points.len();
        if is_part {
            arguments.push(("found", whole(loaded.found)));
        }
        if let Some(fit) = loaded.fit {
            let [x, y] = fit.centre.map(|part| self.words.significant(part));
            arguments.extend([
                ("x", x),
                ("y", y),
                ("scale", self.words.significant(fit.scale)),
            ]);
        }
        let key = match (is_part, loaded.fit) {
            (false, None) => "own.loaded",
            (true, None) => "own.loaded_part",
            (false, Some(_)) => "own.loaded_fitted",
            (true, Some(_)) => "own.loaded_part_fitted",
        };
        Sentence::new(key, arguments)
    }
}
