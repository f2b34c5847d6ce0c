//! Feeds one of the parsers with what libFuzzer makes up: `LSGAN_PARSER=link lsgan-fuzz corpus/link`. Start it by
//! `cargo xtask fuzz`, which sets limits of time and memory.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/parsers/mod.rs"]
mod parsers;

use std::sync::LazyLock;

static PARSER: LazyLock<parsers::Parser> = LazyLock::new(|| {
    let name = std::env::var("LSGAN_PARSER").unwrap_or_default();
    parsers::named(&name).unwrap_or_else(|| panic!("LSGAN_PARSER names no parser: {name:?}"))
});

fuzz_target!(|bytes: &[u8]| PARSER(bytes));
