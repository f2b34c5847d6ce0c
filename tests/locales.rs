//! The words of the page: every language complete, every key used, every hook of index.html known.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../build.rs"]
#[expect(dead_code, reason = "a build script's main is not called here")]
mod build;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use lsgan_lab::{
    config::TrainingConfig,
    languages::{self, Language},
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

/// What a file of words has to say: all that the English one does, and, of the lessons, what they do not say
/// themselves in that language.
fn to_be_said(language: &str) -> Words {
    let mut said = words("en");
    let index = fs::read_to_string("www/lessons/index.json").unwrap();
    for name in lesson::index("index.json", &index).unwrap() {
        let file = format!("{name}.json");
        let text = fs::read_to_string(format!("www/lessons/{file}")).unwrap();
        let lesson = Lesson::read(&file, &text).unwrap();
        let parts = [
            ("title", &lesson.title),
            ("text", &lesson.text),
            ("question", &lesson.question),
            ("reveal", &lesson.reveal),
        ];
        let parts = parts.map(|(part, words)| (part.to_owned(), words));
        let answers = lesson.answers.iter().enumerate();
        let answers = answers.map(|(index, words)| (format!("answer.{index}"), words));
        let missing = parts
            .into_iter()
            .chain(answers)
            .filter(|_| !["en", "zh"].contains(&language));
        said.extend(
            missing.map(|(part, words)| (format!("lesson.{name}.{part}"), words.en.clone())),
        );
    }
    said
}

/// What is wrong with a file of words, if anything.
fn faults(language: &str, words: &Words) -> Vec<String> {
    let due = to_be_said(language);
    let keys: BTreeSet<_> = due.keys().chain(words.keys()).collect();
    let fault = |key: &String| match (due.get(key), words.get(key)) {
        (Some(english), Some(own))
            if own.trim().is_empty() || placeholders(english) != placeholders(own) =>
        {
            Some(format!("{key}: {own:?} for {english:?}"))
        }
        (Some(_), Some(_)) => None,
        (Some(english), None) => Some(format!("{key} is missing, for {english:?}")),
        (None, _) => Some(format!("{key} is said by nobody")),
    };
    keys.into_iter().filter_map(fault).collect()
}

#[test]
fn every_language_has_the_same_keys_and_placeholders() {
    for language in languages::ALL {
        let faults = faults(language.name, &words(language.name));
        assert!(faults.is_empty(), "{}: {faults:#?}", language.name);
    }
}

#[test]
fn a_third_language_is_one_more_file() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("locales");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for language in ["en", "zh"] {
        fs::copy(
            format!("www/locales/{language}.json"),
            folder.join(format!("{language}.json")),
        )
        .unwrap();
    }
    fs::write(folder.join(".en.json.swp"), b"\xff").unwrap();
    let two = build::list(&folder).unwrap();
    // What the crate was built with.
    let as_built = |language: &Language| format!("{language:?},");
    for language in languages::ALL {
        assert!(two.contains(&as_built(language)), "{two}");
    }
    // The words of every lesson belong into that one file.
    let mut german = to_be_said("de");
    german.insert("language.name".to_owned(), "Deutsch".to_owned());
    german.insert("language.tag".to_owned(), "de".to_owned());
    assert_eq!(faults("de", &german), [""; 0]);
    assert!(german.contains_key("lesson.two-networks.question"));
    fs::write(
        folder.join("de.json"),
        serde_json::to_string(&german).unwrap(),
    )
    .unwrap();
    let three = build::list(&folder).unwrap();
    let lines: Vec<_> = three.lines().collect();
    assert_eq!(lines.len(), languages::ALL.len() + 3, "{three}");
    assert!(
        lines[1].contains("\"en\"") && lines[2].contains("\"de\", own_name: \"Deutsch\""),
        "{three}"
    );
    // A file that does not say its language is named.
    fs::write(folder.join("xx.json"), "{}").unwrap();
    let error = build::list(&folder).unwrap_err().to_string();
    assert!(
        error.contains("xx.json") && error.contains("language.tag"),
        "{error}"
    );
}

#[test]
fn what_is_missing_in_a_language_is_named() {
    let mut chinese = words("zh");
    chinese.remove("setting.language");
    chinese.insert("summary.start".to_owned(), " ".to_owned());
    chinese.insert("no.such".to_owned(), "x".to_owned());
    let faults = faults("zh", &chinese);
    assert_eq!(faults.len(), 3, "{faults:#?}");
    assert_eq!(
        self::faults("de", &words("en")).len(),
        to_be_said("de").len() - words("en").len()
    );
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
        "language.",
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
