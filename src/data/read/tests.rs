//! Good texts, bad ones, and what is said of them.

use proptest::prelude::*;

use super::*;

fn points(text: &str) -> Vec<[f64; 2]> {
    read(text, 2000)
        .unwrap_or_else(|error| panic!("{text:?}: {error:?}"))
        .points
}

#[test]
fn points_come_out_of_every_form_that_is_promised() {
    let expected = vec![[0.5, -1.25], [1.0, 2.0]];
    for text in [
        "0.5,-1.25\n1,2",
        "x,y\n0.5,-1.25\n1,2\n",
        "\u{feff}x;y\r\n0.5;-1.25\r\n\r\n1;2\r\n",
        "0.5\t-1.25\n+1.0\t2e0",
        "0.5 -1.25\n  1   2  ",
        "# made by hand\n\"x\", \"y\"\n\"0.5\", \"-1.25\"\n1, 2",
        "name,y,X\nfirst,-1.25,0.5\nsecond,2,1",
        "width,height\n0.5,-1.25\n1,2",
        "\"name, in full\",x,y\n\"the first, or \"\"one\"\"\",0.5,-1.25\nsecond,1,2",
        "[[0.5, -1.25], [1, 2]]",
        " [ {\"x\": 0.5, \"y\": -1.25, \"label\": 3}, {\"y\": 2, \"x\": 1} ]",
    ] {
        assert_eq!(points(text), expected, "{text:?}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let columns = |line, found| Unreadable::Columns { line, found };
    let number = |line, found: &str| Unreadable::Number {
        line,
        found: found.to_owned(),
    };
    let entry = |number, found: &str| Unreadable::Entry {
        number,
        found: found.to_owned(),
    };
    for (text, expected) in [
        ("", Unreadable::Empty),
        ("x,y\n", Unreadable::Empty),
        ("[]", Unreadable::Empty),
        ("1,2\n\n3,4,5", columns(3, 3)),
        ("1,2\n3", columns(2, 1)),
        ("a,b,c\n1,2,3", columns(2, 3)),
        ("1,2\nx,4", number(2, "x")),
        ("1,abc\n3,4", number(1, "abc")),
        ("1,2\n3,NaN", number(2, "NaN")),
        ("1,2\n3,inf", number(2, "inf")),
        ("1,2\n1e13,0", number(2, "1e13")),
        // A decimal comma: the separator is the semicolon.
        ("1,5;2,5", number(1, "1,5")),
        ("1;2\n3,5;4", number(2, "3,5")),
        ("1,2\n,4", number(2, "")),
        ("[[1, 2], [3]]", entry(2, "[3]")),
        ("[[1, 2, 3]]", entry(1, "[1,2,3]")),
        ("[1, 2]", entry(1, "1")),
        ("[{\"x\": 1}]", entry(1, "{\"x\":1}")),
        ("[[1, \"2\"]]", entry(1, "[1,\"2\"]")),
        ("{\"points\": []}", entry(1, "{\"points\":[]}")),
    ] {
        assert_eq!(read(text, 2000), Err(expected), "{text:?}");
    }
    let broken = read("[[1, 2],\n[3 4]]", 2000).unwrap_err();
    assert!(
        matches!(&broken, Unreadable::Json { reason } if reason.contains("line 2")),
        "{broken:?}"
    );
    let long = "1,2\n".repeat(MOST_BYTES / 4 + 1);
    assert_eq!(
        read(&long, 2000),
        Err(Unreadable::TooLarge { found: long.len() })
    );
}

#[test]
fn of_too_many_points_an_evenly_spaced_part_is_taken() {
    let text: String = (0..3000)
        .map(|index| format!("{},1\n", f64::from(index) / 1000.0))
        .collect();
    let loaded = read(&text, 1000).unwrap();
    assert_eq!(
        (loaded.found, loaded.points.len(), loaded.fit),
        (3000, 1000, None)
    );
    let expected: Vec<_> = (0..1000)
        .map(|index| [f64::from(3 * index) / 1000.0, 1.0])
        .collect();
    assert_eq!(loaded.points, expected);
}

#[test]
fn points_from_elsewhere_are_scaled_to_the_plane_and_it_is_said() {
    let loaded = read("160,50\n190,90", 10).unwrap();
    assert_eq!(loaded.points, [[-0.9, -1.2], [0.9, 1.2]]);
    assert_eq!(loaded.fit.map(|fit| fit.scale), Some(0.06));
}

#[test]
fn every_reason_has_its_words() {
    let words = include_str!("../../../www/locales/en.json");
    let words: serde_json::Map<String, Value> = serde_json::from_str(words).unwrap();
    let found = "?".to_owned();
    for reason in [
        Unreadable::TooLarge { found: 1 },
        Unreadable::Empty,
        Unreadable::Columns { line: 1, found: 1 },
        Unreadable::Number {
            line: 1,
            found: found.clone(),
        },
        Unreadable::Json {
            reason: found.clone(),
        },
        Unreadable::Entry { number: 1, found },
    ] {
        let (key, arguments) = reason.sentence();
        let sentence = words[key].as_str().unwrap();
        for (name, _) in &arguments {
            assert!(sentence.contains(&format!("{{{name}}}")), "{key}: {name}");
        }
        assert_eq!(sentence.matches('{').count(), arguments.len(), "{key}");
    }
}

proptest! {
    #[test]
    fn hostile_texts_are_refused_or_read_but_never_panic(text in ".{0,300}", digits in "[-0-9.,;\te \n\\[\\]{}\"xy:]{0,300}") {
        for text in [text, digits] {
            if let Ok(loaded) = read(&text, 20) {
                prop_assert!((1..=20).contains(&loaded.points.len()));
                prop_assert!(loaded.points.iter().flatten().all(|part| part.abs() <= 4.0), "{:?}", loaded);
            }
        }
    }
}
