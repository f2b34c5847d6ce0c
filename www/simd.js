// Which vectors of WebAssembly this browser has.

// The smallest module with a SIMD instruction; the bundles are built with simd128.
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

// The smallest module with a fused multiply-add of relaxed SIMD.
const RELAXED_SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 15, 65, 0, 253, 15,
  65, 0, 253, 15, 253, 133, 2, 11,
]);

export function hasSimd() {
  return typeof WebAssembly === 'object' && WebAssembly.validate(SIMD);
}

export function hasRelaxedSimd() {
  return WebAssembly.validate(RELAXED_SIMD);
}
