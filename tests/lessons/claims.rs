//! What the lessons say will be seen, computed from the scenes in their files.

use lsgan_lab::{
    config::{Loss, TrainingConfig},
    gan::loss,
    measure::Snapshot,
    scene::{
        Arrows, LabLosses, LabSetup, Scene, View,
        lesson::{Bilingual, Start},
    },
    session::Session,
    target::mixture,
    train::{Compute, Part},
};

use serde_json::json;

use super::{lesson, names, words::typed};

/// A sample of the lab under one loss, by the formulas alone.
struct Follower<'a> {
    lab: &'a LabSetup,
    loss: Loss,
    at: [f64; 2],
}

impl<'a> Follower<'a> {
    fn all(scene: &'a Scene, loss: Loss) -> Vec<Self> {
        let lab = &scene.lab;
        let start = lab.samples.iter();
        start.map(|&at| Self { lab, loss, at }).collect()
    }

    fn output(&self) -> f64 {
        let (weight, bias) = self.lab.linear();
        weight[0] * self.at[0] + weight[1] * self.at[1] + bias
    }

    /// To the right, since every lesson's D rises that way.
    fn force(&self) -> f64 {
        -loss::slope(self.loss, self.output()) * self.lab.linear().0[0]
    }

    fn distance_to_boundary(&self) -> f64 {
        (self.output() - loss::boundary(self.loss)).abs() / self.lab.steepness
    }

    fn follow(&mut self, steps: usize) {
        for _ in 0..steps {
            self.at[0] += self.lab.rate * self.force();
        }
    }
}

fn outputs(scene: &Scene) -> Vec<f64> {
    let followers = Follower::all(scene, scene.config.loss);
    followers
        .iter()
        .map(|sample| (sample.output() * 1e6).round() / 1e6)
        .collect()
}

fn forces(scene: &Scene) -> Vec<f64> {
    let followers = Follower::all(scene, scene.config.loss);
    followers
        .iter()
        .map(|sample| sample.force().abs())
        .collect()
}

fn index_of(values: &[f64], best: impl Fn(f64, f64) -> bool) -> usize {
    (0..values.len())
        .reduce(|a, b| if best(values[b], values[a]) { b } else { a })
        .unwrap()
}

/// Both languages say `number`, and it is `found`, rounded as it stands there.
#[track_caller]
fn assert_said(words: &Bilingual, number: &str, found: f64) {
    for text in [&words.en, &words.zh].map(|text| typed(text)) {
        assert!(text.contains(number), "{number} is not in {text}");
    }
    let decimals = number.split_once('.').map_or(0, |(_, after)| after.len());
    assert_eq!(format!("{found:.decimals$}"), number);
}

const LSGAN: Loss = Loss::Lsgan {
    a: 0.0,
    b: 1.0,
    c: 1.0,
    sigmoid: false,
};
const ON_SIGMOID: Loss = Loss::Lsgan {
    a: 0.0,
    b: 1.0,
    c: 1.0,
    sigmoid: true,
};

#[test]
fn the_far_triangle_has_the_weakest_force_under_log_s() {
    let lesson = lesson("far-on-the-right-side");
    let forces = forces(&lesson.scene);
    // The answers stand in the order of the samples.
    assert_eq!(outputs(&lesson.scene), [8.0, 1.5, -1.5, -8.0]);
    assert_eq!(index_of(&forces, |a, b| a < b), lesson.right);
    assert_said(&lesson.reveal, "0.0017", forces[0]);
    assert_said(&lesson.reveal, "5", forces[3]);
    assert_eq!(lesson.scene.config.loss, Loss::NonSaturating);
}

#[test]
fn two_triangles_whose_s_is_alike_differ_twofold_in_y() {
    let lesson = lesson("what-the-sigmoid-hides");
    assert_eq!(outputs(&lesson.scene), [4.0, 8.0]);
    let s = |y: f64| 1.0 / (1.0 + (-y).exp());
    assert_said(&lesson.text, "0.982", s(4.0));
    assert_said(&lesson.text, "0.9997", s(8.0));
    let loss = |y| loss::value(lesson.scene.config.loss, y);
    assert_said(&lesson.reveal, "0.018", loss(4.0));
    assert_said(&lesson.reveal, "0.0003", loss(8.0));
}

#[test]
fn under_log_s_the_farthest_triangle_stays_and_what_it_moves_is_outwards() {
    let lesson = lesson("flat-end-of-log-s");
    assert_eq!(outputs(&lesson.scene), [2.0, 5.0, 8.0]);
    let mut far = Follower::all(&lesson.scene, Loss::NonSaturating)
        .pop()
        .unwrap();
    assert_eq!(lesson.scene.config.loss, far.loss);
    assert_said(&lesson.reveal, "-0.0003", loss::slope(far.loss, 8.0));
    let start = far.at[0];
    far.follow(100);
    assert!(far.at[0] > start && far.at[0] - start < 0.001);
    // A diamond just as far out moves at full force.
    assert!(loss::slope(far.loss, -8.0) < -0.99);
}

#[test]
fn under_log_1_s_the_nearest_diamond_is_pushed_hardest() {
    let lesson = lesson("flat-end-of-log-1-s");
    assert_eq!(outputs(&lesson.scene), [-2.0, -5.0, -8.0]);
    assert_eq!(lesson.scene.config.loss, Loss::Minimax);
    let forces = forces(&lesson.scene);
    assert_eq!(index_of(&forces, |a, b| a > b), lesson.right);
    assert_said(&lesson.reveal, "0.6", forces[0]);
    assert_said(&lesson.reveal, "0.0017", forces[2]);
    let slope = loss::slope(Loss::Minimax, -8.0);
    assert_said(&lesson.reveal, "-0.0003", slope);
}

#[test]
fn only_least_squares_on_the_output_brings_both_sides_in() {
    let lesson = lesson("least-squares-pulls");
    let scene = &lesson.scene;
    assert_eq!(outputs(scene), [8.0, -8.0]);
    assert_eq!(
        (scene.lab.losses, scene.config.loss),
        (LabLosses::All, LSGAN)
    );
    // The order of the answers.
    for (index, loss) in [Loss::Minimax, Loss::NonSaturating, LSGAN, ON_SIGMOID]
        .into_iter()
        .enumerate()
    {
        let mut samples = Follower::all(scene, loss);
        samples.iter_mut().for_each(|sample| sample.follow(100));
        let both_in = samples
            .iter()
            .all(|sample| sample.distance_to_boundary() <= scene.lab.within);
        assert_eq!(both_in, index == lesson.right, "{loss:?}");
        if both_in {
            assert!(
                samples
                    .iter()
                    .all(|sample| (sample.output() - 1.0).abs() < 0.001)
            );
        }
    }
}

#[test]
fn each_coding_brings_the_samples_to_rest_where_the_lesson_says() {
    let lesson = lesson("two-codings");
    let revealed = lesson.revealed(&lesson.scene);
    for (scene, rest, boundary) in [(&lesson.scene, 1.0, 0.5), (&revealed, 0.0, 0.0)] {
        assert_eq!(loss::boundary(scene.config.loss), boundary);
        for mut sample in Follower::all(scene, scene.config.loss) {
            sample.follow(200);
            assert!((sample.output() - rest).abs() < 0.01);
        }
    }
}

#[test]
fn a_lesson_in_the_lab_moves_smoothly_within_a_few_seconds() {
    for name in names() {
        let scene = lesson(&name).scene;
        if scene.look.view == View::Lab {
            // The share of its distance that a sample makes in a step under least squares.
            let share = scene.lab.rate * scene.lab.steepness.powi(2);
            assert!((0.04..=0.2).contains(&share), "{name}: {share}");
        }
    }
}

#[test]
fn in_the_lab_no_arrow_and_no_movement_gives_the_answer_away() {
    for name in names() {
        let lesson = lesson(&name);
        // The one that moves shows another coding first.
        if lesson.scene.look.view == View::Lab && name != "two-codings" {
            assert_eq!(lesson.start, Start::Paused, "{name}");
            assert_eq!(lesson.scene.look.arrows, Arrows::Off, "{name}");
        }
    }
}

/// How a run stands after some steps.
fn trained(config: &TrainingConfig, steps: u64) -> Snapshot {
    let mut session = Session::new(config.clone(), Compute::flex());
    session.advance(steps, Part::Both);
    pollster::block_on(session.snapshot()).unwrap()
}

fn points(coordinates: &[f32]) -> impl Iterator<Item = [f32; 2]> + '_ {
    coordinates.chunks(2).map(|point| [point[0], point[1]])
}

/// High-quality samples of each mode: those within three standard deviations of it.
fn shares(config: &TrainingConfig, snapshot: &Snapshot) -> Vec<usize> {
    let mixture = mixture(&config.target).unwrap();
    let near = |mode: &[f32; 2]| {
        points(&snapshot.fake)
            .filter(|x| (x[0] - mode[0]).hypot(x[1] - mode[1]) <= 3.0 * mixture.sigma)
            .count()
    };
    mixture.modes.iter().map(near).collect()
}

#[test]
fn the_first_run_spreads_over_the_ring() {
    let scene = lesson("two-networks").scene;
    let shares = shares(&scene.config, &trained(&scene.config, 1000));
    assert!(shares.iter().all(|share| *share >= 5), "{shares:?}");
}

/// The panes of a lesson from the seed of its file and from two others.
fn from_three_seeds(scene: &Scene) -> Vec<Vec<TrainingConfig>> {
    let seeded = |seed| scene.merged(&json!({"seed": seed})).unwrap().panes();
    assert_eq!(scene.config.seed, 1);
    (1..=3).map(seeded).collect()
}

#[test]
fn with_a_confident_discriminator_only_minimax_leaves_many_samples_without_force() {
    let lesson = lesson("train-for-real");
    assert_said(&lesson.question, "0.01", lesson.scene.look.threshold);
    assert_said(&lesson.question, "250", 250.0);
    for panes in from_three_seeds(&lesson.scene) {
        // The order of the panes is that of the answers.
        for (index, config) in panes.iter().enumerate() {
            let snapshot = trained(config, 250);
            let weak = points(&snapshot.forces)
                .filter(|force| force[0].hypot(force[1]) < 0.01)
                .count();
            let many = 10 * weak > snapshot.forces.len() / 2;
            let place = format!("{weak} of 500 in pane {index}, seed {}", config.seed);
            assert_eq!(many, index == lesson.right, "{place}");
            assert!(many || weak <= 10, "{place}");
        }
    }
}

#[test]
fn with_adam_all_three_losses_learn_the_ring() {
    let twins = lesson("train-for-real").scene.twins;
    let scene = Scene {
        twins,
        ..Scene::default()
    };
    for config in scene.panes() {
        let shares = shares(&config, &trained(&config, 2000));
        assert!(
            shares.iter().all(|share| *share > 0),
            "{:?}: {shares:?}",
            config.loss
        );
    }
}

#[test]
fn leaky_relu_and_relu_both_reach_every_mode() {
    let lesson = lesson("relu-and-leaky-relu");
    assert!(typed(&lesson.question.en).contains("1,000 steps"));
    for panes in from_three_seeds(&lesson.scene) {
        assert_eq!(panes.len(), 2);
        for config in panes {
            let shares = shares(&config, &trained(&config, 1000));
            assert!(shares.iter().all(|share| *share > 0), "{shares:?}");
        }
    }
}

#[test]
fn least_squares_leaves_modes_of_the_grid_nearly_empty() {
    let config = lesson("what-it-does-not-fix").scene.config;
    let shares = shares(&config, &trained(&config, 2000));
    assert_eq!(shares.len(), 25);
    // An even share would be 20 of 500.
    assert!(
        shares.iter().filter(|share| **share < 5).count() >= 3,
        "{shares:?}"
    );
    assert!(shares.iter().sum::<usize>() < 300, "{shares:?}");
}
