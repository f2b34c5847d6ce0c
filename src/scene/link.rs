//! The scene as the fragment of a link: `#v=1&loss.kind=minimax&seed=4&look.view=lab`, only what
//! differs from the defaults, in the same `path=value` words as the command line's `--set`.
//!
//! Knows nothing of the page; its own settings (language, backend, lesson) travel as further pairs
//! that [`read`] hands back unread.

use serde_json::Value;

use super::Scene;
use crate::{
    config::{
        ConfigError, Problem,
        places::{PLACES, compact},
    },
    quote::quoted,
};

/// Longest fragment that is looked at, in bytes: with 2,000 points wherever they are it has under 14,000.
pub const MAX_BYTES: usize = 16 * 1024;

/// The form of link that this version writes, and the only one that it reads.
const VERSION: &str = "1";

/// A link that was read: the scene, and the pairs that are not part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// What the link describes.
    pub scene: Scene,
    /// Whether any pair is a field of the scene, even one that says no more than the default.
    pub says_scene: bool,
    /// Pairs whose names are in the list that [`read`] was given.
    pub settings: Vec<(String, String)>,
}

/// Reads a link's fragment, with or without its `#`. Names in `settings` are handed back; all others
/// must be fields of the scene.
///
/// # Errors
/// [`ConfigError`] for a fragment longer than [`MAX_BYTES`], another version, an unknown field or a
/// value that is not allowed.
pub fn read(fragment: &str, settings: &[&str]) -> Result<Link, ConfigError> {
    let fragment = fragment.trim_start_matches('#');
    if fragment.len() > MAX_BYTES {
        let problem = Problem::TooLong {
            most: MAX_BYTES as u64,
            found: fragment.len() as u64,
        };
        return Err(ConfigError::new("", problem));
    }
    let mut link = Link {
        scene: Scene::default(),
        says_scene: false,
        settings: Vec::new(),
    };
    for pair in fragment.split('&').filter(|pair| !pair.is_empty()) {
        let pair = decoded(pair);
        match pair.split_once('=') {
            Some(("v", VERSION)) => {}
            Some(("v", other)) => {
                let problem = Problem::Choice {
                    allowed: VERSION.to_owned(),
                    found: quoted(other),
                };
                return Err(ConfigError::new("v", problem));
            }
            Some((name, value)) if settings.contains(&name) => {
                link.settings.push((name.to_owned(), value.to_owned()));
            }
            _ => {
                link.scene = link.scene.with_assignment(&pair)?;
                link.says_scene = true;
            }
        }
    }
    Ok(link)
}

/// Writes the fragment of a link, without its `#`.
pub fn write(scene: &Scene, settings: &[(&str, &str)]) -> String {
    let mut pairs = vec![format!("v={VERSION}")];
    let (wanted, mut known) = (leaves(&scene.to_value(), ""), Scene::default());
    let mut said = leaves(&known.to_value(), "");
    // The kinds first: each decides which fields and defaults the others are compared with.
    for kinds in [true, false] {
        for leaf in &wanted {
            let (path, value) = leaf;
            if (path.ends_with("kind") || !kinds) && !said.contains(leaf) {
                let assignment = format!("{path}={value}");
                known = known.with_assignment(&assignment).unwrap_or(known);
                said = leaves(&known.to_value(), "");
                pairs.push(assignment);
            }
        }
    }
    pairs.extend(
        settings
            .iter()
            .map(|(name, value)| format!("{name}={value}")),
    );
    pairs.join("&")
}

/// Every field that holds no further fields, as (path, text).
fn leaves(value: &Value, path: &str) -> Vec<(String, String)> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, inner)| {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                leaves(inner, &path)
            })
            .collect(),
        Value::Array(list) if PLACES.contains(&path) => {
            let place = |place: &Value| Some([place.get(0)?.as_f64()?, place.get(1)?.as_f64()?]);
            let places: Vec<_> = list.iter().filter_map(place).collect();
            vec![(path.to_owned(), compact(&places))]
        }
        Value::Array(list) => {
            let texts = list.iter().flat_map(|entry| leaves(entry, ""));
            let texts: Vec<_> = texts.map(|(_, text)| text).collect();
            vec![(path.to_owned(), texts.join(","))]
        }
        Value::String(text) => vec![(path.to_owned(), text.clone())],
        other => vec![(path.to_owned(), other.to_string())],
    }
}

/// Undoes percent-encoding, as mail programs and chat windows add it to links.
fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}
