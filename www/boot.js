// Starts the page: looks whether the browser can run it, loads the CPU bundle, hands over to Rust.
// Shows the notice of index.html that fits when it cannot.

// The smallest module with a SIMD instruction; the bundles are built with simd128.
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

function hasWebAssembly() {
  return typeof WebAssembly === 'object' && WebAssembly.validate(SIMD);
}

// A browser with module workers asks for the option `type`; the getter throws, so that no worker starts.
function hasModuleWorkers() {
  let asked = false;
  const options = {
    get type() {
      asked = true;
      throw new Error('only asking');
    },
  };
  try {
    new Worker(new URL('./worker.js', import.meta.url), options).terminate();
  } catch {
    // Asked, or no workers at all.
  }
  return asked;
}

function show(state, reason = '') {
  for (const part of document.querySelectorAll('[data-boot]')) part.hidden = part.dataset.boot !== state;
  document.querySelector('[data-boot-reason]').textContent = reason;
  document.querySelector('[data-show="loading"]').hidden = false;
}

// On a phone the controls come below the picture, folded up.
if (matchMedia('(max-width: 43.99rem)').matches) {
  for (const group of document.querySelectorAll('details.group')) group.open = false;
}

if (!hasWebAssembly()) {
  show('no_webassembly');
} else if (!hasModuleWorkers()) {
  show('no_module_workers');
} else {
  try {
    const { load } = await import('./bundle.js');
    const { start_page } = await load('cpu');
    await start_page(new URL('.', import.meta.url).href, new URL('worker.js', import.meta.url).href);
  } catch (error) {
    show('failed', String(error?.message ?? error));
  }
}
