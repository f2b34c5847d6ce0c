//! The lessons: each asks the class to predict, then shows. A lesson is a file of
//! `www/lessons/`, so that a teacher can write one without compiling; docs/lessons.md says how.
//!
//! Reading only: which lesson is open, and what has been answered, is the page's business. Files are
//! untrusted like links; the words in them are text, never markup.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Challenge, Scene, View};
use crate::{
    config::{
        ConfigError, Problem,
        fields::{Fields, found},
        read,
    },
    measure::SHOWN_SAMPLES,
};

/// Most lessons that an index may list.
pub const MOST_LESSONS: usize = 50;
/// Longest name of a lesson, in characters.
pub const LONGEST_NAME: usize = 40;
/// The speeds that a lesson may ask for: the words of the page's own control, in steps a second.
pub const SPEEDS: [&str; 5] = ["1", "5", "20", "100", "max"];

const LONGEST_TITLE: usize = 60;
const LONGEST_TEXT: usize = 500;
const LONGEST_ANSWER: usize = 100;

/// The same words in both languages of the page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bilingual {
    /// In English.
    pub en: String,
    /// In simplified Chinese.
    pub zh: String,
}

impl Bilingual {
    fn read(mut fields: Fields, most: usize) -> Result<Self, ConfigError> {
        let words = Self {
            en: fields.text("en", most)?,
            zh: fields.text("zh", most)?,
        };
        fields.finish()?;
        Ok(words)
    }

    /// The words in the language of that name; in English for a name that is not known.
    pub fn in_language(&self, language: &str) -> &str {
        match language {
            "zh" => &self.zh,
            _ => &self.en,
        }
    }
}

/// Whether what the lesson shows moves before the class has predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Everything holds still.
    Paused,
    /// The run plays, or in the lab the samples move.
    Playing,
}

/// What the page does at the reveal, once the scene has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RevealAction {
    /// Nothing moves.
    None,
    /// The run plays.
    Play,
    /// The samples in the lab move.
    LabPlay,
    /// The runs of the wall play.
    WallPlay,
    /// One step of what is shown: of the run, of the lab, or of the wall.
    Step,
}

/// One lesson.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lesson {
    /// Its heading.
    pub title: Bilingual,
    /// What the class sees, and what it needs to know.
    pub text: Bilingual,
    /// What the class is to predict.
    pub question: Bilingual,
    /// The predictions to choose from, 2 to 4.
    pub answers: Vec<Bilingual>,
    /// Which of them is right.
    pub right: usize,
    /// What is said when it is shown.
    pub reveal: Bilingual,
    /// The state of the page before the reveal.
    pub scene: Scene,
    /// Whether that moves already.
    pub start: Start,
    /// One of [`SPEEDS`]; the visitor's own where left out.
    pub speed: Option<&'static str>,
    /// The sample to select: one of the lab's, or of the generated ones that a run shows.
    pub select: Option<usize>,
    /// What the reveal changes of the scene, as a part of one.
    changes: Value,
    /// What the page does then.
    pub reveal_action: RevealAction,
    /// What the class is to mend after that, if anything: a run of the first pane.
    pub challenge: Option<Challenge>,
}

impl Lesson {
    /// Reads the lesson in the text of the file called `file`.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and the field, and what is allowed there.
    pub fn read(file: &str, text: &str) -> Result<Self, ConfigError> {
        let lesson = read::json(text).and_then(|value| Self::from_value(&value));
        lesson.map_err(|error| in_file(file, error))
    }

    fn from_value(value: &Value) -> Result<Self, ConfigError> {
        let mut fields = Fields::of(value, String::new())?;
        let answers: Vec<_> = fields
            .objects("answers", 2..=4)?
            .into_iter()
            .map(|answer| Bilingual::read(answer, LONGEST_ANSWER))
            .collect::<Result<_, _>>()?;
        let scene = Scene::read(fields.needed_object("scene")?)?;
        let (changes, revealed) = changes(&mut fields, &scene)?;
        let lesson = Self {
            title: Bilingual::read(fields.needed_object("title")?, LONGEST_TITLE)?,
            text: Bilingual::read(fields.needed_object("text")?, LONGEST_TEXT)?,
            question: Bilingual::read(fields.needed_object("question")?, LONGEST_TEXT)?,
            right: fields.needed_whole("right", 0..=answers.len() as u64 - 1)? as usize,
            answers,
            reveal: Bilingual::read(fields.needed_object("reveal")?, LONGEST_TEXT)?,
            start: fields.choice(
                "start",
                &[("paused", Start::Paused), ("playing", Start::Playing)],
            )?,
            speed: fields.optional_choice("speed", &SPEEDS.map(|speed| (speed, speed)))?,
            // Where there is nothing to select, there is no such field.
            select: match samples(&scene).checked_sub(1) {
                None => None,
                Some(last) => fields
                    .optional_whole("select", 0..=last as u64)?
                    .map(|index| index as usize),
            },
            scene,
            changes,
            reveal_action: fields.choice("reveal_action", actions(revealed.look.view))?,
            challenge: match fields.take("challenge") {
                None => None,
                Some(_) => Some(Challenge::read(fields.needed_object("challenge")?)?),
            },
        };
        fields.finish()?;
        Ok(lesson)
    }

    /// The scene at the reveal. The lesson's changes go over the scene that is shown `now`, so that
    /// what the class has moved stays where it is; where they do not fit that scene, over the
    /// lesson's own.
    pub fn revealed(&self, now: &Scene) -> Scene {
        now.merged(&self.changes)
            .or_else(|_| self.scene.merged(&self.changes))
            .unwrap_or_else(|_| self.scene.clone())
    }
}

/// What the reveal changes of the scene, and what comes of it.
fn changes(fields: &mut Fields, scene: &Scene) -> Result<(Value, Scene), ConfigError> {
    let changes = fields
        .take("reveal_scene")
        .cloned()
        .unwrap_or_else(|| Value::Object(Map::new()));
    let mut merged = scene.to_value();
    read::merge(&mut merged, &changes);
    let revealed = Scene::read(Fields::of(&merged, fields.path_to("reveal_scene"))?)?;
    Ok((changes, revealed))
}

/// What can move in a view.
fn actions(view: View) -> &'static [(&'static str, RevealAction)] {
    match view {
        View::Run => &[
            ("none", RevealAction::None),
            ("play", RevealAction::Play),
            ("step", RevealAction::Step),
        ],
        View::Lab => &[
            ("none", RevealAction::None),
            ("lab_play", RevealAction::LabPlay),
            ("step", RevealAction::Step),
        ],
        View::Wall => &[
            ("none", RevealAction::None),
            ("wall_play", RevealAction::WallPlay),
            ("step", RevealAction::Step),
        ],
    }
}

/// How many samples can be selected.
fn samples(scene: &Scene) -> usize {
    match scene.look.view {
        View::Run => SHOWN_SAMPLES,
        View::Lab => scene.lab.samples.len(),
        View::Wall => 0,
    }
}

/// The names of the lessons in their order, from the text of the file called `file`. The lesson
/// `name` is in the file `name.json` beside it; a name can stand in an address as it is.
///
/// # Errors
/// [`ConfigError`] names the file and the entry, and what is allowed there.
pub fn index(file: &str, text: &str) -> Result<Vec<String>, ConfigError> {
    let names = read::json(text).and_then(|value| names(&value));
    names.map_err(|error| in_file(file, error))
}

fn names(value: &Value) -> Result<Vec<String>, ConfigError> {
    let entries = value
        .as_array()
        .filter(|list| (1..=MOST_LESSONS).contains(&list.len()))
        .ok_or_else(|| {
            let problem = Problem::Entries {
                low: 1,
                high: MOST_LESSONS as u64,
                found: found(value),
            };
            ConfigError::new("", problem)
        })?;
    let mut names: Vec<String> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let name = entry
            .as_str()
            .filter(|name| is_name(name) && !names.iter().any(|known| known == name));
        let name = name.ok_or_else(|| {
            let problem = Problem::Name {
                most: LONGEST_NAME as u64,
                found: found(entry),
            };
            ConfigError::new(format!("[{index}]"), problem)
        })?;
        names.push(name.to_owned());
    }
    Ok(names)
}

fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(allowed)
}

/// The same refusal with the file's name before the field's.
fn in_file(file: &str, error: ConfigError) -> ConfigError {
    let path = match error.path.as_str() {
        "" => file.to_owned(),
        path => format!("{file}: {path}"),
    };
    ConfigError { path, ..error }
}
