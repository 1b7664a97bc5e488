// A bucket of R2, as abi.md has the store for pictures.
import { lengthOf, singleRange } from "./picture_heads.mjs";

/** Performs GET and HEAD, with ranges and conditions, PUT of a whole object, DELETE, and the calls of S3 that upload an object in parts. */
export async function callBucket(bucket, { method, key, query, headers, body }) {
  const uploadId = query.get("uploadId");
  if (method === "GET" || method === "HEAD") return readObject(bucket, method, key, headers);
  if (method === "DELETE") {
    await bucket.delete(key);
    return new Response();
  }
  if (method === "PUT" && uploadId !== null) {
    const part = await bucket.resumeMultipartUpload(key, uploadId).uploadPart(Number(query.get("partNumber")), body);
    return new Response(null, { headers: { etag: part.etag } });
  }
  const options = { httpMetadata: { contentType: headers.get("content-type") ?? undefined } };
  if (method === "PUT") {
    // R2 must know the length beforehand.
    const object =
      body instanceof ReadableStream && !headers.has("content-length") ? await new Response(body).arrayBuffer() : body;
    await bucket.put(key, object, options);
    return new Response();
  }
  if (method === "POST" && uploadId === null) {
    const upload = await bucket.createMultipartUpload(key, options);
    return new Response(null, { headers: { "upload-id": upload.uploadId } });
  }
  const etags = new TextDecoder().decode(body).split("\n").filter(Boolean); // One line for each part, in order.
  await bucket
    .resumeMultipartUpload(key, uploadId)
    .complete(etags.map((etag, index) => ({ partNumber: index + 1, etag })));
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
    const object = await bucket.head(key); // Only the size shows whether the object has that range.
    if (object === null) return new Response(null, { status: 404 });
    if (method === "HEAD") return new Response(null, { headers: described(object) });
    if (lengthOf(range, object.size) <= 0)
      return new Response(null, { status: 416, headers: { "content-range": `bytes */${object.size}` } });
  }
  const object = await bucket.get(key, {
    ...(conditional && { onlyIf: new Headers({ "if-none-match": headers.get("if-none-match") }) }),
    ...(range && { range }),
  });
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

/** Can R2 read this condition? It throws at one that it cannot read. */
function isEtagList(header) {
  return header !== null && /^(\*|(W\/)?"[^"]*"(\s*,\s*(W\/)?"[^"]*")*)$/.test(header);
}
