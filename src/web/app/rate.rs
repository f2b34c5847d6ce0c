//! How fast a run goes, from the snapshots that were seen.

use std::collections::VecDeque;

/// Steps a second, over about the last second.
#[derive(Default)]
pub struct Rate {
    seen: VecDeque<(f64, u64)>,
}

impl Rate {
    /// A snapshot of this step was seen.
    pub fn note(&mut self, now_ms: f64, step: u64) {
        self.seen.push_back((now_ms, step));
        while self.seen.len() > 2 && self.seen[1].0 < now_ms - 1000.0 {
            self.seen.pop_front();
        }
    }

    /// Steps a second; none before a quarter of a second has been seen.
    pub fn per_second(&self) -> Option<f64> {
        let ((first_ms, first), (last_ms, last)) = (*self.seen.front()?, *self.seen.back()?);
        (last_ms - first_ms > 250.0)
            .then(|| (last.saturating_sub(first)) as f64 / (last_ms - first_ms) * 1000.0)
    }
}
