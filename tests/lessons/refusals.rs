//! Lessons that leave things out, broken ones, and what is said about those.

use lsgan_lab::scene::{
    Scene,
    lesson::{self, Lesson, RevealAction, Start},
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn plain() -> Value {
    let words = json!({"en": "Words.", "zh": "文字。"});
    json!({
        "title": words, "text": words, "question": words, "answers": [words, words], "right": 1,
        "reveal": words, "scene": {}
    })
}

#[test]
fn a_lesson_may_leave_out_how_it_begins_and_what_it_does() {
    let lesson = Lesson::read("plain.json", &plain().to_string()).unwrap();
    assert_eq!(lesson.scene, Scene::default());
    assert_eq!(lesson.revealed(&lesson.scene), lesson.scene);
    assert_eq!(
        (lesson.start, lesson.reveal_action),
        (Start::Paused, RevealAction::None)
    );
    assert_eq!((lesson.speed, lesson.select), (None, None));
    assert_eq!(lesson.title.in_language("zh"), "文字。");
    assert_eq!(lesson.title.in_language("en"), "Words.");
}

#[track_caller]
fn assert_refused(lesson: &Value, expected: &str) {
    let message = Lesson::read("mine.json", &lesson.to_string())
        .unwrap_err()
        .to_string();
    assert!(message.starts_with(expected), "{message}");
}

#[test]
fn a_lesson_that_lacks_something_is_refused_by_its_name() {
    for name in [
        "title", "text", "question", "answers", "right", "reveal", "scene",
    ] {
        let mut lesson = plain();
        lesson.as_object_mut().unwrap().remove(name);
        assert_refused(&lesson, &format!("mine.json: {name} is missing"));
    }
    for name in ["title", "text", "question", "reveal"] {
        for language in ["en", "zh"] {
            let mut lesson = plain();
            lesson[name].as_object_mut().unwrap().remove(language);
            assert_refused(&lesson, &format!("mine.json: {name}.{language} is missing"));
        }
    }
    let mut lesson = plain();
    lesson["answers"][1].as_object_mut().unwrap().remove("zh");
    assert_refused(&lesson, "mine.json: answers[1].zh is missing");
}

#[test]
fn a_lesson_with_something_wrong_is_refused_by_file_and_field() {
    let long = "長".repeat(501);
    let many: Vec<_> = (0..65).map(|x| [x, x]).collect();
    let cases = [
        (
            "/title",
            json!("Title"),
            "title must be an object with fields, not \"Title\"",
        ),
        (
            "/title/en",
            json!(3),
            "title.en must be a text of 1 to 60 characters, not 3",
        ),
        (
            "/reveal/zh",
            json!("  "),
            "reveal.zh must be a text of 1 to 500 characters, not \"  \"",
        ),
        (
            "/text/zh",
            json!(long),
            "text.zh must be a text of 1 to 500 characters, not \"長長",
        ),
        (
            "/question/fr",
            json!("Quoi ?"),
            "question.fr is not a field here; allowed: en, zh",
        ),
        (
            "/answers",
            json!([]),
            "answers must be a list of 2 to 4 entries, not []",
        ),
        (
            "/answers/0",
            json!("Yes"),
            "answers[0] must be an object with fields, not \"Yes\"",
        ),
        (
            "/right",
            json!(2),
            "right must be a whole number from 0 to 1, not 2",
        ),
        (
            "/wings",
            json!(2),
            "wings is not a field here; allowed: answers, scene, reveal_scene, title",
        ),
        (
            "/start",
            json!("now"),
            "start must be one of paused, playing, not \"now\"",
        ),
        (
            "/speed",
            json!(20),
            "speed must be one of 1, 5, 20, 100, max, not 20",
        ),
        (
            "/select",
            json!(500),
            "select must be a whole number from 0 to 499, not 500",
        ),
        (
            "/scene",
            json!(3),
            "scene must be an object with fields, not 3",
        ),
        (
            "/scene/loss",
            json!({"kind": "wgan"}),
            "scene.loss.kind must be one of lsgan, non_saturating, minimax",
        ),
        (
            "/scene/look",
            json!({"view": "moon"}),
            "scene.look.view must be one of run, lab, wall, not \"moon\"",
        ),
        (
            "/scene/lab",
            json!({"samples": many}),
            "scene.lab.samples must be at most 64 points x,y",
        ),
        (
            "/scene/twin",
            json!(["relu"]),
            "scene.twin is not a field here; allowed: seed, target",
        ),
        (
            "/reveal_scene",
            json!("lab"),
            "reveal_scene must be an object with fields, not \"lab\"",
        ),
        (
            "/reveal_scene",
            json!({"lab": {"rate": 7}}),
            "reveal_scene.lab.rate must be a number from 0.0001 to 1, not 7",
        ),
        (
            "/reveal_scene",
            json!({"update": "simultaneous", "steps_d": 2}),
            "reveal_scene.steps_d under simultaneous updates must be",
        ),
        // The lab does not play a run, nor the run a lab.
        (
            "/reveal_action",
            json!("lab_play"),
            "reveal_action must be one of none, play, step, not \"lab_play\"",
        ),
    ];
    for (pointer, value, expected) in cases {
        let mut lesson = plain();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = lesson.pointer_mut(parent).unwrap();
        match name.parse::<usize>() {
            Ok(index) => parent[index] = value,
            Err(_) => parent[name] = value,
        }
        assert_refused(&lesson, &format!("mine.json: {expected}"));
    }
    let mut in_the_lab = plain();
    in_the_lab["scene"] = json!({"look": {"view": "lab"}});
    in_the_lab["select"] = json!(2);
    assert_refused(
        &in_the_lab,
        "mine.json: select must be a whole number from 0 to 1, not 2",
    );
    in_the_lab["scene"]["lab"] = json!({"samples": []});
    in_the_lab["select"] = json!(0);
    assert_refused(&in_the_lab, "mine.json: select is not a field here;");
}

#[test]
fn what_is_no_lesson_at_all_is_refused_by_its_file() {
    for (text, expected) in [
        ("{\"title\": ", "mine.json is not JSON: EOF while parsing"),
        ("<html>", "mine.json is not JSON: expected value"),
        ("[]", "mine.json must be an object with fields, not []"),
        (
            &"x".repeat(300_000),
            "mine.json is 300000 bytes long; at most 262144 are allowed",
        ),
    ] {
        let message = Lesson::read("mine.json", text).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{message}");
    }
}

proptest! {
    #[test]
    fn a_hostile_file_is_refused_or_read_but_never_panics(
        text in ".{0,200}",
        field in "title|answers|right|scene|select|speed|start|reveal_scene|reveal_action|[a-z]{1,9}",
        value in "[-0-9a-z,.\\[\\]{}:\" ]{0,30}",
    ) {
        let mut lesson = plain();
        lesson[field] = serde_json::from_str(&value).unwrap_or(Value::String(value));
        for text in [text, lesson.to_string()] {
            let _ = Lesson::read("mine.json", &text);
            let _ = lesson::index("index.json", &text);
        }
    }
}

#[test]
fn an_index_names_lessons_that_can_stand_in_a_link_each_once() {
    let read = |text: &str| lesson::index("index.json", text).map_err(|error| error.to_string());
    assert_eq!(read("[\"a-1\", \"b\"]").unwrap(), ["a-1", "b"]);
    let name = "must be a name of its own, at most 40 small letters, digits and hyphens, not";
    for (text, expected) in [
        (
            "{}".to_owned(),
            "index.json must be a list of 1 to 50 entries, not {}".to_owned(),
        ),
        (
            "[]".to_owned(),
            "index.json must be a list of 1 to 50 entries, not []".to_owned(),
        ),
        ("[\"a\", 3]".to_owned(), format!("index.json: [1] {name} 3")),
        (
            "[\"../a\"]".to_owned(),
            format!("index.json: [0] {name} \"../a\""),
        ),
        (
            "[\"A\"]".to_owned(),
            format!("index.json: [0] {name} \"A\""),
        ),
        ("[\"\"]".to_owned(), format!("index.json: [0] {name} \"\"")),
        (
            "[\"a\", \"a\"]".to_owned(),
            format!("index.json: [1] {name} \"a\""),
        ),
        (
            format!("[\"{}\"]", "a".repeat(41)),
            format!("index.json: [0] {name} \"aaa"),
        ),
    ] {
        let message = read(&text).unwrap_err();
        assert!(message.starts_with(&expected), "{message}");
    }
}
