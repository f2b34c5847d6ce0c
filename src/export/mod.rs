//! What can be taken away from a run: its numbers, its weights, its picture, and the run itself as a
//! program in another framework.
//!
//! [`csv`] has the curves as a table, [`weights`] the networks as JSON, [`picture`] the plane
//! and the charts as SVG on white paper, [`program`] the run as a PyTorch script and as a burn program;
//! [`file_stem`] says what the files are called. All of it is text and bytes from plain data: nothing here
//! knows a canvas, a file or a device, and no words stand here that a visitor reads in a picture.

pub mod csv;
pub mod picture;
pub mod program;
pub mod weights;

use crate::config::{Loss, TrainingConfig};

/// How the name of every file begins that is taken away from a run: its loss, its seed, its step.
pub fn file_stem(config: &TrainingConfig, step: u64) -> String {
    let loss = loss_name(config.loss);
    format!("{loss}_seed{}_step{step}", config.seed)
}

/// A loss with its labels, in letters that stand in file names and tables.
pub fn loss_name(loss: Loss) -> String {
    match loss {
        Loss::Minimax => "minimax".to_owned(),
        Loss::NonSaturating => "non_saturating".to_owned(),
        Loss::Lsgan { a, b, c, sigmoid } => {
            let sigmoid = if sigmoid { "_sigmoid" } else { "" };
            format!("lsgan{sigmoid}_{a}_{b}_{c}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_say_loss_seed_and_step() {
        for (fields, expected) in [
            (&[][..], "lsgan_0_1_1_seed1_step0"),
            (
                &["loss.a=-1", "loss.c=0.5", "seed=42"],
                "lsgan_-1_1_0.5_seed42_step0",
            ),
            (&["loss.sigmoid=true"], "lsgan_sigmoid_0_1_1_seed1_step0"),
            (&["loss.kind=minimax"], "minimax_seed1_step0"),
            (&["loss.kind=non_saturating"], "non_saturating_seed1_step0"),
        ] {
            let config = fields
                .iter()
                .fold(TrainingConfig::default(), |config, field| {
                    config.with_assignment(field).unwrap()
                });
            assert_eq!(file_stem(&config, 0), expected);
        }
    }
}
