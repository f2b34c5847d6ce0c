//! Runs worth a click. Plain data: a preset is the defaults with a few fields changed, and sometimes
//! the chart that shows its point.

use serde_json::Value;

use super::Scene;
use crate::config::TrainingConfig;

/// A named run.
pub struct Preset {
    /// The name in links and locale keys (`preset.<name>`).
    pub name: &'static str,
    /// What it changes of the defaults, as JSON.
    changes: &'static str,
}

impl Preset {
    /// The scene `before` with this run alone in it; it is looked at as before unless the preset says
    /// otherwise.
    pub fn scene(&self, before: &Scene) -> Scene {
        let changes: Value = serde_json::from_str(self.changes).expect("presets are JSON (tested)");
        let fresh = Scene {
            config: TrainingConfig::default(),
            twins: Vec::new(),
            ..before.clone()
        };
        fresh.merged(&changes).expect("presets are valid (tested)")
    }
}

/// The failures that are offered below the presets: lessons with a challenge, by their names.
pub const FAILURES: [&str; 5] = [
    "collapse-on-the-ring",
    "collapse-on-the-grid",
    "no-gradient-by-minimax",
    "oscillation",
    "exploding-discriminator",
];

/// All presets, in the order in which they are offered.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "default",
        changes: "{}",
    },
    Preset {
        name: "pearson",
        changes: r#"{"loss": {"kind": "lsgan", "a": -1, "b": 1, "c": 0}}"#,
    },
    Preset {
        name: "non_saturating",
        changes: r#"{"loss": {"kind": "non_saturating"}}"#,
    },
    Preset {
        name: "minimax",
        changes: r#"{"loss": {"kind": "minimax"}}"#,
    },
    Preset {
        name: "grid",
        changes: r#"{"target": {"kind": "grid", "side": 5, "spacing": 0.5, "sigma": 0.05}}"#,
    },
    Preset {
        name: "moons",
        changes: r#"{"target": {"kind": "moons"}}"#,
    },
    // The chapter's figure 2-6: in a deep saturating network the gradient shrinks from layer to layer
    // towards the input.
    Preset {
        name: "deep_sigmoid",
        changes: r#"{
            "generator": {"hidden": [64, 64, 64, 64], "activation": "sigmoid", "initializer": "xavier"},
            "discriminator": {"hidden": [64, 64, 64, 64], "activation": "sigmoid", "initializer": "xavier"},
            "look": {"panel": "gradients"}
        }"#,
    },
    // Figure 2-7, another thing: a discriminator so sure of itself that minimax hands the generator
    // nothing, and all of its layers starve alike.
    Preset {
        name: "no_gradient",
        changes: r#"{
            "loss": {"kind": "minimax"},
            "generator": {"gain": 0.3},
            "steps_d": 5,
            "optimizer": {"generator": {"kind": "sgd", "lr": 0.01}, "discriminator": {"kind": "adam", "lr": 0.002}},
            "look": {"panel": "gradients"}
        }"#,
    },
    // The authors' published 2-D toy (stability comparison): SCIENCE.md, "Reference settings and
    // numbers", with eight equal modes where their code gives the first one double weight.
    Preset {
        name: "authors",
        changes: r#"{
            "target": {"kind": "ring", "modes": 8, "radius": 1.0, "sigma": 0.01},
            "latent": {"kind": "normal", "dim": 256},
            "generator": {"hidden": [128, 128], "activation": "tanh", "initializer": "orthogonal", "gain": 1.4},
            "discriminator": {"hidden": [128, 128], "activation": "tanh", "initializer": "orthogonal", "gain": 1.4},
            "optimizer": {"generator": {"kind": "adam", "lr": 0.001}, "discriminator": {"kind": "adam", "lr": 0.0001}},
            "batch": 512,
            "update": "simultaneous"
        }"#,
    },
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scene::Panel;

    #[test]
    fn presets_are_valid_keep_the_look_and_the_first_is_the_default_run() {
        let before = Scene::from_value(&json!({
            "seed": 5, "twins": ["minimax"], "look": {"arrows": "linear", "panel": "curve"}
        }))
        .expect("a valid scene");
        let scenes: Vec<_> = PRESETS.iter().map(|preset| preset.scene(&before)).collect();
        assert_eq!(scenes[0].config, TrainingConfig::default());
        for (preset, scene) in PRESETS.iter().zip(&scenes) {
            assert!(scene.twins.is_empty() && scene.look.arrows == before.look.arrows);
            let same = scenes.iter().filter(|other| other.config == scene.config);
            assert_eq!(same.count(), 1, "{} is another preset's run", preset.name);
        }
        let find = |name| {
            PRESETS
                .iter()
                .position(|preset| preset.name == name)
                .expect("it exists")
        };
        assert_eq!(scenes[0].look.panel, before.look.panel);
        assert_eq!(scenes[find("deep_sigmoid")].look.panel, Panel::Gradients);
    }

    #[test]
    fn the_authors_setting_on_the_page_is_that_of_the_committed_experiment() {
        let file = include_str!("../../docs/experiments/authors.json");
        let preset = PRESETS.iter().find(|preset| preset.name == "authors");
        let scene = preset.unwrap().scene(&Scene::default());
        assert_eq!(scene.config, TrainingConfig::from_json(file).unwrap());
    }
}
