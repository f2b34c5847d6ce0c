//! What a visitor or a script takes away from what is shown: pictures, numbers, weights, the run as a program,
//! a film.
//!
//! Of several panes it is the one in focus. [`crate::export`] makes the text and the bytes; here they get the
//! run's data, its words and a name.

mod film;
mod lab;
mod pictures;

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::{App, State, pane::Pane};
use crate::{
    export::{csv, file_stem, program, weights},
    quote::quoted,
    scene::View,
    session::Command,
    train::{Checkpoint, checkpoint_file::SavedRun},
    web::{
        downloads::{self, File},
        page,
        text::Sentence,
        wire,
    },
};

pub(super) use film::Film;
pub(super) use pictures::image_address;

/// All that can be had, by the name at which the file's own ends.
pub const KINDS: [&str; 23] = [
    "picture.svg",
    "picture.png",
    "losses.svg",
    "losses.png",
    "curve.svg",
    "curve.png",
    "gradients.svg",
    "gradients.png",
    "metric.svg",
    "metric.png",
    "metrics.csv",
    "weights.safetensors",
    "weights.json",
    "pytorch.py",
    "burn.rs",
    "film.webm",
    "seeds.svg",
    "seeds.png",
    "wall.svg",
    "wall.png",
    "wall.csv",
    "lab.svg",
    "lab.png",
];

/// A drawing on its sheet, and the size of that in CSS pixels.
struct Drawing {
    svg: String,
    size: [f32; 2],
}

impl App {
    /// Makes one of [`KINDS`]; a film is so many seconds long.
    ///
    /// # Errors
    /// One sentence that says why it cannot be had.
    pub async fn export(self: &Rc<Self>, kind: &str, seconds: f64) -> Result<File, String> {
        let Some((what, format)) = kind.split_once('.').filter(|_| KINDS.contains(&kind)) else {
            let kinds = KINDS.join(", ");
            return Err(format!(
                "the kind must be one of {kinds}, not {}",
                quoted(kind)
            ));
        };
        let made = match what {
            "metrics" => self.metrics_file(),
            "weights" => return self.weights_file(format).await,
            "pytorch" | "burn" => self.program_file(kind).await,
            "film" => return self.film(seconds).await,
            "wall" if format == "csv" => self.wall_file(),
            "lab" if format == "png" => self.lab_file().await,
            _ => self.drawing_file(what, format).await,
        };
        made.map_err(|error| wire::sentence(&error))
    }

    /// Makes a file and hands it to the visitor.
    ///
    /// # Errors
    /// As [`App::export`].
    pub async fn take_away(self: &Rc<Self>, kind: &str, seconds: f64) -> Result<String, String> {
        let file = self.export(kind, seconds).await?;
        let name = file.name();
        wasm_bindgen_futures::spawn_local(async move {
            if let Err(error) = downloads::download(&file).await {
                web_sys::console::error_1(&error);
            }
        });
        Ok(name)
    }

    async fn drawing_file(self: &Rc<Self>, what: &str, format: &str) -> Result<File, JsValue> {
        let (name, drawing) = {
            let mut state = self.state.borrow_mut();
            if what == "lab" && state.scene.look.view != View::Lab {
                return Err(state.words.get("takeaway.no_lab").into());
            }
            let name = match what {
                "wall" => state.wall.file_name(&format!("share.{format}")),
                "seeds" => state.wall.file_name(&format!("seeds.{format}")),
                "metric" => state.file_name(&format!("{}.{format}", state.metric_name())),
                _ => state.file_name(&format!("{what}.{format}")),
            };
            let drawing = state.in_light(|state| state.drawing(what))?;
            (name, drawing)
        };
        let drawing = drawing.ok_or_else(|| self.nothing_yet())?;
        match format {
            "svg" => downloads::file(&name, "image/svg+xml", &drawing.svg.into()),
            _ => downloads::png(&name, &drawing.svg, drawing.size).await,
        }
    }

    fn metrics_file(&self) -> Result<File, JsValue> {
        let state = self.state.borrow();
        let pane = state.focused().ok_or_else(|| self.nothing_yet())?;
        let table = csv::metrics(&pane.history, &pane.norms, &pane.metrics);
        downloads::file(&state.file_name("metrics.csv"), "text/csv", &table.into())
    }

    fn wall_file(&self) -> Result<File, JsValue> {
        let state = self.state.borrow();
        let table = state.wall.table().ok_or_else(|| self.nothing_yet())?;
        downloads::file(
            &state.wall.file_name("seeds.csv"),
            "text/csv",
            &table.into(),
        )
    }

    async fn weights_file(self: &Rc<Self>, format: &str) -> Result<File, String> {
        let (config, checkpoint) = {
            let _turn = self.between_rounds.lock().await;
            let (runner, config) = {
                let state = self.state.borrow();
                let pane = state.focused();
                let runner =
                    pane.and_then(|pane| Some((pane.runner.clone()?, pane.config.clone())));
                runner.ok_or("the worker is starting")?
            };
            let answer = runner.command(Command::Checkpoint).await?;
            let checkpoint: Checkpoint =
                wire::from_js(answer).map_err(|error| wire::sentence(&error))?;
            (config, checkpoint)
        };
        let name = format!("{}_weights.{format}", file_stem(&config, checkpoint.step));
        let file = match format {
            "json" => {
                let text = weights::json(&config, &checkpoint);
                downloads::file(&name, "application/json", &text.into())
            }
            _ => {
                let content = SavedRun { config, checkpoint }.to_bytes();
                let content = content.map_err(|error| error.to_string())?;
                downloads::bytes(&name, "application/octet-stream", &content)
            }
        };
        file.map_err(|error| wire::sentence(&error))
    }

    async fn program_file(self: &Rc<Self>, kind: &str) -> Result<File, JsValue> {
        let name = format!("export/{kind}.txt");
        let template = self.files.text(&name).await?;
        let state = self.state.borrow();
        let pane = state.focused().ok_or_else(|| self.nothing_yet())?;
        let text = program::fill(&template, &pane.config, pane.done);
        downloads::file(&state.file_name(kind), "text/plain", &text.into())
    }

    /// Why there is nothing to take away.
    fn nothing_yet(&self) -> JsValue {
        let words = &self.state.borrow().words;
        words.get("takeaway.nothing_yet").into()
    }

    /// What the dialog says of the run that its files are of.
    pub fn show_takeaway(&self) {
        let state = self.state.borrow();
        let Some(pane) = state.focused() else { return };
        let key = match (state.scene.look.view, state.panes.len()) {
            (View::Run, 1) => "takeaway.of_run",
            (View::Run, _) => "takeaway.of_pane",
            (View::Lab, _) => "takeaway.of_lab",
            (View::Wall, _) => "takeaway.of_wall",
        };
        let arguments = [
            ("name", state.pane_name(pane)),
            ("seed", pane.config.seed.to_string()),
            ("step", state.words.number(pane.done as f64, 0)),
        ];
        let said = state.words.say(&Sentence::new(key, arguments));
        page::show("takeaway_of", &said);
        let metric = Sentence::new("takeaway.metric_words", [("metric", state.metric_words())]);
        page::show("takeaway_metric", &state.words.say(&metric));
    }

    /// Says that this browser makes no films.
    pub fn tell_no_film(&self) {
        let words = &self.state.borrow().words;
        page::show("takeaway_status", &words.get("takeaway.no_film"));
    }

    /// Says in the dialog what became of a wish.
    pub fn tell_takeaway(&self, outcome: Result<String, String>) {
        let (key, tone, name, text) = match outcome {
            Ok(file) => ("takeaway.saved", "notice", "file", file),
            Err(reason) => ("takeaway.failed", "alert", "reason", reason),
        };
        let said = Sentence::new(key, [(name, text)]);
        page::show("takeaway_status", &self.state.borrow().words.say(&said));
        if let Some(place) = page::hook::<web_sys::Element>("show", "takeaway_status") {
            page::set_attribute(&place, "data-tone", tone);
        }
    }
}

impl State {
    /// What a file of the pane in focus is called.
    fn file_name(&self, ending: &str) -> String {
        let stem = self.focused().map(Pane::file_stem);
        format!("{}_{ending}", stem.unwrap_or_default())
    }
}

impl Pane {
    /// How the names of its files begin.
    fn file_stem(&self) -> String {
        file_stem(&self.config, self.done)
    }
}
