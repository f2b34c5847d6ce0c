//! What a visitor hands to others: the link that opens this page, as text, as a QR code and as a frame
//! for a page of their own; and pages that a teacher has reduced. What is chosen in the dialog holds for
//! the link, not for the page that shows it.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::App;
use crate::{
    picture::qr::Qr,
    scene::{Fate, Handout},
    web::{clipboard, controls, page, text::Sentence},
};

impl App {
    /// Whether a part of the page may be changed by hand, as this page was handed out.
    pub fn may_change(&self, part: &str) -> bool {
        self.state.borrow().handout.fate(part) == Fate::Shown
    }

    /// Copies the link and shows all that can be handed out.
    pub fn share(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            state.draft = state.handout.clone();
        }
        controls::open_dialog("share");
        self.show_share();
        self.copy_link();
    }

    /// Copies the link that the dialog shows.
    pub fn copy_link(self: &Rc<Self>) {
        self.copy(self.shared_link(), "message.saved_link");
    }

    /// Copies the words that put this page into another one.
    pub fn copy_frame(self: &Rc<Self>) {
        self.copy(frame(&self.shared_link()), "message.copied_frame");
    }

    /// What becomes of a part of the page in what is handed out.
    pub fn decide_part(self: &Rc<Self>, part: &str, fate: Fate) {
        self.state.borrow_mut().draft.decide(part, fate);
        self.show_share();
    }

    /// Whether what is handed out stands in a frame, and which sites may speak to it there, separated
    /// by commas or spaces. Refused sites are told, and left out.
    pub fn decide_frame(self: &Rc<Self>, embed: bool, origins: &str) {
        let list = origins
            .split([',', ' '])
            .map(|origin| origin.trim().trim_end_matches('/'))
            .filter(|origin| !origin.is_empty())
            .collect::<Vec<_>>()
            .join(",");
        let read = Handout::read([("origins", list.as_str())]);
        let told = match &read {
            Ok(_) => String::new(),
            Err(error) => self.state.borrow().words.refusal(error),
        };
        page::show("share_trouble", &told);
        controls::mark_origins(read.is_ok());
        {
            let draft = &mut self.state.borrow_mut().draft;
            draft.embed = embed;
            draft.origins = read.map(|read| read.origins).unwrap_or_default();
        }
        self.show_share();
    }

    /// Shows the page as it was handed out.
    pub(super) fn show_handout(&self) {
        controls::show_handout(&self.state.borrow().handout);
    }

    /// The address that opens this page as the dialog says.
    fn shared_link(&self) -> String {
        let address = page::window().location().href().unwrap_or_default();
        let page = address.split('#').next().unwrap_or_default();
        let draft = self.state.borrow().draft.clone();
        format!("{page}#{}", self.link_with(&draft))
    }

    fn show_share(&self) {
        let link = self.shared_link();
        controls::show_shared(&link, &frame(&link), Qr::of(&link).as_ref());
        controls::show_draft(&self.state.borrow().draft);
    }

    fn copy(self: &Rc<Self>, text: String, done: &'static str) {
        let this = self.clone();
        spawn_local(async move {
            let key = match clipboard::write(&text).await {
                Ok(()) => done,
                Err(_) => "message.copy_by_hand",
            };
            let words = this.state.borrow().words.say(&Sentence::new(key, []));
            page::show("share_status", &words);
        });
    }
}

/// HTML that frames this page.
fn frame(link: &str) -> String {
    let link = link.replace('&', "&amp;").replace('"', "%22");
    format!(
        "<iframe src=\"{link}\" title=\"LSGAN Lab\" width=\"100%\" height=\"640\" style=\"border: 0\" \
         allow=\"fullscreen; clipboard-write\"></iframe>"
    )
}
