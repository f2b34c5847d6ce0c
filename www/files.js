// Where the page and its workers find their files on a site: beside this one. In the page that is one file,
// offline/single-page.js and offline/single-worker.js stand in its place.

import { hasRelaxedSimd } from './simd.js';

// `?simd=plain` in the page's address: the loops that every browser has, which round each product, instead of those with
// fused multiply-add that only some have. So the same link gives the same bits in all of them.
const PLAIN = new URLSearchParams(location.search).get('simd') === 'plain' ? '-plain' : '';

// The bundles below pkg/ that there are, by name.
export const BUNDLES = ['cpu', 'webgpu'];

// The text of a file: `locales/en.json`.
export async function text(name) {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`.trim());
  return response.text();
}

// Starts a worker that loads a bundle. It learns which by its own name: the fragment of an address would not
// outlast a service worker.
export function worker(name) {
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: name + PLAIN });
}

// Loads a bundle and resolves to its module, ready to be used.
export async function load(asked) {
  const name = asked.replace(/-plain$/, '');
  if (!BUNDLES.includes(name)) throw new Error(`no bundle named ${name}`);
  const plain = () => bundle(name);
  // The same for browsers with relaxed SIMD is faster; a site may have been built without it, or its files have not
  // all arrived.
  const relaxed = asked + PLAIN === 'cpu' && hasRelaxedSimd();
  return relaxed ? bundle('cpu-relaxed').catch(plain) : plain();
}

// The bundle in a folder below pkg/; whoever is told that it does not load is told which.
async function bundle(folder) {
  try {
    const module = await import(`./pkg/${folder}/lsgan_lab.js`);
    await module.default();
    return module;
  } catch (error) {
    throw new Error(`pkg/${folder}/lsgan_lab_bg.wasm: ${error?.message ?? error}`, { cause: error });
  }
}
