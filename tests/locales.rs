//! The words of the page: both languages complete, every key used, every hook of index.html known.
#![cfg(not(target_arch = "wasm32"))]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use lsgan_lab::{
    config::TrainingConfig,
    scene::{
        Scene,
        lesson::{self, Lesson},
    },
};

type Words = BTreeMap<String, String>;

fn words(language: &str) -> Words {
    let text = fs::read_to_string(format!("www/locales/{language}.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn placeholders(sentence: &str) -> BTreeSet<&str> {
    sentence
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .collect()
}

fn page() -> String {
    fs::read_to_string("index.html").unwrap()
}

/// (attribute, key, what follows) of every element of the page that names a key.
fn hooks(page: &str) -> Vec<(&'static str, String, String)> {
    let mut found = Vec::new();
    for attribute in ["data-text", "data-title", "data-label"] {
        for rest in page.split(&format!("{attribute}=\"")).skip(1) {
            let (key, after) = rest.split_once('"').unwrap();
            found.push((attribute, key.to_owned(), after.to_owned()));
        }
    }
    assert!(
        found.len() > 100,
        "the hooks are not where this test looks for them"
    );
    found
}

/// All Rust sources below a folder, joined.
fn sources(folder: &Path) -> String {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .map(|path| match path.is_dir() {
            true => sources(&path),
            false => fs::read_to_string(&path).unwrap_or_default(),
        })
        .collect()
}

#[test]
fn both_languages_have_the_same_keys_and_placeholders() {
    let (english, chinese) = (words("en"), words("zh"));
    assert_eq!(
        english.keys().collect::<Vec<_>>(),
        chinese.keys().collect::<Vec<_>>()
    );
    for (key, sentence) in &english {
        assert_eq!(placeholders(sentence), placeholders(&chinese[key]), "{key}");
        assert!(
            !sentence.trim().is_empty() && !chinese[key].trim().is_empty(),
            "{key} says nothing"
        );
    }
}

#[test]
fn every_hook_of_the_page_has_words_and_shows_the_english_ones_at_first() {
    let english = words("en");
    for (attribute, key, after) in hooks(&page()) {
        let sentence = english
            .get(&key)
            .unwrap_or_else(|| panic!("{attribute}={key} has no words"));
        let escaped = sentence.replace('&', "&amp;");
        let tag_end = after.find('>').unwrap();
        match attribute {
            "data-text" => assert!(
                after[tag_end + 1..].starts_with(&escaped),
                "{key} shows other words"
            ),
            _ => assert!(
                after[..tag_end].contains(&format!("title=\"{escaped}\"")),
                "{key} has another title"
            ),
        }
    }
}

#[test]
fn every_key_is_used() {
    let (page, sources) = (page(), sources(Path::new("src")));
    // Keys that are put together at run time, by their beginnings.
    let composed = [
        "preset.",
        "backend.",
        "error.",
        "variant.",
        "loss.short.",
        "part.",
        "failure.",
        "changed.",
    ];
    for key in words("en").keys() {
        let used = page.contains(&format!("\"{key}\"")) || sources.contains(&format!("\"{key}\""));
        assert!(
            used || composed.iter().any(|start| key.starts_with(start)),
            "{key} is used nowhere"
        );
    }
}

#[test]
fn refusals_on_the_page_say_the_same_as_on_the_command_line() {
    let english = words("en");
    let refused = [
        r#"{"wings": 1}"#,
        r#"{"target": {"sigma": 0}}"#,
        r#"{"batch": 0}"#,
        r#"{"loss": {"kind": "x"}}"#,
        r#"{"loss": {"sigmoid": 1}}"#,
        r#"{"generator": {"hidden": 1}}"#,
        "3",
        "{",
        &" ".repeat(300_000),
        r#"{"target": {"kind": "points", "points": []}}"#,
    ];
    let mut keys = BTreeSet::new();
    for text in refused {
        let error = TrainingConfig::from_json(text).unwrap_err();
        assert_eq!(
            error.said(&english[error.key()], &english["error.the_configuration"]),
            error.to_string()
        );
        keys.insert(error.key());
    }
    let error = TrainingConfig::default()
        .with_assignment("nothing")
        .unwrap_err();
    assert_eq!(error.said(&english[error.key()], ""), error.to_string());
    for assignment in ["twins=x", "lab.samples=1"] {
        let error = Scene::default().with_assignment(assignment).unwrap_err();
        assert_eq!(error.said(&english[error.key()], ""), error.to_string());
        keys.insert(error.key());
    }
    let empty_answer = r#"{"answers": [{"en": ""}, {"en": "No"}]}"#;
    for text in ["{}", r#"{"answers": []}"#, empty_answer] {
        let error = Lesson::read("mine.json", text).unwrap_err();
        assert_eq!(error.said(&english[error.key()], ""), error.to_string());
        keys.insert(error.key());
    }
    let error = lesson::index("index.json", r#"["../x"]"#).unwrap_err();
    assert_eq!(error.said(&english[error.key()], ""), error.to_string());
    keys.insert(error.key());
    assert_eq!(
        keys.len() + 1,
        17,
        "a kind of refusal is missing here: {keys:?}"
    );
}
