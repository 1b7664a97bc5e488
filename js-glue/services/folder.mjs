// A folder of Node's as the store for pictures of abi.md, and a file as the list of clients. A picture is the file KEY; KEY.json says its type and until
// when it is kept.
import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isNamed, lengthOf, maxAgeOf, singleRange } from "./picture_heads.mjs";

const keyForm = /^[A-Za-z0-9_-]{22}\.[a-z0-9]{1,8}$/;
const partForm = /\.part$/;
const sweepMs = 3_600_000;
/** Nothing is written for so long: whoever wrote it has ended. */
const partLifeMs = 86_400_000;

/** Opens a folder, which need not be there: one that is made is nobody else's to read. Gives a function that performs calls; what has expired is removed now and every hour. */
export async function openFolder(path) {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const sweep = () => sweepFolder(path, Date.now()).catch((error) => console.error(`${path}: ${error.message}`));
  setInterval(sweep, sweepMs).unref();
  sweep();
  return (call) => callFolder(path, call);
}

/** Performs GET and HEAD, with ranges and conditions, PUT of a whole picture, and DELETE. It knows no parts. */
export async function callFolder(folder, { method, key, query, headers, body, signal }) {
  if (query.has("uploads") || query.has("uploadId")) return new Response(null, { status: 501 });
  if (!keyForm.test(key)) return new Response(null, { status: method === "PUT" ? 400 : 404 }); // No other key leaves the folder, or is one of its own files.
  const path = join(folder, key);
  if (method === "GET" || method === "HEAD") return readPicture(path, { method, key, headers, signal });
  if (method === "PUT") return writePicture(path, headers, body);
  if (method !== "DELETE") return new Response(null, { status: 405 });
  await removePicture(path);
  return new Response();
}

/** Gives a function that performs GET of the list of clients in a file, which is read at each call. */
export function openClients(path) {
  return async ({ method }) => {
    if (method !== "GET") return new Response(null, { status: 405 });
    const list = await ifThere(readFile(path));
    return list === null
      ? new Response(null, { status: 404 })
      : new Response(list, { headers: { "content-type": "application/json" } });
  };
}

/** Removes the pictures whose time has come, and what broken uploads have left. */
export async function sweepFolder(folder, now) {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (partForm.test(name)) {
      const seen = await ifThere(stat(path));
      if (seen !== null && seen.mtimeMs + partLifeMs <= now) await rm(path, { force: true });
    } else if (keyForm.test(name.replace(/\.json$/, "")) && name.endsWith(".json")) {
      const { until } = await readHead(path);
      if (typeof until === "number" && until <= now) await removePicture(path.slice(0, -".json".length));
    }
  }
}

/** The picture appears when all of its bytes are on the disk; its head is there before, and is all that a crash between the two leaves. */
async function writePicture(path, headers, body) {
  const id = randomUUID();
  const [part, head] = [`${path}.${id}.part`, `${path}.json.${id}.part`];
  try {
    const length = await writeBytes(part, body);
    const declared = headers.get("content-length");
    if (declared !== null && Number(declared) !== length) throw new Error("The body has not its declared length.");
    const maxAge = maxAgeOf(headers);
    const until = maxAge === null ? null : Date.now() + 1000 * maxAge;
    await writeFile(head, JSON.stringify({ type: headers.get("content-type"), until }));
    await rename(head, `${path}.json`);
    await rename(part, path);
    return new Response();
  } catch (error) {
    for (const each of [part, head]) await rm(each, { force: true });
    throw error;
  }
}

/** Gives how many there were. */
async function writeBytes(path, body) {
  const file = await open(path, "wx");
  try {
    let length = 0;
    for await (const bytes of body instanceof Uint8Array ? [body] : (body ?? [])) {
      await file.writeFile(bytes);
      length += bytes.length;
    }
    await file.datasync();
    return length;
  } finally {
    await file.close();
  }
}

async function readPicture(path, { method, key, headers, signal }) {
  const file = await ifThere(open(path));
  if (file === null) return new Response(null, { status: 404 });
  const ended = async (status, fields) => (await file.close(), new Response(null, { status, headers: fields }));
  const { size } = await file.stat();
  const { type } = await readHead(`${path}.json`);
  const fields = { etag: `"${key}"`, ...(typeof type === "string" && { "content-type": type }) }; // A picture never changes.
  if (isNamed(headers.get("if-none-match"), fields.etag)) return ended(304, fields);
  if (method === "HEAD") return ended(200, { ...fields, "content-length": String(size) });
  const range = singleRange(headers.get("range"));
  const length = range === null ? size : lengthOf(range, size);
  if (range !== null && length <= 0) return ended(416, { "content-range": `bytes */${size}` });
  fields["content-length"] = String(length);
  if (length === 0) return ended(200, fields);
  const start = range === null ? 0 : (range.offset ?? size - length);
  const end = start + length - 1;
  if (range !== null) fields["content-range"] = `bytes ${start}-${end}/${size}`;
  return new Response(streamOf(file, start, length, signal), { status: range === null ? 200 : 206, headers: fields });
}

/** A stream of bytes: so many of a file, from `at` on. The file is closed when it ends, in whatever way. */
function streamOf(file, at, length, signal) {
  const end = at + length;
  let closing;
  const close = () => (closing ??= file.close().catch(() => {}));
  return new ReadableStream({
    type: "bytes",
    autoAllocateChunkSize: 65536,
    start(controller) {
      signal?.addEventListener("abort", () => (controller.error(signal.reason), close()));
    },
    async pull(controller) {
      const { byobRequest } = controller;
      const { view } = byobRequest;
      try {
        const wantedBytes = Math.min(view.byteLength, end - at);
        const { bytesRead } = await file.read(view, 0, wantedBytes, at);
        if (bytesRead === 0) throw new Error("The file has become shorter.");
        at += bytesRead;
        byobRequest.respond(bytesRead);
      } catch (error) {
        await close();
        throw error;
      }
      if (at < end) return;
      controller.close();
      await close();
    },
    cancel: close,
  });
}

/** What is known of a picture; an empty object when that cannot be read. */
async function readHead(path) {
  try {
    return Object(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return {};
  }
}

async function removePicture(path) {
  await rm(path, { force: true });
  await rm(`${path}.json`, { force: true });
}

/** Gives what a promise gives; null when there is no such file. */
async function ifThere(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}
