// Stored pictures in workerd, with the bucket that wrangler has for it here: links that outlive the backend's, and the Worker.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { checkErrorShape } from "../support/cases/cases.mjs";
import { largePng, sampleGif, samplePng } from "../support/upstreams/pictures.mjs";
import { completion, settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { startWorker } from "../support/hosts/worker.mjs";
import { chat, idea, linkIn } from "../support/clients/chat.mjs";

describe("stored pictures in workerd", () => {
  const folder = mkdtempSync(join(tmpdir(), "fluxgate-images-"));
  let upstream;
  let worker;
  before(async () => {
    upstream = await startUpstream();
    worker = await startWorker(settingsFor(upstream), { imagesIn: folder });
  });
  beforeEach(() => upstream.reset());
  after(async () => {
    await worker?.close();
    await upstream?.close();
    rmSync(folder, { recursive: true });
  });

  async function ask(extra) {
    const response = await chat(worker, idea("a cat", extra));
    assert.equal(response.status, 200);
    const { choices } = await response.json();
    return choices[0].message.content;
  }
  const pathOf = (link) => new URL(link).pathname;
  const large = largePng(3_000_000);
  const stored = /^\/i\/[A-Za-z0-9_-]{22}\.(png|gif)$/;

  /** Answers `bytes` in pieces of 64 KiB without a length, and stops short where told. */
  const inPieces =
    (bytes, cutAt = bytes.length) =>
    (request, response) => {
      response.writeHead(200);
      for (let at = 0; at < cutAt; at += 65536) response.write(bytes.subarray(at, Math.min(at + 65536, cutAt)));
      if (cutAt === bytes.length) response.end();
      else setTimeout(() => request.socket.destroy(), 50);
    };

  test("a backend's link that dies after one read is read once, and the chat's link goes on", async () => {
    let reads = 0;
    upstream.onPicture = () =>
      reads++ === 0 ? { headers: { "content-type": "text/plain" }, body: samplePng } : { status: 410 };
    const link = linkIn(await ask());
    assert.match(pathOf(link), stored);
    for (let i = 0; i < 2; i += 1) {
      const response = await worker.request(pathOf(link));
      assert.equal(response.status, 200);
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), samplePng);
    }
    assert.equal(reads, 1);

    await worker.close();
    worker = await startWorker(settingsFor(upstream), { imagesIn: folder });
    const response = await worker.request(pathOf(link));
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), samplePng);
  });

  test("the head is the fixed set, and HEAD has it too", async () => {
    const path = pathOf(linkIn(await ask()));
    for (const method of ["GET", "HEAD"]) {
      const { status, headers } = await worker.request(path, { method });
      const names = [
        "content-type",
        "cache-control",
        "content-security-policy",
        "x-content-type-options",
        "cross-origin-resource-policy",
        "accept-ranges",
        "content-disposition",
      ];
      assert.deepEqual(
        [status, ...names.map((name) => headers.get(name))],
        [
          200,
          "image/png",
          "public, max-age=31536000, immutable",
          "default-src 'none'; sandbox; frame-ancestors 'none'",
          "nosniff",
          "cross-origin",
          "bytes",
          'inline; filename="image.png"',
        ],
      );
      assert.equal(headers.get("content-length"), String(samplePng.length));
      assert.match(headers.get("etag"), /^"[^"]+"$/);
    }
  });

  test("conditions and ranges", async () => {
    const path = pathOf(linkIn(await ask()));
    const etag = (await worker.request(path, { method: "HEAD" })).headers.get("etag");
    const get = async (headers) => {
      const response = await worker.request(path, { headers });
      return {
        status: response.status,
        range: response.headers.get("content-range"),
        bytes: Buffer.from(await response.arrayBuffer()),
      };
    };
    assert.deepEqual(await get({ "if-none-match": etag }), { status: 304, range: null, bytes: Buffer.alloc(0) });
    assert.equal((await get({ "if-none-match": '"other"' })).status, 200);
    const size = samplePng.length;
    assert.deepEqual(await get({ range: "bytes=1-3" }), {
      status: 206,
      range: `bytes 1-3/${size}`,
      bytes: samplePng.subarray(1, 4),
    });
    assert.deepEqual(await get({ range: `bytes=${size - 4}-` }), {
      status: 206,
      range: `bytes ${size - 4}-${size - 1}/${size}`,
      bytes: samplePng.subarray(-4),
    });
    assert.deepEqual(await get({ range: "bytes=-4" }), {
      status: 206,
      range: `bytes ${size - 4}-${size - 1}/${size}`,
      bytes: samplePng.subarray(-4),
    });
    assert.deepEqual(await get({ range: `bytes=${size}-` }), {
      status: 416,
      range: `bytes */${size}`,
      bytes: Buffer.alloc(0),
    });
    assert.equal((await get({ range: "bytes=-0" })).status, 416);
    for (const range of ["pages=1-2", "bytes=3-1", "bytes=0-1,3-4", "bytes=", "bytes=a-b"])
      assert.equal((await get({ range })).status, 200, range);
  });

  test("nothing is at any other address", async () => {
    const path = pathOf(linkIn(await ask()));
    const anotherLast = path.at(-5) === "x" ? "y" : "x";
    for (const other of [
      path.replace(".png", ".jpg"),
      path.replace(".png", ""),
      `${path.slice(0, -5)}${anotherLast}.png`,
      `${path}/`,
      "/i/x.png",
      `/i/${"A".repeat(22)}.png`,
      `/i/${"A".repeat(22)}.svg`,
      "/i/..%2Fx.png",
    ]) {
      const response = await worker.request(other);
      assert.equal(response.status, 404, other);
      const body = await response.json();
      checkErrorShape(body, 404);
      assert.equal(body.error.code, "image_gone", other);
    }
  });

  test("a large picture, with and without a length, arrives whole", async () => {
    for (const onPicture of [() => ({ body: large }), () => inPieces(large)]) {
      upstream.onPicture = onPicture;
      const path = pathOf(linkIn(await ask()));
      assert.match(path, stored);
      assert.deepEqual(Buffer.from(await (await worker.request(path)).arrayBuffer()), large);
    }
  });

  const failures = {
    "a body that is cut, with a length": () => (request, response) => {
      response.writeHead(200, { "content-length": large.length });
      response.write(large.subarray(0, 100_000), () => setTimeout(() => request.socket.destroy(), 50));
    },
    "a body that is cut, without a length": () => inPieces(large, 100_000),
    "no picture": () => ({ body: "<html>" }),
    "a link that is dead at once": () => ({ status: 404 }),
    "a picture of 21 MiB": () => ({ body: Buffer.concat([samplePng, Buffer.alloc(21 * 1024 * 1024)]) }),
    "a picture of 21 MiB without a length": () => inPieces(Buffer.concat([samplePng, Buffer.alloc(21 * 1024 * 1024)])),
  };
  for (const [name, onPicture] of Object.entries(failures)) {
    test(`${name}: nothing is stored, the answer has the signed link, and no second picture is made`, async () => {
      upstream.onPicture = onPicture;
      const link = linkIn(await ask());
      assert.equal(pathOf(link), "/image-proxy");
      assert.equal(upstream.callsTo("/generate").length, 1);
    });
  }

  test("base64 is stored as the bytes that it stands for", async () => {
    upstream.onImage = () => ({ body: { data: [{ b64_json: sampleGif.toString("base64") }] } });
    const path = pathOf(linkIn(await ask()));
    assert.match(path, stored);
    const response = await worker.request(path);
    assert.equal(response.headers.get("content-type"), "image/gif");
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), sampleGif);
  });

  test("12 MB of base64 are stored in parts", async () => {
    const bytes = largePng(9_000_000);
    upstream.onImage = () => ({ body: { data: [{ b64_json: bytes.toString("base64") }] } });
    const path = pathOf(linkIn(await ask()));
    assert.match(path, stored);
    assert.deepEqual(Buffer.from(await (await worker.request(path)).arrayBuffer()), bytes);
  });

  test("several pictures of one request have links of their own", async () => {
    upstream.onChat = () => completion("a tabby cat");
    const links = [...(await ask({ n: 3 })).matchAll(/\((http[^)]+)\)/g)].map(([, link]) => pathOf(link));
    assert.equal(new Set(links).size, 3);
    for (const path of links) assert.match(path, stored);
  });
});
