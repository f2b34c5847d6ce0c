// Starts the page: looks whether the browser can run it, loads the CPU bundle, hands over to Rust.
// Shows the notice of index.html that fits when it cannot.

import { BUNDLES, load, text, worker } from './files.js';
import { hasSimd } from './simd.js';

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
    new Worker('data:,', options).terminate();
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

// On a wide screen the buttons of the run lie below the stage, in one column between the picture and the rail: Tab and
// screen readers are to come to them where the eye does.
function placeTransport() {
  const [stage, picture, transport] = ['.stage', '.picture', '.transport'].map((name) => document.querySelector(name));
  const above = getComputedStyle(stage).display === 'contents' ? picture : stage;
  if (above.nextElementSibling === transport) return;
  // Older browsers take the focus away from what is moved.
  if (above.parentElement.moveBefore) above.parentElement.moveBefore(transport, above.nextElementSibling);
  else above.after(transport);
}
placeTransport();
addEventListener('resize', placeTransport);

// Firefox scrolls to a control that has the focus, but not on to where its ring can be seen.
addEventListener('focusin', ({ target }) => {
  if (target.matches(':focus-visible')) target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
});

if (!hasSimd()) {
  show('no_webassembly');
} else if (!hasModuleWorkers()) {
  show('no_module_workers');
} else {
  try {
    const { start_page } = await load('cpu');
    await start_page({ bundles: BUNDLES, text, worker });
  } catch (error) {
    show('failed', String(error?.message ?? error));
  }
  // The site names its service worker; the page of a development server and the one in one file have none.
  const keeper = document.querySelector('link[rel="serviceworker"]');
  if (keeper) (await import('./offline/keep.js')).keep(keeper.href);
}
