//! The fused engine on this machine's GPU, or on the one that Mesa's lavapipe plays: checked number by
//! number against the textbook engine on the CPU, and bit by bit against itself.
//!
//! Without an adapter the tests say so and pass, unless LSGAN_GPU_TESTS is set.
#![cfg(all(feature = "webgpu", not(target_arch = "wasm32")))]

mod deviation;

use std::sync::OnceLock;

use burn::tensor::Device;
use deviation::Tensor;
use lsgan_lab::{
    config::TrainingConfig,
    gan::Weights,
    random::{Draws, Stream},
    session::Session,
    sweep::{Plan, Row, Sweep, read_rows},
    train::{
        Autodiff, Backend, Batches, Checkpoint, Compute, Engine, Fleet, Losses, Observation, Part,
        Probe,
        fused::{Fused, Gpu, Mode, Peak},
    },
};
use pollster::block_on;

const MODES: [Mode; 2] = [Mode::Fused, Mode::Split];

/// burn opens a device once in the life of a program.
fn gpu() -> Option<&'static Gpu> {
    static GPU: OnceLock<Option<Gpu>> = OnceLock::new();
    let gpu = GPU.get_or_init(|| match block_on(Gpu::open()) {
        Ok(gpu) => Some(gpu),
        Err(error) => {
            assert!(std::env::var_os("LSGAN_GPU_TESTS").is_none(), "{error}");
            eprintln!("not tested: {error}");
            None
        }
    });
    gpu.as_ref()
}

fn config(assignments: &[&str]) -> TrainingConfig {
    let start = TrainingConfig::default();
    assignments.iter().fold(start, |config, field| {
        config.with_assignment(field).unwrap()
    })
}

fn fused(gpu: &Gpu, config: &TrainingConfig, mode: Mode) -> Fused {
    Fused::new(&gpu.in_mode(mode), std::slice::from_ref(config))
}

fn textbook(config: &TrainingConfig) -> Autodiff {
    Autodiff::new(config, &Device::flex())
}

fn losses(engine: &dyn Engine) -> Losses {
    block_on(engine.losses()).unwrap()
}

fn checkpoint(engine: &dyn Engine) -> Checkpoint {
    block_on(engine.checkpoint()).unwrap()
}

/// Below this a gradient is compared with this.
const LEAST_GRADIENT: f32 = 1e-6;

fn assert_near(found: &[Tensor], expected: &[Tensor], what: &str) {
    let (off, tensor) = deviation::worst(expected, found);
    assert!(
        off <= 1e-3,
        "{what}: {tensor} is off the textbook's by {off:e}"
    );
}

fn assert_losses_near(found: Losses, expected: Losses, what: &str) {
    assert_near(
        &deviation::losses(found),
        &deviation::losses(expected),
        what,
    );
}

fn assert_checkpoints_near(found: &Checkpoint, expected: &Checkpoint, what: &str) {
    assert_eq!(found.step, expected.step);
    assert_near(
        &deviation::checkpoint(found, LEAST_GRADIENT),
        &deviation::checkpoint(expected, LEAST_GRADIENT),
        what,
    );
}

fn assert_samples_near(found: &[f32], expected: &[f32], what: &str) {
    let samples = |numbers| [Tensor::new("samples", numbers)];
    assert_near(&samples(found), &samples(expected), what);
}

/// Some configurations out of all that are allowed: each field by its own throw.
fn spread(count: u64) -> Vec<(String, TrainingConfig)> {
    let one = |number: u64| {
        let mut throws =
            (0..).flat_map(|index| Draws::new(7, Stream::Real, number, 0).words(index));
        let mut pick = |from: &[&str]| {
            let word = throws.next().unwrap();
            from[word as usize % from.len()].to_owned()
        };
        let widths = ["1", "5", "37", "64", "256"];
        let mut hidden = |depths: &[&str]| {
            let depth: usize = pick(depths).parse().unwrap();
            (0..depth)
                .map(|_| pick(&widths))
                .collect::<Vec<_>>()
                .join(",")
        };
        let (generator, discriminator) =
            (hidden(&["1", "2", "3", "4"]), hidden(&["1", "2", "3", "4"]));
        let mut fields = vec![
            format!("seed={number}"),
            format!("generator.hidden={generator}"),
            format!("discriminator.hidden={discriminator}"),
        ];
        for (path, choices) in [
            (
                "generator.activation",
                &["leaky_relu", "relu", "tanh", "sigmoid"][..],
            ),
            (
                "discriminator.activation",
                &["leaky_relu", "relu", "tanh", "sigmoid"],
            ),
            ("latent.dim", &["1", "2", "4", "33"]),
            ("latent.kind", &["normal", "uniform"]),
            ("batch", &["8", "50", "256"]),
            (
                "target.kind",
                &[
                    "ring",
                    "grid",
                    "two_gaussians",
                    "line",
                    "mixture",
                    "points",
                    "moons",
                    "spiral",
                    "checkerboard",
                ],
            ),
        ] {
            fields.push(format!("{path}={}", pick(choices)));
        }
        // Simultaneous updates are one of each.
        let updates = [
            "update=alternating",
            "steps_d=3",
            "steps_g=2",
            "update=simultaneous",
        ];
        fields.push(pick(&updates));
        fields.extend(match pick(&["0", "1", "2", "3"]).as_str() {
            "0" => vec!["loss.kind=non_saturating".to_owned()],
            "1" => vec!["loss.kind=minimax".to_owned()],
            "2" => vec!["loss.a=-1".to_owned(), "loss.c=0.3".to_owned()],
            _ => vec!["loss.sigmoid=true".to_owned(), "loss.c=0.9".to_owned()],
        });
        // Rates at which twenty steps do not blow rounding up.
        for network in ["generator", "discriminator"] {
            let (kind, lr) = match pick(&["0", "1", "2"]).as_str() {
                "0" => ("adam", "1e-4"),
                "1" => ("rmsprop", "1e-5"),
                _ => ("sgd", "1e-3"),
            };
            fields.push(format!("optimizer.{network}.kind={kind}"));
            fields.push(format!("optimizer.{network}.lr={lr}"));
        }
        let name = fields.join(" ");
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        (name, config(&fields))
    };
    (0..count).map(one).collect()
}

#[test]
fn steps_of_any_configuration_are_those_of_the_textbook() {
    let Some(gpu) = gpu() else { return };
    for (name, config) in spread(30) {
        assert_steps_near(gpu, &config, &[1, 19], &name);
    }
}

/// A few steps are enough: what is particular about them are places in buffers, and who works on what.
#[test]
fn steps_of_the_largest_sizes_are_those_of_the_textbook() {
    let Some(gpu) = gpu() else { return };
    // Without kinks: of a million pre-activations some lie so near to zero that rounding decides.
    let largest = [
        "generator.hidden=256,256,256,256",
        "generator.activation=tanh",
        "discriminator.hidden=256,256,256,256",
        "discriminator.activation=tanh",
        "latent.dim=256",
        "batch=1024",
        "optimizer.generator.lr=1e-5",
        "optimizer.discriminator.lr=1e-5",
    ];
    let wide = [
        "generator.hidden=256,256",
        "generator.activation=tanh",
        "discriminator.hidden=256",
        "discriminator.activation=sigmoid",
        "latent.dim=256",
        "latent.kind=uniform",
        "batch=1023",
        "update=simultaneous",
        "optimizer.generator.kind=sgd",
        "optimizer.discriminator.kind=rmsprop",
        "optimizer.discriminator.lr=1e-5",
    ];
    for (fields, parts) in [(&largest[..], &[1, 1]), (&wide, &[1, 4])] {
        assert_steps_near(gpu, &config(fields), parts, &fields.join(" "));
    }
}

/// Compares with the textbook after each part of the steps, in both modes, which are the same to the last bit.
fn assert_steps_near(gpu: &Gpu, config: &TrainingConfig, parts: &[u64], name: &str) {
    let mut theirs = textbook(config);
    let mut ours = MODES.map(|mode| fused(gpu, config, mode));
    for steps in parts {
        theirs.advance(*steps, Part::Both);
        let (losses_then, then) = (losses(&theirs), checkpoint(&theirs));
        for ours in &mut ours {
            Engine::advance(ours, *steps, Part::Both);
            let what = format!("{name}, {:?}, step {}", ours.mode(), then.step);
            assert_losses_near(losses(ours), losses_then, &what);
            assert_checkpoints_near(&checkpoint(ours), &then, &what);
        }
    }
    let [fused, split] = ours.map(|ours| checkpoint(&ours));
    assert!(fused == split, "{name}: the modes differ");
}

#[test]
fn the_same_seed_gives_the_same_bits_however_the_steps_are_asked_for() {
    let Some(gpu) = gpu() else { return };
    let config = config(&["steps_d=2", "optimizer.generator.kind=rmsprop"]);
    let end = |parts: &[u64]| {
        let mut engine = fused(gpu, &config, Mode::Fused);
        for steps in parts {
            Engine::advance(&mut engine, *steps, Part::Both);
        }
        checkpoint(&engine)
    };
    let whole = end(&[20]);
    assert!(whole == end(&[20]) && whole == end(&[1, 7, 12]));
    let mut resumed = {
        let half = end(&[9]);
        Fused::resume(gpu, std::slice::from_ref(&config), &[half])
    };
    Engine::advance(&mut resumed, 11, Part::Both);
    assert!(
        whole == checkpoint(&resumed),
        "the resumed run went elsewhere"
    );
}

#[test]
fn many_gans_in_one_dispatch_are_the_same_as_each_alone() {
    let Some(gpu) = gpu() else { return };
    let losses = [
        "loss.kind=lsgan",
        "loss.kind=minimax",
        "loss.sigmoid=true",
        "loss.kind=non_saturating",
        "loss.b=0.8",
    ];
    let configs: Vec<_> = losses
        .iter()
        .enumerate()
        .map(|(index, loss)| {
            let lr = format!("optimizer.generator.lr={}", 0.001 * (1 + index) as f64);
            config(&[
                &format!("seed={index}"),
                loss,
                &lr,
                "generator.hidden=37,5",
                "batch=50",
            ])
        })
        .collect();
    for mode in MODES {
        let mut together = Fused::new(&gpu.in_mode(mode), &configs);
        Fleet::advance(&mut together, 25);
        let all_losses = block_on(Fleet::losses(&together)).unwrap();
        for (index, config) in configs.iter().enumerate() {
            let mut alone = fused(gpu, config, mode);
            Engine::advance(&mut alone, 25, Part::Both);
            let member = block_on(Fleet::checkpoint(&together, index)).unwrap();
            assert!(member == checkpoint(&alone), "member {index}, {mode:?}");
            assert_eq!(all_losses[index], self::losses(&alone));
        }
    }
}

fn probe(config: &TrainingConfig, points: usize) -> Probe {
    let batches = Batches::new(config);
    Probe {
        points: batches.shown_real(points),
        latents: batches.shown_latents(21),
        carried: batches.evaluated_latents(9),
    }
}

fn assert_observations_near(found: &Observation, expected: &Observation, what: &str) {
    assert_near(
        &deviation::observation(found),
        &deviation::observation(expected),
        what,
    );
}

#[test]
fn what_is_seen_is_what_the_textbook_sees() {
    let Some(gpu) = gpu() else { return };
    for (name, config) in spread(12) {
        let probe = probe(&config, 333);
        let (mut theirs, mut ours) = (textbook(&config), fused(gpu, &config, Mode::Fused));
        let fresh = block_on(Engine::observe(&ours, &probe)).unwrap();
        assert!(fresh.losses.discriminator.is_nan() && fresh.losses.generator.is_nan());
        assert!(fresh.gradient_norms.generator.is_empty());
        theirs.advance(2, Part::Both);
        Engine::advance(&mut ours, 2, Part::Both);
        let found = block_on(Engine::observe(&ours, &probe)).unwrap();
        let expected = block_on(theirs.observe(&probe)).unwrap();
        assert_observations_near(&found, &expected, &name);

        let latents = Batches::new(&config).evaluated_latents(50);
        let found = block_on(Engine::generate(&ours, &latents)).unwrap();
        let expected = block_on(theirs.generate(&latents)).unwrap();
        assert_samples_near(&found, &expected, &name);
    }
}

#[test]
fn more_latents_than_fit_at_once_are_sent_in_parts() {
    let Some(gpu) = gpu() else { return };
    let configs = [1, 2].map(|seed| {
        let seed = format!("seed={seed}");
        config(&["latent.dim=256", "generator.hidden=8", "batch=8", &seed])
    });
    // A part has 48 MiB, for two members 24,576 latents.
    let some = Batches::new(&configs[0]).evaluated_latents(1_000);
    let many = some.repeat(25);
    let fleet = Fused::new(gpu, &configs);
    let images = block_on(Fleet::generate(&fleet, &[&many, &many])).unwrap();
    for (images, config) in images.iter().zip(&configs) {
        let expected = block_on(textbook(config).generate(&some)).unwrap();
        assert_eq!(images.len(), 25 * expected.len());
        assert_samples_near(&images[..expected.len()], &expected, "first");
        assert_samples_near(&images[24 * expected.len()..], &expected, "last");
    }
}

#[test]
fn a_sweep_trains_together_what_it_would_train_alone() {
    let Some(gpu) = gpu() else { return };
    let base = config(&["batch=8", "generator.hidden=8", "discriminator.hidden=8"]);
    // Two losses can share a dispatch, two activations cannot.
    let vary = ["loss=lsgan01,minimax", "activation=tanh,relu"].map(str::to_owned);
    let plan = |seeds: &str, steps| {
        let seeds = seeds.parse().unwrap();
        let plan = Plan::new(base.clone(), vary.to_vec(), seeds, steps, 10, None).unwrap();
        plan.on(Backend::WebGpu)
    };
    let folder = std::env::temp_dir().join(format!("lsgan-lab-fleet-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let csv = folder.join("fleet.csv");
    let compute = Compute::Fused(gpu.clone());
    for seeds in ["1..=2", "1..=3"] {
        let sweep = Sweep::open(plan(seeds, 25), &csv).unwrap();
        sweep.train(&compute, 4, &|_| ()).unwrap();
    }
    let plan = plan("1..=3", 25);
    let rows = read_rows(&csv).unwrap();
    assert_eq!(rows.len(), 4 * 3 * 4);
    for run in plan.runs() {
        let mut alone = Session::new(plan.config(run), compute.clone());
        let label = plan.label(run);
        let mut found = rows
            .iter()
            .filter(|row| row.variant == label && row.seed == run.seed);
        for step in plan.measured_steps() {
            alone.advance(step - alone.steps_done(), Part::Both);
            let quality = block_on(alone.quality()).unwrap();
            let losses = (step > 0).then(|| block_on(alone.losses()).unwrap());
            // As it is written: a CSV rounds.
            let expected = Row::new(label, run.seed, &quality, losses).to_string();
            assert_eq!(found.next().map(Row::to_string), Some(expected));
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn members_of_a_fleet_are_seen_as_they_would_be_alone_and_in_rounds() {
    let Some(gpu) = gpu() else { return };
    // Wide enough that the points do not fit into one round.
    let wide = [
        "generator.hidden=37",
        "discriminator.hidden=256,256,256,256",
        "batch=8",
    ];
    let configs = [1, 2, 3].map(|seed| {
        let seed = format!("seed={seed}");
        config(&[&wide[..], &[seed.as_str()]].concat())
    });
    let mut together = Fused::new(gpu, &configs);
    Fleet::advance(&mut together, 1);
    let probes = configs.each_ref().map(|config| probe(config, 3_000));
    let seen = block_on(Fleet::observe(&together, &probes)).unwrap();
    for ((config, probe), seen) in configs.iter().zip(&probes).zip(&seen) {
        let mut theirs = textbook(config);
        theirs.advance(1, Part::Both);
        let expected = block_on(theirs.observe(probe)).unwrap();
        assert_observations_near(seen, &expected, &format!("seed {}", config.seed));
    }
}

#[test]
fn a_generator_learns_against_a_linear_discriminator_held_fixed() {
    let Some(gpu) = gpu() else { return };
    let config = config(&["steps_g=2", "optimizer.generator.lr=1e-4"]);
    let from = Checkpoint::initial(&config).with_discriminator(Weights::linear([0.5, -0.25], 0.1));
    let mut theirs = Autodiff::resume(&config, &Device::flex(), &from);
    theirs.advance(20, Part::Generator);
    for mode in MODES {
        let from = std::slice::from_ref(&from);
        let mut ours = Fused::resume(&gpu.in_mode(mode), std::slice::from_ref(&config), from);
        Engine::advance(&mut ours, 20, Part::Generator);
        assert_checkpoints_near(&checkpoint(&ours), &checkpoint(&theirs), "held fixed");
        assert!(checkpoint(&ours).discriminator == from[0].discriminator);
        // The discriminator has made no step, so it has no loss: NaN in both.
        assert!(losses(&ours).discriminator.is_nan());
        assert_losses_near(losses(&ours), losses(&theirs), "held fixed");
    }
}

#[test]
fn parts_move_alone_and_new_learning_rates_hold_from_the_next_step() {
    let Some(gpu) = gpu() else { return };
    let config = config(&[
        "optimizer.generator.lr=1e-4",
        "optimizer.discriminator.lr=1e-4",
    ]);
    let slower = self::config(&[
        "optimizer.generator.lr=2e-5",
        "optimizer.discriminator.lr=5e-5",
    ]);
    let (mut theirs, mut ours) = (textbook(&config), fused(gpu, &config, Mode::Fused));
    let engines: [&mut dyn Engine; 2] = [&mut theirs, &mut ours];
    for engine in engines {
        engine.advance(3, Part::Discriminator);
        engine.advance(2, Part::Generator);
        engine.set_learning_rates(&slower.optimizer);
        engine.advance(5, Part::Both);
    }
    assert_eq!(Engine::steps_done(&ours), 10);
    assert_checkpoints_near(&checkpoint(&ours), &checkpoint(&theirs), "parts");
}

#[test]
fn a_run_goes_on_against_a_target_that_was_moved() {
    let Some(gpu) = gpu() else { return };
    let before = config(&["target.kind=mixture"]);
    let after = config(&["target.kind=mixture", "target.means=[[1,1],[-1,0.5],[0,0]]"]);
    for mode in MODES {
        let (mut theirs, mut ours) = (textbook(&before), fused(gpu, &before, mode));
        let engines: [&mut dyn Engine; 2] = [&mut theirs, &mut ours];
        for engine in engines {
            engine.advance(4, Part::Both);
            engine.set_target(&after.target);
            engine.advance(4, Part::Both);
        }
        assert_eq!(Engine::steps_done(&ours), 8);
        assert_checkpoints_near(&checkpoint(&ours), &checkpoint(&theirs), "moved");
    }
}

#[test]
fn more_gans_than_fit_are_refused_with_the_reason() {
    let Some(gpu) = gpu() else { return };
    let config = config(&["batch=1024", "discriminator.hidden=256,256,256,256"]);
    gpu.fits(&config, 1).unwrap();
    let refusal = gpu.fits(&config, 100_000).unwrap_err().to_string();
    assert!(refusal.contains("100000 of these GANs need"), "{refusal}");
}

#[test]
fn the_micro_kernel_makes_the_operations_that_it_says() {
    let Some(gpu) = gpu() else { return };
    let made = block_on(Peak::new(gpu).run(2, 100)).unwrap();
    assert!(made > 0 && made.is_multiple_of(2 * 100 * 256));
}
