// What stands behind a KV namespace of workerd: a Worker that keeps values in memory, and does so for all who are bound to it.
const kept = new Map(); // key -> { bytes, metadata }

export default {
  async fetch(request) {
    const key = decodeURIComponent(new URL(request.url).pathname.slice(1));
    if (request.method === "PUT") {
      kept.set(key, { bytes: await request.bytes(), metadata: request.headers.get("cf-kv-metadata") });
      return new Response();
    }
    if (request.method === "DELETE") return new Response(null, { status: kept.delete(key) ? 200 : 404 });
    const value = kept.get(key);
    if (value === undefined) return new Response(null, { status: 404 });
    return new Response(value.bytes, { headers: value.metadata === null ? {} : { "cf-kv-metadata": value.metadata } });
  },
};
