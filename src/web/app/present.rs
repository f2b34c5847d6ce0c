//! The presenter's page: large type, the picture, and what a talk needs of the controls.

use std::rc::Rc;

use super::App;
use crate::web::{controls, page};

impl App {
    /// Whether the page is a presenter's.
    pub fn presenting(&self) -> bool {
        self.state.borrow().presenting
    }

    /// Makes it one, or the usual page again; over the whole screen where the browser allows that.
    pub fn set_presenting(self: &Rc<Self>, presenting: bool) {
        self.state.borrow_mut().presenting = presenting;
        controls::show_presenting(presenting);
        let document = page::document();
        if presenting {
            // Refused without a visitor's hand, and on phones: then the page fills its window.
            let _ = page::root().request_fullscreen();
        } else if document.fullscreen_element().is_some() {
            document.exit_fullscreen();
        }
        self.write_link();
        self.redraw();
    }
}
