//! Every field's default, range and way in and out.

use proptest::prelude::*;
use serde_json::json;

use super::*;

#[track_caller]
fn refused(partial: Value) -> String {
    TrainingConfig::default()
        .merged(&partial)
        .unwrap_err()
        .to_string()
}

#[test]
fn the_defaults_are_those_of_the_design() {
    let adam = json!({"kind": "adam", "lr": 0.001, "beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8});
    let network = json!({"hidden": [64, 64], "activation": "leaky_relu", "slope": 0.2, "initializer": "kaiming", "gain": null});
    let expected = json!({
        "seed": 1,
        "target": {"kind": "ring", "modes": 8, "radius": 1.0, "sigma": 0.05},
        "latent": {"kind": "normal", "dim": 2},
        "generator": network,
        "discriminator": network,
        "loss": {"kind": "lsgan", "a": 0.0, "b": 1.0, "c": 1.0, "sigmoid": false},
        "optimizer": {"generator": adam, "discriminator": adam},
        "batch": 256, "steps_d": 1, "steps_g": 1, "update": "alternating"
    });
    assert_eq!(TrainingConfig::default().to_value(), expected);
    assert_eq!(
        TrainingConfig::from_json("{}").unwrap(),
        TrainingConfig::default()
    );
}

#[test]
fn a_refusal_names_the_field_and_what_is_allowed() {
    let cases = [
        (
            json!({"wings": 2}),
            "wings is not a field here; allowed: seed, target, latent",
        ),
        (
            json!({"target": {"sigma": 0}}),
            "target.sigma must be a number from 0.0001 to 10, not 0",
        ),
        (
            json!({"target": {"spacing": 1}}),
            "target.spacing is not a field here; allowed: kind, modes, radius, sigma",
        ),
        (
            json!({"target": {"kind": "star"}}),
            "target.kind must be one of ring, grid, two_gaussians",
        ),
        (
            json!({"target": {"kind": "points", "points": []}}),
            "target.points must be 1 to 2000 points x,y with coordinates from -8 to 8, not []",
        ),
        (
            json!({"target": {"kind": "points", "points": [[0, 8.1]]}}),
            "target.points must be 1 to 2000 points x,y with coordinates from -8 to 8, not [[0,8.1]]",
        ),
        (
            json!({"target": {"kind": "points", "points": "A?"}}),
            "target.points must be 1 to 2000 points x,y with coordinates from -8 to 8, not \"A?\"",
        ),
        (
            json!({"target": {"kind": "points", "points": vec![[0, 0]; 2001]}}),
            "target.points must be 1 to 2000 points x,y",
        ),
        (
            json!({"target": {"kind": "points", "sigma": -1}}),
            "target.sigma must be a number from 0 to 10, not -1",
        ),
        (
            json!({"target": {"kind": "mixture", "means": [[0, 0, 0]]}}),
            "target.means must be 1 to 100 points x,y with coordinates from -100 to 100, not [[0,0,0]]",
        ),
        (
            json!({"generator": {"hidden": [0]}}),
            "generator.hidden must be 1 to 4 whole numbers from 1 to 256, not [0]",
        ),
        (
            json!({"generator": {"hidden": []}}),
            "generator.hidden must be 1 to 4 whole numbers from 1 to 256, not []",
        ),
        (
            json!({"loss": 3}),
            "loss must be an object with fields, not 3",
        ),
        (
            json!({"loss": {"sigmoid": "yes"}}),
            "loss.sigmoid must be true or false, not \"yes\"",
        ),
        (
            json!({"batch": 7}),
            "batch must be a whole number from 8 to 1024, not 7",
        ),
        (
            json!({"batch": 8.5}),
            "batch must be a whole number from 8 to 1024, not 8.5",
        ),
        (
            json!({"optimizer": {"generator": {"lr": null}}}),
            "optimizer.generator.lr must be a number from 0 to 10, not null",
        ),
        (
            json!({"update": "simultaneous", "steps_d": 2}),
            "steps_d under simultaneous updates must be a whole number from 1 to 1, not 2",
        ),
    ];
    for (partial, expected) in cases {
        let message = refused(partial);
        assert!(
            message.starts_with(expected),
            "{message:?} does not start with {expected:?}"
        );
    }
    let message = TrainingConfig::from_json("{broken")
        .unwrap_err()
        .to_string();
    assert!(
        message.starts_with("the configuration is not JSON: key must be a string"),
        "{message}"
    );
    let message = TrainingConfig::from_json(&" ".repeat(10_000_000))
        .unwrap_err()
        .to_string();
    assert_eq!(
        message,
        "the configuration is 10000000 bytes long; at most 262144 are allowed"
    );
}

#[test]
fn not_a_number_is_refused_by_name() {
    for text in ["NaN", "inf", "-Infinity", "1e999"] {
        let message = TrainingConfig::default()
            .with_assignment(&format!("target.sigma={text}"))
            .unwrap_err()
            .to_string();
        assert!(
            message.starts_with("target.sigma must be a number from 0.0001 to 10"),
            "{message}"
        );
    }
    let message = TrainingConfig::default()
        .with_assignment("target.sigma")
        .unwrap_err()
        .to_string();
    assert_eq!(
        message,
        "target.sigma must have the form path=value, such as loss.kind=minimax"
    );
}

#[test]
fn a_new_kind_takes_its_own_defaults_and_the_same_kind_keeps_its_fields() {
    let config = TrainingConfig::default()
        .merged(&json!({"target": {"sigma": 0.2}}))
        .unwrap();
    let grid = config
        .merged(&json!({"target": {"kind": "grid", "side": 3}}))
        .unwrap();
    assert_eq!(
        grid.target,
        Target::Grid {
            side: 3,
            spacing: 0.5,
            sigma: 0.05
        }
    );
    let ring = config
        .merged(&json!({"target": {"kind": "ring", "modes": 4}}))
        .unwrap();
    assert_eq!(
        ring.target,
        Target::Ring {
            modes: 4,
            radius: 1.0,
            sigma: 0.2
        }
    );
}

#[test]
fn a_refused_message_stays_short_whatever_it_quotes() {
    let message = refused(json!({"target": {"kind": "x".repeat(10_000)}}));
    assert!(message.len() < 200, "{} bytes", message.len());
    let message = refused(json!({"x".repeat(10_000): 1}));
    assert!(message.len() < 300, "{} bytes", message.len());
}

#[test]
fn a_fleet_has_seeds_losses_and_learning_rates_of_its_own_and_nothing_else() {
    let config = TrainingConfig::default();
    let other = |partial| config.is_of_one_fleet_with(&config.merged(&partial).unwrap());
    assert!(other(json!({"seed": 7, "loss": {"kind": "minimax"},
                         "optimizer": {"generator": {"lr": 0.5}}})));
    assert!(!other(json!({"batch": 8})));
    assert!(!other(json!({"discriminator": {"activation": "tanh"}})));
}

#[test]
fn only_learning_rates_can_change_without_a_new_start() {
    let config = TrainingConfig::default();
    let other = |partial| config.differs_in_learning_rates_only(&config.merged(&partial).unwrap());
    assert!(other(json!({"optimizer": {"generator": {"lr": 0.5}}})));
    assert!(!other(json!({"optimizer": {"generator": {"beta1": 0.6}}})));
    assert!(!other(json!({"optimizer": {"generator": {"kind": "sgd"}}})));
    assert!(!other(json!({"seed": 2})));
}

#[test]
fn places_are_kept_to_a_thousandth_and_said_as_a_list_or_as_a_link_does() {
    let points = |value: Value| {
        let partial = json!({"target": {"kind": "points", "points": value}});
        TrainingConfig::default()
            .merged(&partial)
            .unwrap()
            .target
            .clone()
    };
    let listed = points(json!([[0.00051, -0.00149], [1, -0.0001]]));
    let Target::Points { points: places, .. } = &listed else {
        panic!("{listed:?}");
    };
    assert_eq!(places, &[[0.001, -0.001], [1.0, 0.0]]);
    assert_eq!(
        points(json!(crate::config::places::compact(places))),
        listed
    );
    let config = TrainingConfig::default()
        .with_assignment("target.kind=points")
        .unwrap();
    assert_eq!(
        config
            .with_assignment("target.points=[[0.001,-0.001],[1,0]]")
            .unwrap()
            .target,
        listed
    );
}

#[test]
fn a_run_goes_on_where_only_rates_places_and_what_they_came_from_differ() {
    let config = TrainingConfig::default();
    let points = config
        .merged(&json!({"target": {"kind": "points"}}))
        .unwrap();
    let mixture = config
        .merged(&json!({"target": {"kind": "mixture"}}))
        .unwrap();
    let goes_on =
        |from: &TrainingConfig, partial| from.goes_on_under(&from.merged(&partial).unwrap());
    let lr = json!({"optimizer": {"generator": {"lr": 0.5}}});
    assert!(goes_on(&config, lr) && goes_on(&config, json!({})));
    assert!(goes_on(&config, json!({"target": {"kind": "mixture"}})));
    assert!(goes_on(
        &mixture,
        json!({"target": {"means": [[0, 0]], "sigma": 0.1}, "optimizer": {"generator": {"lr": 1}}})
    ));
    assert!(goes_on(&points, json!({"target": {"points": [[0, 0]]}})));
    assert!(!goes_on(&config, json!({"target": {"radius": 2}})));
    assert!(!goes_on(&config, json!({"target": {"kind": "points"}})));
    assert!(!goes_on(&points, json!({"target": {"kind": "mixture"}})));
    assert!(!goes_on(&mixture, json!({"target": {"kind": "ring"}})));
    assert!(!goes_on(
        &mixture,
        json!({"seed": 2, "target": {"means": [[0, 0]]}})
    ));
    assert!(!config.is_of_one_fleet_with(&mixture));
}

/// Any configuration that the reader accepts, from independent choices in JSON.
pub(crate) fn any_config() -> impl Strategy<Value = TrainingConfig> {
    let number = |low: f64, high: f64| (low..=high).prop_map(Value::from);
    let target = prop_oneof![
        (1usize..=64, number(0.01, 100.0), number(0.0001, 10.0))
            .prop_map(|(modes, radius, sigma)| json!({"kind": "ring", "modes": modes, "radius": radius, "sigma": sigma})),
        (1usize..=10, number(0.01, 100.0)).prop_map(|(side, spacing)| json!({"kind": "grid", "side": side, "spacing": spacing})),
        number(0.0001, 10.0).prop_map(|sigma| json!({"kind": "moons", "sigma": sigma})),
        (2usize..=10).prop_map(|side| json!({"kind": "checkerboard", "side": side})),
        number(0.25, 5.0).prop_map(|turns| json!({"kind": "spiral", "turns": turns})),
        number(0.01, 100.0).prop_map(|length| json!({"kind": "line", "length": length})),
        (prop::collection::vec([-100.0..=100.0, -100.0..=100.0], 1..=100), number(0.0001, 10.0))
            .prop_map(|(means, sigma)| json!({"kind": "mixture", "means": means, "sigma": sigma})),
        (prop::collection::vec([-8.0..=8.0, -8.0..=8.0], 1..=2000), number(0.0, 10.0))
            .prop_map(|(points, sigma)| json!({"kind": "points", "points": points, "sigma": sigma})),
        number(0.01, 100.0).prop_map(|distance| json!({"kind": "two_gaussians", "distance": distance})),
    ];
    let loss = prop_oneof![
        (number(-100.0, 100.0), number(-100.0, 100.0), number(-100.0, 100.0), any::<bool>())
            .prop_map(|(a, b, c, sigmoid)| json!({"kind": "lsgan", "a": a, "b": b, "c": c, "sigmoid": sigmoid})),
        Just(json!({"kind": "non_saturating"})),
        Just(json!({"kind": "minimax"})),
    ];
    let network = (
        prop::collection::vec(1usize..=256, 1..=4),
        prop::sample::select(vec!["relu", "leaky_relu", "tanh", "sigmoid"]),
        prop::sample::select(vec!["kaiming", "xavier", "orthogonal"]),
        prop::option::of(number(0.01, 10.0)),
    )
        .prop_map(|(hidden, activation, initializer, gain)| {
            let mut network =
                json!({"hidden": hidden, "activation": activation, "initializer": initializer});
            if let Some(gain) = gain {
                network["gain"] = gain;
            }
            network
        });
    let optimizer = (
        prop::sample::select(vec!["adam", "sgd", "rmsprop"]),
        number(0.0, 10.0),
    )
        .prop_map(|(kind, lr)| json!({"kind": kind, "lr": lr}));
    (any::<u32>(), target, loss, network.clone(), network, optimizer, 8usize..=1024, 1usize..=256).prop_map(
        |(seed, target, loss, generator, discriminator, optimizer, batch, dim)| {
            TrainingConfig::from_value(&json!({
                "seed": seed, "target": target, "loss": loss, "generator": generator, "discriminator": discriminator,
                "optimizer": {"generator": optimizer}, "batch": batch, "latent": {"kind": "uniform", "dim": dim}
            }))
            .expect("every choice above is allowed")
        },
    )
}

proptest! {
    #[test]
    fn json_round_trips(config in any_config()) {
        prop_assert_eq!(TrainingConfig::from_json(&config.to_value().to_string()).unwrap(), config);
    }

    #[test]
    fn merging_a_configuration_over_any_other_gives_it(config in any_config(), other in any_config()) {
        prop_assert_eq!(other.merged(&config.to_value()).unwrap(), config);
    }

    #[test]
    fn hostile_text_is_refused_or_read_but_never_panics(text in ".{0,200}") {
        let _ = TrainingConfig::from_json(&text);
        let _ = TrainingConfig::default().with_assignment(&text);
    }
}
