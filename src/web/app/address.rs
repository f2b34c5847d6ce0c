//! The address bar: its fragment opens the page as it is.
//!
//! Browsers take only so many changes of it in half a minute. The last one is written all the same, a little later.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{App, Choice, lesson};
use crate::{
    pace::Unseen,
    scene::{Handout, Scene, link},
    web::{clock::sleep, page},
};

/// What the entries that the page makes in the browser's history hold; those of links have nothing.
pub(super) const OWN_ENTRY: JsValue = JsValue::TRUE;

/// How long to wait for further changes where many follow each other: browsers allow about 100 in 30 seconds.
const SOON_MS: f64 = 500.0;
/// How long to wait after the browser did not take the link, and how often to try again. Where it never does, as in
/// a sandboxed frame, the run does not depend on it.
const AGAIN_MS: f64 = 1000.0;
const MOST_TRIES: u32 = 40;

impl App {
    /// The fragment that opens this page as it is.
    pub fn link(&self) -> String {
        self.link_with(&self.state.borrow().handout)
    }

    /// The fragment that opens it handed out in another way.
    pub(super) fn link_with(&self, handout: &Handout) -> String {
        let state = self.state.borrow();
        let mut settings = vec![("lang", state.language.name)];
        let pairs = handout.pairs();
        settings.extend(pairs.iter().map(|(name, value)| (*name, value.as_str())));
        if state.presenting {
            settings.push(("present", "1"));
        }
        if state.choice != Choice::Auto {
            settings.push(("backend", state.choice.name()));
        }
        if state.unseen != Unseen::default() {
            settings.push(("unseen", state.unseen.name()));
        }
        if let Some((name, as_made)) = state.lesson_in_link() {
            settings.push(("lesson", name));
            if as_made {
                return link::write(&Scene::default(), &settings);
            }
            if state.scene == Scene::default() {
                settings.push(lesson::NO_FIELD);
            }
        }
        link::write(&state.scene, &settings)
    }

    /// Puts the link into the address bar, without a new entry in the history.
    pub(super) fn write_link(self: &Rc<Self>) {
        self.link_tries.set(MOST_TRIES);
        self.put_link();
    }

    /// The same a little later, once for all that changes until then.
    pub(super) fn write_link_soon(self: &Rc<Self>) {
        self.link_tries.set(MOST_TRIES);
        self.put_link_after(SOON_MS);
    }

    fn put_link_after(self: &Rc<Self>, wait_ms: f64) {
        if self.link_due.replace(true) {
            return;
        }
        let this = self.clone();
        spawn_local(async move {
            sleep(wait_ms).await;
            this.link_due.set(false);
            this.put_link();
        });
    }

    fn put_link(self: &Rc<Self>) {
        let link = format!("#{}", self.link());
        let replaced = page::window()
            .history()
            .and_then(|history| history.replace_state_with_url(&OWN_ENTRY, "", Some(&link)));
        // What was taken is seen from the address alone: some browsers say nothing, others throw.
        drop(replaced);
        let tries = self.link_tries.get();
        if tries > 0 && page::window().location().hash().as_ref() != Ok(&link) {
            self.link_tries.set(tries - 1);
            self.put_link_after(AGAIN_MS);
        }
    }

    /// Puts the link into the address bar as a new entry in the history, if it says anything new.
    pub(super) fn push_link(&self) {
        let link = format!("#{}", self.link());
        if page::window().location().hash().as_ref() == Ok(&link) {
            return;
        }
        let pushed = page::window()
            .history()
            .and_then(|history| history.push_state_with_url(&OWN_ENTRY, "", Some(&link)));
        // A sandboxed frame may forbid it; the run does not depend on it.
        drop(pushed);
    }
}
