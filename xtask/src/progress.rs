//! Signs of life on standard error: a line before each job, a spinner over the silent ones.
//!
//! Jobs that print their own progress, as cargo does, need no spinner.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// Says what comes next.
pub fn say(message: &str) {
    eprintln!("xtask: {message}");
}

/// Runs a silent `job` under a spinner with a clock (in a terminal; otherwise one line).
pub fn waiting<T>(message: &str, job: impl FnOnce() -> T) -> T {
    let bar = ProgressBar::new_spinner();
    if bar.is_hidden() {
        say(message);
        return job();
    }
    let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
    bar.set_style(style.expect("the template is constant and valid"));
    bar.set_message(message.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    let result = job();
    bar.finish();
    result
}

/// A duration as a person says it: `4.2 s`, `12 min 05 s`.
pub fn clock(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_speech() {
        assert_eq!(clock(Duration::from_millis(4_240)), "4.2 s");
        assert_eq!(clock(Duration::from_secs(725)), "12 min 05 s");
    }
}
