// Services of the platform that the core speaks to as if they were HTTP: fetches of binding://NAME/... An R2 bucket is such a service.

/** The services among the bindings of an environment, by name. */
export function servicesIn(env) {
  const services = new Map();
  for (const [name, value] of Object.entries(env)) {
    if (typeof value?.put === "function" && typeof value.head === "function") services.set(name, (call) => callBucket(value, call));
  }
  return services;
}

/** Answers a call { method, url, headers (pairs), body } with a Response; null when there is no such service. */
export async function callService(services, { url, ...call }) {
  const [, name, key, query] = /^binding:\/\/([^/]+)\/([^?]*)\??(.*)$/.exec(url) ?? [];
  const service = services.get(name);
  return service === undefined ? null : service({ ...call, key, query: new URLSearchParams(query), headers: new Headers(call.headers) });
}

/** GET and HEAD, with ranges and conditions; PUT of one object; and of one in parts, with the calls that S3 has for it. */
async function callBucket(bucket, { method, key, query, headers, body }) {
  const uploadId = query.get("uploadId");
  if (method === "GET" || method === "HEAD") return readObject(bucket, method, key, headers);
  if (method === "PUT" && uploadId !== null) {
    const part = await bucket.resumeMultipartUpload(key, uploadId).uploadPart(Number(query.get("partNumber")), body);
    return new Response(null, { headers: { etag: part.etag } });
  }
  const options = { httpMetadata: { contentType: headers.get("content-type") ?? undefined } };
  if (method === "PUT") {
    // R2 wants to know the length beforehand.
    const object = body instanceof ReadableStream && !headers.has("content-length") ? await new Response(body).arrayBuffer() : body;
    await bucket.put(key, object, options);
    return new Response();
  }
  if (method === "POST" && uploadId === null) {
    const upload = await bucket.createMultipartUpload(key, options);
    return new Response(null, { headers: { "upload-id": upload.uploadId } });
  }
  const etags = new TextDecoder().decode(body).split("\n").filter(Boolean); // One line for each part, in order.
  await bucket.resumeMultipartUpload(key, uploadId).complete(etags.map((etag, index) => ({ partNumber: index + 1, etag })));
  return new Response();
}

async function readObject(bucket, method, key, headers) {
  const range = method === "GET" ? singleRange(headers.get("range")) : null;
  const conditional = isEtagList(headers.get("if-none-match"));
  const described = (object) => {
    const fields = new Headers({ etag: object.httpEtag, "content-length": String(object.size) });
    object.writeHttpMetadata(fields);
    return fields;
  };
  if (method === "HEAD" || range !== null) {
    const object = await bucket.head(key); // Whether the object has that range shows by its size alone.
    if (object === null) return new Response(null, { status: 404 });
    if (method === "HEAD") return new Response(null, { headers: described(object) });
    if (lengthOf(range, object.size) <= 0) return new Response(null, { status: 416, headers: { "content-range": `bytes */${object.size}` } });
  }
  const object = await bucket.get(key, { ...(conditional && { onlyIf: new Headers({ "if-none-match": headers.get("if-none-match") }) }), ...(range && { range }) });
  if (object === null) return new Response(null, { status: 404 });
  const fields = described(object);
  if (object.body === undefined) return new Response(null, { status: 304, headers: fields });
  if (range === null) return new Response(object.body, { headers: fields });
  const length = lengthOf(range, object.size);
  const offset = range.offset ?? object.size - length;
  fields.set("content-length", String(length));
  fields.set("content-range", `bytes ${offset}-${offset + length - 1}/${object.size}`);
  return new Response(object.body, { status: 206, headers: fields });
}

/** How many bytes of an object of that size are in the range; 0 or less when it has none of them. */
function lengthOf(range, size) {
  if (range.suffix !== undefined) return Math.min(range.suffix, size);
  return Math.min(range.length ?? size, size - range.offset);
}

/** R2 throws at a condition that it cannot read. */
function isEtagList(header) {
  return header !== null && /^(\*|(W\/)?"[^"]*"(\s*,\s*(W\/)?"[^"]*")*)$/.test(header);
}

/** "bytes=1-3", "bytes=1-" or "bytes=-3" as R2 takes it; null for everything else, which a server may ignore (RFC 9110 §14.2). */
function singleRange(header) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || (first === "" && last === "")) return null;
  if (first === "") return { suffix: Number(last) };
  if (last === "") return { offset: Number(first) };
  return Number(last) < Number(first) ? null : { offset: Number(first), length: Number(last) - Number(first) + 1 };
}
