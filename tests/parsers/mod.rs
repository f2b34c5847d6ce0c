//! Every reader of what comes from outside, as a function of bytes that must come back: whatever is read is also
//! what is written and read again, and a refusal is a sentence that can be shown.
//!
//! Both the fuzzer (`fuzz`) and the tests of its corpora (`tests/corpora.rs`) call these.

use lsgan_lab::{
    config::{MOST_POINTS, TrainingConfig},
    data,
    scene::{
        Handout, Scene,
        lesson::{self, Lesson},
        link,
    },
    session::Command,
    sweep::{Row, Seeds, Shard},
    train::checkpoint_file::SavedRun,
};
use serde_json::Value;

/// What is done with bytes; it panics where that shows a fault.
pub type Parser = fn(&[u8]);

/// Each parser by its name, which is that of its corpus.
pub const PARSERS: [(&str, Parser); 9] = [
    ("link", read_link),
    ("config", read_config),
    ("scene", read_scene),
    ("call", read_call),
    ("lesson", read_lesson),
    ("points_csv", read_points_csv),
    ("points_json", read_points_json),
    ("checkpoint", read_checkpoint),
    ("sweep_row", read_sweep_row),
];

/// The parser of that name.
#[allow(dead_code)]
pub fn named(name: &str) -> Option<Parser> {
    let found = PARSERS.iter().find(|(known, _)| *known == name);
    found.map(|(_, parser)| *parser)
}

/// The settings of the page that a link can have beside the scene.
const SETTINGS: [&str; 6] = ["lang", "lesson", "hide", "lock", "embed", "origins"];

/// Longest refusal, in characters: the longest lists all parts of the page.
const LONGEST_REFUSAL: usize = 500;

/// A refusal must stay a sentence, whatever it quotes.
fn refused(reason: &impl ToString) {
    let said = reason.to_string();
    assert!(said.chars().count() <= LONGEST_REFUSAL, "{said}");
    let turns = |mark: char| matches!(mark, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(
        !said.contains(|mark: char| mark.is_control() || turns(mark)),
        "{said:?}"
    );
}

/// What was read, where a refusal would do.
fn taken<T>(read: Result<T, impl ToString>) -> Option<T> {
    read.map_err(|reason| refused(&reason)).ok()
}

/// Bytes as a page or a file hands them over.
fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

fn read_link(bytes: &[u8]) {
    let Some(link) = taken(link::read(&text(bytes), &SETTINGS)) else {
        return;
    };
    let written = link::write(&link.scene, &[]);
    let again = link::read(&written, &[]).expect("what was written is read");
    assert_eq!(again.scene, link.scene, "{written}");
    let pairs = link
        .settings
        .iter()
        .map(|(name, value)| (&**name, &**value));
    if let Some(handout) = taken(Handout::read(pairs)) {
        let pairs = handout.pairs();
        let pairs = pairs.iter().map(|(name, value)| (*name, &**value));
        assert_eq!(Handout::read(pairs), Ok(handout.clone()));
    }
}

fn read_config(bytes: &[u8]) {
    let Some(config) = taken(TrainingConfig::from_json(&text(bytes))) else {
        return;
    };
    let written = config.to_value().to_string();
    assert_eq!(TrainingConfig::from_json(&written), Ok(config), "{written}");
}

fn read_scene(bytes: &[u8]) {
    let value: Option<Value> = serde_json::from_slice(bytes).ok();
    if let Some(scene) = value.and_then(|value| taken(Scene::from_value(&value))) {
        let written = scene.to_value().to_string();
        let again: Scene = serde_json::from_str(&written).expect("what was written is read");
        assert_eq!(again, scene, "{written}");
    }
}

/// What a page that has ours in a frame, or a script, hands to `configure` and `show`; and what a worker is told.
fn read_call(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    if let Some(scene) = taken(Scene::default().merged(&value)) {
        assert_eq!(scene.merged(&value), Ok(scene.clone()), "{value}");
    }
    if let Ok(Command::Adopt { checkpoints }) = serde_json::from_value(value) {
        let config = TrainingConfig::default();
        let fitting = checkpoints.iter().filter(|one| one.fits(&config));
        assert!(fitting.count() <= checkpoints.len());
    }
}

fn read_lesson(bytes: &[u8]) {
    let text = text(bytes);
    if let Some(names) = taken(lesson::index("index.json", &text)) {
        assert!(names.iter().all(|name| !name.contains(['/', '.'])));
    }
    if let Some(lesson) = taken(Lesson::read("mine.json", &text)) {
        // Over the lesson's own scene and over any other that the class may have come to.
        lesson.revealed(&lesson.scene);
        lesson.revealed(&Scene::default());
        assert!(lesson.right < lesson.answers.len());
    }
}

fn read_points(text: &str) {
    let loaded = match data::read(text, MOST_POINTS) {
        Ok(loaded) => loaded,
        Err(reason) => {
            let (_, arguments) = reason.sentence();
            return arguments.iter().for_each(|(_, value)| {
                if let data::Argument::Text(text) = value {
                    refused(text);
                }
            });
        }
    };
    let points = &loaded.points;
    assert!((1..=MOST_POINTS).contains(&points.len()) && points.len() <= loaded.found);
    assert!(
        points.iter().flatten().all(|x| x.abs() <= 4.0),
        "{loaded:?}"
    );
    if points.len() == loaded.found {
        for text in [data::csv(points), data::json(points)] {
            let again = data::read(&text, MOST_POINTS).expect("what was written is read");
            assert_eq!(again.points, *points, "{text}");
        }
    }
}

fn read_points_csv(bytes: &[u8]) {
    read_points(&text(bytes));
}

fn read_points_json(bytes: &[u8]) {
    let text = text(bytes);
    if text.starts_with(['[', '{']) {
        read_points(&text);
    }
}

fn read_checkpoint(bytes: &[u8]) {
    let Some(saved) = taken(SavedRun::from_bytes(bytes)) else {
        return;
    };
    assert!(saved.checkpoint.fits(&saved.config));
    let written = saved.to_bytes().expect("what was read can be written");
    let again = SavedRun::from_bytes(&written).expect("what was written is read");
    assert!(again == saved);
}

fn read_sweep_row(bytes: &[u8]) {
    let text = text(bytes);
    if let Some(row) = taken(text.parse::<Row>()) {
        let written = row.to_string();
        let again: Row = written.parse().expect("what was written is read");
        assert_eq!(again.to_string(), written);
    }
    // The file beside the rows says these in words.
    if let Some(shard) = taken(text.parse::<Shard>()) {
        assert_eq!(shard.to_string().parse(), Ok(shard));
    }
    if let Some(seeds) = taken(text.parse::<Seeds>()) {
        assert_eq!(seeds.to_string().parse(), Ok(seeds));
    }
}
