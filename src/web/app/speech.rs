//! What the page says: messages, and all its words in one language or the other.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::App;
use crate::{
    config::ConfigError,
    languages::Language,
    web::{
        controls, page,
        text::{Sentence, Words},
    },
};

impl App {
    /// Shows a sentence until it is dismissed or replaced.
    pub fn show_message(&self, sentence: Sentence) {
        let mut state = self.state.borrow_mut();
        page::show("message", &state.words.say(&sentence));
        controls::show_tone(false);
        state.offers_way_back = false;
        controls::offer_way_back(None);
        state.message = Some(sentence);
    }

    /// Shows good news in the same place.
    pub fn show_notice(&self, sentence: Sentence) {
        self.show_message(sentence);
        controls::show_tone(true);
    }

    /// Shows why a configuration was refused.
    pub fn show_refusal(&self, error: &ConfigError) {
        let reason = self.state.borrow().words.refusal(error);
        self.show_message(Sentence::new(
            "message.configuration_refused",
            [("reason", reason)],
        ));
    }

    /// Takes the message away.
    pub fn dismiss_message(&self) {
        let mut state = self.state.borrow_mut();
        state.message = None;
        state.offers_way_back = false;
        page::show("message", "");
        controls::offer_way_back(None);
    }

    /// Changes the language of everything that is shown.
    ///
    /// # Errors
    /// What the browser says if the words cannot be had; the language stays.
    pub async fn set_language(self: &Rc<Self>, language: &'static Language) -> Result<(), JsValue> {
        self.language_asked.set(language);
        let words = Words::fetch(&self.files, language).await?;
        // Words come when they come: those that were asked for last are said.
        if self.language_asked.get() != language {
            return Ok(());
        }
        {
            let mut state = self.state.borrow_mut();
            state.words = words;
            state.language = language;
        }
        self.show_words();
        self.write_link();
        Ok(())
    }

    pub(super) fn show_words(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            state.style.numerals = state.words.numerals();
            state.words.apply();
            state.show_pane_names();
            let message = state
                .message
                .as_ref()
                .map(|message| state.words.say(message))
                .unwrap_or_default();
            page::show("message", &message);
        }
        if self.state.borrow().offers_way_back {
            self.show_runaway();
        }
        self.show_lesson();
        self.show_own();
        controls::show_setting("language", self.state.borrow().language.name);
        self.show_loss();
        self.show_badge();
        self.redraw();
    }
}
