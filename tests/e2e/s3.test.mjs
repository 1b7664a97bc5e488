// Stored pictures in a bucket of S3, on every host: a real server checks what was signed.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { chat, idea, linkIn } from "../support/clients/chat.mjs";
import { startComponent } from "../support/hosts/component.mjs";
import { startNodeHost } from "../support/hosts/node_host.mjs";
import { startNodeServer } from "../support/hosts/node_server.mjs";
import { startWorker } from "../support/hosts/worker.mjs";
import { largePng, samplePng } from "../support/upstreams/pictures.mjs";
import { startS3Server } from "../support/upstreams/s3_server.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";

const stored = /^\/i\/[A-Za-z0-9_-]{22}\.png$/;
const large = largePng(300_000);

/** `hasLogs`: the host gives the lines of the core's log as `logs`. */
function describeBucket(name, start, { hasLogs }) {
  describe(`a bucket of S3, in ${name}`, () => {
    let upstream;
    let bucket;
    let host;
    before(async () => {
      upstream = await startUpstream();
      bucket = await startS3Server();
      host = await start(settingsFor(upstream, bucket.settings));
    });
    beforeEach(() => {
      upstream.reset();
      bucket.calls.length = 0;
    });
    after(async () => {
      await host?.close();
      await bucket?.close();
      await upstream?.close();
    });

    async function ask(asked = host) {
      const response = await chat(asked, idea("a cat"));
      assert.equal(response.status, 200);
      return new URL(linkIn((await response.json()).choices[0].message.content)).pathname;
    }
    async function get(path, headers = {}, method = "GET") {
      const response = await host.request(path, { method, headers });
      return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
    }

    /** A backend's host that tells no length. */
    const inPieces = (request, response) => {
      response.writeHead(200, { "content-type": "application/octet-stream" });
      response.write(large.subarray(0, 100_000));
      response.end(large.subarray(100_000));
    };
    for (const [what, onPicture, bytes] of [
      ["with a length", () => ({ body: large }), large],
      ["of unknown length", () => inPieces, large],
      ["of 70 bytes", () => ({ body: samplePng }), samplePng],
    ]) {
      test(`a picture ${what} is put, and served from there`, async () => {
        upstream.onPicture = onPicture;
        const path = await ask();
        assert.match(path, stored);
        const key = path.slice("/i/".length);
        assert.deepEqual(bucket.calls, [`PUT /pictures/of/fluxgate/${key} 200`]);
        const seen = await get(path);
        assert.deepEqual([seen.status, seen.headers.get("content-type")], [200, "image/png"]);
        assert.deepEqual(seen.bytes, bytes);
        assert.deepEqual(bucket.calls.slice(1), [`GET /pictures/of/fluxgate/${key} 200`]);
      });
    }

    test("HEAD, conditions and ranges", async () => {
      const path = await ask();
      const head = await get(path, {}, "HEAD");
      assert.deepEqual(
        [head.status, head.headers.get("content-length"), head.bytes.length],
        [200, String(samplePng.length), 0],
      );
      const same = await get(path, { "if-none-match": head.headers.get("etag") });
      assert.deepEqual([same.status, same.bytes.length], [304, 0]);
      const part = await get(path, { range: "bytes=1-3" });
      assert.deepEqual(
        [part.status, part.headers.get("content-range"), part.bytes],
        [206, `bytes 1-3/${samplePng.length}`, samplePng.subarray(1, 4)],
      );
      assert.equal((await get(path, { range: `bytes=${samplePng.length}-` })).status, 416);
      assert.deepEqual(
        bucket.calls.slice(1).map((call) => call.replace(/\S+\.png/, "KEY")),
        ["HEAD KEY 200", "GET KEY 304", "GET KEY 206", "GET KEY 416"],
      );
    });

    test("what is not there is image_gone", async () => {
      const { status, bytes } = await get(`/i/${"A".repeat(22)}.png`);
      assert.deepEqual([status, JSON.parse(bytes).error.code], [404, "image_gone"]);
      assert.equal(bucket.calls.length, 1);
    });

    test("12 MB of base64 are stored in parts", async () => {
      const bytes = largePng(9_000_000);
      upstream.onImage = () => ({ body: { data: [{ b64_json: bytes.toString("base64") }] } });
      const path = await ask();
      assert.match(path, stored);
      assert.deepEqual(
        bucket.calls.map((call) => call.replace(/\S+\.png/, "KEY").replace(/uploadId=\w+/, "uploadId=ID")),
        [
          "POST KEY?uploads 200",
          "PUT KEY?uploadId=ID&partNumber=1 200",
          "PUT KEY?uploadId=ID&partNumber=2 200",
          "POST KEY?uploadId=ID 200",
        ],
      );
      assert.deepEqual((await get(path)).bytes, bytes);
    });

    test("a wrong secret is told, and the client gets the signed link", async () => {
      const wrong = { ...bucket.settings, IMAGES_S3_SECRET: "another-secret-of-the-tests" };
      const other = await start(settingsFor(upstream, wrong));
      try {
        assert.equal(await ask(other), "/image-proxy");
        assert.deepEqual(
          bucket.calls.map((call) => call.replace(/\S+\.png/, "KEY")),
          ["PUT KEY 403"],
        );
        const shown = await other.request(`/i/${"A".repeat(22)}.png`);
        assert.deepEqual([shown.status, (await shown.json()).error.code], [502, "upstream_bad_status"]);
        if (!hasLogs) return;
        const lines = other.logs.filter((line) => line.includes('"store_failed"'));
        assert.deepEqual(
          lines.map((line) => JSON.parse(line).detail),
          ["store status 403, SignatureDoesNotMatch"],
        );
        assert.ok(!other.logs.join("\n").includes(wrong.IMAGES_S3_SECRET));
      } finally {
        await other.close();
      }
    });
  });
}

describeBucket("workerd", startWorker, { hasLogs: false });
describeBucket("the package's Node server", startNodeHost, { hasLogs: true });
describeBucket("the Node server of the example", startNodeServer, { hasLogs: true });
describeBucket("the component", startComponent, { hasLogs: true });
