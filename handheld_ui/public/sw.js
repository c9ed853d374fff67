/*
 * Keeps the pages for the next start, with a network or without. Pages: what is kept, at once; the next start has what was new at this one.
 * Built files carry their content's hash in their names, so what is kept of them is right for ever. The API is left alone.
 */
const SHELF = "gangway-1";
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

async function fresh(request, event) {
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(new URL(request.url).pathname);
  const asked = fetch(request).then((answer) => {
    if (answer.ok) void shelf.put(new URL(request.url).pathname, answer.clone());
    return answer;
  });
  if (kept === undefined) return asked;
  event.waitUntil(asked.catch(() => undefined));
  return kept;
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
  if (PAGES.includes(pathname)) event.respondWith(fresh(request, event));
  else if (pathname.startsWith("/assets/") || BESIDE.includes(pathname)) event.respondWith(once(request));
});
