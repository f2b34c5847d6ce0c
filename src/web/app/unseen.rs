//! What plays while nobody sees it, in a tab behind another: it rests, goes on slowly, or goes on, as was chosen.
//! When it is seen again it goes on where it is, and does not race to catch up.

use std::rc::Rc;

use super::App;
use crate::{
    pace::Unseen,
    web::{clock::now_ms, controls, page},
};

impl App {
    /// Chooses what becomes of it.
    pub fn set_unseen(self: &Rc<Self>, unseen: Unseen) {
        self.state.borrow_mut().unseen = unseen;
        controls::show_setting("unseen", unseen.name());
        self.write_link();
    }

    /// Milliseconds to wait before what plays goes on; not above zero where it may.
    pub(super) fn rest_unseen_ms(&self) -> f64 {
        if !page::is_hidden() {
            return 0.0;
        }
        let (worked_ms, ended_ms) = self.worked.get();
        let unseen = self.state.borrow().unseen;
        unseen.rest_ms(worked_ms, now_ms() - ended_ms)
    }

    /// Notes that a round took so long and ended now.
    pub(super) fn note_work(&self, worked_ms: f64) {
        self.worked.set((worked_ms, now_ms()));
    }
}
