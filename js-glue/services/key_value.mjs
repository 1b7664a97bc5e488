// A namespace of Workers KV, as abi.md has the store for pictures and the list of clients.
import { isNamed, maxAgeOf } from "./picture_heads.mjs";

/** The core's pictures have 20 MiB at most, and KV's values 25. */
const maxPictureBytes = 20 * 1024 * 1024;
/** KV refuses shorter lives. */
const minLifeSeconds = 60;

/** Performs GET and HEAD, PUT of a whole picture, and DELETE. It knows no ranges and no parts. */
export async function callNamespace(namespace, { method, key, query, headers, body }) {
  if (query.has("uploads") || query.has("uploadId")) return new Response(null, { status: 501 });
  if (method === "GET" || method === "HEAD") return readPicture(namespace, method, key, headers);
  if (method === "DELETE") {
    await namespace.delete(key);
    return new Response();
  }
  if (method !== "PUT") return new Response(null, { status: 405 });
  const bytes = await gather(body, maxPictureBytes);
  if (bytes === null) return new Response(null, { status: 413 });
  const maxAge = maxAgeOf(headers);
  await namespace.put(key, bytes, {
    metadata: { type: headers.get("content-type"), size: bytes.length },
    ...(maxAge !== null && { expirationTtl: Math.max(maxAge, minLifeSeconds) }),
  });
  return new Response();
}

/** Performs GET of the list of clients. */
export async function callClients(namespace, { method }) {
  if (method !== "GET") return new Response(null, { status: 405 });
  const list = await namespace.get("clients", "stream");
  if (list === null) return new Response(null, { status: 404 });
  return new Response(list, { headers: { "content-type": "application/json" } });
}

async function readPicture(namespace, method, key, headers) {
  const { value, metadata } = await namespace.getWithMetadata(key, "stream");
  if (value === null) return new Response(null, { status: 404 });
  const fields = new Headers({ etag: `"${key}"` }); // A picture never changes.
  const isKnown = isNamed(headers.get("if-none-match"), `"${key}"`);
  if (!isKnown && metadata?.size !== undefined) fields.set("content-length", String(metadata.size));
  if (metadata?.type) fields.set("content-type", metadata.type);
  if (!isKnown && method === "GET") return new Response(value, { headers: fields });
  await value.cancel();
  return new Response(null, { status: isKnown ? 304 : 200, headers: fields });
}

/** Gives all bytes of a body: a stream, bytes or nothing; null when there are more. Rejects when the stream breaks off. */
async function gather(body, maxBytes) {
  if (!(body instanceof ReadableStream)) return (body?.length ?? 0) > maxBytes ? null : (body ?? new Uint8Array());
  const chunks = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) return null; // Leaving the loop cancels the stream.
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  for (let at = 0; chunks.length > 0;) {
    const chunk = chunks.shift();
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
