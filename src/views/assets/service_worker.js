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
  event.respondWith(fresh(event.request, pathname));
});

/** The network's answer, which is kept; without one the last that was. A query is nothing to the shell. */
async function fresh(request, pathname) {
  const cache = await caches.open(name);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(pathname, response.clone());
    return response;
  } catch {
    return (await cache.match(pathname)) ?? Response.error();
  }
}
