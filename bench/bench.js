// What `cargo xtask bench` asks this page: TensorFlow.js here, LSGAN Lab in the frame, one at a time. The order of
// turns, the statistics and the report are xtask's (xtask/src/bench).

/* global tf */

import { Autodiff } from './autodiff.js';
import { Fresh, Replayed } from './batches.js';
import { ByHand } from './by_hand.js';
import { readTrace } from './trace.js';

const STYLES = { tfjs: Autodiff, tfjs_by_hand: ByHand };

/** Steps before the clock is started, as in LSGAN Lab's own benchmark. */
const UNCOUNTED = 2;

tf.wasm.setWasmPaths('node_modules/@tensorflow/tfjs-backend-wasm/dist/');

/** The runs of TensorFlow.js so far, by engine, backend and trace. */
const runs = new Map();

/** The API of LSGAN Lab, once its page is ready; its own run does not play. */
async function ours() {
  const frame = document.querySelector('iframe').contentWindow;
  while (!frame.lsganLab) await new Promise((resolve) => setTimeout(resolve, 20));
  await frame.lsganLab.ready;
  await frame.lsganLab.pause();
  return frame.lsganLab;
}

async function use(backend) {
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js cannot use ${backend} here`);
  await tf.ready();
}

/** What the losses of a step are, once they are computed. */
async function read(losses) {
  const numbers = await Promise.all(losses.map((loss) => loss.data()));
  tf.dispose(losses);
  return numbers.map(([number]) => number);
}

const bench = {
  versions: async () => ({
    tfjs: tf.version_core ?? tf.version['tfjs-core'],
    lsgan_lab: (await ours()).version,
    browser: navigator.userAgent,
    adapter: await adapter(),
  }),

  /** The losses of TensorFlow.js at every step of a trace, from its weights and batches: `[[d, g], …]`. */
  async replay({ engine, backend, trace }) {
    await use(backend);
    const run = await readTrace(trace);
    const gan = new STYLES[engine](run);
    const batches = new Replayed(run);
    const losses = [];
    for (let step = 0; step < run.steps; step++) losses.push(await read(gan.step(batches)));
    gan.dispose();
    return losses;
  },

  /** What losses the trace itself says. */
  async traced({ trace }) {
    const { steps, tensors } = await readTrace(trace);
    return Array.from({ length: steps }, (_, t) => ['d', 'g'].map((name) => tensors[`step.${t}.loss_${name}`][0]));
  },

  /** Milliseconds a step of TensorFlow.js, from the weights of a trace but on fresh batches. */
  async time({ engine, backend, trace, steps }) {
    await use(backend);
    const key = [engine, backend, trace].join(' ');
    if (!runs.has(key)) {
      const start = await readTrace(trace);
      runs.set(key, { gan: new STYLES[engine](start), batches: new Fresh(start.config) });
    }
    const { gan, batches } = runs.get(key);
    const advance = async (count) => {
      let losses = [];
      for (let step = 0; step < count; step++) {
        tf.dispose(losses);
        losses = gan.step(batches);
      }
      await read(losses);
    };
    await advance(UNCOUNTED);
    const start = performance.now();
    await advance(steps);
    return { ms_per_step: (performance.now() - start) / steps, steps };
  },

  /** Forgets the runs of TensorFlow.js, and what they hold on to. */
  async forget() {
    for (const [key, { gan }] of runs) {
      await use(key.split(' ')[1]);
      gan.dispose();
    }
    runs.clear();
  },

  /** LSGAN Lab's own benchmark: its options, and its answer. */
  async ours(options) {
    return (await ours()).benchmark(options);
  },
};

/** What WebGPU runs on. */
async function adapter() {
  const found = await navigator.gpu?.requestAdapter();
  if (!found) return null;
  const { vendor, architecture, device, description } = found.info;
  return [vendor, architecture, device, description].filter(Boolean).join(' ');
}

globalThis.bench = bench;
