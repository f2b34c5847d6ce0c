//! How long the page's thread is kept busy: the tasks of Chromium's own trace, in processor time. What the page reports
//! as long tasks is time on the clock, in which a busy machine had the thread wait as well.

use crate::Page;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::{CapabilitiesHelper, ChromeCapabilities, ChromiumLikeCapabilities};

/// No task of the page may take the processor for longer, in ms: a click would wait for it.
const LONGEST: f64 = 50.0;

/// Has the browser trace tasks and marks.
pub(crate) fn trace(browser: &mut ChromeCapabilities) -> Result<()> {
    browser.set(
        "goog:loggingPrefs",
        json!({ "browser": "ALL", "performance": "ALL" }),
    )?;
    let traced = json!({
        "enableNetwork": false,
        "enablePage": false,
        "traceCategories": "toplevel,blink.user_timing",
    });
    browser.add_experimental_option("perfLoggingPrefs", traced)?;
    Ok(())
}

impl Page {
    /// Insists that for five seconds no task of the page takes the processor for more than 50 ms. Once only for each
    /// visit by [`crate::on_traced_page`].
    ///
    /// # Errors
    /// How long the longest tasks took, in ms; or that the browser wrote no trace.
    pub async fn ensure_short_tasks(&self) -> Result<()> {
        self.evaluate(
            "performance.mark('tasks count');
             await new Promise((resolve) => setTimeout(resolve, 5000));
             performance.mark('tasks counted');",
        )
        .await?;
        let events = self.trace().await?;
        let mark = |name: &str| events.iter().find(|event| event["name"] == name);
        let start = mark("tasks count").context("the trace has no mark")?;
        let end = mark("tasks counted").context("the trace ends too soon")?;
        let time = |event: &Value, name: &str| event[name].as_f64().unwrap_or_default();
        let of_the_page = |event: &&Value| {
            event["name"] == "ThreadControllerImpl::RunTask"
                // One that was cut off where tracing began or ended has no length.
                && event["ph"] == "X"
                && event["pid"] == start["pid"]
                && event["tid"] == start["tid"]
                && time(event, "ts") > time(start, "ts")
                && time(event, "ts") < time(end, "ts")
        };
        let tasks: Vec<_> = events.iter().filter(of_the_page).collect();
        let mut taken = tasks
            .iter()
            // Now and then the processor's clock is not read: then the time on the wall is the most it can be.
            .map(|task| event_ms(task, "tdur").or_else(|_| event_ms(task, "dur")))
            .collect::<Result<Vec<_>>>()?;
        taken.sort_by(|one, other| other.total_cmp(one));
        let longest = &taken[..taken.len().min(5)];
        println!(
            "of {} tasks the longest took {longest:.1?} ms of the processor",
            taken.len()
        );
        ensure!(
            taken.len() > 50,
            "a run that plays has more than {} tasks",
            taken.len()
        );
        ensure!(
            longest[0] <= LONGEST,
            "tasks over {LONGEST} ms: {longest:.1?}"
        );
        Ok(())
    }

    /// What the browser's threads did so far.
    async fn trace(&self) -> Result<Vec<Value>> {
        let mut events = Vec::new();
        for entry in self.driver.get_log("performance").await? {
            let mut entry: Value = serde_json::from_str(&entry.message)?;
            let message = entry["message"].take();
            if message["method"] == "Tracing.dataCollected" {
                events.push(message["params"].clone());
            }
        }
        Ok(events)
    }
}

/// A duration of an event of the trace, which counts in µs.
fn event_ms(event: &Value, name: &str) -> Result<f64> {
    let microseconds = event[name].as_f64();
    Ok(microseconds.with_context(|| format!("the trace has no {name}: {event}"))? / 1000.0)
}
