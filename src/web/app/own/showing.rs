//! What the page shows and says of a target under a hand.

use std::rc::Rc;

use super::{App, State, Tool, hand::RADIUS, places};
use crate::{
    config::Target,
    web::{
        controls::{self, OwnShown},
        page,
        plane::Handles,
        text::Sentence,
    },
};

/// What a plane shows of a target under a hand.
pub(in crate::web::app) struct OwnPicture<'a> {
    /// What lies over it.
    pub handles: Option<Handles<'a>>,
    /// Real samples in the place of the snapshot's: the workers do not have this target yet.
    pub real: Option<&'a [f32]>,
}

impl App {
    /// Shows tools, buttons and numbers as they are now.
    pub(in crate::web::app) fn show_own(self: &Rc<Self>) {
        {
            let state = self.state.borrow();
            let own = &state.own;
            let [can_undo, can_redo] = own.sketch.can_undo_and_redo();
            let count = own.sketch.places().len();
            let sentence = match (&state.scene.config.target, count) {
                (Target::Points { .. }, 0) => Sentence::new("own.none", []),
                (Target::Points { .. }, _) => state.counted("own.points"),
                _ => state.counted("own.modes"),
            };
            page::show("own_count", &state.words.say(&sentence));
            controls::show_own(&OwnShown {
                tool: own.tool,
                can_undo,
                can_redo,
                can_clear: count > 0,
                can_add: !own.sketch.is_full(),
                can_delete: own.selected.is_some() && count > 1,
                can_take_apart: super::taken_apart(&state.scene.config.target).is_some(),
            });
        }
        self.own_stale();
    }

    /// Something of the sketch looks different.
    pub(super) fn own_redrawn(self: &Rc<Self>) {
        self.show_own();
    }

    fn own_stale(self: &Rc<Self>) {
        let mut state = self.state.borrow_mut();
        state.panes.iter_mut().for_each(|pane| pane.stale = true);
        drop(state);
        self.ask_frame();
    }
}

impl State {
    /// What the planes show of it.
    pub(in crate::web::app) fn own_shown(&self) -> OwnPicture<'_> {
        OwnPicture {
            handles: self.handles(),
            real: self.own.real.as_deref(),
        }
    }

    /// What lies over the planes while the target is edited.
    fn handles(&self) -> Option<Handles<'_>> {
        let own = &self.own;
        let tool = own.tool?;
        let half_side = self.own_half_side();
        Some(Handles {
            places: own.sketch.places(),
            are_modes: own.moves(),
            selected: own.selected.filter(|_| own.moves()),
            brush: own.brush.map(|at| (at, RADIUS * half_side)),
            cursor: (own.keyed && tool != Tool::Move).then_some(own.cursor),
        })
    }

    fn counted(&self, key: &'static str) -> Sentence {
        let count = self.own.sketch.places().len();
        Sentence::new(key, [("count", self.words.number(count as f64, 0))])
    }

    fn announce(&self, sentence: &Sentence) {
        page::show("announcement", &self.words.say(sentence));
    }

    /// Says how many points there are, after what was done.
    pub(super) fn say_count(&self, key: &'static str) {
        self.announce(&self.counted(key));
    }

    /// Says which tool the hand has, and its keys.
    pub(super) fn say_tool(&self, tool: Tool) {
        let key = match tool {
            Tool::Draw => "own.said.draw",
            Tool::Erase => "own.said.erase",
            Tool::Move => "own.said.move",
        };
        self.announce(&Sentence::new(key, []));
    }

    /// Says where the cursor is.
    pub(super) fn say_cursor(&self) {
        let [x, y] = self.own.cursor.map(|part| self.words.number(part, 2));
        self.announce(&Sentence::new("own.said.cursor", [("x", x), ("y", y)]));
    }

    /// Says which mode is selected, and where it is.
    pub(super) fn say_mode(&self) {
        let own = &self.own;
        let all = places(&self.scene.config.target).unwrap_or_default().len();
        let selected = own
            .selected
            .and_then(|index| Some((index, own.sketch.places().get(index)?)));
        if let Some((index, place)) = selected {
            let [x, y] = place.map(|part| self.words.number(part, 2));
            let number = self.words.number(index as f64 + 1.0, 0);
            let of = self.words.number(all as f64, 0);
            self.announce(&Sentence::new(
                "own.said.mode",
                [("number", number), ("of", of), ("x", x), ("y", y)],
            ));
        }
    }
}
