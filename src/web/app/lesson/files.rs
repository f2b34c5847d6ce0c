//! The files of the lessons, fetched when they are needed. What is in them is read by
//! [`crate::scene::lesson`] alone.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::App;
use crate::{
    config::ConfigError,
    quote::quoted,
    scene::lesson::{self, Lesson},
};

/// The file that names the lessons in their order.
const INDEX: &str = "index.json";

/// Why a lesson cannot be shown.
#[derive(Clone, Debug)]
pub(in crate::web::app) enum Trouble {
    /// The file could not be fetched.
    Missing { file: String, reason: String },
    /// The file was not understood; the error names it.
    Broken(ConfigError),
    /// The index has no such lesson.
    Unknown { name: String },
}

impl App {
    /// Reads the index, unless it was read before.
    pub(super) async fn lesson_index(&self) -> Result<(), Trouble> {
        if !self.state.borrow().lessons.names.is_empty() {
            return Ok(());
        }
        let text = self.lesson_text(INDEX).await?;
        let names = lesson::index(INDEX, &text).map_err(Trouble::Broken)?;
        let lessons = &mut self.state.borrow_mut().lessons;
        // Somebody may have read it meanwhile.
        if lessons.names.is_empty() {
            lessons.read = vec![None; names.len()];
            lessons.names = names;
        }
        Ok(())
    }

    /// The place of the lesson of that name in the index.
    pub(super) async fn lesson_named(&self, name: &str) -> Result<usize, Trouble> {
        self.lesson_index().await?;
        let state = self.state.borrow();
        let place = state.lessons.names.iter().position(|known| known == name);
        place.ok_or_else(|| Trouble::Unknown { name: quoted(name) })
    }

    /// The lesson at a place of the index. A file that failed is asked for again: it may be mended.
    pub(super) async fn lesson_file(&self, place: usize) -> Result<Rc<Lesson>, Trouble> {
        let file = {
            let lessons = &self.state.borrow().lessons;
            if let Some(lesson) = &lessons.read[place] {
                return Ok(lesson.clone());
            }
            format!("{}.json", lessons.names[place])
        };
        let text = self.lesson_text(&file).await?;
        let lesson = Rc::new(Lesson::read(&file, &text).map_err(Trouble::Broken)?);
        self.state.borrow_mut().lessons.read[place] = Some(lesson.clone());
        Ok(lesson)
    }

    /// Reads all lessons without hurry: the list shows their titles, and turning needs no wait.
    pub(super) fn read_ahead(self: &Rc<Self>) {
        if std::mem::replace(&mut self.state.borrow_mut().lessons.read_ahead, true) {
            return;
        }
        let this = self.clone();
        spawn_local(async move {
            let count = this.state.borrow().lessons.names.len();
            for place in 0..count {
                if this.state.borrow().lessons.read[place].is_none() {
                    // Whatever is wrong with it is told when it is opened.
                    drop(this.lesson_file(place).await);
                    this.show_lesson_list();
                }
            }
        });
    }

    async fn lesson_text(&self, file: &str) -> Result<String, Trouble> {
        let text = self.files.text(&format!("lessons/{file}")).await;
        text.map_err(|reason| Trouble::Missing {
            file: file.to_owned(),
            reason,
        })
    }
}
