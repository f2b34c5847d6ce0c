//! Files that the page makes: text and bytes with a name, drawings as pixels, and the way to the visitor's
//! own folder, which is a download.

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlElement};

use super::{clock::sleep, page, plane};

/// Pixels of a saved picture for each CSS pixel of its drawing: enough for print.
const PIXELS: f64 = 2.0;

/// How long a download's address is kept: until the browser has surely begun.
const KEPT_MS: f64 = 20_000.0;

#[wasm_bindgen]
extern "C" {
    /// A blob with a name.
    #[wasm_bindgen(extends = js_sys::Object)]
    #[derive(Clone)]
    pub type File;

    #[wasm_bindgen(constructor, catch)]
    fn make(parts: &Array, name: &str, options: &JsValue) -> Result<File, JsValue>;

    /// What the file is called.
    #[wasm_bindgen(method, getter)]
    pub fn name(this: &File) -> String;

    #[wasm_bindgen(catch, js_namespace = URL, js_name = createObjectURL)]
    fn create_object_url(file: &File) -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = URL, js_name = revokeObjectURL)]
    fn revoke_object_url(address: &str);

    /// A picture element.
    type Picture;

    #[wasm_bindgen(method, setter, js_name = src)]
    fn set_address(this: &Picture, address: &str);

    /// Resolves once the picture can be drawn.
    #[wasm_bindgen(method, catch)]
    fn decode(this: &Picture) -> Result<Promise, JsValue>;

    /// What both a context and a canvas are here: more of their methods.
    type Brush;

    #[wasm_bindgen(method, catch, js_name = drawImage)]
    fn draw_image(
        this: &Brush,
        picture: &Picture,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = toBlob)]
    fn to_blob(this: &Brush, callback: &js_sys::Function, kind: &str) -> Result<(), JsValue>;
}

/// A file with this content: a text, an array of bytes or a blob.
///
/// # Errors
/// What the browser says if it makes none.
pub fn file(name: &str, kind: &str, content: &JsValue) -> Result<File, JsValue> {
    let options = js_sys::Object::new();
    page::set_field(&options, "type", &kind.into());
    File::make(&Array::of1(content), name, &options)
}

/// A file of bytes.
///
/// # Errors
/// As [`file()`].
pub fn bytes(name: &str, kind: &str, content: &[u8]) -> Result<File, JsValue> {
    file(name, kind, &Uint8Array::from(content))
}

/// Hands a file to the visitor.
///
/// # Errors
/// What the browser says if it takes none.
pub async fn download(file: &File) -> Result<(), JsValue> {
    let address = create_object_url(file)?;
    let link: HtmlElement = page::document().create_element("a")?.unchecked_into();
    page::set_attribute(&link, "href", &address);
    page::set_attribute(&link, "download", &file.name());
    link.click();
    sleep(KEPT_MS).await;
    revoke_object_url(&address);
    Ok(())
}

/// An SVG drawing of this size, in CSS pixels, as a PNG file.
///
/// # Errors
/// What the browser says if it cannot draw it.
pub async fn png(name: &str, svg: &str, size: [f32; 2]) -> Result<File, JsValue> {
    let canvas = page::canvas()?;
    let [width, height] = size.map(|side| f64::from(side) * PIXELS);
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let drawing = create_object_url(&file("drawing", "image/svg+xml", &svg.into())?)?;
    let drawn = draw_svg(&plane::context(&canvas)?, &drawing, width, height).await;
    revoke_object_url(&drawing);
    drawn?;
    canvas_png(name, &canvas).await
}

async fn draw_svg(
    context: &CanvasRenderingContext2d,
    address: &str,
    width: f64,
    height: f64,
) -> Result<(), JsValue> {
    let element: Element = page::document().create_element("img")?;
    let picture: Picture = element.unchecked_into();
    picture.set_address(address);
    JsFuture::from(picture.decode()?).await?;
    context
        .unchecked_ref::<Brush>()
        .draw_image(&picture, 0.0, 0.0, width, height)
}

/// What a canvas shows, as a PNG file.
///
/// # Errors
/// What the browser says if it cannot encode it.
pub async fn canvas_png(name: &str, canvas: &HtmlCanvasElement) -> Result<File, JsValue> {
    const PNG: &str = "image/png";
    let brush: &Brush = canvas.unchecked_ref();
    let mut asked = Ok(());
    let promise = Promise::new(&mut |resolve, _| asked = brush.to_blob(&resolve, PNG));
    asked?;
    let blob = JsFuture::from(promise).await?;
    if blob.is_null() {
        return Err("the browser could not encode the picture".into());
    }
    file(name, PNG, &blob)
}
