// Has the browser keep the whole site (service-worker.js), and tells the visitor when a new version is ready.

// The first picture and what follows it at once have this long for themselves.
const HEAD_START_MS = 1500;

// `script` is the address of the service worker.
export async function keep(script) {
  showAll('site');
  if (!navigator.serviceWorker) return;
  await new Promise((resolve) => setTimeout(resolve, HEAD_START_MS));
  try {
    const registration = await navigator.serviceWorker.register(script, { updateViaCache: 'none' });
    tellOfUpdates(registration);
    await navigator.serviceWorker.ready;
    showAll('kept');
    if (await hasGraphicsCard()) registration.active.postMessage('keep webgpu');
  } catch (error) {
    // Private windows may forbid it. The page does without.
    console.warn(String(error));
  }
}

function tellOfUpdates(registration) {
  const notice = document.querySelector('[data-offline="update"]');
  // A new version waits only where an older one is in use; without that it is the first.
  const tell = () => {
    if (registration.waiting && registration.active) notice.hidden = false;
  };
  tell();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', tell));
  notice.querySelector('[data-offline="take"]').addEventListener('click', () => {
    // Another window may have taken it already.
    if (!registration.waiting) return location.reload();
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
    registration.waiting.postMessage('take');
  });
  notice.querySelector('[data-offline="later"]').addEventListener('click', () => {
    notice.hidden = true;
  });
}

// Shows what index.html has for visitors of a site, or of one that is kept.
function showAll(part) {
  for (const element of document.querySelectorAll(`[data-offline="${part}"]`)) element.hidden = false;
}

async function hasGraphicsCard() {
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  return Boolean(adapter) && !adapter.info?.isFallbackAdapter;
}
