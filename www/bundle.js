// Which of the bundles below pkg/ this browser runs best, and the way to it.

// The smallest module with a fused multiply-add of relaxed SIMD.
const RELAXED_SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 15, 65, 0, 253, 15,
  65, 0, 253, 15, 253, 133, 2, 11,
]);

// Loads a bundle, `cpu` or `webgpu`, and resolves to its module, ready to be used.
export async function load(name) {
  const fallback = () => import(`./pkg/${name}/lsgan_lab.js`);
  const relaxed = name === 'cpu' && WebAssembly.validate(RELAXED_SIMD);
  // A site may have been built without the faster one.
  const bundle = await (relaxed ? import('./pkg/cpu-relaxed/lsgan_lab.js').catch(fallback) : fallback());
  await bundle.default();
  return bundle;
}
