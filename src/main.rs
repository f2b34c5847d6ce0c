//! The command line: the same runs as the page, natively. Try `cargo run --release -- train --help`.

#[cfg(not(target_arch = "wasm32"))]
mod cli;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    cli::main()
}

/// There is no terminal in a browser.
#[cfg(target_arch = "wasm32")]
fn main() {}
