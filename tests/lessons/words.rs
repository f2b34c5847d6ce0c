//! What the lessons say, in both languages.

use std::collections::BTreeSet;

use lsgan_lab::scene::{
    FAILURES,
    lesson::{Bilingual, Lesson},
};
use serde_json::json;

use super::{lesson, names};

/// All words of a lesson, in the order in which they are read.
fn words(lesson: &Lesson) -> Vec<&Bilingual> {
    let mut words = vec![&lesson.title, &lesson.text, &lesson.question];
    words.extend(&lesson.answers);
    words.push(&lesson.reveal);
    words
}

/// The words as one would type them: an ordinary minus sign, ordinary spaces.
pub fn typed(words: &str) -> String {
    words.replace('\u{2212}', "-").replace('\u{a0}', " ")
}

/// The numbers in a text, as written.
fn numbers(text: &str) -> BTreeSet<String> {
    text.replace(",000", "000")
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn both_languages_are_complete_and_neither_stands_in_for_the_other() {
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for name in names() {
        for words in words(&lesson(&name)) {
            assert!(!words.en.contains(is_chinese), "{name}: {}", words.en);
            assert!(
                words.zh.contains(is_chinese) || words.en.contains("ReLU"),
                "{name}: {}",
                words.zh
            );
            assert!(!words.zh.contains([';', '?', '!']), "{name}: {}", words.zh);
        }
    }
}

#[test]
fn text_question_and_reveal_are_a_sentence_or_two_with_the_same_numbers_in_both_languages() {
    for name in names() {
        let Lesson {
            text,
            question,
            reveal,
            ..
        } = lesson(&name);
        for words in [text, question, reveal] {
            let (en, zh) = (words.en.chars().count(), words.zh.chars().count());
            assert!(
                zh < en && en < 6 * zh,
                "{name}: {en} and {zh}: {}",
                words.en
            );
            assert!(words.en.ends_with(['.', '?']), "{name}: {}", words.en);
            assert!(words.zh.ends_with(['。', '？']), "{name}: {}", words.zh);
            assert!(words.en.matches(". ").count() <= 1, "{name}: {}", words.en);
            assert!(
                numbers(&words.en).is_subset(&numbers(&words.zh)),
                "{name}: {}",
                words.zh
            );
        }
    }
}

#[test]
fn no_line_ends_within_a_formula() {
    for name in names() {
        for Bilingual { en, zh } in words(&lesson(&name)) {
            for text in [en, zh] {
                for broken in [" =", "= ", " \u{2212}\u{a0}", "\u{2212} ", "log s", "- "] {
                    assert!(!text.contains(broken), "{name} has \"{broken}\": {text}");
                }
                // A hyphen joins words or numbers; what stands before a number or a name is a minus.
                let hyphens = text.match_indices('-').map(|(at, _)| text.split_at(at));
                for (before, after) in hyphens {
                    let joins = before.ends_with(|c: char| c.is_ascii_alphanumeric());
                    assert!(joins, "{name} has a hyphen for a minus: -{}", &after[1..]);
                }
            }
        }
    }
}

#[test]
fn no_lesson_says_what_is_not_so() {
    // Claims that no single picture can carry, and words that this page does not use.
    let never = [
        "cross-entropy gradient",
        "交叉熵",
        "gradients vanish",
        "梯度消失",
        "vanishing gradient",
        "always",
        "总是",
        "never fails",
        "guarantee",
        "converges",
        "收敛",
        "solves",
        "epoch",
        "logit",
        "collapse",
        "proves that",
        "better than",
        "优于",
    ];
    for name in names() {
        let lesson = lesson(&name);
        // What one run is seen to do it may be said to do: tests/lessons/failures.rs looks.
        let is_failure = FAILURES.contains(&name.as_str());
        for words in words(&lesson) {
            let (en, zh) = (words.en.to_lowercase(), words.zh.to_lowercase());
            for claim in never {
                if is_failure && claim == "collapse" {
                    continue;
                }
                assert!(
                    !en.contains(claim) && !zh.contains(claim),
                    "{name} says {claim}"
                );
            }
            // What is flat must be named: which loss, and by a slope or a side.
            if en.contains("flat") {
                assert!(
                    ["log", "sigmoid"].iter().any(|loss| en.contains(loss)),
                    "{name}: {en}"
                );
            }
            // Only a = -1, b = 1, c = 0 is the Pearson coding.
            if en.contains("pearson") {
                let loss = lesson.revealed(&lesson.scene).to_value()["loss"].clone();
                assert_eq!(
                    (&loss["a"], &loss["b"], &loss["c"]),
                    (&json!(-1.0), &json!(1.0), &json!(0.0))
                );
            }
        }
    }
}
