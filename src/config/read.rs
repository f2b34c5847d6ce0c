//! Reading a configuration from untrusted JSON: each field's name, range and default stand here, and
//! nowhere else.
//!
//! Serde's derive would report `invalid type` without the path inside a tagged enum and would know no
//! ranges, so the fields are read one by one; what is read is valid.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::{
    Activation, ConfigError, Initializer, Latent, LatentKind, Loss, Network, Optimizer, Optimizers,
    Problem, Target, TrainingConfig, Update,
    error::LONGEST_PATH,
    fields::Fields,
    places::{PLACES, heart},
};

/// Longest configuration that is looked at, in bytes: with as many points as there may be, each on
/// four indented lines, it has under 130,000.
pub const MAX_BYTES: usize = 256 * 1024;

/// Most points of one's own.
pub const MOST_POINTS: usize = 2000;
/// Their largest coordinate on either side of zero: 2,000 of them fit into a link wherever they are.
pub const FARTHEST_POINT: f64 = 8.0;
/// Most modes of a mixture: as many as a grid has.
pub const MOST_MEANS: usize = 100;
/// Their largest coordinate on either side of zero.
pub const FARTHEST_MEAN: f64 = 100.0;

/// The modes of a mixture about which nothing is said.
const MEANS: [[f64; 2]; 5] = [
    [-1.0, 0.6],
    [-0.5, -0.8],
    [0.2, 0.4],
    [0.7, -0.7],
    [1.2, 0.8],
];

/// Lengths on the plane: targets beyond it would leave the picture and f32's comfort.
const LENGTH: RangeInclusive<f64> = 0.01..=100.0;
const SIGMA: RangeInclusive<f64> = 0.0001..=10.0;
const LABEL: RangeInclusive<f64> = -100.0..=100.0;
const LEARNING_RATE: RangeInclusive<f64> = 0.0..=10.0;
const DECAY: RangeInclusive<f64> = 0.0..=0.999999;
const EPSILON: RangeInclusive<f64> = 1e-12..=1.0;

/// Parses JSON text of bounded length.
pub(crate) fn json(text: &str) -> Result<Value, ConfigError> {
    if text.len() > MAX_BYTES {
        return Err(ConfigError::new(
            "",
            Problem::TooLong {
                most: MAX_BYTES as u64,
                found: text.len() as u64,
            },
        ));
    }
    serde_json::from_str(text).map_err(|error| {
        ConfigError::new(
            "",
            Problem::Syntax {
                reason: error.to_string(),
            },
        )
    })
}

/// Reads the whole configuration, and nothing beside it.
pub(super) fn config(value: &Value) -> Result<TrainingConfig, ConfigError> {
    let mut fields = Fields::of(value, String::new())?;
    let config = config_among(&mut fields)?;
    fields.finish()?;
    Ok(config)
}

/// Reads the configuration's fields from an object that may have others.
pub(crate) fn config_among(fields: &mut Fields) -> Result<TrainingConfig, ConfigError> {
    let config = TrainingConfig {
        seed: fields.whole("seed", 0..=u32::MAX.into(), 1)? as u32,
        target: target(fields.object("target")?)?,
        latent: latent(fields.object("latent")?)?,
        generator: network(fields.object("generator")?)?,
        discriminator: network(fields.object("discriminator")?)?,
        loss: loss(fields.object("loss")?)?,
        optimizer: optimizers(fields.object("optimizer")?)?,
        batch: fields.count("batch", 8..=1024, 256)?,
        steps_d: fields.count("steps_d", 1..=10, 1)?,
        steps_g: fields.count("steps_g", 1..=10, 1)?,
        update: fields.choice(
            "update",
            &[
                ("alternating", Update::Alternating),
                ("simultaneous", Update::Simultaneous),
            ],
        )?,
    };
    if config.update == Update::Simultaneous {
        for (name, steps) in [("steps_d", config.steps_d), ("steps_g", config.steps_g)] {
            if steps != 1 {
                // One pass gives one gradient for each network, so there is nothing to repeat.
                return Err(ConfigError::new(
                    format!("{} under simultaneous updates", fields.path_to(name)),
                    Problem::Whole {
                        low: 1,
                        high: 1,
                        found: steps.to_string(),
                    },
                ));
            }
        }
    }
    Ok(config)
}

#[derive(Clone, Copy)]
enum TargetKind {
    Ring,
    Grid,
    TwoGaussians,
    Line,
    Moons,
    Spiral,
    Checkerboard,
    Mixture,
    Points,
}

fn target(mut fields: Fields) -> Result<Target, ConfigError> {
    use TargetKind::*;
    let kind = fields.choice(
        "kind",
        &[
            ("ring", Ring),
            ("grid", Grid),
            ("two_gaussians", TwoGaussians),
            ("line", Line),
            ("moons", Moons),
            ("spiral", Spiral),
            ("checkerboard", Checkerboard),
            ("mixture", Mixture),
            ("points", Points),
        ],
    )?;
    let target = match kind {
        Ring => Target::Ring {
            modes: fields.count("modes", 1..=64, 8)?,
            radius: fields.number("radius", LENGTH, 1.0)?,
            sigma: fields.number("sigma", SIGMA, 0.05)?,
        },
        Grid => Target::Grid {
            side: fields.count("side", 1..=10, 5)?,
            spacing: fields.number("spacing", LENGTH, 0.5)?,
            sigma: fields.number("sigma", SIGMA, 0.05)?,
        },
        TwoGaussians => Target::TwoGaussians {
            distance: fields.number("distance", LENGTH, 2.0)?,
            sigma: fields.number("sigma", SIGMA, 0.2)?,
        },
        Line => Target::Line {
            length: fields.number("length", LENGTH, 2.0)?,
            sigma: fields.number("sigma", SIGMA, 0.05)?,
        },
        Moons => Target::Moons {
            sigma: fields.number("sigma", SIGMA, 0.05)?,
        },
        Spiral => Target::Spiral {
            turns: fields.number("turns", 0.25..=5.0, 1.5)?,
            sigma: fields.number("sigma", SIGMA, 0.03)?,
        },
        Checkerboard => Target::Checkerboard {
            side: fields.count("side", 2..=10, 4)?,
            width: fields.number("width", LENGTH, 2.0)?,
        },
        Mixture => Target::Mixture {
            means: fields.places("means", MOST_MEANS, FARTHEST_MEAN, || MEANS.into())?,
            sigma: fields.number("sigma", SIGMA, 0.05)?,
        },
        Points => Target::Points {
            points: fields.places("points", MOST_POINTS, FARTHEST_POINT, || heart(120))?,
            sigma: fields.number("sigma", 0.0..=10.0, 0.02)?,
        },
    };
    fields.finish()?;
    Ok(target)
}

fn latent(mut fields: Fields) -> Result<Latent, ConfigError> {
    let latent = Latent {
        kind: fields.choice(
            "kind",
            &[
                ("normal", LatentKind::Normal),
                ("uniform", LatentKind::Uniform),
            ],
        )?,
        dim: fields.count("dim", 1..=256, 2)?,
    };
    fields.finish()?;
    Ok(latent)
}

fn network(mut fields: Fields) -> Result<Network, ConfigError> {
    let network = Network {
        hidden: fields.counts("hidden", 4, 256, &[64, 64])?,
        activation: fields.choice(
            "activation",
            &[
                ("leaky_relu", Activation::LeakyRelu),
                ("relu", Activation::Relu),
                ("tanh", Activation::Tanh),
                ("sigmoid", Activation::Sigmoid),
            ],
        )?,
        slope: fields.number("slope", 0.0..=1.0, 0.2)?,
        initializer: fields.choice(
            "initializer",
            &[
                ("kaiming", Initializer::Kaiming),
                ("xavier", Initializer::Xavier),
                ("orthogonal", Initializer::Orthogonal),
            ],
        )?,
        gain: fields.optional_number("gain", 0.01..=10.0)?,
    };
    fields.finish()?;
    Ok(network)
}

#[derive(Clone, Copy)]
enum LossKind {
    Lsgan,
    NonSaturating,
    Minimax,
}

fn loss(mut fields: Fields) -> Result<Loss, ConfigError> {
    let kind = fields.choice(
        "kind",
        &[
            ("lsgan", LossKind::Lsgan),
            ("non_saturating", LossKind::NonSaturating),
            ("minimax", LossKind::Minimax),
        ],
    )?;
    let loss = match kind {
        LossKind::Lsgan => Loss::Lsgan {
            a: fields.number("a", LABEL, 0.0)?,
            b: fields.number("b", LABEL, 1.0)?,
            c: fields.number("c", LABEL, 1.0)?,
            sigmoid: fields.flag("sigmoid", false)?,
        },
        LossKind::NonSaturating => Loss::NonSaturating,
        LossKind::Minimax => Loss::Minimax,
    };
    fields.finish()?;
    Ok(loss)
}

fn optimizers(mut fields: Fields) -> Result<Optimizers, ConfigError> {
    let optimizers = Optimizers {
        generator: optimizer(fields.object("generator")?)?,
        discriminator: optimizer(fields.object("discriminator")?)?,
    };
    fields.finish()?;
    Ok(optimizers)
}

#[derive(Clone, Copy)]
enum OptimizerKind {
    Adam,
    Sgd,
    Rmsprop,
}

fn optimizer(mut fields: Fields) -> Result<Optimizer, ConfigError> {
    let kind = fields.choice(
        "kind",
        &[
            ("adam", OptimizerKind::Adam),
            ("sgd", OptimizerKind::Sgd),
            ("rmsprop", OptimizerKind::Rmsprop),
        ],
    )?;
    let optimizer = match kind {
        OptimizerKind::Adam => Optimizer::Adam {
            lr: fields.number("lr", LEARNING_RATE, 0.001)?,
            beta1: fields.number("beta1", DECAY, 0.5)?,
            beta2: fields.number("beta2", DECAY, 0.999)?,
            epsilon: fields.number("epsilon", EPSILON, 1e-8)?,
        },
        OptimizerKind::Sgd => Optimizer::Sgd {
            lr: fields.number("lr", LEARNING_RATE, 0.01)?,
        },
        OptimizerKind::Rmsprop => Optimizer::Rmsprop {
            lr: fields.number("lr", LEARNING_RATE, 0.0005)?,
            alpha: fields.number("alpha", DECAY, 0.99)?,
            epsilon: fields.number("epsilon", EPSILON, 1e-8)?,
        },
    };
    fields.finish()?;
    Ok(optimizer)
}

/// Puts `partial` over `value`, object by object; an object of another `kind` is replaced.
pub(crate) fn merge(value: &mut Value, partial: &Value) {
    match (value, partial) {
        (Value::Object(fields), Value::Object(news)) => {
            if let Some(kind) = news.get("kind")
                && fields.get("kind").is_some_and(|old| old != kind)
            {
                // The latent's size means the same under each kind; the fields of other kinds do not.
                fields.retain(|name, _| name == "dim");
            }
            for (name, new) in news {
                merge(fields.entry(name.clone()).or_insert(Value::Null), new);
            }
        }
        (value, partial) => *value = partial.clone(),
    }
}

/// The path and the text of an assignment such as `loss.kind=minimax`.
pub(crate) fn assignment(assignment: &str) -> Result<(&str, &str), ConfigError> {
    let (path, text) = assignment
        .split_once('=')
        // One of ten thousand dots would be objects ten thousand deep, and the stack is not.
        .filter(|(path, _)| path.len() <= LONGEST_PATH)
        .ok_or_else(|| ConfigError::new(assignment, Problem::Assignment))?;
    Ok((path.trim(), text.trim()))
}

/// The partial configuration that sets the field at `path` to what `text` says. Places are as a link
/// writes them or JSON; another text is a list where `current` holds a list, else JSON if it parses as a number, a flag or null, else a word.
pub(crate) fn partial(current: &Value, path: &str, text: &str) -> Value {
    let present = path
        .split('.')
        .try_fold(current, |value, name| value.get(name));
    let scalar = |text: &str| match serde_json::from_str(text) {
        Ok(value @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => value,
        _ => Value::String(text.to_owned()),
    };
    let value = if PLACES.contains(&path) {
        match serde_json::from_str(text) {
            Ok(list @ Value::Array(_)) => list,
            _ => Value::String(text.to_owned()),
        }
    } else if present.is_some_and(Value::is_array) {
        let entries = text.trim_matches(['[', ']', ' ']);
        match entries {
            "" => Value::Array(Vec::new()),
            _ => entries.split(',').map(str::trim).map(scalar).collect(),
        }
    } else {
        scalar(text)
    };
    path.rsplit('.').fold(value, |inner, name| {
        Value::Object(Map::from_iter([(name.to_owned(), inner)]))
    })
}
