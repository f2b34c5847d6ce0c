//! Links that were written once must keep opening what they opened: they stand in lecture notes, on slides and in
//! exercise sheets. `links/v1.txt` holds such links and what each says, and does not change.
#![cfg(not(target_arch = "wasm32"))]

use lsgan_lab::{
    pace::Unseen,
    scene::{Handout, lesson, link},
    train::Backend,
};
use serde_json::{Value, json};

const FROZEN: &str = include_str!("links/v1.txt");

/// The page's own pairs of a link.
const SETTINGS: [&str; 9] = [
    "lang", "backend", "unseen", "lesson", "present", "hide", "lock", "embed", "origins",
];

/// The links, and what each says.
fn frozen() -> Vec<(&'static str, Value)> {
    let lines: Vec<_> = FROZEN
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .collect();
    let pairs = lines.chunks(2);
    pairs
        .map(|pair| (pair[0], serde_json::from_str(pair[1]).unwrap()))
        .collect()
}

/// What a link says, as JSON.
fn said(link: &str) -> Value {
    let read = link::read(link, &SETTINGS).unwrap_or_else(|error| panic!("{link}: {error}"));
    let pairs = read.settings.iter();
    let handout = Handout::read(pairs.map(|(name, value)| (name.as_str(), value.as_str())));
    let handout = handout.unwrap_or_else(|error| panic!("{link}: {error}"));
    json!({
        "scene": read.scene.to_value(),
        "says_scene": read.says_scene,
        "settings": read.settings,
        "hide": handout.hide,
        "lock": handout.lock,
        "embed": handout.embed,
        "origins": handout.origins,
    })
}

/// Whether all that is in `part` is in `whole`, which may have further fields: those that came later.
fn is_within(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part
            .iter()
            .all(|(name, value)| whole.get(name).is_some_and(|other| is_within(value, other))),
        _ => part == whole,
    }
}

#[test]
fn every_link_of_the_first_version_says_what_it_said() {
    let links = frozen();
    assert!(links.len() >= 40, "{} links", links.len());
    for (link, meant) in links {
        let said = said(link);
        assert!(
            is_within(&meant, &said),
            "{link}\nmeant {meant}\nand says {said}"
        );
    }
}

#[test]
fn what_such_a_link_says_is_said_again_by_the_link_that_is_written_today() {
    for (link, meant) in frozen() {
        let scene = link::read(link, &SETTINGS).unwrap().scene;
        let again = said(&link::write(&scene, &[]));
        assert!(
            is_within(&meant["scene"], &again["scene"]),
            "{link}\nmeant {meant}\nand says {again}"
        );
    }
}

#[test]
fn the_lessons_and_choices_that_such_links_name_are_still_there() {
    let lessons = lesson::index("index.json", include_str!("../www/lessons/index.json")).unwrap();
    let links = frozen();
    let values = |wanted: &str| -> Vec<String> {
        let settings = links
            .iter()
            .flat_map(|(_, meant)| meant["settings"].as_array().unwrap());
        let named = settings.filter(|pair| pair[0] == wanted);
        named
            .map(|pair| pair[1].as_str().unwrap().to_owned())
            .collect()
    };
    let named = values("lesson");
    assert!(named.len() >= 10);
    for name in named {
        assert!(lessons.contains(&name), "there is no lesson {name}");
    }
    for name in values("unseen") {
        assert!(
            Unseen::ALL.iter().any(|(known, _)| *known == name),
            "unseen={name}"
        );
    }
    for name in values("backend") {
        assert!(
            name == "auto" || name.parse::<Backend>().is_ok(),
            "backend={name}"
        );
    }
}
