//! The command line as a user calls it.
#![cfg(not(target_arch = "wasm32"))]

mod export;
mod forces;
mod replay;
mod sweep;
mod trace;
mod train;

use std::process::{Command, Output};

fn call(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lsgan-lab"))
        .args(arguments)
        .output()
        .unwrap()
}

fn train(arguments: &[&str]) -> Output {
    call(&[&["train"], arguments].concat())
}

fn sentence(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A file of this name, in a folder that cargo keeps for tests.
fn path(name: &str) -> String {
    format!("{}/{name}", env!("CARGO_TARGET_TMPDIR"))
}

/// A file of this name with this content.
fn file(name: &str, content: &[u8]) -> String {
    let path = path(name);
    std::fs::write(&path, content).unwrap();
    path
}
