//! Lists the languages of the page, so that whoever adds one adds a file to `www/locales` and nothing else.

use serde_json::Value;
use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = "www/locales";
    println!("cargo::rerun-if-changed={folder}");
    let listed = Path::new(&env::var("OUT_DIR")?).join("languages.rs");
    Ok(fs::write(listed, list(Path::new(folder))?)?)
}

/// The languages whose words lie in a folder, as an expression in Rust: English first, the others by name.
///
/// # Errors
/// Which file is not JSON, or does not say its language.
pub fn list(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut languages = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        // Editors and file systems leave files of their own.
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else {
            continue;
        };
        let failed = |reason: &dyn std::fmt::Display| format!("{}: {reason}", path.display());
        let text = fs::read_to_string(&path).map_err(|error| failed(&error))?;
        let words: Value = serde_json::from_str(&text).map_err(|error| failed(&error))?;
        let [tag, own_name] = ["language.tag", "language.name"].map(|key| words[key].as_str());
        let (Some(tag), Some(own_name)) = (tag, own_name) else {
            return Err(
                failed(&"language.tag and language.name must say which language it is").into(),
            );
        };
        languages.push((name.to_owned(), tag.to_owned(), own_name.to_owned()));
    }
    languages.sort_by_key(|(name, ..)| (name != "en", name.clone()));
    let entries = languages.iter().map(|(name, tag, own_name)| {
        format!("Language {{ name: {name:?}, tag: {tag:?}, own_name: {own_name:?} }},\n")
    });
    Ok(format!("&[\n{}]\n", entries.collect::<String>()))
}
