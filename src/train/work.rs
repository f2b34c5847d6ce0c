//! The arithmetic that a step asks for, by which engines of any kind can be compared.
//!
//! Counted are the matrix products of the forward and the backward passes, a multiply-add as two
//! operations, as they stand in the formulas: whatever an engine does twice or pads is its own affair.
//! Activations, losses, the optimizer and the drawing of samples are not counted; at the default sizes
//! they are some per cent of the operations, though not of the time.

use crate::config::{TrainingConfig, Update};

/// Floating-point operations in the matrix products of one step.
pub fn flops_per_step(config: &TrainingConfig) -> u64 {
    let g = Products::of(config.latent.dim, &config.generator.hidden, 2);
    let d = Products::of(2, &config.discriminator.hidden, 1);
    // A discriminator's update: it sees a batch of real and a batch of generated samples.
    let on_both = 2 * (d.forward() + d.by_weights() + d.by_hidden());
    // A generator's update needs the gradient by the discriminator's input, but not by its weights.
    let through = d.by_hidden() + d.by_input();
    let own = g.by_weights() + g.by_hidden();
    let of_a_sample = match config.update {
        Update::Alternating => {
            let update_d = g.forward() + on_both;
            let update_g = g.forward() + d.forward() + through + own;
            config.steps_d as u64 * update_d + config.steps_g as u64 * update_g
        }
        // One pass: both losses look at the same samples through the same discriminator.
        Update::Simultaneous => g.forward() + on_both + through + own,
    };
    2 * config.batch as u64 * of_a_sample
}

/// Multiply-adds in the matrix products of one network, for one sample.
struct Products {
    /// Those of the layer that reads the input.
    first: u64,
    /// Those of the layers after it.
    rest: u64,
}

impl Products {
    fn of(inputs: usize, hidden: &[usize], outputs: usize) -> Self {
        let widths: Vec<_> = [&[inputs], hidden, &[outputs]].concat();
        let layers = widths.windows(2).map(|pair| (pair[0] * pair[1]) as u64);
        let all: u64 = layers.clone().sum();
        let first = layers.take(1).sum();
        Self {
            first,
            rest: all - first,
        }
    }

    /// x W in every layer.
    fn forward(&self) -> u64 {
        self.first + self.rest
    }

    /// The gradient by the weights of every layer.
    fn by_weights(&self) -> u64 {
        self.first + self.rest
    }

    /// The gradient by what the layers after the first read.
    fn by_hidden(&self) -> u64 {
        self.rest
    }

    /// The gradient by what the first layer reads.
    fn by_input(&self) -> u64 {
        self.first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(fields: &[&str]) -> u64 {
        let config = fields
            .iter()
            .fold(TrainingConfig::default(), |config, field| {
                config.with_assignment(field).unwrap()
            });
        flops_per_step(&config)
    }

    #[test]
    fn the_default_step_is_13_million_multiply_adds() {
        // By hand, a sample. G: 2*64 + 64*64 + 64*2 = 4352; D: 2*64 + 64*64 + 64 = 4288.
        // D's update: G forward 4352; D on two samples forward 8576, by weights 8576, by hidden 8320.
        // G's update: G forward 4352, D forward 4288, through D 4160 + 128, by weights 4352, by
        // hidden 4224. Together 51328; a batch of 256, two operations each.
        assert_eq!(work(&[]), 2 * 256 * 51_328);
    }

    #[test]
    fn one_narrow_layer_each_counts_as_by_hand() {
        // G: 1*3 + 3*2 = 9, D: 2*2 + 2*1 = 6. D's update 9 + 2 (6 + 6 + 2) = 37, G's update
        // 9 + 6 + 6 + 9 + 6 = 36.
        let small = [
            "latent.dim=1",
            "generator.hidden=3",
            "discriminator.hidden=2",
            "batch=8",
        ];
        assert_eq!(work(&small), 2 * 8 * (37 + 36));
        let more = [&small[..], &["steps_d=3", "steps_g=2"]].concat();
        assert_eq!(work(&more), 2 * 8 * (3 * 37 + 2 * 36));
        // In one pass G and D run forward once for both: 36 - 9 - 6 = 21 are left of G's update.
        let at_once = [&small[..], &["update=simultaneous"]].concat();
        assert_eq!(work(&at_once), 2 * 8 * (37 + 21));
    }
}
