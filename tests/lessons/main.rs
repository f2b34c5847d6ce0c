//! The lessons: every file is read, none is left out, what they say holds, and a broken one is
//! refused with its file and field.
#![cfg(not(target_arch = "wasm32"))]

mod claims;
mod failures;
mod refusals;
mod words;

use std::{collections::BTreeSet, fs};

use lsgan_lab::scene::{
    Scene, View,
    lesson::{self, Lesson, RevealAction, SPEEDS},
    link,
};
use serde_json::{Value, json};

fn text(name: &str) -> String {
    fs::read_to_string(format!("www/lessons/{name}.json")).unwrap()
}

fn names() -> Vec<String> {
    lesson::index("index.json", &text("index")).unwrap()
}

fn lesson(name: &str) -> Lesson {
    let file = format!("{name}.json");
    Lesson::read(&file, &text(name)).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_lesson_of_the_index_is_read_and_no_file_is_left_out() {
    let listed: BTreeSet<_> = names().into_iter().collect();
    let files: BTreeSet<_> = fs::read_dir("www/lessons")
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .filter(|name| name != "index")
        .collect();
    assert_eq!(listed, files);
    assert_eq!(listed.len(), 15);
    for name in listed {
        lesson(&name);
    }
}

#[test]
fn the_story_has_the_order_of_the_chapter() {
    let titles: Vec<_> = names()
        .iter()
        .take(10)
        .map(|name| words::typed(&lesson(name).title.en))
        .collect();
    let expected = [
        "Two networks and a boundary",
        "On the right side, but far away",
        "What the sigmoid hides",
        "The flat end of -log s",
        "The flat end of log(1 - s)",
        "Least squares pulls",
        "Train for real, side by side",
        "Two codings, two places of rest",
        "ReLU and LeakyReLU",
        "What it does not fix",
    ];
    assert_eq!(titles, expected);
}

#[test]
fn each_lesson_has_a_scene_that_a_link_can_carry_and_something_to_see() {
    for name in names() {
        let lesson = lesson(&name);
        let revealed = lesson.revealed(&lesson.scene);
        for scene in [&lesson.scene, &revealed] {
            let link = link::read(&link::write(scene, &[]), &[]).unwrap();
            assert_eq!(&link.scene, scene, "{name}");
        }
        assert!(
            revealed != lesson.scene || lesson.reveal_action != RevealAction::None,
            "{name} reveals nothing"
        );
        let moves = match revealed.look.view {
            View::Run => RevealAction::Play,
            View::Lab => RevealAction::LabPlay,
            View::Wall => RevealAction::WallPlay,
        };
        assert!(
            [RevealAction::None, moves].contains(&lesson.reveal_action),
            "{name}"
        );
        for point in &revealed.lab.samples {
            // The default target shows the plane to 1.725 on either side.
            assert!(
                point.iter().all(|x| x.abs() < 1.7),
                "{name}: {point:?} is out of the picture"
            );
        }
    }
}

#[test]
fn the_reveal_leaves_what_the_class_has_moved() {
    let lesson = lesson("two-codings");
    let now = lesson
        .scene
        .with_assignment("lab.samples=0.5,0.25")
        .unwrap();
    let revealed = lesson.revealed(&now);
    assert_eq!(revealed.lab.samples, [[0.5, 0.25]]);
    assert_eq!(revealed.config, lesson.revealed(&lesson.scene).config);
    // Labels belong to no cross-entropy loss: then the lesson's own scene is what is changed.
    let other = now.with_assignment("loss.kind=minimax").unwrap();
    assert_eq!(lesson.revealed(&other), lesson.revealed(&lesson.scene));
}

#[test]
fn the_speeds_are_those_of_the_pages_control() {
    let page = fs::read_to_string("index.html").unwrap();
    let (_, control) = page.split_once("data-setting=\"speed\"").unwrap();
    let (control, _) = control.split_once("</select>").unwrap();
    let offered: Vec<_> = control
        .split("<option value=\"")
        .skip(1)
        .map(|option| option.split('"').next().unwrap())
        .collect();
    assert_eq!(offered, SPEEDS);
}

#[test]
fn the_guide_has_a_lesson_that_can_be_read_and_tells_every_field() {
    let guide = fs::read_to_string("docs/lessons.md").unwrap();
    let (_, rest) = guide.split_once("```json\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let lesson = Lesson::read("docs/lessons.md", example).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(lesson.revealed(&lesson.scene).lab.steepness, 4.0);

    // What a refusal lists as allowed is what there is.
    let mut stranger: Value = serde_json::from_str(example).unwrap();
    stranger["wings"] = json!(1);
    let message = Lesson::read("", &stranger.to_string())
        .unwrap_err()
        .to_string();
    let (_, allowed) = message.split_once("allowed: ").unwrap();
    assert_eq!(allowed.split(", ").count(), 13);
    for field in allowed.split(", ") {
        assert!(
            guide.contains(&format!("| `{field}` |")),
            "the guide lacks {field}"
        );
    }
    let scene = Scene::default().to_value();
    for part in ["look", "lab"] {
        for field in scene[part].as_object().unwrap().keys() {
            assert!(
                guide.contains(&format!("| `{part}.{field}` |")),
                "the guide lacks {part}.{field}"
            );
        }
    }
    for field in scene.as_object().unwrap().keys() {
        assert!(
            guide.contains(&format!("`{field}")),
            "the guide lacks {field}"
        );
    }
}
