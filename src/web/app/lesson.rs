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

mod files;
mod telling;

use std::rc::Rc;

use super::{App, State, start::Opened};
use crate::{
    scene::{
        Scene, View,
        lesson::{Lesson, RevealAction, Start},
    },
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
    /// The button of the lessons: opens the one that was open last, or closes it.
    pub async fn toggle_lessons(self: &Rc<Self>) {
        if self.state.borrow().lessons.open.is_some() {
            return self.close_lesson(Entry::New);
        }
        match self.lesson_index().await {
            Ok(()) => {
                let last = self.state.borrow().lessons.last;
                self.open_lesson(last, None, Entry::New).await;
            }
            Err(trouble) => self.show_trouble(&trouble),
        }
    }

    /// Opens the lesson so many places on.
    pub async fn turn_lesson(self: &Rc<Self>, places: isize) {
        let place = {
            let lessons = &self.state.borrow().lessons;
            let open = lessons.open.as_ref();
            open.and_then(|open| open.place.checked_add_signed(places))
        };
        if let Some(place) = place {
            self.open_lesson(place, None, Entry::New).await;
        }
    }

    /// Opens the lesson at a place of the list, in the scene of its file or in one of the visitor's
    /// own.
    pub(in crate::web) async fn open_lesson(
        self: &Rc<Self>,
        place: usize,
        own: Option<Scene>,
        entry: Entry,
    ) {
        if place >= self.state.borrow().lessons.names.len() {
            return;
        }
        let call = self.call_lesson();
        let file = self.lesson_file(place).await;
        if self.stale_lesson(call) {
            return;
        }
        self.dismiss_message();
        self.show_paused();
        self.new_ticket();
        self.put_up_lesson(place, file, own);
        if entry == Entry::New {
            self.push_link();
        }
        self.show_lesson();
        controls::enter_lesson();
        let scene = self.scene();
        self.set_scene(scene).await;
        self.begin_lesson(call).await;
    }

    /// Opens the lesson that a link names, before there are runs: the page starts in its scene. Says
    /// which call it was.
    pub(super) async fn open_linked_lesson(
        &self,
        name: &str,
        own: Option<Scene>,
    ) -> Result<Option<u32>, Trouble> {
        let call = self.call_lesson();
        let place = self.lesson_named(name).await?;
        let file = self.lesson_file(place).await;
        self.put_up_lesson(place, file, own);
        Ok(Some(call))
    }

    /// Follows a link on the page: to a lesson, or out of the lessons.
    pub(super) async fn follow_to_lesson(self: &Rc<Self>, opened: &Opened) {
        let call = self.call_lesson();
        let found = match &opened.lesson {
            Some(name) => self.lesson_named(name).await.map(Some),
            None => Ok(None),
        };
        if self.stale_lesson(call) {
            return;
        }
        if let Ok(Some(place)) = found {
            return self
                .open_lesson(place, opened.own_scene(), Entry::There)
                .await;
        }
        self.close_lesson(Entry::There);
        self.set_scene(opened.scene.clone()).await;
        if let Err(trouble) = found {
            self.show_trouble(&trouble);
        }
    }

    /// Back to free play, with the scene as it is.
    pub fn close_lesson(self: &Rc<Self>, entry: Entry) {
        self.call_lesson();
        let was_open = self.state.borrow_mut().lessons.open.take().is_some();
        self.take_speed(None);
        if was_open && entry == Entry::New {
            self.push_link();
        }
        self.show_lesson();
        self.redraw();
    }

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
            (lesson.revealed(&now), lesson.reveal_action)
        };
        let call = self.state.borrow().lessons.calls;
        self.show_lesson();
        controls::bring_reveal_into_sight();
        self.set_scene(scene).await;
        if self.stale_lesson(call) {
            return;
        }
        // Other panes may have moved the picture.
        controls::bring_reveal_into_sight();
        match action {
            RevealAction::None => {}
            RevealAction::Play => self.play(),
            RevealAction::LabPlay => self.move_lab(),
            RevealAction::Step => self.step_shown().await,
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

    /// Puts a lesson into the state: from here on it is open.
    fn put_up_lesson(&self, place: usize, file: Result<Rc<Lesson>, Trouble>, own: Option<Scene>) {
        let speed = file.as_ref().ok().and_then(|lesson| lesson.speed);
        {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            // A lesson that could not be read leaves the scene as it is.
            let scene = match &file {
                Ok(lesson) => lesson.scene.clone(),
                Err(_) => state.scene.clone(),
            };
            let made = (file.is_ok() || own.is_none()).then(|| scene.clone());
            state.scene = own.unwrap_or(scene);
            state.lessons.last = place;
            state.lessons.open = Some(Open {
                place,
                file,
                answer: None,
                revealed: false,
                made,
            });
        }
        self.take_speed(speed);
    }

    /// The scene is set up: the run and the lab stand at their beginnings, or move if the file says so.
    pub(super) async fn begin_lesson(self: &Rc<Self>, call: u32) {
        self.read_ahead();
        let Some(lesson) = self.waiting_lesson(call) else {
            return;
        };
        if self.state.borrow().journal.total() > 0 {
            // What happened in the same scene before is no part of the lesson. A failure is shown.
            drop(self.reset().await);
        }
        self.restart_lab();
        let in_lab = self.scene().look.view == View::Lab;
        self.point_to(lesson.select.filter(|_| !in_lab));
        self.select_in_lab(lesson.select.filter(|_| in_lab));
        // Whoever was quick has seen the reveal, or is at another lesson already.
        if self.waiting_lesson(call).is_none() {
            return;
        }
        if lesson.start == Start::Playing && !controls::prefers_reduced_motion() {
            if in_lab {
                self.move_lab();
            } else {
                self.play();
            }
        }
    }

    /// The open lesson, if it is still the one of this call and waits for the prediction.
    fn waiting_lesson(&self, call: u32) -> Option<Rc<Lesson>> {
        let lessons = &self.state.borrow().lessons;
        let open = lessons.open.as_ref()?;
        (lessons.calls == call && !open.revealed).then(|| open.file.clone().ok())?
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

    /// Counts one more call.
    fn call_lesson(&self) -> u32 {
        let lessons = &mut self.state.borrow_mut().lessons;
        lessons.calls += 1;
        lessons.calls
    }

    fn stale_lesson(&self, call: u32) -> bool {
        self.state.borrow().lessons.calls != call
    }
}

/// What the lab does in a lesson.
impl App {
    /// Lets the samples in the lab move.
    fn move_lab(self: &Rc<Self>) {}

    /// One step of the lab.
    fn step_lab(self: &Rc<Self>) {}

    /// Puts all samples of the lab back to where they were placed, and holds them still.
    fn restart_lab(self: &Rc<Self>) {}

    /// Selects a sample of the lab, or none.
    fn select_in_lab(self: &Rc<Self>, _sample: Option<usize>) {}

    /// One step of what is shown.
    async fn step_shown(self: &Rc<Self>) {
        if self.scene().look.view == View::Lab {
            self.step_lab();
        } else {
            // A failure is shown by the app itself.
            drop(self.step(1, crate::train::Part::Both).await);
        }
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
