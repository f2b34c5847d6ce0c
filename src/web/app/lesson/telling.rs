//! The lesson in words: what its panel shows in the language of the page.

use super::{App, Lessons, Open, Trouble};
use crate::{
    scene::lesson::{Bilingual, Lesson},
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
                .map(|open| lessons.shown(open, &state.words, state.language.name));
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
            Some(lesson) => state
                .words
                .of_lesson(name, "title")
                .unwrap_or_else(|| lesson.title.in_language(state.language.name)),
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
    fn shown<'a>(&'a self, open: &'a Open, words: &'a Words, language: &str) -> LessonShown<'a> {
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
            Ok(lesson) => {
                let say = |part: &str, own: &'a Bilingual| {
                    let translated = words.of_lesson(&self.names[open.place], part);
                    translated.unwrap_or_else(|| own.in_language(language))
                };
                told(lesson, open, words, say, shown)
            }
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
    say: impl Fn(&str, &'a Bilingual) -> &'a str,
    shown: LessonShown<'a>,
) -> LessonShown<'a> {
    let answers = lesson.answers.iter().enumerate();
    let verdict = |answer: usize| {
        let key = if answer == lesson.right {
            "lesson.right"
        } else {
            "lesson.wrong"
        };
        words.get(key)
    };
    LessonShown {
        title: say("title", &lesson.title),
        text: say("text", &lesson.text),
        question: say("question", &lesson.question),
        answers: answers
            .map(|(index, answer)| say(&format!("answer.{index}"), answer))
            .collect(),
        answer: open.answer,
        right: open.revealed.then_some(lesson.right),
        verdicts: (0..lesson.answers.len()).map(verdict).collect(),
        outcome: open
            .revealed
            .then(|| say("reveal", &lesson.reveal).to_owned()),
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
