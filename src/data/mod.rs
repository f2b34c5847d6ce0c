//! Data of one's own: points that are drawn, erased, moved, read from a text and written to one.
//!
//! Plain numbers in and out: no file, no page, no run. Where a target keeps such places is
//! [`crate::config::Target`]'s affair.

mod fit;
mod read;
mod sketch;
mod write;

pub use fit::Fit;
pub use read::{Argument, Loaded, MOST_BYTES, Unreadable, read};
pub use sketch::Sketch;
pub use write::{csv, json};
