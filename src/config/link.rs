//! The configuration as the fragment of a link: `#v=1&loss.kind=minimax&seed=4`, only what differs
//! from the defaults, in the same `path=value` words as the command line's `--set`.
//!
//! Knows nothing of the page; its own settings (language, backend) travel as further pairs that
//! [`read`] hands back unread.

use serde_json::Value;

use super::{ConfigError, Problem, TrainingConfig, read::MAX_BYTES};

/// The form of link that this version writes, and the only one that it reads.
const VERSION: &str = "1";

/// A link that was read: the configuration, and the pairs that are not part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The run that the link describes.
    pub config: TrainingConfig,
    /// Pairs whose names are in the list that [`read`] was given.
    pub settings: Vec<(String, String)>,
}

/// Reads a link's fragment, with or without its `#`. Names in `settings` are handed back; all others
/// must be fields of the configuration.
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
        config: TrainingConfig::default(),
        settings: Vec::new(),
    };
    for pair in fragment.split('&').filter(|pair| !pair.is_empty()) {
        let pair = decoded(pair);
        match pair.split_once('=') {
            Some(("v", VERSION)) => {}
            Some(("v", other)) => {
                let problem = Problem::Choice {
                    allowed: VERSION.to_owned(),
                    found: super::fields::shortened(other),
                };
                return Err(ConfigError::new("v", problem));
            }
            Some((name, value)) if settings.contains(&name) => {
                link.settings.push((name.to_owned(), value.to_owned()));
            }
            _ => link.config = link.config.with_assignment(&pair)?,
        }
    }
    Ok(link)
}

/// Writes the fragment of a link, without its `#`.
pub fn write(config: &TrainingConfig, settings: &[(&str, &str)]) -> String {
    let mut pairs = vec![format!("v={VERSION}")];
    let mut known = TrainingConfig::default();
    // The kinds first: each decides which fields and defaults the others are compared with.
    for kinds in [true, false] {
        for (path, value) in leaves(&config.to_value(), "") {
            if (path.ends_with("kind") || !kinds)
                && !leaves(&known.to_value(), "").contains(&(path.clone(), value.clone()))
            {
                let assignment = format!("{path}={value}");
                known = known.with_assignment(&assignment).unwrap_or(known);
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
        Value::Array(list) => {
            let texts: Vec<_> = list.iter().map(Value::to_string).collect();
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
