//! The sheet of shortcuts names every key that the page has a use for.
#![cfg(not(target_arch = "wasm32"))]

use std::{fs, path::Path};

/// The files that ask an event for its key, and the sheet's lists (`data-keys`) in which those keys stand.
const HANDLED: [(&str, &[&str]); 7] = [
    ("src/web/controls/keys.rs", &["page", "clicker"]),
    ("src/web/controls/lesson.rs", &["page"]),
    ("src/web/controls/own.rs", &["own"]),
    ("src/web/controls/wall.rs", &["pictures"]),
    ("src/web/app/selection.rs", &["pictures"]),
    ("src/web/app/lab/hand.rs", &["pictures"]),
    ("src/web/app/own/hand.rs", &["own"]),
];

/// The keys with names instead of a character, as events name them and as the sheet does.
const NAMED: [(&str, &str); 14] = [
    (" ", "Space"),
    ("ArrowLeft", "←"),
    ("ArrowRight", "→"),
    ("ArrowUp", "↑"),
    ("ArrowDown", "↓"),
    ("Escape", "Esc"),
    ("PageUp", "Page ↑"),
    ("PageDown", "Page ↓"),
    ("Enter", "Enter"),
    ("Tab", "Tab"),
    ("Delete", "Delete"),
    ("Backspace", "Backspace"),
    ("Home", "Home"),
    ("End", "End"),
];

/// The keys among the texts in quotation marks of a source, in the sheet's words.
fn keys(source: &str) -> Vec<String> {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let code: Vec<_> = source.lines().filter(is_code).collect();
    let code = code.join("\n").replace("extern \"C\"", "");
    // Quotation marks inside of a text end none.
    let code = code.replace("\\\"", "");
    let key = |text: &str| {
        let named = NAMED.iter().find(|(name, _)| *name == text);
        named.map(|(_, said)| (*said).to_owned()).or_else(|| {
            let mut letters = text.chars();
            let letter = letters.next().filter(char::is_ascii)?;
            let is_alone = letters.next().is_none();
            is_alone.then(|| letter.to_ascii_uppercase().to_string())
        })
    };
    let pieces: Vec<_> = code.split('"').collect();
    let texts = pieces[1..].chunks_exact(2).filter(|piece| {
        // A name before a value is a sentence's.
        let value = piece[1].strip_prefix(", ").unwrap_or_default();
        !value.starts_with(char::is_alphabetic)
    });
    texts.filter_map(|piece| key(piece[0])).collect()
}

/// All that stands in a list of the sheet as a key.
fn listed<'a>(page: &'a str, list: &str) -> Vec<&'a str> {
    let (_, list) = page.split_once(&format!("data-keys=\"{list}\"")).unwrap();
    let (list, _) = list.split_once("</dl>").unwrap();
    let keys = list.split("<kbd>").skip(1);
    keys.map(|rest| rest.split_once("</kbd>").unwrap().0)
        .collect()
}

#[test]
fn every_key_that_is_handled_stands_in_the_sheet() {
    let page = fs::read_to_string("index.html").unwrap();
    for (file, lists) in HANDLED {
        let keys = keys(&fs::read_to_string(file).unwrap());
        assert!(
            !keys.is_empty(),
            "{file} has no keys where this test looks for them"
        );
        let listed: Vec<_> = lists.iter().flat_map(|list| listed(&page, list)).collect();
        for key in keys {
            assert!(
                listed.contains(&key.as_str()),
                "{file} takes {key:?}; the sheet has {listed:?}"
            );
        }
    }
}

#[test]
fn no_other_file_handles_keys() {
    fn asking(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                asking(&path, found);
            } else if fs::read_to_string(&path).unwrap().contains("event.key()") {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    let mut found = Vec::new();
    asking(Path::new("src/web"), &mut found);
    found.sort();
    let mut known = HANDLED.map(|(file, _)| file);
    known.sort_unstable();
    assert_eq!(found, known);
}
