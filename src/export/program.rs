//! The run as a program in another framework: a template with the configuration filled in.
//!
//! The templates are whole programs (www/export), which read any configuration and make its run from the same
//! initial weights and the same batches; so there is nothing to fill in but the configuration, how many steps
//! to make, and who wrote it. The page fetches a template when it is wanted; elsewhere they are at hand as
//! `PYTORCH` and `BURN`.

use crate::config::TrainingConfig;

/// The PyTorch script.
#[cfg(not(target_arch = "wasm32"))]
pub const PYTORCH: &str = include_str!("../../www/export/pytorch.py.txt");

/// The burn program: its `main.rs`, whose head says what stands in its `Cargo.toml`.
#[cfg(not(target_arch = "wasm32"))]
pub const BURN: &str = include_str!("../../www/export/burn.rs.txt");

/// The steps that a program of a run makes that has made none yet.
const USUAL_STEPS: u64 = 1000;

/// The program for a run that has made so many steps.
pub fn fill(template: &str, config: &TrainingConfig, steps: u64) -> String {
    let steps = if steps == 0 { USUAL_STEPS } else { steps };
    template
        .replace("{{config}}", &readable(config))
        .replace("{{steps}}", &steps.to_string())
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
}

/// The configuration as JSON, a line for each field of the first level.
fn readable(config: &TrainingConfig) -> String {
    let value = config.to_value();
    let fields = value.as_object().into_iter().flatten();
    let lines = fields.map(|(name, value)| format!("  \"{name}\": {value}"));
    format!("{{\n{}\n}}", lines.collect::<Vec<_>>().join(",\n"))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn a_program_holds_the_configuration_and_no_gaps() {
        let config = TrainingConfig::default()
            .with_assignment("generator.gain=1.5")
            .unwrap();
        for (template, quotes) in [
            (PYTORCH, ["json.loads(r\"\"\"", "\"\"\")"]),
            (BURN, ["r#\"", "\"#;"]),
        ] {
            let program = fill(template, &config, 250);
            assert!(!program.contains("{{") && !program.contains("}}}"));
            let (_, rest) = program.split_once(quotes[0]).unwrap();
            let (json, _) = rest.split_once(quotes[1]).unwrap();
            assert_eq!(TrainingConfig::from_json(json).unwrap(), config);
            assert!(program.contains("\"250\""));
            assert!(fill(template, &config, 0).contains("\"1000\""));
        }
    }

    #[test]
    fn the_burn_program_asks_for_the_burn_of_this_repository() {
        let manifest = include_str!("../../Cargo.toml");
        let here = manifest.lines().find(|line| line.starts_with("burn = "));
        let there = BURN.lines().find(|line| line.starts_with("//! burn = "));
        assert_eq!(here, there.and_then(|line| line.strip_prefix("//! ")));
    }
}
