//! Watch a 2-D least-squares GAN learn.
//!
//! Reading order: [`config`] says what a run is; [`random`] and [`target`] make its numbers; [`gan`]
//! holds the two networks and their losses; [`train`] moves the weights; [`measure`] says how a run
//! stands; [`data`] is what a hand or a file puts in the place of a formula; [`session`] is a run under
//! command, [`pace`] its speed, [`journal`] its steps, [`timeline`] the way back to them, [`runaway`] its health. [`lab`] moves
//! single samples through a discriminator held fixed; [`wall`] is many runs at once. [`scene`] is a run and how it is shown, as links
//! and lessons set it. [`picture`] turns what was measured into colours, lines and charts, [`export`] all of
//! it into files to take away. `sweep`, not
//! in browsers, trains many runs and compares them. `web` is the browser's shell around all that, and
//! `main.rs` the terminal's.
#![warn(missing_docs)]

pub mod config;
pub mod data;
pub mod export;
pub mod gan;
pub mod journal;
pub mod lab;
pub mod languages;
pub mod measure;
pub mod pace;
pub mod picture;
mod quote;
pub mod runaway;
pub mod scene;
pub mod session;
#[cfg(not(target_arch = "wasm32"))]
pub mod sweep;
mod table;
pub mod target;
pub mod timeline;
pub mod train;
pub mod wall;
#[cfg(target_arch = "wasm32")]
pub mod web;

// Beside the inner loops, since it is compiled for speed like them.
pub use lsgan_kernels::random;
