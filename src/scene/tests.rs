//! Every field's default, range and way in and out; the link.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::config::{Activation, Loss, tests::any_config};

#[track_caller]
fn refused(partial: Value) -> String {
    Scene::default().merged(&partial).unwrap_err().to_string()
}

#[track_caller]
fn assigned(assignment: &str) -> Scene {
    Scene::default().with_assignment(assignment).unwrap()
}

#[test]
fn the_defaults_show_the_default_run_plainly() {
    let mut expected = TrainingConfig::default().to_value();
    expected["twins"] = json!([]);
    expected["look"] = json!({
        "view": "run", "arrows": "off", "ghosts": false, "surface": "output", "manifold": false,
        "panel": "history", "metric": "modes", "curves": "own", "threshold": 0.01, "stop": 0
    });
    expected["lab"] = json!({
        "discriminator": "linear", "angle": 0.0, "offset": 0.0, "steepness": 5.0, "losses": "one",
        "mode": "samples", "rate": 0.002, "within": 0.15, "samples": [[1.5, 0.4], [-1.5, -0.4]]
    });
    expected["wall"] = json!({"size": 16, "losses": "two", "seed": 1});
    assert_eq!(Scene::default().to_value(), expected);
    assert_eq!(Scene::from(TrainingConfig::default()), Scene::default());
}

#[test]
fn a_refusal_names_the_field_and_what_is_allowed() {
    let cases = [
        (
            json!({"wings": 2}),
            "wings is not a field here; allowed: seed, target, latent, generator, discriminator, loss, optimizer, \
             batch, steps_d, steps_g, update, twins, look, lab, wall",
        ),
        (
            json!({"look": {"arrow": "linear"}}),
            "look.arrow is not a field here; allowed: view, arrows, ghosts, surface, manifold, panel, metric, \
             curves, threshold, stop",
        ),
        (
            json!({"look": {"arrows": "long"}}),
            "look.arrows must be one of off, linear, logarithmic, not \"long\"",
        ),
        (
            json!({"look": {"ghosts": 1}}),
            "look.ghosts must be true or false, not 1",
        ),
        (
            json!({"look": {"threshold": 0}}),
            "look.threshold must be a number from 0.000000001 to 10, not 0",
        ),
        (
            json!({"look": "lab"}),
            "look must be an object with fields, not \"lab\"",
        ),
        (
            json!({"lab": {"angle": 181}}),
            "lab.angle must be a number from -180 to 180, not 181",
        ),
        (
            json!({"lab": {"offset": -10.5}}),
            "lab.offset must be a number from -10 to 10, not -10.5",
        ),
        (
            json!({"lab": {"steepness": 0}}),
            "lab.steepness must be a number from 0.01 to 100, not 0",
        ),
        (
            json!({"lab": {"rate": 2}}),
            "lab.rate must be a number from 0.0001 to 1, not 2",
        ),
        (
            json!({"lab": {"within": 0}}),
            "lab.within must be a number from 0.001 to 10, not 0",
        ),
        (
            json!({"lab": {"samples": [[1, 2, 3]]}}),
            "lab.samples must be at most 64 points x,y with coordinates from -100 to 100, not [[1,2,3]]",
        ),
        (
            json!({"lab": {"samples": [[1, 101]]}}),
            "lab.samples must be at most 64 points x,y with coordinates from -100 to 100, not [[1,101]]",
        ),
        (
            json!({"lab": {"samples": [[-101, 0]]}}),
            "lab.samples must be at most 64 points x,y with coordinates from -100 to 100, not [[-101,0]]",
        ),
        (
            json!({"wall": {"size": 25}}),
            "wall.size must be one of 16, 36, 64, not 25",
        ),
        (
            json!({"wall": {"losses": "three"}}),
            "wall.losses must be one of two, one, four, not \"three\"",
        ),
        (
            json!({"wall": {"seed": -1}}),
            "wall.seed must be a whole number from 0 to 4294967295, not -1",
        ),
        (
            json!({"twins": ["minimax", "wgan"]}),
            "twins must be at most 3 of lsgan01, lsgan_pearson, lsgan_sigmoid, non_saturating, minimax, relu, \
             leaky_relu, tanh, sigmoid, NAME@STEP (STEP: 1 - 10000000), not [\"minimax\",\"wgan\"]",
        ),
        (
            json!({"look": {"stop": -5}}),
            "look.stop must be a whole number from 0 to 1000000000, not -5",
        ),
        (
            json!({"loss": {"kind": "hinge"}}),
            "loss.kind must be one of lsgan, non_saturating, minimax, not \"hinge\"",
        ),
    ];
    for (partial, expected) in cases {
        assert_eq!(refused(partial), expected);
    }
}

#[test]
fn lists_have_a_longest_length() {
    let samples = |count| json!({"lab": {"samples": vec![[0.5, 1.0]; count]}});
    let full = Scene::default().merged(&samples(64)).unwrap();
    assert_eq!(full.lab.samples.len(), 64);
    assert!(refused(samples(65)).starts_with("lab.samples must be at most 64 points"));
    let twins = |count| json!({"twins": vec!["relu"; count]});
    assert_eq!(Scene::default().merged(&twins(3)).unwrap().panes().len(), 4);
    assert!(refused(twins(4)).starts_with("twins must be at most 3"));
}

#[test]
fn one_field_can_be_set_by_its_path_lists_included() {
    assert_eq!(assigned("look.arrows=linear").look.arrows, Arrows::Linear);
    assert_eq!(
        assigned("twins=minimax, lsgan_pearson").twins,
        [Variant::Minimax, Variant::LsganPearson].map(Twin::from)
    );
    assert_eq!(
        assigned("lab.samples=1.5,0.4,-1.5,-0.4,2,0").lab.samples,
        [[1.5, 0.4], [-1.5, -0.4], [2.0, 0.0]]
    );
    assert_eq!(assigned("lab.samples=").lab.samples, [[0.0; 2]; 0]);
    assert_eq!(
        assigned("twins=minimax").with_assignment("twins=").unwrap(),
        Scene::default()
    );
    for (assignment, beginning) in [
        ("lab.samples=1,2,3", "lab.samples must be at most 64 points"),
        ("lab.samples=1,NaN", "lab.samples must be at most 64 points"),
        ("twins=,", "twins must be at most 3 of"),
        ("look.view", "look.view must have the form path=value"),
        ("lab.samples.0=1", "lab.samples must be at most 64 points"),
    ] {
        let message = Scene::default()
            .with_assignment(assignment)
            .unwrap_err()
            .to_string();
        assert!(message.starts_with(beginning), "{message}");
    }
}

#[test]
fn a_twin_may_go_its_own_way_later() {
    let scene = assigned("twins=minimax@500,tanh");
    let branch = Twin {
        variant: Variant::Minimax,
        from: 500,
    };
    assert_eq!(scene.twins, [branch, Variant::Tanh.into()]);
    assert_eq!(scene.to_value()["twins"], json!(["minimax@500", "tanh"]));
    let link = link::write(&scene, &[]);
    assert_eq!(link, "v=1&twins=minimax@500,tanh");
    assert_eq!(link::read(&link, &[]).unwrap().scene, scene);
    for word in [
        "minimax@",
        "minimax@0",
        "minimax@+5",
        "minimax@1e3",
        "minimax@10000001",
        "@5",
        "wgan@5",
        "minimax@5@6",
    ] {
        let refused = refused(json!({"twins": [word]}));
        assert!(
            refused.starts_with("twins must be at most 3 of"),
            "{word}: {refused}"
        );
    }
}

#[test]
fn merging_keeps_what_is_not_named_and_replaces_lists() {
    let scene = assigned("look.panel=curve")
        .merged(&json!({"look": {"ghosts": true}, "lab": {"samples": [[3, 4]]}, "loss": {"kind": "minimax"}}))
        .unwrap();
    assert_eq!((scene.look.panel, scene.look.ghosts), (Panel::Curve, true));
    assert_eq!(scene.lab.samples, [[3.0, 4.0]]);
    assert_eq!(scene.lab.steepness, 5.0);
    // The labels of the least-squares loss are no fields of this one, and back come the defaults.
    assert_eq!(scene.config.loss, Loss::Minimax);
    let back = scene.merged(&json!({"loss": {"kind": "lsgan"}})).unwrap();
    assert_eq!(back.config.loss, TrainingConfig::default().loss);
}

#[test]
fn every_pane_runs_the_first_ones_run_with_its_own_change() {
    let scene = Scene::default()
        .merged(&json!({"seed": 7, "loss": {"a": -2}, "generator": {"slope": 0.1}, "twins": ["minimax", "relu", "lsgan01"]}))
        .unwrap();
    let expected: Vec<_> = [
        json!({}),
        json!({"loss": {"kind": "minimax"}}),
        json!({"generator": {"activation": "relu"}, "discriminator": {"activation": "relu"}}),
        json!({"loss": {"a": 0, "b": 1, "c": 1}}),
    ]
    .iter()
    .map(|change| scene.config.merged(change).unwrap())
    .collect();
    assert_eq!(scene.panes(), expected);
}

#[test]
fn each_variant_does_what_its_name_says() {
    let loss = |name| {
        Variant::named(name)
            .unwrap()
            .over(&TrainingConfig::default())
            .loss
    };
    let least_squares = |a, b, c, sigmoid| Loss::Lsgan { a, b, c, sigmoid };
    assert_eq!(loss("lsgan01"), least_squares(0.0, 1.0, 1.0, false));
    assert_eq!(loss("lsgan_pearson"), least_squares(-1.0, 1.0, 0.0, false));
    assert_eq!(loss("lsgan_sigmoid"), least_squares(0.0, 1.0, 1.0, true));
    assert_eq!(loss("non_saturating"), Loss::NonSaturating);
    assert_eq!(loss("minimax"), Loss::Minimax);
    for (name, activation) in [
        ("relu", Activation::Relu),
        ("leaky_relu", Activation::LeakyRelu),
        ("tanh", Activation::Tanh),
        ("sigmoid", Activation::Sigmoid),
    ] {
        let config = Variant::named(name)
            .unwrap()
            .over(&TrainingConfig::default());
        assert_eq!(config.generator.activation, activation);
        assert_eq!(config.discriminator.activation, activation);
    }
    for (name, variant) in VARIANTS {
        assert_eq!(variant.name(), name);
        assert_eq!(serde_json::to_value(variant).unwrap(), name);
    }
    assert_eq!(Variant::named("wgan"), None);
}

#[test]
fn the_linear_discriminator_is_zero_on_its_line_and_rises_along_its_angle() {
    let lab = assigned("lab.angle=90")
        .merged(&json!({"lab": {"offset": 0.5, "steepness": 4}}))
        .unwrap()
        .lab;
    let (weight, bias) = lab.linear();
    let output = |x: f64, y: f64| weight[0] * x + weight[1] * y + bias;
    assert!(output(-3.0, 0.5).abs() < 1e-12);
    // One unit above the line, four of output; to the right, nothing.
    assert!((output(0.0, 1.5) - 4.0).abs() < 1e-12);
    assert!((output(9.0, 1.5) - 4.0).abs() < 1e-12);
}

#[test]
fn links_say_only_what_differs() {
    assert_eq!(link::write(&Scene::default(), &[]), "v=1");
    let changed = Scene::default()
        .merged(&json!({
            "loss": {"kind": "minimax"}, "generator": {"hidden": [32]}, "seed": 9,
            "twins": ["lsgan01", "lsgan_pearson"], "look": {"view": "lab"}, "lab": {"samples": [[1.5, 0.25]]},
            "wall": {"size": 64}
        }))
        .unwrap();
    assert_eq!(
        link::write(&changed, &[("lang", "zh")]),
        "v=1&loss.kind=minimax&generator.hidden=32&lab.samples=1.5,0.25&look.view=lab&seed=9\
         &twins=lsgan01,lsgan_pearson&wall.size=64&lang=zh"
    );
}

#[test]
fn links_of_the_first_version_mean_what_they_meant() {
    let link = link::read("#v=1&loss.kind=minimax&seed=4&lang=en", &["lang"]).unwrap();
    let config = TrainingConfig::default()
        .merged(&json!({"loss": {"kind": "minimax"}, "seed": 4}))
        .unwrap();
    assert_eq!(link.scene, Scene::from(config));
}

#[test]
fn links_are_read_back_percent_encoded_or_not() {
    let fragment = "#v=1&generator.hidden=32%2C16&lab.samples=1%2C2&lang=zh&lesson=two-networks";
    let link = link::read(fragment, &["lang", "lesson"]).unwrap();
    assert_eq!(link.scene.config.generator.hidden, [32, 16]);
    assert_eq!(link.scene.lab.samples, [[1.0, 2.0]]);
    let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        link.settings,
        [setting("lang", "zh"), setting("lesson", "two-networks")]
    );
}

#[test]
fn a_link_tells_whether_it_says_anything_of_the_scene() {
    let says_scene = |fragment| {
        let link = link::read(fragment, &["lang", "lesson"]).unwrap();
        link.says_scene
    };
    assert!(!says_scene("#v=1&lesson=two-networks&lang=zh"));
    assert!(says_scene("#v=1&lesson=two-networks&seed=4"));
    // A default that is written out is said as well.
    assert!(says_scene("#lesson=two-networks&look.view=run"));
}

#[test]
fn links_that_cannot_be_read_say_why() {
    for (fragment, part) in [
        ("#v=2".to_owned(), "v must be one of 1, not 2"),
        ("#lang=zh".to_owned(), "lang is not a field here"),
        (
            "#look.view=sky".to_owned(),
            "look.view must be one of run, lab, wall, not \"sky\"",
        ),
        (
            "x".repeat(10_000_000),
            "the configuration is 10000000 bytes long",
        ),
    ] {
        let message = link::read(&fragment, &[]).unwrap_err().to_string();
        assert!(message.starts_with(part), "{message}");
    }
}

#[test]
fn a_link_as_deep_as_it_is_long_is_refused_in_a_sentence() {
    for dot in [".", "a.", "look."] {
        let fragment = dot.repeat(link::MAX_BYTES / dot.len() - 2) + "=1";
        let said = link::read(&fragment, &[]).unwrap_err().to_string();
        assert!(said.ends_with("such as loss.kind=minimax"), "{said}");
        assert!(said.chars().count() < 140, "{said}");
    }
}

#[test]
fn a_link_with_as_many_points_as_there_may_be_is_read_again() {
    // From corner to corner, so that every difference is the largest.
    let corner = |index: usize| {
        if index.is_multiple_of(2) {
            [8.0, -8.0]
        } else {
            [-8.0, 8.0]
        }
    };
    let points: Vec<_> = (0..crate::config::MOST_POINTS).map(corner).collect();
    let scene = Scene::default()
        .merged(&json!({"target": {"kind": "points", "points": points}}))
        .unwrap();
    let fragment = link::write(&scene, &[]);
    assert!(fragment.len() < 14_000, "{} bytes", fragment.len());
    assert_eq!(link::read(&fragment, &[]).unwrap().scene, scene);
}

#[test]
fn a_link_with_places_that_cannot_be_is_refused_in_a_sentence() {
    for (fragment, expected) in [
        (
            "target.kind=points&target.points=",
            "target.points must be 1 to 2000 points x,y",
        ),
        (
            "target.kind=points&target.points=AAA",
            "target.points must be 1 to 2000 points x,y",
        ),
        (
            "target.kind=points&target.points=[[1,2],[3]]",
            "target.points must be 1 to 2000 points",
        ),
        (
            "target.kind=points&target.points=________",
            "target.points must be 1 to 2000 points",
        ),
        (
            "target.kind=mixture&target.means=AA%00",
            "target.means must be 1 to 100 points x,y",
        ),
        ("target.points=AA", "target.points is not a field here"),
    ] {
        let message = link::read(fragment, &[]).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{fragment}: {message}");
        assert!(message.len() < 200, "{message}");
    }
}

/// Any scene that the reader accepts, from independent choices in JSON.
fn any_scene() -> impl Strategy<Value = Scene> {
    let number = |low: f64, high: f64| (low..=high).prop_map(Value::from);
    let word = |words: &[&'static str]| prop::sample::select(words.to_vec());
    let names: Vec<_> = VARIANTS.iter().map(|(name, _)| *name).collect();
    let look = (
        word(&["run", "lab", "wall"]),
        word(&["off", "linear", "logarithmic"]),
        any::<[bool; 2]>(),
        word(&["output", "sigmoid", "optimal", "difference"]),
        word(&["history", "curve", "gradients", "metrics", "sample"]),
        word(&["modes", "hq", "reverse_kl", "sliced_w1", "energy", "divergence", "outputs"]),
        word(&["own", "all"]),
        number(1e-9, 10.0),
        0..=LATEST_STOP,
    )
        .prop_map(|(view, arrows, [ghosts, manifold], surface, panel, metric, curves, threshold, stop)| {
            json!({"view": view, "arrows": arrows, "ghosts": ghosts, "manifold": manifold, "surface": surface,
                "panel": panel, "metric": metric, "curves": curves, "threshold": threshold, "stop": stop})
        });
    let lab = (
        word(&["linear", "run"]),
        [number(-180.0, 180.0), number(-10.0, 10.0), number(0.01, 100.0)],
        word(&["one", "all"]),
        word(&["samples", "generator"]),
        [number(0.0001, 1.0), number(0.001, 10.0)],
        prop::collection::vec([-100.0..=100.0, -100.0..=100.0], 0..=64),
    )
        .prop_map(|(discriminator, [angle, offset, steepness], losses, mode, [rate, within], samples)| {
            json!({"discriminator": discriminator, "angle": angle, "offset": offset, "steepness": steepness,
                "losses": losses, "mode": mode, "rate": rate, "within": within, "samples": samples})
        });
    let wall = (
        prop::sample::select(WALL_SIZES.to_vec()),
        word(&["two", "one", "four"]),
        any::<u32>(),
    )
        .prop_map(|(size, losses, seed)| json!({"size": size, "losses": losses, "seed": seed}));
    let twin =
        (prop::sample::select(names), 0..=LAST_BRANCH).prop_map(|(name, from)| match from % 2 {
            0 => name.to_owned(),
            _ => format!("{name}@{from}"),
        });
    let twins = prop::collection::vec(twin, 0..=3);
    (any_config(), twins, look, lab, wall).prop_map(|(config, twins, look, lab, wall)| {
        Scene::from(config)
            .merged(&json!({"twins": twins, "look": look, "lab": lab, "wall": wall}))
            .expect("every choice above is allowed")
    })
}

proptest! {
    #[test]
    fn json_round_trips(scene in any_scene()) {
        let text = scene.to_value().to_string();
        prop_assert_eq!(serde_json::from_str::<Scene>(&text).unwrap(), scene);
    }

    #[test]
    fn links_round_trip(scene in any_scene()) {
        let fragment = link::write(&scene, &[("backend", "cpu")]);
        prop_assert_eq!(link::read(&fragment, &["backend"]).unwrap().scene, scene);
    }

    #[test]
    fn merging_a_scene_over_any_other_gives_it(scene in any_scene(), other in any_scene()) {
        prop_assert_eq!(other.merged(&scene.to_value()).unwrap(), scene);
    }

    #[test]
    fn every_pane_of_a_scene_is_a_configuration_that_would_be_read(scene in any_scene()) {
        for config in scene.panes() {
            prop_assert_eq!(TrainingConfig::from_value(&config.to_value()).unwrap(), config);
        }
    }

    #[test]
    fn hostile_text_is_refused_or_read_but_never_panics(
        text in ".{0,200}",
        path in "(look|lab|wall|twins|loss|lab\\.samples|look\\.view)(\\.[a-z0-9]{0,9}){0,2}=[-0-9a-z,.\\[\\]{}\" ]{0,30}",
    ) {
        for text in [text, path] {
            let _ = link::read(&text, &["lang"]);
            let _ = Scene::default().with_assignment(&text);
            let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
            let _ = Scene::from_value(&value);
            let _ = Scene::default().merged(&json!({"look": value, "twins": value, "lab": {"samples": value}}));
        }
    }
}
