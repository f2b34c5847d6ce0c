//! The planes under a hand that edits the target, its tools and buttons, and the ways by which points come
//! in and go out: a file that is chosen or dropped, a text that is pasted, a download.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent, PointerEvent};

use crate::{
    data::{MOST_BYTES, Unreadable},
    web::{
        app::{App, Tool, taken_apart},
        page,
    },
};

#[wasm_bindgen]
extern "C" {
    /// What was dropped or pasted, or a field for files: each has one of these, and the others are
    /// undefined.
    type Carrier;
    #[wasm_bindgen(method, getter, js_name = dataTransfer)]
    fn data_transfer(this: &Carrier) -> Option<Parcel>;
    #[wasm_bindgen(method, getter, js_name = clipboardData)]
    fn clipboard_data(this: &Carrier) -> Option<Parcel>;

    /// What they carry.
    type Parcel;
    #[wasm_bindgen(method, getter)]
    fn files(this: &Parcel) -> js_sys::Object;
    #[wasm_bindgen(method, js_name = getData)]
    fn get_data(this: &Parcel, kind: &str) -> String;
    #[wasm_bindgen(method, getter)]
    fn types(this: &Parcel) -> js_sys::Array;

    /// A file, not yet read.
    type File;
    #[wasm_bindgen(method, getter)]
    fn size(this: &File) -> f64;
    #[wasm_bindgen(method)]
    fn text(this: &File) -> js_sys::Promise;
}

/// Binds tools, keys and files to the app.
pub fn connect(app: &Rc<App>) {
    let Some(panes) = page::hook::<Element>("show", "panes") else {
        return;
    };
    let this = app.clone();
    page::listen(&panes, "pointerdown", move |event: PointerEvent| {
        let Some(plane) = plane(&event) else { return };
        if this.own_press(&plane, &event) {
            // From here on the pointer is the pane's, wherever it goes. It may be gone already.
            let _ = plane.set_pointer_capture(event.pointer_id());
        }
    });
    let this = app.clone();
    page::listen(&panes, "pointermove", move |event: PointerEvent| {
        if this.own_tool().is_some()
            && let Some(plane) = plane(&event)
        {
            this.own_move(&plane, &event);
        }
    });
    for gone in ["pointerup", "pointercancel", "lostpointercapture"] {
        let this = app.clone();
        page::listen(&panes, gone, move |event: PointerEvent| {
            if this.own_tool().is_some() {
                this.own_release(&event);
            }
        });
    }
    let this = app.clone();
    page::listen(&panes, "pointerleave", move |_: PointerEvent| {
        this.own_leave()
    });
    let this = app.clone();
    page::listen(&page::document(), "keydown", move |event: KeyboardEvent| {
        let again = match event.key().as_str() {
            "z" | "Z" => event.shift_key(),
            "y" | "Y" => true,
            _ => return,
        };
        let asked = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
        if asked && this.own_tool().is_some() && !is_field(&event) {
            event.prevent_default();
            this.own_undo(again);
        }
    });
    connect_texts(app);
}

/// Files and texts from elsewhere.
fn connect_texts(app: &Rc<App>) {
    let document = page::document();
    for over in ["dragover", "dragenter"] {
        page::listen(&document, over, move |event: Event| {
            // Without this the browser would open what is dropped in the place of the page.
            if has_text(&event) {
                event.prevent_default();
            }
        });
    }
    let this = app.clone();
    page::listen(&document, "drop", move |event: Event| {
        if is_field(&event) || !has_text(&event) {
            return;
        }
        event.prevent_default();
        let Some(parcel) = event.unchecked_ref::<Carrier>().data_transfer() else {
            return;
        };
        match first_file(&parcel.files()) {
            Some(file) => take_file(this.clone(), file),
            None => take_text(this.clone(), parcel.get_data("text/plain")),
        }
    });
    let this = app.clone();
    page::listen(&document, "paste", move |event: Event| {
        let Some(parcel) = event.unchecked_ref::<Carrier>().clipboard_data() else {
            return;
        };
        if is_field(&event) {
            return;
        }
        if let Some(file) = first_file(&parcel.files()) {
            return take_file(this.clone(), file);
        }
        let text = parcel.get_data("text/plain");
        if this.own_wants(&text) {
            event.prevent_default();
            take_text(this.clone(), text);
        }
    });
    let this = app.clone();
    page::listen(&document, "change", move |event: Event| {
        let Some((field, _)) = super::target(&event, "data-own-file") else {
            return;
        };
        let files = js_sys::Reflect::get(&field, &"files".into()).map(JsCast::unchecked_into);
        if let Some(file) = files.ok().and_then(|files| first_file(&files)) {
            take_file(this.clone(), file);
        }
        // The same file can be chosen again, changed meanwhile.
        if let Some(field) = field.dyn_ref::<HtmlInputElement>() {
            field.set_value("");
        }
    });
}

/// Whether something that is dragged may hold points.
fn has_text(event: &Event) -> bool {
    let parcel = event.unchecked_ref::<Carrier>().data_transfer();
    let may = |kind: JsValue| kind == "Files" || kind == "text/plain";
    parcel.is_some_and(|parcel| parcel.types().iter().any(may))
}

fn first_file(files: &js_sys::Object) -> Option<File> {
    let file = js_sys::Reflect::get_u32(files, 0).ok()?;
    file.is_object().then(|| file.unchecked_into())
}

/// A file that is too large is not even read. Where the target is not to be changed by hand, none is.
fn take_file(app: Rc<App>, file: File) {
    if !app.may_change("target") {
        return;
    }
    if file.size() > MOST_BYTES as f64 {
        let found = file.size() as usize;
        app.own_refuse(&Unreadable::TooLarge { found });
        return;
    }
    spawn_local(async move {
        // One that cannot be read has nothing in it.
        let text = JsFuture::from(file.text()).await.ok();
        let text = text.and_then(|text| text.as_string()).unwrap_or_default();
        take_text(app, text);
    });
}

fn take_text(app: Rc<App>, text: String) {
    if !app.may_change("target") {
        return;
    }
    // The app itself shows what came of it.
    spawn_local(async move { drop(app.own_load(&text).await) });
}

/// Whether an event is about a field with a text of its own.
fn is_field(event: &Event) -> bool {
    let element = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let field =
        element.map(|element| element.closest("input:not([type=\"file\"]), textarea, select"));
    matches!(field, Some(Ok(Some(_))))
}

/// The canvas of a plane that an event is about.
fn plane(event: &Event) -> Option<Element> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element.closest("[data-in=\"plane\"]").ok()?
}

/// One of the buttons was pressed.
pub(super) fn clicked(app: Rc<App>, action: &str) {
    match action {
        "own_edit" => {
            app.own_toggle();
            focus_plane(&app);
        }
        "own_done" => app.own_take(None),
        "own_draw" => app.own_take(Some(Tool::Draw)),
        "own_erase" => app.own_take(Some(Tool::Erase)),
        "own_undo" => app.own_undo(false),
        "own_redo" => app.own_undo(true),
        "own_clear" => app.own_clear(),
        "own_add" => app.own_add(),
        "own_delete" => app.own_delete(),
        "own_apart" => {
            if let Some(target) = taken_apart(&app.config().target) {
                spawn_local(async move {
                    app.own_begin(target).await;
                    focus_plane(&app);
                });
            }
        }
        "own_file" => {
            if let Some(field) = page::hook::<HtmlElement>("own-file", "points") {
                field.click();
            }
        }
        "own_csv" => save(&app, "csv", "text/csv"),
        "own_json" => save(&app, "json", "application/json"),
        _ => {}
    }
}

/// Hands the points to the browser as a file.
fn save(app: &Rc<App>, format: &str, kind: &str) {
    let (Some(text), Ok(link)) = (app.own_text(format), page::document().create_element("a"))
    else {
        return;
    };
    let text = percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC);
    page::set_attribute(&link, "href", &format!("data:{kind};charset=utf-8,{text}"));
    page::set_attribute(&link, "download", &format!("points.{format}"));
    if let Some(link) = link.dyn_ref::<HtmlElement>() {
        link.click();
    }
}

/// What is to be shown of the tools.
pub struct OwnShown {
    /// The tool in the hand.
    pub tool: Option<Tool>,
    /// Whether there is an act to undo.
    pub can_undo: bool,
    /// Whether there is one to do again.
    pub can_redo: bool,
    /// Whether there is anything to clear.
    pub can_clear: bool,
    /// Whether there may be one more mode.
    pub can_add: bool,
    /// Whether a mode is selected that may go.
    pub can_delete: bool,
    /// Whether the target has modes that can be moved one by one.
    pub can_take_apart: bool,
}

/// Shows the tools, and which of them make sense.
pub fn show_own(shown: &OwnShown) {
    let name = shown.tool.map_or("", Tool::name);
    if let Some(panes) = page::hook::<Element>("show", "panes") {
        page::set_attribute(&panes, "data-editing", name);
    }
    for plane in page::all("[data-show=\"panes\"] [data-in=\"plane\"]") {
        // Keys mean something else there: screen readers hand them on.
        let role = if shown.tool.is_some() {
            "application"
        } else {
            "img"
        };
        page::set_attribute(&plane, "role", role);
    }
    for tools in page::all("[data-own-tools]") {
        let tools_of = tools.get_attribute("data-own-tools").unwrap_or_default();
        let is_there = tools_of.split(' ').any(|tool| tool == name);
        page::set_hidden(&tools, !is_there);
    }
    for (action, tool) in [("own_draw", Tool::Draw), ("own_erase", Tool::Erase)] {
        press(action, shown.tool == Some(tool));
    }
    press("own_edit", shown.tool.is_some());
    for (action, makes_sense) in [
        ("own_undo", shown.can_undo),
        ("own_redo", shown.can_redo),
        ("own_clear", shown.can_clear),
        ("own_add", shown.can_add),
        ("own_delete", shown.can_delete),
        ("own_apart", shown.can_take_apart),
    ] {
        for button in page::all(&format!("[data-action=\"{action}\"]")) {
            page::set_disabled(&button, !makes_sense);
        }
    }
}

fn press(action: &str, pressed: bool) {
    for button in page::all(&format!("[data-action=\"{action}\"]")) {
        page::set_attribute(&button, "aria-pressed", &pressed.to_string());
    }
}

/// Gives the keyboard to the first plane, if it is being edited there.
fn focus_plane(app: &Rc<App>) {
    let first = page::all("[data-show=\"panes\"] [data-in=\"plane\"]").next();
    if let Some(plane) = first.filter(|_| app.own_tool().is_some()) {
        page::focus(&plane);
    }
}
