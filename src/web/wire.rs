//! Snapshots across the border between worker and page, in the very form that the public API
//! promises. The big arrays are transferred, not copied through JSON.

mod wall;

pub use wall::*;

use js_sys::{Array, Float32Array, Object, Reflect};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen::prelude::*;

use super::protocol::Stepped;
use crate::{
    config::read::json,
    measure::{Mesh, Metrics, Snapshot, Surface},
    quote::shortened,
    train::GradientNorms,
};

/// Longest reason of a refusal that may quote what is refused, in characters.
const LONGEST_REASON: usize = 200;

/// Any plain data as JavaScript: maps become objects, weights arrays of bytes.
pub fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    let serializer = serializer.serialize_bytes_as_arrays(false);
    Ok(value.serialize(&serializer)?)
}

/// Plain data from JavaScript.
pub fn from_js<T: for<'de> Deserialize<'de>>(value: JsValue) -> Result<T, JsValue> {
    Ok(serde_wasm_bindgen::from_value(value)?)
}

/// Plain data that a stranger made, such as a configuration: read as JSON, whose length and depth have their
/// limits, where walking through the objects themselves has none.
///
/// # Errors
/// One sentence.
pub fn read<T: DeserializeOwned>(value: &JsValue) -> Result<T, String> {
    let text = js_sys::JSON::stringify(value)
        .map_err(|error| shortened(&sentence(&error), LONGEST_REASON))?;
    // Of a function there is no text at all.
    let text = text.as_string().unwrap_or_else(|| "null".to_owned());
    let value = json(&text).map_err(|error| error.to_string())?;
    serde_json::from_value(value).map_err(|error| shortened(&error.to_string(), LONGEST_REASON))
}

/// A snapshot as the API's `Snapshot`, and the buffers to transfer.
pub fn snapshot_to_js(snapshot: &Snapshot) -> Result<(JsValue, Array), JsValue> {
    let buffers = Array::new();
    let floats = |values: &[f32]| {
        let array = Float32Array::from(values);
        buffers.push(&array.buffer());
        JsValue::from(array)
    };
    let js_surface = |surface: &Surface| {
        object(&[
            ("width", surface.width.into()),
            ("height", surface.height.into()),
            ("x", to_js(&surface.x)?),
            ("y", to_js(&surface.y)?),
            ("values", floats(&surface.values)),
        ])
    };
    let optimal = match &snapshot.optimal {
        None => JsValue::NULL,
        Some(surface) => js_surface(surface)?,
    };
    let manifold = match &snapshot.manifold {
        None => JsValue::NULL,
        Some(mesh) => object(&[
            ("columns", mesh.columns.into()),
            ("rows", mesh.rows.into()),
            ("points", floats(&mesh.points)),
        ])?,
    };
    let js_snapshot = object(&[
        ("step", (snapshot.step as f64).into()),
        ("loss_d", snapshot.loss_d.into()),
        ("loss_g", snapshot.loss_g.into()),
        ("surface", js_surface(&snapshot.surface)?),
        ("optimal", optimal),
        ("real", floats(&snapshot.real)),
        ("fake", floats(&snapshot.fake)),
        ("outputs", floats(&snapshot.outputs)),
        ("gradients", floats(&snapshot.gradients)),
        ("forces", floats(&snapshot.forces)),
        ("manifold", manifold),
        ("metrics", to_js(&snapshot.metrics)?),
        ("gradient_norms", to_js(&snapshot.gradient_norms)?),
    ])?;
    Ok((js_snapshot, buffers))
}

/// The answer to steps that were asked for: what was done, and the snapshot in `snapshot`.
pub fn stepped_to_js(done: Stepped, snapshot: &Snapshot) -> Result<(JsValue, Array), JsValue> {
    let (snapshot, buffers) = snapshot_to_js(snapshot)?;
    let answer = to_js(&done)?;
    Reflect::set(&answer, &"snapshot".into(), &snapshot)?;
    Ok((answer, buffers))
}

/// That answer, back in Rust.
pub fn stepped_from_js(answer: JsValue) -> Result<(Stepped, Snapshot), JsValue> {
    let snapshot = snapshot_from_js(&Reflect::get(&answer, &"snapshot".into())?)?;
    Ok((from_js(answer)?, snapshot))
}

/// The API's `Snapshot`, back in Rust.
pub fn snapshot_from_js(value: &JsValue) -> Result<Snapshot, JsValue> {
    let number = |name: &str| -> Result<f64, JsValue> {
        Reflect::get(value, &name.into())?
            .as_f64()
            .ok_or_else(|| JsValue::from_str(name))
    };
    let floats = |object: &JsValue, name: &str| -> Result<Vec<f32>, JsValue> {
        Ok(Reflect::get(object, &name.into())?
            .dyn_into::<Float32Array>()?
            .to_vec())
    };
    let surface = |surface: JsValue| -> Result<Surface, JsValue> {
        let field = |name: &str| Reflect::get(&surface, &name.into());
        Ok(Surface {
            width: from_js(field("width")?)?,
            height: from_js(field("height")?)?,
            x: from_js(field("x")?)?,
            y: from_js(field("y")?)?,
            values: floats(&surface, "values")?,
        })
    };
    let optimal = Reflect::get(value, &"optimal".into())?;
    let mesh = Reflect::get(value, &"manifold".into())?;
    let manifold = if mesh.is_null() {
        None
    } else {
        Some(Mesh {
            columns: from_js(Reflect::get(&mesh, &"columns".into())?)?,
            rows: from_js(Reflect::get(&mesh, &"rows".into())?)?,
            points: floats(&mesh, "points")?,
        })
    };
    Ok(Snapshot {
        step: number("step")? as u64,
        loss_d: number("loss_d")? as f32,
        loss_g: number("loss_g")? as f32,
        surface: surface(Reflect::get(value, &"surface".into())?)?,
        optimal: match optimal.is_null() {
            true => None,
            false => Some(surface(optimal)?),
        },
        real: floats(value, "real")?,
        fake: floats(value, "fake")?,
        outputs: floats(value, "outputs")?,
        gradients: floats(value, "gradients")?,
        forces: floats(value, "forces")?,
        manifold,
        metrics: from_js::<Metrics>(Reflect::get(value, &"metrics".into())?)?,
        gradient_norms: from_js::<GradientNorms>(Reflect::get(value, &"gradient_norms".into())?)?,
    })
}

/// A JavaScript object with these fields.
pub fn object(fields: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object.into())
}

/// What went wrong, as a sentence, whatever JavaScript threw.
pub fn sentence(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| error.as_string())
        .unwrap_or_else(|| format!("{error:?}"))
}
