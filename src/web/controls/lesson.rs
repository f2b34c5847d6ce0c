//! The panel of the lessons: what a visitor does in it becomes a call of the app, and what the app
//! says is shown here. Words of lesson files go in as text, never as markup.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use crate::web::{
    app::{App, Entry},
    page,
};

/// The open lesson in words.
#[derive(Default)]
pub struct LessonShown<'a> {
    /// Its place among the others.
    pub position: String,
    /// No lesson comes before it.
    pub is_first: bool,
    /// No lesson comes after it.
    pub is_last: bool,
    /// Its heading.
    pub title: &'a str,
    /// What the class sees.
    pub text: &'a str,
    /// What the class is to predict; the whole box goes where this is empty.
    pub question: &'a str,
    /// The predictions to choose from.
    pub answers: Vec<&'a str>,
    /// The one that was chosen.
    pub answer: Option<usize>,
    /// The right one, once it is revealed.
    pub right: Option<usize>,
    /// What is said of each answer for those who cannot see the signs.
    pub verdicts: Vec<String>,
    /// What is said at the end.
    pub outcome: Option<String>,
}

impl LessonShown<'_> {
    /// Whether the class is to predict now.
    fn asks(&self) -> bool {
        self.right.is_none() && !self.answers.is_empty()
    }
}

/// Binds what no single click says: the list goes with Escape and with a click elsewhere.
pub(super) fn connect() {
    let document = page::document();
    page::listen(&document, "keydown", |event: KeyboardEvent| {
        if event.key() == "Escape"
            && let Some(list) = contents().filter(|list| list.has_attribute("open"))
        {
            close_contents();
            if let Ok(Some(summary)) = list.query_selector("summary") {
                focus(&summary);
            }
        }
    });
    page::listen(&document, "click", |event: Event| {
        let target = event.target().and_then(|target| target.dyn_into().ok());
        let inside = contents().is_some_and(|list| list.contains(target.as_ref()));
        if !inside {
            close_contents();
        }
    });
}

/// A button of the lessons was clicked.
pub(super) fn clicked(app: Rc<App>, element: &Element, action: &str) {
    match action {
        "lessons" => spawn_local(async move { app.toggle_lessons().await }),
        "lesson_close" => app.close_lesson(Entry::New),
        "lesson_next" => spawn_local(async move { app.turn_lesson(1).await }),
        "lesson_previous" => spawn_local(async move { app.turn_lesson(-1).await }),
        "lesson_settings" => app.toggle_lesson_settings(),
        "lesson_reveal" => spawn_local(async move { app.reveal_lesson().await }),
        "lesson_answer" => {
            if let Some(answer) = place(element) {
                spawn_local(async move { app.answer_lesson(answer).await });
            }
        }
        "lesson_open" => {
            if let Some(place) = element.parent_element().as_ref().and_then(place) {
                close_contents();
                spawn_local(async move { app.open_lesson(place, None, Entry::New).await });
            }
        }
        _ => {}
    }
}

/// Shows the open lesson, or that there is none.
pub fn show_lesson(lesson: Option<&LessonShown>) {
    for button in page::all("[data-action=\"lessons\"]") {
        page::set_attribute(&button, "aria-pressed", &lesson.is_some().to_string());
    }
    if let Some(panel) = page::hook::<Element>("show", "lesson") {
        page::set_hidden(&panel, lesson.is_none());
        let asks = lesson.is_some_and(|lesson| lesson.asks());
        page::set_attribute(&panel, "data-asks", &asks.to_string());
    }
    let Some(lesson) = lesson else { return };
    page::show("lesson_position", &lesson.position);
    page::show("lesson_title", lesson.title);
    page::show("lesson_text", lesson.text);
    page::show("lesson_question", lesson.question);
    show_answers(lesson);
    if let Some(outcome) = page::hook::<Element>("show", "lesson_reveal") {
        page::set_text(&outcome, lesson.outcome.as_deref().unwrap_or_default());
        page::set_hidden(&outcome, lesson.outcome.is_none());
    }
    for (action, impossible) in [
        ("lesson_previous", lesson.is_first),
        ("lesson_next", lesson.is_last),
    ] {
        if let Some(button) = page::hook::<Element>("action", action) {
            page::set_disabled(&button, impossible);
        }
    }
    if let Some(button) = page::hook::<Element>("action", "lesson_reveal") {
        let had_focus = page::document().active_element().as_ref() == Some(&button);
        page::set_hidden(&button, lesson.right.is_some());
        if had_focus
            && lesson.right.is_some()
            && let Some(next) = page::hook::<Element>("action", "lesson_next")
        {
            focus(&next);
        }
    }
}

/// Shows how the lesson's challenge stands; no words hide it.
pub fn show_challenge(words: &str, met: bool) {
    if let Some(element) = page::hook::<Element>("show", "lesson_challenge") {
        page::set_text(&element, words);
        page::set_attribute(&element, "data-met", &met.to_string());
    }
    if let Some(around) = inner(".lesson-challenge") {
        page::set_hidden(&around, words.is_empty());
    }
}

/// Shows the answers. The buttons stay the same ones, so that the focus stays where it is.
fn show_answers(lesson: &LessonShown) {
    let Some(list) = page::hook::<Element>("show", "lesson_answers") else {
        return;
    };
    fit_children(&list, lesson.answers.len(), "lesson_answer");
    for (index, text) in lesson.answers.iter().enumerate() {
        let Some(button) = page::child(&list, index) else {
            return;
        };
        page::show_in(&button, "text", text);
        let chosen = lesson.answer == Some(index);
        let verdict = lesson.right.and_then(|right| match right == index {
            true => Some("right"),
            false => chosen.then_some("wrong"),
        });
        page::set_attribute(&button, "aria-pressed", &chosen.to_string());
        page::set_attribute(
            &button,
            "aria-disabled",
            &lesson.right.is_some().to_string(),
        );
        page::set_attribute(&button, "data-verdict", verdict.unwrap_or_default());
        let said = verdict.and_then(|_| lesson.verdicts.get(index));
        page::show_in(&button, "verdict", said.map_or("", String::as_str));
    }
}

/// Lists the lessons; the place of the open one is marked.
pub fn show_lesson_list(titles: &[&str], open: Option<usize>) {
    let Some(list) = page::hook::<Element>("show", "lesson_list") else {
        return;
    };
    fit_children(&list, titles.len(), "lesson_item");
    for (index, title) in titles.iter().enumerate() {
        let Some(item) = page::child(&list, index) else {
            return;
        };
        page::show_in(&item, "title", title);
        if let Some(button) = item.first_element_child() {
            let current = if open == Some(index) { "step" } else { "false" };
            page::set_attribute(&button, "aria-current", current);
        }
    }
}

/// Shows whether the settings stand beside the lesson.
pub fn show_lesson_settings(shown: bool) {
    if let Some(button) = page::hook::<Element>("action", "lesson_settings") {
        page::set_attribute(&button, "aria-pressed", &shown.to_string());
    }
}

/// Goes to the beginning of a lesson that was just opened: eyes and screen readers alike.
pub fn enter_lesson() {
    if let Some(body) = inner(".lesson-body") {
        body.set_scroll_top(0);
    }
    if let Some(title) = page::hook::<Element>("show", "lesson_title") {
        focus(&title);
    }
    if let Some(panel) = page::hook::<Element>("show", "lesson") {
        let above = panel.get_bounding_client_rect().top();
        if above < 0.0 {
            page::window().scroll_by_with_x_and_y(0.0, above);
        }
    }
}

/// Scrolls as little as shows the outcome in the panel and, where the picture stands below the
/// panel, the whole picture.
pub fn bring_reveal_into_sight() {
    let rect = |element: &Element| element.get_bounding_client_rect();
    if let Some((body, outcome)) = inner(".lesson-body").zip(inner(".lesson-outcome")) {
        let (body_rect, outcome) = (rect(&body), rect(&outcome));
        let below = (outcome.bottom() - body_rect.bottom()).min(outcome.top() - body_rect.top());
        if body.scroll_height() > body.client_height() && below > 0.0 {
            body.set_scroll_top(body.scroll_top() + below.ceil() as i32);
        }
    }
    if let Some(picture) = inner(".picture").map(|picture| rect(&picture)) {
        let window = page::window();
        let height = window.inner_height().ok();
        let height = height
            .and_then(|height| height.as_f64())
            .unwrap_or(f64::MAX);
        let below = (picture.bottom() - height).min(picture.top());
        if below > 0.0 {
            window.scroll_by_with_x_and_y(0.0, below);
        }
    }
}

fn contents() -> Option<Element> {
    inner(".lesson-contents")
}

fn close_contents() {
    if let Some(list) = contents() {
        // Nothing to remove is no failure.
        let _ = list.remove_attribute("open");
    }
}

/// The first element that a selector finds.
fn inner(selector: &str) -> Option<Element> {
    page::document().query_selector(selector).ok().flatten()
}

fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // An element that is not rendered takes no focus.
        let _ = element.focus();
    }
}

/// The element's place among its siblings, from 0.
fn place(element: &Element) -> Option<usize> {
    let before = std::iter::successors(
        element.previous_element_sibling(),
        Element::previous_element_sibling,
    );
    element.parent_element().map(|_| before.count())
}

/// Gives an element so many children, each a copy of a template.
fn fit_children(parent: &Element, count: usize, template: &str) {
    while let Some(extra) = page::child(parent, count) {
        extra.remove();
    }
    while page::child(parent, count.wrapping_sub(1)).is_none() && count > 0 {
        match page::clone_template(template) {
            Ok(child) if parent.append_child(&child).is_ok() => {}
            _ => return,
        }
    }
}
