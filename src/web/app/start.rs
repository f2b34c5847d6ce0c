//! The first moments of the page: words, link, worker, picture; then, without hurry, the GPU.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{
    App, Choice, SETTINGS, Stale, State, address::OWN_ENTRY, lab::LabView, wall::WallView,
};
use crate::{
    config::{ConfigError, Problem},
    journal::Journal,
    languages::Language,
    pace::Unseen,
    picture::numerals::Numerals,
    quote::quoted,
    scene::{Handout, Scene, link},
    train::Backend,
    web::{
        api::LsganLab,
        controls,
        files::Files,
        page,
        style::PlaneStyle,
        text::{Sentence, Words},
    },
};

/// What a link says, as far as it could be read.
pub(super) struct Opened {
    pub scene: Scene,
    /// Whether the link says anything of the scene.
    says_scene: bool,
    pub lesson: Option<String>,
    /// None where the link names none that there is.
    language: Option<&'static Language>,
    choice: Choice,
    unseen: Unseen,
    handout: Handout,
    presenting: bool,
    refusal: Option<ConfigError>,
}

/// Builds the app and opens the first run.
///
/// # Errors
/// What keeps the page from working at all: no canvas, no words, no global scope.
pub async fn start(files: Files) -> Result<(), JsValue> {
    let opened = read_link();
    let language = opened.language.unwrap_or_else(preferred_language);
    // Before the style is read: a presenter's type is larger.
    controls::show_presenting(opened.presenting);
    let app = Rc::new(App {
        state: RefCell::new(State {
            scene: opened.scene.clone(),
            panes: Vec::new(),
            focus: 0,
            journal: Journal::default(),
            sought: None,
            rounds: Default::default(),
            lab: LabView::new(&opened.scene),
            wall: WallView::new(),
            film: Default::default(),
            own: Default::default(),
            arrival: None,
            pointed: Default::default(),
            arrows: None,
            output_axis: None,
            choice: opened.choice,
            lessons: Default::default(),
            backend: Backend::Cpu,
            why: Sentence::new("why.measuring", []),
            playing: false,
            steps_per_second: controls::speed(),
            unseen: opened.unseen,
            rate: Default::default(),
            words: Words::default(),
            language,
            handout: opened.handout.clone(),
            draft: Handout::default(),
            presenting: opened.presenting,
            style: PlaneStyle::read(Numerals::PLAIN),
            stale: Stale::default(),
            message: None,
            offers_way_back: false,
            first_picture_marked: false,
        }),
        between_rounds: Default::default(),
        changing_backend: Default::default(),
        ticket: Cell::new(0),
        advancing: Cell::new(None),
        rescues: Cell::new(0),
        worked: Cell::new((0.0, 0.0)),
        saved_ms: Cell::new(0.0),
        saves: Cell::new(0),
        language_asked: Cell::new(language),
        frame_asked: Cell::new(false),
        link_due: Cell::new(false),
        link_tries: Cell::new(0),
        files,
    });
    let (lab, ready) = LsganLab::new(app.clone());
    js_sys::Reflect::set(&js_sys::global(), &"lsganLab".into(), &lab.into())?;

    // The words and the workers come over the same wire: ask for both at once.
    let words = Words::fetch(&app.files, language);
    let run = async {
        let lesson = match &opened.lesson {
            Some(name) => app.open_linked_lesson(name, opened.own_scene()).await,
            None => Ok(None),
        };
        (lesson, app.arrange().await)
    };
    let (words, (lesson, run)) = futures_util::future::join(words, run).await;
    app.state.borrow_mut().words = words?;
    controls::offer_languages();
    controls::offer_presets();
    controls::offer_parts();
    app.show_handout();
    controls::offer_backends(|backend| app.files.have(backend));
    let scene = app.scene();
    controls::make_room_for_chart(&scene.look);
    controls::show_scene(&scene);
    controls::show_setting("backend", opened.choice.name());
    controls::show_setting("unseen", opened.unseen.name());
    app.show_words();
    if let Some(error) = &opened.refusal {
        app.show_bad_link("message.link_broken", error);
    }
    if let Err(trouble) = &lesson {
        app.show_trouble(trouble);
    }
    app.write_link();
    controls::connect(&app);
    app.reported(run)
        .map_err(|reason| JsValue::from_str(&reason))?;
    app.sync_own();
    app.sync_lab();
    app.sync_wall();
    app.freeze().await;
    for notice in page::all("[data-show=\"loading\"]") {
        page::set_hidden(&notice, true);
    }
    if let Ok(Some(call)) = lesson {
        app.begin_lesson(call).await;
    } else if !controls::prefers_reduced_motion() {
        app.play_what_is_shown();
    }
    ready.resolve();
    app.listen_to_frame();
    spawn_local(async move {
        // The page trains already; whatever becomes of the GPU is told by the badge.
        let choice = app.state.borrow().choice;
        let _ = app.choose_backend(choice).await;
    });
    Ok(())
}

fn read_link() -> Opened {
    let fragment = page::window().location().hash().unwrap_or_default();
    let read = link::read(&fragment, &SETTINGS).and_then(|link| {
        let pairs = link.settings.iter();
        let handout = Handout::read(pairs.map(|(name, value)| (name.as_str(), value.as_str())))?;
        let unseen = unseen_named(&link)?;
        Ok((link, handout, unseen))
    });
    let (link, handout, unseen, refusal) = match read {
        Ok((link, handout, unseen)) => (link, handout, unseen, None),
        Err(error) => (
            link::Link {
                scene: Scene::default(),
                says_scene: false,
                settings: Vec::new(),
            },
            Handout::default(),
            Unseen::default(),
            Some(error),
        ),
    };
    let setting = |name: &str| {
        link.settings
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let language = setting("lang").and_then(Language::named);
    let choice = setting("backend")
        .and_then(Choice::named)
        .unwrap_or(Choice::Auto);
    Opened {
        language,
        choice,
        unseen,
        handout,
        presenting: setting("present") == Some("1"),
        refusal,
        lesson: setting("lesson").map(str::to_owned),
        says_scene: link.says_scene,
        scene: link.scene,
    }
}

/// What becomes of runs that nobody sees, as a link says it.
fn unseen_named(link: &link::Link) -> Result<Unseen, ConfigError> {
    let settings = &link.settings;
    let Some((_, name)) = settings.iter().find(|(key, _)| key == "unseen") else {
        return Ok(Unseen::default());
    };
    let known = Unseen::ALL.into_iter().find(|(known, _)| known == name);
    known.map(|(_, unseen)| unseen).ok_or_else(|| {
        let allowed = Unseen::ALL.map(|(known, _)| known).join(", ");
        let found = quoted(name);
        ConfigError::new("unseen", Problem::Choice { allowed, found })
    })
}

impl Opened {
    /// The scene that is to be shown in the place of the lesson's own.
    pub(super) fn own_scene(&self) -> Option<Scene> {
        self.says_scene.then(|| self.scene.clone())
    }
}

/// The first of the browser's languages that there is.
fn preferred_language() -> &'static Language {
    let tags = page::window().navigator().languages();
    Language::preferred(tags.iter().filter_map(|tag| tag.as_string()))
}

impl App {
    fn show_bad_link(&self, key: &'static str, error: &ConfigError) {
        let reason = self.state.borrow().words.refusal(error);
        self.show_message(Sentence::new(key, [("reason", reason)]));
    }

    /// The address bar was changed by hand, or a link on the same page was followed.
    pub async fn follow_link(self: &Rc<Self>) {
        let fragment = page::window().location().hash().unwrap_or_default();
        if fragment.trim_start_matches('#') == self.link() {
            return;
        }
        let opened = read_link();
        if let Some(error) = &opened.refusal {
            self.show_bad_link("message.link_refused", error);
            self.write_link();
            return;
        }
        // Whoever goes back keeps the language that was chosen since.
        let entry = page::window().history().and_then(|history| history.state());
        if entry != Ok(OWN_ENTRY)
            && let Some(language) = opened.language
            && let Err(error) = self.set_language(language).await
        {
            web_sys::console::error_1(&error);
        }
        if entry != Ok(OWN_ENTRY) {
            self.state.borrow_mut().handout = opened.handout.clone();
            self.show_handout();
            if self.presenting() != opened.presenting {
                self.set_presenting(opened.presenting);
            }
        }
        self.set_unseen(opened.unseen);
        self.follow_to_lesson(&opened).await;
        if self.state.borrow().choice != opened.choice {
            // A refusal is shown by the app itself.
            let _ = self.choose_backend(opened.choice).await;
        }
    }
}
