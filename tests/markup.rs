//! Nothing that was read becomes markup or program: the page's sources have no door by which a text could.
#![cfg(not(target_arch = "wasm32"))]

use std::{fs, path::Path};

/// What makes elements, or runs a program, out of a text, in JavaScript's spelling and in web-sys'.
const DOORS: [&str; 20] = [
    "innerHTML",
    "inner_html",
    "outerHTML",
    "outer_html",
    "insertAdjacentHTML",
    "insert_adjacent_html",
    "createContextualFragment",
    "create_contextual_fragment",
    "setHTML",
    "set_html",
    "document.write",
    "srcdoc",
    "DOMParser",
    "DomParser",
    "eval(",
    "Function(",
    "Function::new_",
    "javascript:",
    "setTimeout('",
    "setTimeout(\"",
];

/// Charts are drawn as SVG by our own code, whose texts are escaped (`picture::chart::svg`).
const CHARTS: &str = "src/web/app/charts.rs";

fn files(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = path.extension().and_then(|kind| kind.to_str());
        if path.is_dir() && !path.ends_with("www/pkg") {
            files(&path, found);
        } else if matches!(kind, Some("rs" | "js" | "mjs" | "ts" | "html")) {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path.display().to_string(), text));
        }
    }
}

#[test]
fn no_text_is_ever_made_into_elements_or_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src/web", "www"] {
        files(&root.join(folder), &mut found);
    }
    let page = fs::read_to_string(root.join("index.html")).unwrap();
    found.push(("index.html".to_owned(), page));
    assert!(found.len() > 60, "{} files", found.len());
    for (path, text) in &found {
        for (number, line) in text.lines().enumerate() {
            // A callback's type has a name like a door.
            let line = line.replace("js_sys::Function", "");
            for door in DOORS.iter().filter(|door| line.contains(**door)) {
                let drawn = *door == "DomParser" && path.ends_with(CHARTS);
                assert!(drawn, "{path}, line {}, has {door}", number + 1);
            }
        }
    }
}

#[test]
fn the_page_has_no_program_in_its_attributes() {
    let page = include_str!("../index.html");
    let tags = page.split('<').filter_map(|rest| rest.split_once('>'));
    for (tag, _) in tags {
        let is_handler = |word: &&str| word.starts_with("on") && word.contains('=');
        let handler = tag.split_whitespace().find(is_handler);
        assert_eq!(handler, None, "<{tag}>");
    }
}
