// A namespace of Workers KV, as abi.md has the store for pictures and the list of clients.
import { chunkBytes } from "../body.mjs";
import { declaredBytes } from "../heads.mjs";
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
  const bytes = await gather(body, declaredBytes(headers), maxPictureBytes);
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

/**
 * Gives all bytes of a body: a stream, bytes or nothing; null when there are more. Rejects when the stream breaks off or has not its declared length. They
 * are there once only: the isolate's memory is the module's, too.
 */
async function gather(body, declared, maxBytes) {
  if (!(body instanceof ReadableStream)) return (body?.length ?? 0) > maxBytes ? null : (body ?? new Uint8Array());
  const isDeclared = declared <= maxBytes;
  let bytes = new Uint8Array(isDeclared ? declared : chunkBytes);
  let length = 0;
  for await (const chunk of body) {
    const end = length + chunk.length;
    if (end > maxBytes) return null; // Leaving the loop cancels the stream.
    if (end > bytes.length) bytes = new Uint8Array(bytes.buffer.transfer(Math.max(end, 2 * length)));
    bytes.set(chunk, length);
    length = end;
  }
  if (isDeclared && length !== declared) throw new Error("The body has not its declared length.");
  return bytes.subarray(0, length);
}
