//! The lessons on the page: which one is open, what was answered, and what its link says.
//!
//! A link names its lesson, `lesson=<name>`. With no field of the scene beside that name it opens the
//! scene of the lesson's file; with any, it opens the scene that these fields describe, as every
//! other link does, and the lesson's words beside it. So the page writes no fields while the scene is
//! as the lesson itself has made it, and all of them once the visitor has changed something. What
//! was answered is not in a link: whoever opens it predicts first.
//!
//! Opening and closing a lesson are entries in the browser's history; what is changed within one
//! is not.

mod challenge;
mod files;
mod opening;
mod telling;

use std::rc::Rc;

use super::{App, State};
use crate::{
    scene::{
        Scene, View,
        lesson::{Lesson, RevealAction},
    },
    train::Part,
    web::controls,
};

pub(super) use files::Trouble;

/// A field of the scene that says no more than its default: with it, a link shows the default scene in
/// a lesson, and not the lesson's.
pub(super) const NO_FIELD: (&str, &str) = ("look.view", "run");

/// The lessons that there are, and the one that is open.
#[derive(Default)]
pub(super) struct Lessons {
    /// Their names, in order; none before the index was read.
    names: Vec<String>,
    /// What was read of each so far.
    read: Vec<Option<Rc<Lesson>>>,
    open: Option<Open>,
    /// The place of the one that was open last.
    last: usize,
    /// Whether the others were asked for already, without hurry.
    read_ahead: bool,
    /// Whether the settings show beside the lesson.
    settings: bool,
    /// The visitor's own speed, while a lesson's is in force.
    own_speed: Option<String>,
    /// Counts what is opened and closed: files may come late, and only the last call counts.
    calls: u32,
}

/// The lesson that is open.
struct Open {
    place: usize,
    file: Result<Rc<Lesson>, Trouble>,
    /// The answer that was given.
    answer: Option<usize>,
    revealed: bool,
    /// The scene as the lesson itself made it.
    made: Option<Scene>,
}

/// How a lesson is entered in the browser's history.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// As a new entry.
    New,
    /// The address says it already.
    There,
}

impl App {
    /// Takes an answer, which is also the moment to see what happens.
    pub async fn answer_lesson(self: &Rc<Self>, answer: usize) {
        {
            let lessons = &mut self.state.borrow_mut().lessons;
            match &mut lessons.open {
                Some(open) if !open.revealed => open.answer = Some(answer),
                _ => return,
            }
        }
        self.reveal_lesson().await;
    }

    /// Shows what happens.
    pub async fn reveal_lesson(self: &Rc<Self>) {
        let now = self.scene();
        let (scene, action) = {
            let lessons = &mut self.state.borrow_mut().lessons;
            let Some(open) = lessons.open.as_mut().filter(|open| !open.revealed) else {
                return;
            };
            let Ok(lesson) = &open.file else { return };
            open.revealed = true;
            open.made = Some(lesson.revealed(&lesson.scene));
            let seen = (lesson.revealed(&now), lesson.reveal_action);
            // What is to be changed must be at hand.
            lessons.settings |= lesson.challenge.is_some();
            seen
        };
        let call = self.state.borrow().lessons.calls;
        self.show_lesson();
        controls::bring_reveal_into_sight();
        let view = scene.look.view;
        self.set_scene(scene).await;
        if self.stale_lesson(call) {
            return;
        }
        // Other panes may have moved the picture.
        controls::bring_reveal_into_sight();
        match action {
            RevealAction::None => {}
            RevealAction::Play => self.play(),
            RevealAction::LabPlay => self.lab_play(),
            RevealAction::WallPlay => self.wall_play(),
            RevealAction::Step if view == View::Lab => self.lab_step(),
            RevealAction::Step if view == View::Wall => self.wall_step(),
            // A failure is shown by the app itself.
            RevealAction::Step => drop(self.step(1, Part::Both).await),
        }
    }

    /// Shows or hides the settings beside the lesson.
    pub fn toggle_lesson_settings(self: &Rc<Self>) {
        {
            let lessons = &mut self.state.borrow_mut().lessons;
            lessons.settings = !lessons.settings;
        }
        self.show_lesson();
    }

    /// Takes a lesson's speed, or the visitor's own again.
    fn take_speed(&self, speed: Option<&str>) {
        let mut state = self.state.borrow_mut();
        let own = state.lessons.own_speed.take();
        let own = own.or_else(|| speed.and_then(|_| controls::speed_name()));
        if let Some(speed) = speed.or(own.as_deref()) {
            controls::show_setting("speed", speed);
            state.steps_per_second = controls::speed();
        }
        state.lessons.own_speed = own.filter(|_| speed.is_some());
    }
}

impl Lessons {
    /// The visitor has chosen a speed: no lesson's is in force any more.
    pub(super) fn keep_speed(&mut self) {
        self.own_speed = None;
    }
}

impl State {
    /// The name of the open lesson, and whether the scene is as the lesson itself made it.
    pub(super) fn lesson_in_link(&self) -> Option<(&str, bool)> {
        let open = self.lessons.open.as_ref()?;
        let name = self.lessons.names.get(open.place)?;
        Some((name, open.made.as_ref() == Some(&self.scene)))
    }
}
