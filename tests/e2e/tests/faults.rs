//! Faults under a run: a GPU that is lost, workers that break down, numbers that run away. The run goes on from
//! what was saved at most a second ago, or pauses and says why.

use anyhow::{Context, Result, ensure};
use e2e::{
    Page, in_browser,
    site::{Fault, Host},
};
use serde_json::{Value, json};
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Stands before the first script of the page and of each worker. In a worker it brings about what it is told
/// on the channel `faults`; in the page it notes from which step each worker begins.
const DOOR: &str = "
if (globalThis.document) {
  globalThis.begun = [];
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message?.request === 'start') begun.push(message.checkpoint?.step ?? 0);
    return postMessage.call(this, message, ...rest);
  };
} else {
  const devices = [];
  if (globalThis.GPUAdapter) {
    const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (...asked) {
      devices.push(await requestDevice.apply(this, asked));
      return devices.at(-1);
    };
  }
  const faults = {
    destroyed() { for (const device of devices) device.destroy(); },
    invalid() { devices.at(-1)?.createBuffer({ size: 4, usage: 0 }); },
    allocation() {
      if (!devices.length) return;
      const { createBuffer } = GPUDevice.prototype;
      GPUDevice.prototype.createBuffer = function (asked) {
        return createBuffer.call(this, { ...asked, size: 2 ** 40 });
      };
    },
    crash() { setTimeout(() => { throw new Error('made up'); }); },
    silence() { self.close(); },
  };
  new BroadcastChannel('faults').onmessage = ({ data }) => faults[data]();
}
";

/// What the scripts of these tests share.
const COMMON: &str = "
    const small = { generator: { hidden: [16] }, discriminator: { hidden: [16] }, batch: 16 };
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const until = async (what, is, ms = 60000) => {
        for (const end = Date.now() + ms; !(await is()); await pause(20)) {
            if (Date.now() > end) throw `never ${what}: ${message()}`;
        }
    };
    const message = () => document.querySelector('[data-show=message]').textContent;
    const channel = new BroadcastChannel('faults');
    const playing = () => document.querySelector('[data-action=play]').getAttribute('aria-pressed') === 'true';
";

/// The page with the door, ready.
async fn with_door(name: &str, test: impl AsyncFnOnce(&Page) -> Result<()>) -> Result<()> {
    let host = Host::start(Path::new(ROOT))?;
    host.spoil(&[("www/simd.js", Fault::After(DOOR))]);
    in_browser(name, &host.url(), async |page| {
        page.until_ready().await?;
        test(page).await
    })
    .await
}

#[tokio::test]
async fn a_lost_gpu_is_followed_by_a_new_one_and_then_by_the_cpu() -> Result<()> {
    for fault in ["destroyed", "invalid", "allocation"] {
        with_door(&format!("gpu-{fault}"), async |page| {
            let seen = page
                .evaluate(&format!(
                    "{COMMON}
                await lsganLab.pause();
                await lsganLab.setBackend('webgpu');
                await lsganLab.configure(small);
                const ends = [];
                const timer = setInterval(() => ends.push({{ at: performance.now(), end: lsganLab.timeline().end }}), 20);
                const lose = async () => {{
                    const from = lsganLab.timeline().end;
                    await until('trained', () => lsganLab.timeline().end > from + 60);
                    await pause(1500);
                    const at = performance.now();
                    const before = lsganLab.timeline();
                    const workers = begun.length;
                    channel.postMessage('{fault}');
                    await until('replaced', () => begun.length > workers);
                    const step = begun.at(-1);
                    await until('going on', () => lsganLab.timeline().end > before.end + 60);
                    // The last that is known to have been there a second before the fault.
                    const due = ends.findLast((one) => one.at < at - 1000).end;
                    return {{ step, due, end: before.end, backend: lsganLab.backend(), message: message(), playing: playing() }};
                }};
                lsganLab.play();
                const first = await lose();
                const second = await lose();
                clearInterval(timer);
                await lsganLab.pause();
                const back = (await lsganLab.seek(7)).step;
                return {{
                    first, second, back,
                    steady: ends.every((one, i) => i === 0 || one.end >= ends[i - 1].end),
                }};"
                ))
                .await?;
            println!("{fault}: {seen:#}");
            let number = |one: &Value, name: &str| one[name].as_f64().unwrap_or(f64::NAN);
            for (which, backend, says) in [
                ("first", "webgpu", "a new one goes on"),
                ("second", "cpu", "the CPU goes on"),
            ] {
                let one = &seen[which];
                ensure!(one["backend"] == backend && one["playing"] == true, "{which}: {seen:#}");
                let message = one["message"].as_str().unwrap_or_default();
                ensure!(message.contains(says), "{which}: {seen:#}");
                let [step, due, end] = ["step", "due", "end"].map(|name| number(one, name));
                ensure!(due <= step && step <= end, "{which} begins at {step}: {seen:#}");
            }
            ensure!(
                seen["steady"] == true && seen["back"] == 7,
                "{seen:#}"
            );
            Ok(())
        })
        .await
        .with_context(|| fault.to_owned())?;
    }
    Ok(())
}

/// Limits of WebGPU that every adapter has; none has more here.
const LOWEST: &str = "
if (globalThis.GPUAdapter) {
  const lowest = {
    maxBindGroups: 4, maxBindingsPerBindGroup: 1000, maxDynamicUniformBuffersPerPipelineLayout: 8,
    maxDynamicStorageBuffersPerPipelineLayout: 4, maxSampledTexturesPerShaderStage: 16, maxSamplersPerShaderStage: 16,
    maxStorageBuffersPerShaderStage: 8, maxStorageTexturesPerShaderStage: 4, maxUniformBuffersPerShaderStage: 12,
    maxUniformBufferBindingSize: 65536, maxStorageBufferBindingSize: 134217728, maxBufferSize: 268435456,
    maxComputeWorkgroupStorageSize: 16384, maxComputeInvocationsPerWorkgroup: 256, maxComputeWorkgroupSizeX: 256,
    maxComputeWorkgroupSizeY: 256, maxComputeWorkgroupSizeZ: 64, maxComputeWorkgroupsPerDimension: 65535,
  };
  const { get } = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, 'limits');
  Object.defineProperty(GPUAdapter.prototype, 'limits', {
    get() {
      const real = get.call(this);
      return new Proxy(real, { get: (_, name) => lowest[name] ?? real[name] });
    },
  });
  // What is asked for beyond them is refused, as such an adapter would.
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = function (asked) {
    for (const [name, value] of Object.entries(asked?.requiredLimits ?? {})) {
      if (value > (lowest[name] ?? Infinity)) throw new DOMException(name, 'OperationError');
    }
    return requestDevice.call(this, asked);
  };
}
";

#[tokio::test]
async fn an_adapter_with_the_lowest_limits_trains() -> Result<()> {
    let host = Host::start(Path::new(ROOT))?;
    host.spoil(&[("www/simd.js", Fault::After(LOWEST))]);
    in_browser("lowest-limits", &host.url(), async |page| {
        page.until_ready().await?;
        let seen = page
            .evaluate(&format!(
                "{COMMON}
                await lsganLab.pause();
                await lsganLab.configure(small);
                const backends = {{}};
                for (const backend of ['webgpu', 'webgpu_split', 'webgpu_autodiff']) {{
                    backends[backend] = await lsganLab.setBackend(backend).then(async () => {{
                        await lsganLab.reset();
                        const {{ step, fake }} = await lsganLab.step(5);
                        return step === 5 && fake.every(Number.isFinite);
                    }}, (error) => error.message);
                }}
                return backends;"
            ))
            .await?;
        println!("{seen:#}");
        for backend in ["webgpu", "webgpu_split", "webgpu_autodiff"] {
            ensure!(seen[backend] == true, "{backend}: {seen:#}");
        }
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_run_whose_worker_is_killed_comes_to_the_same_weights() -> Result<()> {
    with_door("killed", async |page| {
        let seen = page
            .evaluate(&format!(
                "{COMMON}
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                await lsganLab.configure({{ ...small, batch: 64 }});
                const run = async (length, fault) => {{
                    await lsganLab.reset();
                    const steps = lsganLab.step(length);
                    if (fault) {{
                        // What goes on is to be more than was ever lost.
                        await pause(1200);
                        await until('begun', () => lsganLab.timeline().end > 1000);
                        channel.postMessage(fault);
                    }}
                    const {{ step, fake }} = await steps;
                    return {{ step, fake: [...fake], message: message() }};
                }};
                // Long enough on any machine for the fault to strike in the middle.
                await run(2000);
                const start = Date.now();
                await run(2000);
                const length = Math.max(20000, Math.round(2000 * 5000 / (Date.now() - start)));
                const whole = await run(length);
                const same = (one) => one.step === whole.step && one.fake.every((x, i) => x === whole.fake[i]);
                const crash = await run(length, 'crash');
                const silence = await run(length, 'silence');
                return {{
                    length, step: whole.step, before: whole.message, crash: same(crash), silence: same(silence),
                    messages: [crash.message, silence.message], begun,
                }};"
            ))
            .await?;
        println!("{seen:#}");
        ensure!(seen["step"] == seen["length"] && seen["before"] == "", "{seen:#}");
        // Both went on from what was saved, and not from the beginning.
        let begun = seen["begun"].as_array().into_iter().flatten();
        let later = begun.filter(|step| step.as_u64() > Some(0)).count();
        ensure!(later == 2, "{seen:#}");
        ensure!(seen["crash"] == true && seen["silence"] == true, "{seen:#}");
        for (message, reason) in [(0, "made up"), (1, "does not answer")] {
            let message = seen["messages"][message].as_str().unwrap_or_default();
            ensure!(message.contains("goes on") && message.contains(reason), "{seen:#}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn workers_that_break_down_again_and_again_end_in_one_sentence() -> Result<()> {
    with_door("hopeless", async |page| {
        let seen = page
            .evaluate(&format!(
                "{COMMON}
                await lsganLab.setBackend('cpu');
                lsganLab.play();
                const timer = setInterval(() => channel.postMessage('crash'), 300);
                await until('given up', () => message().includes('stopped'));
                clearInterval(timer);
                const said = {{ message: message(), playing: playing() }};
                // Whoever tries again finds a run that works.
                const flex = await lsganLab.setBackend('flex').then(() => true, (error) => error.message);
                const from = lsganLab.timeline().end;
                const steps = (await lsganLab.step(5)).step - from;
                return {{ ...said, flex, steps }};"
            ))
            .await?;
        println!("{seen:#}");
        ensure!(seen["playing"] == false, "{seen:#}");
        ensure!(seen["flex"] == true && seen["steps"] == 5, "{seen:#}");
        let message = seen["message"].as_str().unwrap_or_default();
        ensure!(message.contains("made up"), "{seen:#}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn numbers_that_run_away_pause_the_run_with_a_reason_and_a_way_back() -> Result<()> {
    with_door("runaway", async |page| {
        let seen = page
            .evaluate(&format!(
                "{COMMON}
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                await lsganLab.configure({{ seed: 1, optimizer: {{ generator: {{ lr: 10 }} }} }});
                lsganLab.play();
                const button = document.querySelector('[data-action=way_back]');
                await until('noticed', () => button.checkVisibility());
                const away = {{ message: message(), button: button.textContent, playing: playing(), at: lsganLab.timeline().step }};
                // To play on is no way out.
                lsganLab.play();
                await until('paused again', () => !playing());
                away.stands = lsganLab.timeline().step === away.at;
                return away;"
            ))
            .await?;
        println!("{seen:#}");
        ensure!(seen["playing"] == false && seen["stands"] == true, "{seen:#}");
        let message = seen["message"].as_str().unwrap_or_default();
        ensure!(message.contains("generator’s learning rate"), "{seen:#}");
        // Losses of any size leave the bar below the picture in one row.
        page.ensure(
            "the bar is low",
            "return document.querySelector('.transport').getBoundingClientRect().height < 160;",
        )
        .await?;
        page.screenshot("runaway").await?;
        let back = page
            .evaluate(&format!(
                "{COMMON}
                const button = document.querySelector('[data-action=way_back]');
                const healthy = Number(button.textContent.replace(/\\D/g, ''));
                button.click();
                await until('back', () => lsganLab.timeline().end === healthy && message() === '');
                const standing = await lsganLab.snapshot();
                const sound = standing.fake.every(Number.isFinite) && standing.surface.values.every(Number.isFinite);
                await lsganLab.configure({{ optimizer: {{ generator: {{ lr: 0.001 }} }} }});
                const kept = lsganLab.timeline().end === healthy;
                const later = await lsganLab.step(200);
                return {{
                    healthy, sound, kept, went: later.step - healthy, hidden: !button.checkVisibility(),
                    still_sound: later.fake.every(Number.isFinite),
                }};"
            ))
            .await?;
        println!("{back:#}");
        let at = seen["at"].as_f64().unwrap_or_default();
        let healthy = back["healthy"].as_f64().unwrap_or_default();
        ensure!(healthy < at && at - healthy <= 50.0, "{seen:#} {back:#}");
        for name in ["sound", "kept", "hidden", "still_sound"] {
            ensure!(back[name] == true, "{name}: {back:#}");
        }
        ensure!(back["went"] == json!(200), "{back:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn every_extreme_of_the_controls_leaves_a_page_that_works() -> Result<()> {
    with_door("extremes", async |page| {
        let seen = page
            .evaluate(&format!(
                "{COMMON}
                await lsganLab.setBackend('cpu');
                const tried = [];
                // Every number that a control takes, at both of its ends; whatever is refused says so.
                const fields = [...document.querySelectorAll('input[data-field][min][max]')];
                for (const field of fields.filter((one) => one.checkVisibility() && !one.disabled)) {{
                    const before = field.value;
                    for (const end of [field.min, field.max]) {{
                        field.value = end;
                        field.dispatchEvent(new Event('change', {{ bubbles: true }}));
                        lsganLab.play();
                        await pause(150);
                        await lsganLab.pause();
                        await lsganLab.snapshot();
                    }}
                    field.value = before;
                    field.dispatchEvent(new Event('change', {{ bubbles: true }}));
                    tried.push(field.dataset.field);
                }}
                await lsganLab.configure({{ optimizer: {{ generator: {{ lr: 0.001 }}, discriminator: {{ lr: 0.001 }} }} }});
                await lsganLab.reset();
                const {{ step, fake }} = await lsganLab.step(50);
                return {{ tried, step, sound: fake.every(Number.isFinite) }};"
            ))
            .await?;
        println!("{seen:#}");
        let tried = seen["tried"].as_array().map_or(0, Vec::len);
        ensure!(tried >= 5 && seen["step"] == 50 && seen["sound"] == true, "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}
