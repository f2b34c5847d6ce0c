//! The run as a program in another framework makes the same losses as the engines.
//!
//! The burn program is the very file that the page hands out, compiled here as a module. As a program of its own,
//! with the dependencies that its head names and no others, it has burn compiled once more; so plain `cargo test`
//! leaves that out, and `cargo xtask test --only burn` does it. The PyTorch script needs a Python with PyTorch, so
//! that is left out too; `cargo xtask test --only pytorch` fetches one and runs it. The environment variable
//! LSGAN_PYTORCH says which Python that is.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../www/export/burn.rs.txt"]
#[allow(dead_code)]
mod program;
mod spread;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use lsgan_lab::{
    config::TrainingConfig,
    export::program::{BURN, PYTORCH, fill},
    train::{Compute, Part},
};

const STEPS: usize = 20;

/// The losses of the first steps, by the engine in use.
fn ours(config: &TrainingConfig, steps: usize) -> Vec<[f32; 2]> {
    let mut engine = Compute::cpu().start(config);
    let losses = (0..steps).map(|_| {
        engine.advance(1, Part::Both);
        let losses = pollster::block_on(engine.losses()).unwrap();
        [losses.discriminator, losses.generator]
    });
    losses.collect()
}

/// The losses that the program tells, given the configuration that stands in it once it is filled in.
fn theirs(config: &TrainingConfig, steps: usize) -> Vec<[f32; 2]> {
    let filled = fill(BURN, config, steps as u64);
    let (_, rest) = filled.split_once("r#\"").unwrap();
    let (text, _) = rest.split_once("\"#;").unwrap();
    let mut told = Vec::new();
    program::train(
        &serde_json::from_str(text).unwrap(),
        steps as u64,
        |step, losses| {
            assert_eq!(step, told.len() as u64);
            told.push(losses);
        },
    );
    assert_eq!(told.len(), steps);
    told
}

/// How far two runs are apart, relative to 1 or to the loss, whichever is larger.
fn apart(expected: &[[f32; 2]], found: &[[f32; 2]]) -> f32 {
    let pairs = expected.iter().flatten().zip(found.iter().flatten());
    let off = pairs.map(|(expected, found)| {
        let off = (expected - found).abs() / expected.abs().max(1.0);
        if off.is_nan() { f32::INFINITY } else { off }
    });
    off.fold(0.0, f32::max)
}

#[test]
fn the_burn_program_makes_our_losses_over_a_spread_of_configurations() {
    for config in spread::configurations(48) {
        spread::demand(&config, 1e-4, |config| {
            apart(&ours(config, STEPS), &theirs(config, STEPS))
        });
    }
}

/// Every initializer with its usual gain and with another, which the spread leaves out.
fn starts() -> Vec<TrainingConfig> {
    let mut starts = Vec::new();
    for initializer in ["kaiming", "xavier", "orthogonal"] {
        for gain in ["null", "0.7"] {
            let fields = [
                format!("generator.initializer={initializer}"),
                format!("discriminator.initializer={initializer}"),
                format!("discriminator.gain={gain}"),
                "generator.hidden=40,16,24".to_owned(),
                "generator.activation=tanh".to_owned(),
                "discriminator.activation=tanh".to_owned(),
                "latent.dim=7".to_owned(),
            ];
            starts.push(
                fields
                    .iter()
                    .fold(TrainingConfig::default(), |config, field| {
                        config.with_assignment(field).unwrap()
                    }),
            );
        }
    }
    starts
}

#[test]
fn the_burn_program_knows_every_initializer() {
    for config in starts() {
        let off = apart(&ours(&config, 30), &theirs(&config, 30));
        assert!(off < 1e-4, "off by {off}: {config:?}");
    }
}

/// Makes a package of the program, as its head says; gives its folder.
fn package(config: &TrainingConfig) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lsgan-run");
    fs::create_dir_all(folder.join("src")).unwrap();
    let program = fill(BURN, config, STEPS as u64);
    let head = program.lines().map_while(|line| line.strip_prefix("//!"));
    let dependencies: String = head
        .skip_while(|line| line.trim() != "[dependencies]")
        .take_while(|line| line.trim() != "```")
        .map(|line| format!("{}\n", line.trim()))
        .collect();
    // What `cargo new` makes; the workspace keeps it out of this one.
    let manifest = format!(
        "[package]\nname = \"lsgan-run\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n{dependencies}\n[workspace]\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/main.rs"), program).unwrap();
    // The versions of this repository, which are on this machine already.
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    fs::copy(lock, folder.join("Cargo.lock")).unwrap();
    folder
}

#[test]
#[ignore = "compiles burn once more: cargo xtask test --only burn"]
fn the_burn_program_is_built_by_itself_and_prints_our_losses() {
    let config = TrainingConfig::default()
        .with_assignment("loss.kind=minimax")
        .and_then(|config| config.with_assignment("seed=11"))
        .unwrap();
    let folder = package(&config);
    for (arguments, steps) in [(&[][..], STEPS), (&["7"], 7)] {
        let output = Command::new(env!("CARGO"))
            .args([
                "run",
                "--quiet",
                "--offline",
                "--release",
                "--target-dir",
                "target",
            ])
            .args(arguments)
            .current_dir(&folder)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let runs = printed(&String::from_utf8(output.stdout).unwrap());
        assert_eq!((runs.len(), runs[0].len()), (1, steps));
        let off = apart(&ours(&config, steps), &runs[0]);
        assert!(off < 1e-4, "off by {off}");
    }
}

/// Runs scripts one after the other in one Python, which takes longer to load PyTorch than to run them.
const ALL_SCRIPTS: &str = "
import runpy, sys
paths, sys.argv[1:] = sys.argv[1:], []
for path in paths:
    runpy.run_path(path, run_name='__main__')
";

/// What a Python with PyTorch prints.
fn python(arguments: &[&str]) -> String {
    let python = env::var("LSGAN_PYTORCH").expect("LSGAN_PYTORCH names a Python with PyTorch");
    let output = Command::new(python).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Writes the script of a run; gives its path.
fn script(config: &TrainingConfig, name: &str) -> String {
    let path = format!("{}/pytorch-{name}.py", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&path, fill(PYTORCH, config, STEPS as u64)).unwrap();
    path
}

/// The losses of each script, as it prints them.
fn printed(text: &str) -> Vec<Vec<[f32; 2]>> {
    let runs = text.split("step,loss_d,loss_g\n").skip(1).map(|run| {
        let lines = run.lines().enumerate().map(|(index, line)| {
            let cells: Vec<f32> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            assert_eq!(cells[0], (index + 1) as f32, "{line}");
            [cells[1], cells[2]]
        });
        lines.collect()
    });
    runs.collect()
}

#[test]
#[ignore = "needs PyTorch: cargo xtask test --only pytorch"]
fn the_pytorch_script_makes_our_losses_over_a_spread_of_configurations() {
    let configs = spread::configurations(48);
    let seeds = configs.iter().flat_map(|config| {
        [0, 100, 200].map(|more| TrainingConfig {
            seed: config.seed + more,
            ..config.clone()
        })
    });
    let seeds: Vec<TrainingConfig> = seeds.collect();
    let scripts = seeds.iter().enumerate();
    let scripts: Vec<_> = scripts
        .map(|(index, config)| script(config, &index.to_string()))
        .collect();
    let mut arguments = vec!["-c", ALL_SCRIPTS];
    arguments.extend(scripts.iter().map(String::as_str));
    let runs = printed(&python(&arguments));
    assert_eq!(runs.len(), seeds.len());
    for config in &configs {
        spread::demand(config, 1e-4, |config| {
            let index = seeds.iter().position(|seed| seed == config).unwrap();
            assert_eq!(runs[index].len(), STEPS);
            apart(&ours(config, STEPS), &runs[index])
        });
    }
}

#[test]
#[ignore = "needs PyTorch: cargo xtask test --only pytorch"]
fn the_pytorch_script_knows_every_initializer_and_takes_its_steps_from_the_command_line() {
    for config in starts() {
        let path = script(&config, "start");
        let runs = printed(&python(&[&path, "30"]));
        let off = apart(&ours(&config, 30), &runs[0]);
        assert!(
            runs[0].len() == 30 && off < 1e-4,
            "off by {off}: {config:?}"
        );
    }
}
