//! `sweep`: what it writes, and that nothing is lost or doubled when it is killed.

mod refusals;

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    time::Duration,
};

use lsgan_lab::train::checkpoint_file::SavedRun;
use serde_json::Value;

use super::{call, path, sentence};

/// Networks that train in no time.
const SMALL: [&str; 6] = [
    "--set",
    "batch=8",
    "--set",
    "generator.hidden=8",
    "--set",
    "discriminator.hidden=8",
];

/// Two variants, three seeds, 21 rows each.
const SWEEP: [&str; 8] = [
    "--vary",
    "loss=lsgan01,minimax",
    "--seeds",
    "1..=3",
    "--steps",
    "100",
    "--every",
    "5",
];
const LINES: usize = 1 + 2 * 3 * 21;

fn sweep(csv: &str, arguments: &[&str]) -> Output {
    call(&[&["sweep", "--csv", csv], &SMALL[..], arguments].concat())
}

/// The text of a CSV that a sweep wrote without a break.
fn written(csv: &str, arguments: &[&str]) -> String {
    let output = sweep(csv, arguments);
    assert!(output.status.success(), "{}", sentence(&output));
    fs::read_to_string(csv).unwrap()
}

/// A name for a CSV that does not exist yet, nor what stands beside it.
fn fresh(name: &str) -> String {
    let csv = path(name);
    for file in [csv.clone(), format!("{csv}.json")] {
        let _ = fs::remove_file(file);
    }
    let _ = fs::remove_dir_all(format!("{csv}.runs"));
    csv
}

fn lines(csv: &str) -> usize {
    fs::read_to_string(csv).map_or(0, |text| text.lines().count())
}

/// Starts a sweep and kills it as soon as its CSV has so many lines; says whether it came in time.
fn killed_at(line: usize, csv: &str, arguments: &[&str]) -> bool {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lsgan-lab"))
        .args(["sweep", "--csv", csv])
        .args(SMALL)
        .args(arguments)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while lines(csv) < line && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    !child.wait().unwrap().success()
}

#[test]
fn killed_at_any_moment_and_started_again_it_writes_the_same_bytes() {
    let whole = written(&fresh("whole.csv"), &SWEEP);
    assert_eq!(whole.lines().count(), LINES);
    let one_by_one = [&SWEEP[..], &["--jobs", "1"]].concat();
    assert_eq!(written(&fresh("jobs.csv"), &one_by_one), whole);

    let csv = fresh("killed.csv");
    let runs = format!("{csv}.runs");
    let (mut kills, mut checkpoints) = (0, 0);
    for line in [1, 4, 9, 17, 30, 31, 48, 70] {
        let jobs = if line % 2 == 0 { "3" } else { "1" };
        if !killed_at(line, &csv, &[&SWEEP[..], &["--jobs", jobs]].concat()) {
            break;
        }
        kills += 1;
        let kept = fs::read_dir(&runs)
            .unwrap()
            .map(|file| file.unwrap().path());
        let kept: Vec<_> = kept.filter(|file| file.extension().is_some()).collect();
        checkpoints += kept.len();
        if line == 17 {
            // As if a kill had come before the first checkpoint of each run, within a row.
            kept.iter().for_each(|file| fs::remove_file(file).unwrap());
            let text = fs::read_to_string(&csv).unwrap();
            fs::write(&csv, &text[..text.len() - 3]).unwrap();
        }
    }
    assert!(
        kills > 3 && checkpoints > 0,
        "{kills} kills, {checkpoints} checkpoints"
    );
    assert_eq!(written(&csv, &SWEEP), whole);
    assert!(!Path::new(&runs).exists());
    // Once more, there is nothing to do.
    assert_eq!(written(&csv, &SWEEP), whole);
}

#[test]
fn a_run_goes_on_from_its_checkpoint_unless_that_is_ahead_of_the_rows() {
    let run = ["--seeds", "4", "--steps", "1000", "--every", "10"];
    let whole = written(&fresh("unaltered.csv"), &run);
    let csv = fresh("altered.csv");
    assert!(killed_at(20, &csv, &run));
    let path = format!("{csv}.runs/config-4.safetensors");
    // Other weights, by which to see where the run goes on from.
    let mut saved = SavedRun::read(path.as_ref()).unwrap();
    saved.checkpoint.generator.weights.layers[0].weight[0] += 1.0;
    saved.write(path.as_ref()).unwrap();
    let text = fs::read_to_string(&csv).unwrap();
    let checkpoint = fs::read(&path).unwrap();

    let gone_on = written(&csv, &run);
    let same = gone_on
        .lines()
        .zip(whole.lines())
        .take_while(|(a, b)| a == b);
    let rows_before = 1 + 1 + saved.checkpoint.step as usize / 10;
    assert!((rows_before..rows_before + 2).contains(&same.count()));

    // A CSV that has lost rows, as after a crash of the whole machine: all steps are made again.
    let kept: Vec<_> = text.lines().take(rows_before - 1).collect();
    fs::write(&csv, kept.join("\n") + "\n").unwrap();
    fs::create_dir(format!("{csv}.runs")).unwrap();
    fs::write(&path, checkpoint).unwrap();
    assert_eq!(written(&csv, &run), whole);
}

#[test]
fn shards_are_the_whole_put_together() {
    let whole = written(&fresh("unsharded.csv"), &SWEEP);
    let mut rows: Vec<_> = whole.lines().skip(1).map(str::to_owned).collect();
    let csvs = [1, 2, 3, 4].map(|index| fresh(&format!("shard-{index}.csv")));
    let mut sharded = Vec::new();
    for (index, csv) in csvs.iter().enumerate() {
        let shard = format!("{}/4", index + 1);
        let text = written(csv, &[&SWEEP[..], &["--shard", &shard]].concat());
        sharded.extend(text.lines().skip(1).map(str::to_owned));
    }
    let report = |csvs: &[&str]| {
        let output = call(&[&["sweep", "report", "--json"], csvs].concat());
        assert!(output.status.success(), "{}", sentence(&output));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let parts = csvs.each_ref().map(String::as_str);
    assert_eq!(report(&parts), report(&[&path("unsharded.csv")]));
    rows.sort();
    sharded.sort();
    assert_eq!(sharded, rows);
    // `cat` leaves the header lines in the middle.
    let all = parts.map(|csv| fs::read_to_string(csv).unwrap()).concat();
    let joined = fresh("joined.csv");
    fs::write(&joined, all).unwrap();
    let counts = |report: &Value| report["variants"].clone();
    assert_eq!(
        counts(&report(&[&joined, "--modes", "8"])),
        counts(&report(&parts))
    );
}

#[test]
fn more_seeds_and_variants_are_added_and_what_is_there_is_left_alone() {
    let (csv, fresh_csv) = (fresh("grown.csv"), fresh("at_once.csv"));
    let few = [
        "--vary",
        "loss=minimax",
        "--seeds",
        "2",
        "--steps",
        "20",
        "--every",
        "10",
    ];
    let many = [
        "--vary",
        "loss=lsgan01,minimax",
        "--seeds",
        "1,2",
        "--steps",
        "20",
        "--every",
        "10",
    ];
    let text = written(&csv, &few);
    // A mark by which to know the row again.
    let marked = text.replacen("minimax,2,10,", "minimax,2,10,64", 1);
    fs::write(&csv, &marked).unwrap();
    let grown = written(&csv, &many);
    assert!(grown.contains("minimax,2,10,64"), "{grown}");
    let unmarked = grown.replace("minimax,2,10,64", "minimax,2,10,");
    assert_eq!(unmarked, written(&fresh_csv, &many));
    let beside = |csv: &str| fs::read_to_string(format!("{csv}.json")).unwrap();
    assert_eq!(beside(&csv), beside(&fresh_csv));
}

#[test]
fn a_run_that_diverges_is_a_row_and_the_others_go_on() {
    let csv = fresh("diverges.csv");
    let arguments = [
        "--set",
        "optimizer.generator.kind=sgd",
        "--set",
        "optimizer.discriminator.kind=sgd",
        "--vary",
        "optimizer.discriminator.lr=10,0.01",
        "--seeds",
        "1",
        "--steps",
        "200",
        "--every",
        "100",
    ];
    let text = written(&csv, &arguments);
    let rows: Vec<_> = text.lines().skip(1).collect();
    assert_eq!(rows.len(), 2 + 3, "{text}");
    assert!(
        rows[0].starts_with("optimizer.discriminator.lr=10,1,0,") && rows[0].ends_with(",,,ok")
    );
    assert!(rows[1].starts_with("optimizer.discriminator.lr=10,1,100,"));
    assert!(rows[1].contains("NaN") && rows[1].ends_with(",diverged"));
    assert!(
        rows[4].starts_with("optimizer.discriminator.lr=0.01,1,200,") && rows[4].ends_with(",ok")
    );
    // Started again, it is not tried again.
    assert_eq!(written(&csv, &arguments), text);
    let output = call(&["sweep", "report", &csv, "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let of = |variant: usize, what: &str| report["variants"][variant][what].clone();
    assert_eq!((of(0, "seeds"), of(0, "diverged")), (1.into(), 1.into()));
    assert_eq!((of(1, "seeds"), of(1, "diverged")), (1.into(), 0.into()));
    assert_eq!(of(0, "all_modes")["count"], 0);
}

#[test]
fn the_report_is_a_table_and_a_figure() {
    let csv = fresh("reported.csv");
    written(
        &csv,
        &[
            "--vary",
            "loss=lsgan01,minimax",
            "--seeds",
            "1..=2",
            "--steps",
            "10",
            "--every",
            "5",
        ],
    );
    let svg = path("reported.svg");
    let output = call(&["sweep", "report", &csv, "--svg", &svg]);
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.starts_with("Step 10; "), "{table}");
    for words in [
        "\nlsgan01",
        "\nminimax",
        "0/2",
        "0.0 % (0.0 to 65.8)",
        "Real samples in the generators' place",
    ] {
        assert!(table.contains(words), "{words} is missing:\n{table}");
    }
    let drawn = fs::read_to_string(svg).unwrap();
    assert!(drawn.starts_with("<svg ") && drawn.contains("Wilson 95 % interval"));
    let earlier = call(&["sweep", "report", &csv, "--step", "5"]);
    assert!(
        String::from_utf8(earlier.stdout)
            .unwrap()
            .starts_with("Step 5; ")
    );
    let said = sentence(&call(&["sweep", "report", &csv, "--step", "7"]));
    assert!(
        said.contains("no run was measured at step 7, but at 0, 5, 10"),
        "{said}"
    );
    fs::remove_file(format!("{csv}.json")).unwrap();
    let said = sentence(&call(&["sweep", "report", &csv]));
    assert!(said.contains("say it by --modes"), "{said}");
    assert!(
        call(&["sweep", "report", &csv, "--modes", "8"])
            .status
            .success()
    );
}

#[test]
fn a_sheet_has_a_row_for_each_variant_and_a_picture_for_each_step() {
    let svg = path("sheet.svg");
    let sheet = |at: &str| {
        let command = ["sweep", "sheet", "--vary", "loss=lsgan01,minimax"];
        let to = ["--at", at, "--svg", &svg];
        call(&[&command[..], &SMALL, &to].concat())
    };
    let output = sheet("0,3");
    assert!(output.status.success(), "{}", sentence(&output));
    let drawn = fs::read_to_string(&svg).unwrap();
    for text in ["lsgan01", "minimax"] {
        assert_eq!(drawn.matches(text).count(), 1, "{text}");
    }
    for text in ["step 0: ", "step 3: "] {
        assert_eq!(drawn.matches(text).count(), 2, "{text}");
    }
    let refused = sheet("1,2,3,4,5,6,7,8,9,10,11,12,13");
    assert_eq!(refused.status.code(), Some(2));
    assert!(sentence(&refused).contains("at most 12"));
}
