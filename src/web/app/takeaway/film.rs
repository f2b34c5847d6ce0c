//! A film of what is shown: the plane's canvas and a line of words, recorded by the browser while the run goes
//! on. As on the page, it has the colours of the theme in force.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::web::{
    app::{App, State},
    clock::{now_ms, sleep},
    downloads::{self, File},
    page, plane,
    style::rgb,
    text::Sentence,
};

/// Pictures a second.
const RATE: f64 = 25.0;

/// The longest film, in seconds.
const LONGEST: f64 = 120.0;

/// The longest side of a film in pixels, and the height of its line of words.
const SIDE: f64 = 900.0;
const CAPTION: f64 = 44.0;

/// Bits a second: thin lines on flat colours look poor with the usual ones.
const BITS: f64 = 6_000_000.0;

/// What a browser may be able to write, the first it can is taken; and how such a file's name ends.
const FORMATS: [(&str, &str); 4] = [
    ("video/webm;codecs=vp9", "webm"),
    ("video/webm;codecs=vp8", "webm"),
    ("video/webm", "webm"),
    ("video/mp4", "mp4"),
];

#[wasm_bindgen]
extern "C" {
    /// What encodes a film.
    #[wasm_bindgen(js_name = MediaRecorder)]
    type Recorder;

    #[wasm_bindgen(constructor, catch, js_class = MediaRecorder)]
    fn new(stream: &JsValue, options: &JsValue) -> Result<Recorder, JsValue>;

    #[wasm_bindgen(static_method_of = Recorder, js_class = MediaRecorder, js_name = isTypeSupported)]
    fn is_type_supported(kind: &str) -> bool;

    #[wasm_bindgen(method, catch)]
    fn start(this: &Recorder) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn stop(this: &Recorder) -> Result<(), JsValue>;

    #[wasm_bindgen(method, setter)]
    fn set_ondataavailable(this: &Recorder, callback: Option<&js_sys::Function>);

    /// A canvas that can be filmed.
    type Stage;

    #[wasm_bindgen(method, catch, js_name = captureStream)]
    fn capture_stream(this: &Stage, rate: f64) -> Result<JsValue, JsValue>;
}

/// The film that is being made.
#[derive(Default)]
pub struct Film {
    running: bool,
    stopped: bool,
}

/// Whether the browser has what a film needs, and how it writes one.
fn format() -> Option<(&'static str, &'static str)> {
    let has =
        |object: &JsValue, name: &str| js_sys::Reflect::has(object, &name.into()).unwrap_or(false);
    let canvas = page::canvas().ok()?;
    if !has(&js_sys::global(), "MediaRecorder") || !has(&canvas, "captureStream") {
        return None;
    }
    let mut formats = FORMATS.into_iter();
    formats.find(|(kind, _)| Recorder::is_type_supported(kind))
}

impl App {
    /// Whether the browser can make films.
    pub fn can_film(&self) -> bool {
        format().is_some()
    }

    /// The film that is being made ends here.
    pub fn stop_film(&self) {
        self.state.borrow_mut().film.stopped = true;
    }

    /// Films so many seconds; lets what is shown play meanwhile.
    ///
    /// # Errors
    /// One sentence that says why there is none.
    pub(super) async fn film(self: &Rc<Self>, seconds: f64) -> Result<File, String> {
        let say = |key| self.state.borrow().words.get(key);
        if !(1.0..=LONGEST).contains(&seconds) {
            return Err(format!(
                "seconds must be from 1 to {LONGEST}, not {seconds}"
            ));
        }
        let Some((kind, ending)) = format() else {
            return Err(say("takeaway.no_film"));
        };
        let (name, stage) = {
            let mut state = self.state.borrow_mut();
            if state.in_wall_view() {
                return Err(state.words.get("takeaway.no_film_of_wall"));
            }
            if std::mem::replace(&mut state.film.running, true) {
                return Err(state.words.get("takeaway.one_film"));
            }
            state.film.stopped = false;
            (state.file_name(&format!("film.{ending}")), page::canvas())
        };
        let playing = self.let_play(true);
        let film = match stage {
            Ok(stage) => self.record(&stage, kind, seconds).await,
            Err(error) => Err(error),
        };
        self.let_play(playing);
        self.state.borrow_mut().film.running = false;
        let film = film.and_then(|film| downloads::file(&name, kind, &film));
        film.map_err(|error| crate::web::wire::sentence(&error))
    }

    /// Lets what is shown play or not; says whether it did.
    fn let_play(self: &Rc<Self>, play: bool) -> bool {
        let (in_lab, playing) = {
            let state = self.state.borrow();
            let in_lab = state.scene.look.view == crate::scene::View::Lab;
            (
                in_lab,
                if in_lab {
                    state.lab.playing()
                } else {
                    state.playing
                },
            )
        };
        match (in_lab, play) {
            _ if play == playing => {}
            (true, true) => self.lab_play(),
            (true, false) => self.lab_pause(),
            (false, true) => self.play(),
            (false, false) => {
                let this = self.clone();
                wasm_bindgen_futures::spawn_local(async move { this.pause().await });
            }
        }
        playing
    }

    /// Draws picture after picture on the stage and has the browser record it; resolves to the film.
    async fn record(
        self: &Rc<Self>,
        stage: &HtmlCanvasElement,
        kind: &str,
        seconds: f64,
    ) -> Result<JsValue, JsValue> {
        self.paint(stage)?;
        let stream = stage.unchecked_ref::<Stage>().capture_stream(RATE)?;
        let options = js_sys::Object::new();
        page::set_field(&options, "mimeType", &kind.into());
        page::set_field(&options, "videoBitsPerSecond", &BITS.into());
        let recorder = Recorder::new(&stream, &options)?;
        // Without slices all of it comes at once, when the recorder is stopped.
        let recorded = js_sys::Promise::new(&mut |resolve, _| {
            recorder.set_ondataavailable(Some(&resolve));
        });
        recorder.start()?;
        let start = now_ms();
        loop {
            let passed = (now_ms() - start) / 1000.0;
            self.show_film(passed, seconds);
            if passed >= seconds || self.state.borrow().film.stopped {
                break;
            }
            sleep(1000.0 / RATE).await;
            self.paint(stage)?;
        }
        recorder.stop()?;
        let event = wasm_bindgen_futures::JsFuture::from(recorded).await?;
        recorder.set_ondataavailable(None);
        js_sys::Reflect::get(&event, &"data".into())
    }

    /// Draws what is shown now.
    fn paint(&self, stage: &HtmlCanvasElement) -> Result<(), JsValue> {
        let state = self.state.borrow();
        let canvas = state.shown_canvas();
        let canvas = canvas.ok_or_else(|| state.words.get("takeaway.nothing_yet"))?;
        let [width, height] = [canvas.width(), canvas.height()].map(f64::from);
        let part = (SIDE / width.max(height)).min(1.0);
        // Encoders want even sides. The first picture decides.
        let even = |side: f64| 2 * (0.5 * side).round().max(1.0) as u32;
        if stage.width() != even(part * width) || stage.height() != even(part * height + CAPTION) {
            stage.set_width(even(part * width));
            stage.set_height(even(part * height + CAPTION));
        }
        let context = plane::context(stage)?;
        let whole = [stage.width(), stage.height()].map(f64::from);
        let [red, green, blue] = rgb("--plane-paper");
        context.set_fill_style_str(&format!("rgb({red} {green} {blue})"));
        context.fill_rect(0.0, 0.0, whole[0], whole[1]);
        caption(&context, &state, whole[0])?;
        context.draw_image_with_html_canvas_element_and_dw_and_dh(
            canvas,
            0.0,
            CAPTION,
            part * width,
            part * height,
        )
    }

    /// Says in the dialog how far the film is.
    fn show_film(&self, passed: f64, seconds: f64) {
        let state = self.state.borrow();
        let number = |seconds: f64| state.words.number(seconds.min(LONGEST), 0);
        let arguments = [("passed", number(passed)), ("seconds", number(seconds))];
        let said = Sentence::new("takeaway.filming", arguments);
        page::show("film_progress", &state.words.say(&said));
        if let Some(bar) = page::hook::<web_sys::Element>("show", "film_bar") {
            page::set_attribute(&bar, "value", &(passed / seconds).min(1.0).to_string());
        }
    }
}

/// The line of words: what the run is, and its step.
fn caption(context: &CanvasRenderingContext2d, state: &State, width: f64) -> Result<(), JsValue> {
    let Some(pane) = state.focused() else {
        return Ok(());
    };
    let words = state.run_words(pane);
    context.set_fill_style_str(&state.style.ink);
    context.set_font(&format!("600 18px {}", state.style.font));
    context.set_text_baseline("middle");
    context.fill_text_with_max_width(&words.title, 14.0, 0.5 * CAPTION, width - 28.0)
}

impl State {
    fn in_wall_view(&self) -> bool {
        self.scene.look.view == crate::scene::View::Wall
    }

    /// The canvas that is filmed.
    fn shown_canvas(&self) -> Option<&HtmlCanvasElement> {
        match self.scene.look.view {
            crate::scene::View::Lab => self.lab.canvas(),
            _ => self.focused().map(|pane| pane.plane.canvas()),
        }
    }
}
