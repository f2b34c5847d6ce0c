//! The most that what computes can do: multiply-adds in registers, with nothing to load or to store.
//!
//! Knows no clock; whoever asks brings one.

#[cfg(feature = "webgpu")]
use super::fused::{Gpu, Peak};
use super::{Compute, EngineError, cpu::multiply_adds};

/// Multiply-adds of which a thread's roofline is made: some tens of milliseconds.
const MULTIPLY_ADDS: usize = 500_000_000;

/// Workgroups that fill a GPU of any size.
#[cfg(feature = "webgpu")]
const WORKGROUPS: u32 = 1024;

/// How long a GPU is to be busy for its roofline: starting it does not count then.
#[cfg(feature = "webgpu")]
const BUSY_MS: f64 = 50.0;

/// Most turns of the loop of [`Peak`].
#[cfg(feature = "webgpu")]
const MOST_TURNS: u32 = 60_000;

/// Thousands of millions of floating-point operations a second that one thread, or all of a GPU, can do at
/// most; none for burn's engines, which choose their instructions themselves. `now_ms` is a clock.
///
/// # Errors
/// [`EngineError`] if the device failed.
pub async fn roofline(
    compute: &Compute,
    now_ms: impl Fn() -> f64,
) -> Result<Option<f64>, EngineError> {
    match compute {
        Compute::Autodiff(_) => Ok(None),
        Compute::Cpu(set) => {
            // Once for a browser to compile it well.
            multiply_adds(*set, MULTIPLY_ADDS);
            let start = now_ms();
            let made = multiply_adds(*set, MULTIPLY_ADDS);
            Ok(Some(2.0 * made as f64 / (now_ms() - start) / 1e6))
        }
        #[cfg(feature = "webgpu")]
        Compute::Fused(gpu) => of_gpu(gpu, now_ms).await.map(Some),
    }
}

#[cfg(feature = "webgpu")]
async fn of_gpu(gpu: &Gpu, now_ms: impl Fn() -> f64) -> Result<f64, EngineError> {
    let peak = Peak::new(gpu);
    let mut turns = 1;
    // The first run counts for nothing: the kernel is compiled in it.
    peak.run(WORKGROUPS, turns).await?;
    loop {
        let start = now_ms();
        let made = peak.run(WORKGROUPS, turns).await?;
        let took = now_ms() - start;
        if took >= BUSY_MS || turns == MOST_TURNS {
            return Ok(made as f64 / took / 1e6);
        }
        turns = (4 * turns).min(MOST_TURNS);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn operations_are_counted_against_the_clock_that_is_brought() {
        // Every look at this clock is 10 ms after the one before.
        let now = Cell::new(0.0);
        let clock = || now.replace(now.get() + 10.0);
        let found = pollster::block_on(roofline(&Compute::cpu(), clock)).unwrap();
        // 500 million multiply-adds, or a few more to fill a round, of two operations, in 10 ms.
        assert!((found.unwrap() - 100.0).abs() < 0.1, "{found:?}");
        assert_eq!(
            pollster::block_on(roofline(&Compute::flex(), clock)),
            Ok(None)
        );
    }
}
