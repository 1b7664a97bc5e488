// Keeps the page itself for when there is no network. Whatever has a key or a picture passes by.
const shell = ["/", "/manifest.webmanifest", "/icon.svg"];
const name = "fluxgate-shell";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(name).then((cache) => cache.addAll(shell)));
  self.skipWaiting();
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || !shell.includes(pathname)) return;
  event.respondWith(fresh(event, pathname));
});

/** The network's answer, which is kept; without a good one the last that was. A query is nothing to the shell. */
async function fresh(event, pathname) {
  const response = await fetch(event.request).catch(() => Response.error());
  const cache = await caches.open(name);
  // A full disk keeps nothing, and is no reason to wait.
  if (response.ok) event.waitUntil(cache.put(pathname, response.clone()).catch(() => {}));
  if (response.type !== "error" && response.status < 500) return response;
  return (await cache.match(pathname)) ?? response;
}
