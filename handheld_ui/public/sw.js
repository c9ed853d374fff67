/*
 * Keeps the pages for the next start without a network. Pages: the network first, for two seconds, then what is kept.
 * Built files carry their content's hash in their names, so what is kept of them is right for ever. The API is left alone.
 */
const SHELF = "gangway-1";
const PATIENCE_MS = 2000;
const MOST_ASSETS = 60;
const PAGES = ["/", "/pack", "/board"];
const BESIDE = ["/icon.svg", "/manifest.webmanifest"];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** A page names what it has loaded, itself first: the worker was not there yet to see it. */
self.addEventListener("message", (event) => {
  const paths = event.data;
  if (Array.isArray(paths)) event.waitUntil(keep([...new Set([...paths, ...BESIDE])]));
});

async function keep(paths) {
  const shelf = await caches.open(SHELF);
  await Promise.all(paths.map((path) => shelf.match(path).then((known) => known ?? shelf.add(path).catch(() => undefined))));
  await forget(shelf);
}

/** What is kept longest is forgotten first, once there is more than a few builds need. */
async function forget(shelf) {
  const assets = (await shelf.keys()).filter(({ url }) => new URL(url).pathname.startsWith("/assets/"));
  for (const request of assets.slice(0, Math.max(0, assets.length - MOST_ASSETS))) await shelf.delete(request);
}

async function fresh(request) {
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(new URL(request.url).pathname);
  const asked = fetch(request).then((answer) => {
    if (answer.ok) void shelf.put(new URL(request.url).pathname, answer.clone());
    return answer;
  });
  if (kept === undefined) return asked;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, kept));
  return Promise.race([asked.catch(() => kept), late]);
}

async function once(request) {
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(request);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) void shelf.put(request, answer.clone());
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (PAGES.includes(pathname)) event.respondWith(fresh(request));
  else if (pathname.startsWith("/assets/") || BESIDE.includes(pathname)) event.respondWith(once(request));
});
