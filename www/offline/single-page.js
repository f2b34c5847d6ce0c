// Where the page in one file finds its files: in itself. Stands in the place of files.js.

import { hasRelaxedSimd } from '../simd.js';

// WebGPU's bundle is too large to be carried along.
export const BUNDLES = ['cpu'];

// { texts, worker, glue }: files by name, the worker's program, and the JavaScript of each bundle by its folder.
const held = JSON.parse(document.querySelector('[data-held="files"]').textContent);

// The bundle that this browser runs best, of those that are here; `?simd=plain` as in files.js.
const plain = new URLSearchParams(location.search).get('simd') === 'plain';
const folder = !plain && hasRelaxedSimd() && held.glue['cpu-relaxed'] ? 'cpu-relaxed' : 'cpu';
const glue = held.glue[folder];

const workerAddress = address(held.worker);

// Compiled once, by `load`, for the page and all workers.
let program;

function address(script) {
  return URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
}

// The program in an element: WebAssembly under gzip, written in base64.
async function compile(element) {
  const packed = atob(element.textContent);
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = packed.charCodeAt(at);
  element.remove();
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return WebAssembly.compileStreaming(new Response(unpacked, { headers: { 'content-type': 'application/wasm' } }));
}

export async function text(name) {
  if (!Object.hasOwn(held.texts, name)) throw new Error('not in this file');
  return held.texts[name];
}

// A worker cannot read this file, so its first message hands it what it needs.
export function worker(name) {
  if (!BUNDLES.includes(name)) throw new Error(`no bundle named ${name} in this file`);
  // No module: Chromium loads none for a page without an origin, as one opened by double click is.
  const worker = new Worker(workerAddress);
  worker.postMessage({ glue, program });
  return worker;
}

export async function load() {
  program = await compile(document.querySelector(`[data-held="${folder}"]`));
  const bundle = await import(address(glue));
  await bundle.default({ module_or_path: program });
  return bundle;
}
