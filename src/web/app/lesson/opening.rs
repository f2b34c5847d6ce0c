//! Opening, turning and closing lessons. Files come when they come, so each call is counted, and what
//! an older one still waits for is dropped.

use std::rc::Rc;

use super::{App, Entry, Open, Trouble};
use crate::{
    scene::{
        Scene, View,
        lesson::{Lesson, Start},
    },
    web::{app::start::Opened, controls},
};

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

    /// Opens the lesson of that name.
    pub async fn open_lesson_named(self: &Rc<Self>, name: &str) {
        match self.lesson_named(name).await {
            Ok(place) => self.open_lesson(place, None, Entry::New).await,
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
        self.stop_playing();
        self.lab_pause();
        self.wall_pause();
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
    pub(in crate::web::app) async fn open_linked_lesson(
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
    pub(in crate::web::app) async fn follow_to_lesson(self: &Rc<Self>, opened: &Opened) {
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
        if was_open {
            self.take_speed(None);
            let speed = self.state.borrow().steps_per_second;
            self.set_speed(speed);
        }
        if was_open && entry == Entry::New {
            self.push_link();
        }
        self.show_lesson();
        self.redraw();
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
    pub(in crate::web::app) async fn begin_lesson(self: &Rc<Self>, call: u32) {
        self.read_ahead();
        let Some(lesson) = self.lesson_of_call(call) else {
            return;
        };
        let view = self.scene().look.view;
        let in_lab = view == View::Lab;
        self.point_to(lesson.select.filter(|_| view == View::Run));
        self.lab_select(lesson.select.filter(|_| in_lab));
        if self.lesson_revealed() {
            return;
        }
        if self.state.borrow().journal.end() > 0 {
            // What happened in the same scene before is no part of the lesson. A failure is shown.
            drop(self.reset().await);
        }
        // Whoever was quick has seen the reveal, or is at another lesson already.
        if self.stale_lesson(call) || self.lesson_revealed() {
            return;
        }
        self.lab_reset();
        if view == View::Wall {
            self.wall_reset();
        }
        if lesson.start == Start::Playing && !controls::prefers_reduced_motion() {
            match view {
                View::Lab => self.lab_play(),
                View::Wall => self.wall_play(),
                View::Run => self.play(),
            }
        }
    }

    /// The open lesson, if it is still the one of this call and could be read.
    fn lesson_of_call(&self, call: u32) -> Option<Rc<Lesson>> {
        let lessons = &self.state.borrow().lessons;
        let open = lessons.open.as_ref()?;
        (lessons.calls == call).then(|| open.file.clone().ok())?
    }

    fn lesson_revealed(&self) -> bool {
        let lessons = &self.state.borrow().lessons;
        lessons.open.as_ref().is_some_and(|open| open.revealed)
    }

    /// Counts one more call.
    fn call_lesson(&self) -> u32 {
        let lessons = &mut self.state.borrow_mut().lessons;
        lessons.calls += 1;
        lessons.calls
    }

    /// Whether something else was opened or closed since.
    pub(super) fn stale_lesson(&self, call: u32) -> bool {
        self.state.borrow().lessons.calls != call
    }
}
