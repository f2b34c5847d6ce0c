//! The variants of a sweep: every combination of what `--vary` names.
//!
//! An axis is `loss=…` or `activation=…`, with the names that the page's panes have, or the path of any
//! other field of the configuration with the values that it takes.

use super::SweepError;
use crate::{config::TrainingConfig, quote::quoted, scene};

/// Most variants of one sweep.
const MOST: usize = 1000;

/// Longest label, so that it can be part of a file's name.
const LONGEST_LABEL: usize = 150;

const LOSSES: [scene::Variant; 5] = [
    scene::Variant::Lsgan01,
    scene::Variant::LsganPearson,
    scene::Variant::LsganSigmoid,
    scene::Variant::NonSaturating,
    scene::Variant::Minimax,
];

const ACTIVATIONS: [scene::Variant; 4] = [
    scene::Variant::Relu,
    scene::Variant::LeakyRelu,
    scene::Variant::Tanh,
    scene::Variant::Sigmoid,
];

/// One of the configurations that are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its name in the CSV: no comma, no quote, no space.
    pub label: String,
    /// Its configuration, but for the seed.
    pub config: TrainingConfig,
}

/// Every combination of the axes, the last axis changing fastest; `config` alone without an axis.
///
/// # Errors
/// [`SweepError`] if a name or a value is not allowed, or stands twice.
pub fn variants(base: &TrainingConfig, axes: &[String]) -> Result<Vec<Variant>, SweepError> {
    let mut variants = vec![Variant {
        label: String::new(),
        config: base.clone(),
    }];
    for axis in axes {
        let (key, values) = split(axis)?;
        let mut combined = Vec::new();
        for variant in &variants {
            for value in &values {
                let (label, config) = changed(&variant.config, key, value)?;
                let label = match variant.label.as_str() {
                    "" => label,
                    before => format!("{before}+{label}"),
                };
                combined.push(Variant { label, config });
            }
            if combined.len() > MOST {
                return Err(SweepError::Refused(format!(
                    "a sweep takes at most {MOST} variants"
                )));
            }
        }
        variants = combined;
    }
    for variant in &mut variants {
        if variant.label.is_empty() {
            "config".clone_into(&mut variant.label);
        }
        if variant.label.len() > LONGEST_LABEL {
            let message = format!(
                "{} is longer than {LONGEST_LABEL} letters, too long for a variant",
                quoted(&variant.label)
            );
            return Err(SweepError::Refused(message));
        }
    }
    for (index, variant) in variants.iter().enumerate() {
        if variants[..index]
            .iter()
            .any(|other| other.label == variant.label)
        {
            let message = format!(
                "{} stands twice in --vary; values that hold commas themselves are separated by |",
                variant.label
            );
            return Err(SweepError::Refused(message));
        }
    }
    Ok(variants)
}

/// The key and the values of an axis.
fn split(axis: &str) -> Result<(&str, Vec<&str>), SweepError> {
    let Some((key, values)) = axis.split_once('=') else {
        let message = format!(
            "--vary must have the form key=value,value, such as loss=lsgan01,minimax, not \"{}\"",
            quoted(axis)
        );
        return Err(SweepError::Refused(message));
    };
    let key = key.trim();
    if key == "seed" {
        return Err(SweepError::Refused(
            "seeds are named by --seeds, not by --vary".to_owned(),
        ));
    }
    let separator = if values.contains('|') { '|' } else { ',' };
    Ok((key, values.split(separator).map(str::trim).collect()))
}

/// A configuration with one value of an axis, and the label of that.
fn changed(
    config: &TrainingConfig,
    key: &str,
    value: &str,
) -> Result<(String, TrainingConfig), SweepError> {
    let named = match key {
        "loss" => &LOSSES[..],
        "activation" => &ACTIVATIONS[..],
        path => {
            let assignment = format!("{path}={value}");
            let config = config.with_assignment(&assignment)?;
            return Ok((label(&assignment), config));
        }
    };
    match named.iter().find(|variant| variant.name() == value) {
        Some(variant) => Ok((value.to_owned(), variant.over(config))),
        None => {
            let names: Vec<_> = named.iter().map(|variant| variant.name()).collect();
            let message = format!(
                "--vary {key} must be one of {}, not \"{}\"",
                names.join(", "),
                quoted(value)
            );
            Err(SweepError::Refused(message))
        }
    }
}

/// An assignment as a label: what would need quotes in a CSV or a file's name goes.
fn label(assignment: &str) -> String {
    let kept = |letter: &char| letter.is_ascii_alphanumeric() || ".,=_-+".contains(*letter);
    assignment
        .chars()
        .filter(kept)
        .map(|letter| if letter == ',' { 'x' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Activation, Loss};

    fn of(axes: &[&str]) -> Result<Vec<Variant>, SweepError> {
        let axes: Vec<_> = axes.iter().map(|axis| (*axis).to_owned()).collect();
        variants(&TrainingConfig::default(), &axes)
    }

    fn labels(axes: &[&str]) -> Vec<String> {
        of(axes)
            .unwrap()
            .into_iter()
            .map(|variant| variant.label)
            .collect()
    }

    #[test]
    fn the_product_of_the_axes_is_trained_under_csv_safe_labels() {
        assert_eq!(labels(&[]), ["config"]);
        assert_eq!(
            labels(&["loss=lsgan01,minimax", "generator.hidden=[32, 16]|64"]),
            [
                "lsgan01+generator.hidden=32x16",
                "lsgan01+generator.hidden=64",
                "minimax+generator.hidden=32x16",
                "minimax+generator.hidden=64",
            ]
        );
        let variants = of(&[
            "activation=tanh",
            "loss=minimax",
            "optimizer.generator.lr=1e-4,0.5",
        ])
        .unwrap();
        assert_eq!(variants[1].label, "tanh+minimax+optimizer.generator.lr=0.5");
        let config = &variants[1].config;
        assert_eq!(
            (config.loss, config.discriminator.activation),
            (Loss::Minimax, Activation::Tanh)
        );
        assert_eq!(
            (
                config.optimizer.generator.lr(),
                config.optimizer.discriminator.lr()
            ),
            (0.5, 0.001)
        );
        assert_eq!(variants[0].config.optimizer.generator.lr(), 1e-4);
    }

    #[test]
    fn what_is_not_allowed_is_refused_with_what_is() {
        let cases = [
            (
                "loss=wgan",
                "--vary loss must be one of lsgan01, lsgan_pearson, lsgan_sigmoid, non_saturating, minimax, not \"wgan\"",
            ),
            ("loss=tanh", "--vary loss must be one of lsgan01,"),
            (
                "activation=relu,selu",
                "--vary activation must be one of relu, leaky_relu, tanh, sigmoid, not \"selu\"",
            ),
            ("wings=1,2", "wings is not a field here"),
            (
                "batch=4",
                "batch must be a whole number from 8 to 1024, not 4",
            ),
            ("batch=", "batch must be a whole number"),
            ("batch", "--vary must have the form key=value,value"),
            ("seed=1,2", "seeds are named by --seeds"),
            (
                "generator.hidden=32,32",
                "generator.hidden=32 stands twice in --vary",
            ),
        ];
        for (axis, words) in cases {
            let said = of(&[axis]).unwrap_err().to_string();
            assert!(said.starts_with(words), "{axis}: {said}");
        }
    }
}
