// The training worker: loads its bundle and hands over to Rust.

import { load } from './files.js';

// A panic in Rust surfaces as a rejection that nobody handles: the page must hear of it.
self.addEventListener('unhandledrejection', ({ reason }) => {
  self.postMessage({ type: 'failed', reason: String(reason?.message ?? reason) });
});

// What arrives while the bundle loads waits here and is delivered, in order, once Rust listens.
const early = [];
function keep(event) {
  event.stopImmediatePropagation();
  early.push(event);
}
self.addEventListener('message', keep);

try {
  const { start_worker } = await load(self.name);
  await start_worker();
  self.removeEventListener('message', keep);
  for (const { data, ports } of early) {
    self.dispatchEvent(new MessageEvent('message', { data, ports: [...ports] }));
  }
} catch (error) {
  self.postMessage({ type: 'failed', reason: String(error?.message ?? error) });
}
