//! The words of the page, from `locales/<language>.json`: flat keys, sentences with {placeholders}.
//!
//! No visible text stands in Rust; a key that is missing shows as itself, so that it is noticed.

use std::{array, cell::RefCell, collections::HashMap};

use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::{files::Files, page};
use crate::{
    config::{ConfigError, fill},
    languages::{self, Language},
    picture::numerals::Numerals,
};

/// A sentence yet to be said: its key and what goes into its placeholders.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    key: &'static str,
    arguments: Vec<(&'static str, String)>,
}

impl Sentence {
    /// A sentence with arguments.
    pub fn new(
        key: &'static str,
        arguments: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Self {
        Self {
            key,
            arguments: arguments.into_iter().collect(),
        }
    }
}

/// The words of one language.
pub struct Words {
    sentences: HashMap<String, String>,
    language: &'static Language,
    numerals: Numerals,
    /// What writes numbers in it.
    formats: RefCell<HashMap<Format, js_sys::Function>>,
}

impl Default for Words {
    /// No words yet: every key shows as itself.
    fn default() -> Self {
        Self {
            sentences: HashMap::new(),
            language: &languages::ALL[0],
            numerals: Numerals::PLAIN,
            formats: RefCell::default(),
        }
    }
}

impl Words {
    /// Fetches a language's file.
    ///
    /// # Errors
    /// Why it cannot be had.
    pub async fn fetch(files: &Files, language: &'static Language) -> Result<Self, JsValue> {
        let name = format!("locales/{}.json", language.name);
        let failed =
            |reason: &dyn std::fmt::Display| JsValue::from_str(&format!("{name}: {reason}"));
        let text = files.text(&name).await.map_err(|reason| failed(&reason))?;
        Ok(Self {
            sentences: serde_json::from_str(&text).map_err(|error| failed(&error))?,
            language,
            numerals: numerals(language.tag),
            formats: RefCell::default(),
        })
    }

    /// The sentence for a key.
    pub fn get(&self, key: &str) -> String {
        self.sentences
            .get(key)
            .cloned()
            .unwrap_or_else(|| key.to_owned())
    }

    /// A sentence with its placeholders filled.
    pub fn say(&self, sentence: &Sentence) -> String {
        fill(&self.get(sentence.key), &sentence.arguments)
    }

    /// What a file of words says of a lesson, for languages that the lesson itself does not speak.
    pub fn of_lesson(&self, lesson: &str, part: &str) -> Option<&str> {
        let key = format!("lesson.{lesson}.{part}");
        self.sentences.get(&key).map(String::as_str)
    }

    /// Why a configuration was refused.
    pub fn refusal(&self, error: &ConfigError) -> String {
        error.said(&self.get(error.key()), &self.get("error.the_configuration"))
    }

    /// Puts the words into every element that names a key. Before there are any, the page keeps those that it came
    /// with, so that nothing moves when they arrive.
    pub fn apply(&self) {
        if self.sentences.is_empty() {
            return;
        }
        let root = page::root();
        let _ = root.set_attribute("lang", self.language.tag);
        let _ = root.set_attribute("dir", self.language.direction());
        for element in page::all("[data-text]") {
            element.set_text_content(Some(&self.keyed(&element, "data-text")));
        }
        for element in page::all("[data-title]") {
            page::set_attribute(&element, "title", &self.keyed(&element, "data-title"));
        }
        for element in page::all("[data-label]") {
            let label = self.keyed(&element, "data-label");
            page::set_attribute(&element, "title", &label);
            page::set_attribute(&element, "aria-label", &label);
        }
    }

    fn keyed(&self, element: &Element, attribute: &str) -> String {
        self.get(&element.get_attribute(attribute).unwrap_or_default())
    }

    /// How the numbers of axes are written.
    pub fn numerals(&self) -> Numerals {
        self.numerals
    }

    /// A number to three digits, by powers of ten where it is very small or very large.
    pub fn significant(&self, value: f64) -> String {
        let is_plain = value == 0.0 || (1e-3..1e5).contains(&value.abs());
        self.formatted(
            value,
            if is_plain {
                Format::Significant
            } else {
                Format::Scientific
            },
        )
    }

    /// A number as people write it in this language, with so many decimals; where it is so large that they would
    /// say nothing, and break the place that it stands in, to three digits. Whole numbers are counted to the last.
    pub fn number(&self, value: f64, decimals: u32) -> String {
        match decimals > 0 && value.abs() >= 1e5 {
            true => self.significant(value),
            false => self.formatted(value, Format::Decimals(decimals)),
        }
    }

    /// A share, from 0 to 1, in per cent.
    pub fn percent(&self, share: f64) -> String {
        self.formatted(share, Format::Percent)
    }

    /// Where there is no number, a dash.
    fn formatted(&self, value: f64, format: Format) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        let mut formats = self.formats.borrow_mut();
        let format = formats
            .entry(format)
            .or_insert_with(|| format.function(self.language.tag));
        let text = format.call1(&JsValue::UNDEFINED, &value.into());
        text.ok()
            .and_then(|text| text.as_string())
            .unwrap_or_default()
    }
}

/// The characters of numbers, out of numbers that the browser writes.
fn numerals(language: &str) -> Numerals {
    let write = Format::Decimals(1).function(language);
    let written = |value: f64| -> Vec<char> {
        let text = write.call1(&JsValue::UNDEFINED, &value.into());
        let text = text.ok().and_then(|text| text.as_string());
        // Marks of direction are no part of a number.
        let is_seen = |character: &char| !matches!(character, '\u{200e}' | '\u{200f}' | '\u{61c}');
        text.unwrap_or_default().chars().filter(is_seen).collect()
    };
    let plain = Numerals::PLAIN;
    Numerals {
        digits: array::from_fn(|digit| match written(digit as f64)[..] {
            [written, ..] => written,
            _ => plain.digits[digit],
        }),
        decimal: written(0.5).get(1).copied().unwrap_or(plain.decimal),
        minus: written(-0.5).first().copied().unwrap_or(plain.minus),
    }
}

/// The ways in which numbers are written.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Format {
    Significant,
    Scientific,
    Decimals(u32),
    Percent,
}

impl Format {
    /// The browser's function that writes numbers so. It takes far longer to make than to call.
    fn function(self, language: &str) -> js_sys::Function {
        let options = js_sys::Object::new();
        match self {
            Self::Significant => {
                page::set_field(&options, "maximumSignificantDigits", &3.into());
            }
            Self::Scientific => {
                page::set_field(&options, "maximumSignificantDigits", &3.into());
                page::set_field(&options, "notation", &"scientific".into());
            }
            Self::Decimals(decimals) => {
                page::set_field(&options, "maximumFractionDigits", &decimals.into());
                page::set_field(&options, "minimumFractionDigits", &decimals.into());
            }
            Self::Percent => page::set_field(&options, "style", &"percent".into()),
        }
        js_sys::Intl::NumberFormat::new(&js_sys::Array::of1(&language.into()), &options).format()
    }
}
