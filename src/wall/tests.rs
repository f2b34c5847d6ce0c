//! Which runs hang where, who did it, and that a member is the very run that its configuration says.

use pollster::block_on;
use serde_json::json;

use super::*;
use crate::{
    scene::{Scene, WALL_SIZES},
    session::{Command, Reply, Session},
    train::{Compute, Part},
};

fn wall(setup: serde_json::Value, members: usize) -> Wall {
    let scene = Scene::default().merged(&setup).unwrap();
    Wall::new(&scene.config, &scene.wall, members)
}

fn names(losses: &[Loss]) -> Vec<String> {
    let kind = |loss: &Loss| match *loss {
        Loss::Lsgan { a, c, sigmoid, .. } => format!("lsgan {a} {c} {sigmoid}"),
        Loss::NonSaturating => "non_saturating".to_owned(),
        Loss::Minimax => "minimax".to_owned(),
    };
    losses.iter().map(kind).collect()
}

#[test]
fn every_loss_gets_the_same_seeds_and_nothing_else_differs() {
    let wall = wall(
        json!({"seed": 77, "batch": 32, "wall": {"seed": 4294967290u32}}),
        16,
    );
    assert_eq!(names(wall.losses()), ["lsgan 0 1 false", "non_saturating"]);
    let seeds: Vec<u32> = (0..16).map(|member| wall.seed(member)).collect();
    let expected = [
        4294967290, 4294967291, 4294967292, 4294967293, 4294967294, 4294967295, 0, 1,
    ];
    assert_eq!(seeds[..8], expected);
    assert_eq!(seeds[8..], expected);
    for (member, config) in wall.configs().iter().enumerate() {
        let single = json!({"batch": 32, "seed": wall.seed(member)});
        let mut expected = TrainingConfig::default().merged(&single).unwrap();
        expected.loss = wall.losses()[member / 8];
        assert_eq!(*config, expected);
    }
}

#[test]
fn the_runs_own_loss_is_among_those_that_are_compared() {
    let pearson = json!({"a": -1, "b": 1, "c": 0});
    for (loss, which, expected) in [
        (json!({"kind": "minimax"}), "one", vec!["minimax"]),
        (
            json!({"kind": "minimax"}),
            "two",
            vec!["lsgan 0 1 false", "minimax"],
        ),
        (
            json!({"kind": "non_saturating"}),
            "two",
            vec!["lsgan 0 1 false", "non_saturating"],
        ),
        (
            pearson.clone(),
            "two",
            vec!["lsgan -1 0 false", "non_saturating"],
        ),
        (
            pearson,
            "four",
            vec![
                "lsgan -1 0 false",
                "lsgan -1 0 true",
                "non_saturating",
                "minimax",
            ],
        ),
    ] {
        let wall = wall(json!({"loss": loss, "wall": {"losses": which}}), 36);
        assert_eq!(names(wall.losses()), expected);
        assert_eq!(wall.per_block() * expected.len(), 36);
    }
}

#[test]
fn whoever_opens_a_member_finds_the_same_wall_again() {
    for which in ["two", "four"] {
        let setup = json!({"wall": {"losses": which}});
        let before = wall(setup.clone(), 16);
        for member in 0..16 {
            let mut scene = Scene::default().merged(&setup).unwrap();
            scene.config = before.config(member);
            let after = Wall::new(&scene.config, &scene.wall, 16);
            assert_eq!(after.configs(), before.configs(), "{which}, {member}");
        }
    }
}

#[test]
fn blocks_fill_a_square() {
    let arrangement = |across, down, columns, rows| Arrangement {
        across,
        down,
        columns,
        rows,
    };
    assert_eq!(Arrangement::new(16, 1), arrangement(1, 1, 4, 4));
    assert_eq!(Arrangement::new(36, 2), arrangement(1, 2, 6, 3));
    assert_eq!(Arrangement::new(64, 2), arrangement(1, 2, 8, 4));
    assert_eq!(Arrangement::new(36, 4), arrangement(2, 2, 3, 3));
}

#[test]
fn arrows_lead_over_the_whole_wall_and_not_beyond_it() {
    // Four blocks of two by two: 0 1 | 4 5 above 2 3 | 6 7, then 8 9 | 12 13 above 10 11 | 14 15.
    let four = Arrangement::new(16, 4);
    let around =
        |member| [Way::Left, Way::Right, Way::Up, Way::Down].map(|way| four.neighbour(member, way));
    assert_eq!(around(3), [Some(2), Some(6), Some(1), Some(9)]);
    assert_eq!(around(0), [None, Some(1), None, Some(2)]);
    assert_eq!(around(15), [Some(14), None, Some(13), None]);
    for size in WALL_SIZES {
        for blocks in [1, 2, 4] {
            let arrangement = Arrangement::new(size, blocks);
            for member in 0..size {
                for (way, back) in [(Way::Right, Way::Left), (Way::Down, Way::Up)] {
                    let there = arrangement.neighbour(member, way);
                    let returned = there.map(|there| arrangement.neighbour(there, back));
                    assert!(returned.is_none_or(|at| at == Some(member)));
                }
            }
        }
    }
}

#[test]
fn the_tally_counts_those_that_are_known_with_wilsons_interval() {
    let wall = wall(json!({}), 16);
    // The first block: all eight known, all but one of them did it; the second: three known, none did.
    let did = |member| match member {
        0 => Some(false),
        1..8 => Some(true),
        8..11 => Some(false),
        _ => None,
    };
    let tally = wall.tally(did);
    assert_eq!((tally[0].count, tally[0].of), (7, 8));
    assert_eq!((tally[1].count, tally[1].of), (0, 3));
    // Worked by hand with z^2 = 3.841459: the middle (7 + 1.920729) / (8 + 3.841459) = 0.753347, the half
    // width 1.959964 / 11.841459 * sqrt(7 / 8 + 0.960365) = 0.224236.
    assert!((tally[0].low - 0.529111).abs() < 2e-6, "{:?}", tally[0]);
    assert!((tally[0].high - 0.977583).abs() < 2e-6, "{:?}", tally[0]);
    // None of three: up to z^2 / (3 + z^2) = 0.561497.
    assert_eq!(tally[1].low, 0.0);
    assert!((tally[1].high - 0.561497).abs() < 2e-6, "{:?}", tally[1]);
}

#[test]
fn a_member_is_the_very_run_that_its_configuration_says() {
    let small = json!({"generator": {"hidden": [16]}, "discriminator": {"hidden": [16]}, "batch": 64,
        "wall": {"seed": 5}});
    let wall = wall(small, 16);
    let configs = vec![wall.config(2), wall.config(9)];
    for compute in [Compute::flex(), Compute::cpu()] {
        assert_is_the_run(configs.clone(), compute);
    }
}

fn assert_is_the_run(configs: Vec<TrainingConfig>, compute: Compute) {
    let mut session = WallSession::new(configs.clone(), &compute);
    session.advance(30);
    session.advance(10);
    let seen = block_on(session.snapshot()).unwrap();
    let modes = block_on(session.count_modes()).unwrap().unwrap();
    assert_eq!(seen.step, 40);
    for (index, config) in configs.into_iter().enumerate() {
        let mut single = Session::new(config, compute.clone());
        single.advance(40, Part::Both);
        let snapshot = block_on(single.snapshot()).unwrap();
        let member = &seen.members[index];
        assert_eq!(member.fake, snapshot.fake[..2 * WALL_SAMPLES]);
        assert_eq!(member.losses.discriminator, snapshot.loss_d);
        assert_eq!(member.losses.generator, snapshot.loss_g);
        let quality = block_on(single.quality()).unwrap();
        assert_eq!(Some(modes[index]), quality.modes);
        let Reply::Checkpoint(expected) = block_on(single.obey(Command::Checkpoint)).unwrap()
        else {
            unreachable!("a checkpoint was asked for");
        };
        let checkpoint = block_on(session.checkpoint(index)).unwrap();
        assert_eq!(checkpoint, Some(*expected));
    }
    assert_eq!(block_on(session.checkpoint(2)).unwrap(), None);
}

#[test]
fn the_surface_of_a_member_is_its_discriminator_over_the_plane() {
    let wall = wall(
        json!({"generator": {"hidden": [4]}, "discriminator": {"hidden": [4]}}),
        16,
    );
    let config = wall.config(1);
    let session = WallSession::new(vec![config.clone()], &Compute::flex());
    let values = block_on(session.snapshot()).unwrap().members[0]
        .values
        .clone();
    assert_eq!(values.len(), WALL_SIDE * WALL_SIDE);
    let mut single = Session::new(config, Compute::flex());
    single.show(crate::measure::Detail {
        surface_side: WALL_SIDE,
        ..Default::default()
    });
    let surface = block_on(single.snapshot()).unwrap().surface;
    // The other one is asked at further points in the same go, which may round the last digit elsewhere.
    let apart = surface
        .values
        .iter()
        .zip(&values)
        .map(|(a, b)| (a - b).abs());
    assert!(apart.fold(0.0, f32::max) < 1e-6);
}

#[test]
fn a_target_without_modes_has_no_count() {
    let wall = wall(
        json!({"target": {"kind": "moons"}, "generator": {"hidden": [4]}}),
        16,
    );
    let session = WallSession::new(vec![wall.config(0)], &Compute::flex());
    assert_eq!(block_on(session.count_modes()).unwrap(), None);
}
