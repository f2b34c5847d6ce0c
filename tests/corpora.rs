//! The corpora that the fuzzer has gathered (`fuzz/corpus`), a folder for each parser: every input in them is read
//! as the fuzzer reads it. Whatever once was a fault is among them.
#![cfg(not(target_arch = "wasm32"))]

mod parsers;

use std::{fs, path::Path, time::Instant};

/// Most bytes of an input that is kept.
const LARGEST: usize = 64 * 1024;

#[test]
fn every_input_that_the_fuzzer_found_is_read_or_refused() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, parse) in parsers::PARSERS {
        let start = Instant::now();
        let folder = corpora.join(name);
        let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
        let mut count = 0;
        for file in files {
            let path = file.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            assert!(bytes.len() <= LARGEST, "{path:?} is too large to be kept");
            let done = std::panic::catch_unwind(|| parse(&bytes));
            assert!(done.is_ok(), "the parser `{name}` does not bear {path:?}");
            count += 1;
        }
        assert!(count > 0, "{folder:?} is empty");
        println!("{name}: {count} inputs, {:?}", start.elapsed());
    }
}
