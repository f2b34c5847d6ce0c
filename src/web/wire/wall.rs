//! How the members of a wall stand, across the border: all surfaces in one array, all samples in another.

use js_sys::{Array, Float32Array, Reflect};
use wasm_bindgen::prelude::*;

use super::{from_js, object, to_js};
use crate::{
    measure::ModeQuality,
    train::Losses,
    wall::{Member, WALL_SAMPLES, WALL_SIDE, WallSnapshot},
    web::protocol::WallStepped,
};

/// What a worker of the wall answers to steps.
pub struct WallAnswer {
    /// What was done.
    pub done: WallStepped,
    /// How its members stand.
    pub snapshot: WallSnapshot,
    /// Which modes they cover, if they were counted and there are any.
    pub modes: Option<Vec<ModeQuality>>,
}

/// The answer to steps, and the buffers to transfer.
pub fn wall_to_js(
    done: WallStepped,
    snapshot: &WallSnapshot,
    modes: Option<&[ModeQuality]>,
) -> Result<(JsValue, Array), JsValue> {
    let buffers = Array::new();
    let floats = |numbers: Vec<f32>| {
        let array = Float32Array::from(&numbers[..]);
        buffers.push(&array.buffer());
        JsValue::from(array)
    };
    let members = &snapshot.members;
    let joined = |part: fn(&Member) -> &[f32]| members.iter().flat_map(part).copied().collect();
    let losses = members
        .iter()
        .flat_map(|member| [member.losses.discriminator, member.losses.generator]);
    let answer = object(&[
        ("done", to_js(&done)?),
        ("step", (snapshot.step as f64).into()),
        ("values", floats(joined(|member| &member.values))),
        ("fake", floats(joined(|member| &member.fake))),
        ("losses", floats(losses.collect())),
        ("modes", to_js(&modes)?),
    ])?;
    Ok((answer, buffers))
}

/// That answer, back in Rust.
pub fn wall_from_js(answer: &JsValue) -> Result<WallAnswer, JsValue> {
    let field = |name: &str| Reflect::get(answer, &name.into());
    let floats = |name: &str| -> Result<Vec<f32>, JsValue> {
        Ok(field(name)?.dyn_into::<Float32Array>()?.to_vec())
    };
    let (values, fake, losses) = (floats("values")?, floats("fake")?, floats("losses")?);
    let each = values
        .chunks_exact(WALL_SIDE * WALL_SIDE)
        .zip(fake.chunks_exact(2 * WALL_SAMPLES))
        .zip(losses.chunks_exact(2));
    let members = each.map(|((values, fake), losses)| Member {
        values: values.to_vec(),
        fake: fake.to_vec(),
        losses: Losses {
            discriminator: losses[0],
            generator: losses[1],
        },
    });
    Ok(WallAnswer {
        done: from_js(field("done")?)?,
        snapshot: WallSnapshot {
            step: field("step")?.as_f64().unwrap_or_default() as u64,
            members: members.collect(),
        },
        modes: from_js(field("modes")?)?,
    })
}
