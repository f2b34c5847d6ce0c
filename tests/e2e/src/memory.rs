//! What a page holds on to: workers, nodes, listeners, memory. Chromium alone tells.

use crate::Page;
use anyhow::{Result, anyhow};
use serde_json::json;

/// Stands before the first script of the page and of each worker, and counts.
pub const COUNTER: &str = "
{
  // The memory of each program of WebAssembly here.
  const memories = [];
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const real = WebAssembly[name];
    WebAssembly[name] = async (...asked) => {
      const made = await real.apply(WebAssembly, asked);
      const memory = (made.instance ?? made).exports.memory;
      if (memory) memories.push(memory);
      return made;
    };
  }
  const bytes = () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  if (globalThis.document) {
    globalThis.held = { workers: 0, bytes };
    const { Worker: Real } = globalThis;
    globalThis.Worker = class extends Real {
      constructor(...asked) { super(...asked); held.workers += 1; }
      terminate() { held.workers -= this.ended ? 0 : 1; this.ended = true; super.terminate(); }
    };
  } else {
    let buffers = 0;
    if (globalThis.GPUDevice) {
      const gone = new FinalizationRegistry((counted) => { buffers -= counted.live ? 1 : 0; counted.live = false; });
      const { createBuffer } = GPUDevice.prototype;
      GPUDevice.prototype.createBuffer = function (asked) {
        const buffer = createBuffer.call(this, asked);
        const counted = { live: true };
        buffer.counted = counted;
        buffers += 1;
        gone.register(buffer, counted);
        return buffer;
      };
      const { destroy } = GPUBuffer.prototype;
      GPUBuffer.prototype.destroy = function () {
        if (this.counted?.live) { buffers -= 1; this.counted.live = false; }
        return destroy.call(this);
      };
    }
    const channel = new BroadcastChannel('held');
    channel.onmessage = ({ data }) => { if (data === 'tell') channel.postMessage({ bytes: bytes(), buffers }); };
  }
}
";

/// What is held.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// Workers that were made and not ended.
    pub workers: f64,
    /// Elements and texts, on the page or kept from it.
    pub nodes: f64,
    /// Listeners of events.
    pub listeners: f64,
    /// Memory of the page's JavaScript, in bytes, after a garbage collection.
    pub heap: f64,
    /// Memory of the page's WebAssembly, in bytes.
    pub page_wasm: f64,
    /// Memory of the workers' WebAssembly, in bytes.
    pub worker_wasm: f64,
    /// Buffers on the GPU that the workers hold.
    pub buffers: f64,
}

impl Page {
    /// What the page holds now; the page must have been opened with [`COUNTER`].
    ///
    /// # Errors
    /// If the browser does not tell.
    pub async fn held(&self) -> Result<Held> {
        let tools = self.driver.cdp();
        tools.send_raw("Performance.enable", json!({})).await?;
        for _ in 0..2 {
            tools
                .send_raw("HeapProfiler.collectGarbage", json!({}))
                .await?;
        }
        let metrics = tools.send_raw("Performance.getMetrics", json!({})).await?;
        let metric = |name: &str| {
            let metrics = metrics["metrics"].as_array().into_iter().flatten();
            let found = metrics.clone().find(|metric| metric["name"] == name);
            let found = found.and_then(|metric| metric["value"].as_f64());
            found.ok_or_else(|| anyhow!("the browser does not tell {name}"))
        };
        let own = self
            .evaluate(
                "
            const channel = new BroadcastChannel('held');
            const told = [];
            channel.onmessage = ({ data }) => { if (data !== 'tell') told.push(data); };
            channel.postMessage('tell');
            for (const end = Date.now() + 10000; told.length < held.workers && Date.now() < end;) {
                await new Promise((resolve) => setTimeout(resolve, 20));
            }
            channel.close();
            const sum = (name) => told.reduce((all, one) => all + one[name], 0);
            return { workers: held.workers, page: held.bytes(), worker: sum('bytes'), buffers: sum('buffers') };",
            )
            .await?;
        let number = |name: &str| own[name].as_f64().unwrap_or(f64::NAN);
        Ok(Held {
            workers: number("workers"),
            nodes: metric("Nodes")?,
            listeners: metric("JSEventListeners")?,
            heap: metric("JSHeapUsedSize")?,
            page_wasm: number("page"),
            worker_wasm: number("worker"),
            buffers: number("buffers"),
        })
    }
}
