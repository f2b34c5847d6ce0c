//! What `sweep` refuses, and that it leaves alone what is there.

use std::{fs, path::Path};

use super::{
    super::{call, sentence},
    fresh, sweep, written,
};

#[test]
fn what_is_not_possible_is_refused_with_code_2_and_one_sentence() {
    let csv = fresh("refused.csv");
    let cases: [(&[&str], &str); 7] = [
        (
            &["--vary", "loss=wgan"],
            "error: --vary loss must be one of lsgan01, lsgan_pearson",
        ),
        (
            &["--vary", "batch=8,7"],
            "error: batch must be a whole number from 8 to 1024, not 7",
        ),
        (
            &["--seeds", "5..5"],
            "seeds must be like 1..=20, 1..20 or 1,4,7",
        ),
        (&["--shard", "3/2"], "a shard must be like 1/4"),
        (&["--steps", "0"], "invalid value '0' for '--steps"),
        (&["--jobs", "0"], "invalid value '0' for '--jobs"),
        (
            &["--csv", "no/such/folder.csv"],
            "no/such/folder.csv has no folder to be written to",
        ),
    ];
    for (arguments, words) in cases {
        let mut all = vec!["sweep"];
        for (name, default) in [("--csv", csv.as_str()), ("--seeds", "1"), ("--steps", "5")] {
            if !arguments.contains(&name) {
                all.extend([name, default]);
            }
        }
        let output = call(&[&all, arguments].concat());
        let said = sentence(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
        assert!(!Path::new(&csv).exists(), "{arguments:?}");
    }
    assert_eq!(call(&["sweep"]).status.code(), Some(2));
}

#[test]
fn a_csv_that_was_begun_otherwise_is_left_alone() {
    let csv = fresh("begun.csv");
    let text = written(&csv, &["--seeds", "1", "--steps", "10"]);
    for (arguments, words) in [
        (
            ["--seeds", "1", "--steps", "20"],
            "begun.csv was begun with every 10, not 20",
        ),
        (
            ["--seeds", "2", "--steps", "10"],
            "begun.csv was begun with seeds 1, which are left out now",
        ),
    ] {
        let output = sweep(&csv, &arguments);
        let said = sentence(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(fs::read_to_string(&csv).unwrap(), text);
    assert!(!Path::new(&format!("{csv}.runs")).exists());
    fs::remove_file(format!("{csv}.json")).unwrap();
    let said = sentence(&sweep(&csv, &["--seeds", "1", "--steps", "10"]));
    assert!(said.contains("begun.csv has rows, but no"), "{said}");
    assert!(!Path::new(&format!("{csv}.runs")).exists());
    let doubled = fresh("doubled.csv");
    written(&doubled, &["--seeds", "1", "--steps", "10"]);
    fs::write(&doubled, text.clone() + text.lines().last().unwrap() + "\n").unwrap();
    let said = sentence(&sweep(&doubled, &["--seeds", "1", "--steps", "10"]));
    assert!(
        said.contains("holds a row that does not belong there: config of seed 1 at step 10"),
        "{said}"
    );
}

#[test]
fn two_processes_cannot_write_the_same_csv() {
    let csv = fresh("shared.csv");
    let runs = format!("{csv}.runs");
    fs::create_dir(&runs).unwrap();
    let lock = fs::File::create(format!("{runs}/lock")).unwrap();
    lock.lock().unwrap();
    let arguments = ["--seeds", "1", "--steps", "10"];
    let output = sweep(&csv, &arguments);
    let said = sentence(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("another process is writing") && said.contains("shared.csv"),
        "{said}"
    );
    drop(lock);
    // The file alone, left by a process that was killed, is no lock.
    written(&csv, &arguments);
}
