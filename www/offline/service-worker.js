// The service worker of the site: keeps all files of one version, so that the page runs without a network.
//
// `cargo xtask dist` writes a line in front of it:
//     const SITE = { version, files: […], later: […] };
// `files` is everything that the page needs but itself, by address below the scope; `later` what is fetched
// when somebody asks for it. They lie in a folder that is named by a hash of what is in it, so an address
// never changes its content, and a page of one version finds none of another's files.

// One origin may have several sites.
const CACHES = `lsgan-lab ${self.registration.scope} `;
const OWN = CACHES + SITE.version;
const PAGE = self.registration.scope;

self.addEventListener('install', (event) => event.waitUntil(fetchAll()));
self.addEventListener('activate', (event) => event.waitUntil(begin()));
self.addEventListener('message', (event) => {
  if (event.data === 'take') self.skipWaiting();
  if (event.data === 'keep webgpu') event.waitUntil(fetchLater());
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { href } = new URL(new URL(request.url).pathname, request.url);
  if (request.method !== 'GET' || !href.startsWith(PAGE)) return;
  if (request.mode === 'navigate') {
    if (![PAGE, `${PAGE}index.html`].includes(href)) return;
    event.respondWith(page(request));
    event.waitUntil(tidy());
  } else {
    event.respondWith(file(request));
  }
});

// Fetches this version whole; a file that cannot be had, or a page of another version, ends it, and the
// browser tries again when the page is opened next.
async function fetchAll() {
  const cache = await caches.open(OWN);
  const answer = await fetch(PAGE, { cache: 'no-cache' });
  const text = await answer.text();
  if (!answer.ok || !text.includes(SITE.version)) throw new Error(`the page is not of version ${SITE.version}`);
  await cache.addAll(SITE.files.map(address));
  // A fresh answer: a page that came by a detour could not be shown.
  await cache.put(PAGE, new Response(text, { headers: { 'content-type': 'text/html; charset=utf-8' } }));
}

async function fetchLater() {
  const cache = await caches.open(OWN);
  const missing = await Promise.all(SITE.later.map(async (name) => !(await cache.match(address(name)))));
  await cache.addAll(SITE.later.filter((_, at) => missing[at]).map(address));
}

function address(name) {
  return new URL(name, PAGE).href;
}

async function begin() {
  await tidy();
  // The page that was opened first came from the network and is of this version or finds its own files there.
  await self.clients.claim();
}

async function page(request) {
  const kept = await (await caches.open(OWN)).match(PAGE);
  return kept ?? fetch(request);
}

// Of whichever version the page is: until it is closed, its files are kept.
async function file(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && SITE.later.some((name) => address(name) === request.url)) {
    const copy = answer.clone();
    await (await caches.open(OWN)).put(request, copy);
  }
  return answer;
}

// Drops the other versions, unless a window that is open may still need one or one is about to come.
async function tidy() {
  const names = await caches.keys();
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const inUse = windows.some(({ url }) => url.startsWith(PAGE));
  if (inUse || self.registration.installing || self.registration.waiting) return;
  await Promise.all(names.filter((name) => name.startsWith(CACHES) && name !== OWN).map((name) => caches.delete(name)));
}
