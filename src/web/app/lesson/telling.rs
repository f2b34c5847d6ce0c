//! The lesson in words: what its panel shows in the language of the page.

use super::{App, Lessons, Open, Trouble};
use crate::{
    scene::lesson::Lesson,
    web::{
        controls::{self, LessonShown},
        text::{Sentence, Words},
    },
};

impl App {
    /// Shows the open lesson as it stands, or that there is none.
    pub(in crate::web::app) fn show_lesson(&self) {
        {
            let state = self.state.borrow();
            let lessons = &state.lessons;
            let shown = lessons
                .open
                .as_ref()
                .map(|open| lessons.shown(open, &state.words, state.language));
            controls::show_lesson(shown.as_ref());
            controls::show_lesson_settings(lessons.settings);
        }
        self.state.borrow().show_challenge();
        self.show_lesson_list();
    }

    /// Lists the lessons by their titles; by their names while these are unknown.
    pub(super) fn show_lesson_list(&self) {
        let state = self.state.borrow();
        let lessons = &state.lessons;
        let named = lessons.names.iter().zip(&lessons.read);
        let titles = named.map(|(name, lesson)| match lesson {
            Some(lesson) => lesson.title.in_language(state.language),
            None => name,
        });
        let open = lessons.open.as_ref().map(|open| open.place);
        controls::show_lesson_list(&titles.collect::<Vec<_>>(), open);
    }

    /// Says why a lesson cannot be shown.
    pub(in crate::web::app) fn show_trouble(&self, trouble: &Trouble) {
        let sentence = trouble.sentence(&self.state.borrow().words);
        self.show_message(sentence);
    }
}

impl Lessons {
    fn shown<'a>(&'a self, open: &'a Open, words: &Words, language: &str) -> LessonShown<'a> {
        let position = Sentence::new(
            "lesson.position",
            [
                ("position", words.number(open.place as f64 + 1.0, 0)),
                ("count", words.number(self.names.len() as f64, 0)),
            ],
        );
        let shown = LessonShown {
            position: words.say(&position),
            is_first: open.place == 0,
            is_last: open.place + 1 == self.names.len(),
            title: &self.names[open.place],
            ..LessonShown::default()
        };
        match &open.file {
            Ok(lesson) => told(lesson, open, words, language, shown),
            Err(trouble) => LessonShown {
                outcome: Some(words.say(&trouble.sentence(words))),
                ..shown
            },
        }
    }
}

fn told<'a>(
    lesson: &'a Lesson,
    open: &Open,
    words: &Words,
    language: &str,
    shown: LessonShown<'a>,
) -> LessonShown<'a> {
    let answers = lesson.answers.iter();
    let verdict = |answer: usize| {
        let key = if answer == lesson.right {
            "lesson.right"
        } else {
            "lesson.wrong"
        };
        words.get(key)
    };
    LessonShown {
        title: lesson.title.in_language(language),
        text: lesson.text.in_language(language),
        question: lesson.question.in_language(language),
        answers: answers.map(|answer| answer.in_language(language)).collect(),
        answer: open.answer,
        right: open.revealed.then_some(lesson.right),
        verdicts: (0..lesson.answers.len()).map(verdict).collect(),
        outcome: open
            .revealed
            .then(|| lesson.reveal.in_language(language).to_owned()),
        ..shown
    }
}

impl Trouble {
    fn sentence(&self, words: &Words) -> Sentence {
        match self {
            Self::Missing { file, reason } => Sentence::new(
                "message.lesson_missing",
                [("file", file.clone()), ("reason", reason.clone())],
            ),
            Self::Broken(error) => {
                Sentence::new("message.lesson_broken", [("reason", words.refusal(error))])
            }
            Self::Unknown { name } => {
                Sentence::new("message.lesson_unknown", [("name", name.clone())])
            }
        }
    }
}
